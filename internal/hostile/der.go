package hostile

import "bytes"

// deepest is how deep structures nest here.
const deepest = 10_000

// DER are structures that are none of those a reader of signatures knows, of at
// most n bytes.
func DER(n int) []File {
	fill := func(begin []byte, unit string) []byte {
		return append(begin, bytes.Repeat([]byte(unit), (n-len(begin))/len(unit))...)
	}
	return []File{
		{"a length of four gigabytes", fill([]byte{0x30, 0x84, 0xff, 0xff, 0xff, 0xff}, "\x00")},
		{"a length of 2^64", fill([]byte{0x30, 0x89, 1, 0, 0, 0, 0, 0, 0, 0, 0}, "\x00")},
		{"a length in 126 bytes", fill(append([]byte{0x30, 0xfe}, bytes.Repeat([]byte{0xff}, 126)...), "\x00")},
		{"lengths without end", fill(nil, "\x30\x80")},
		{"sequences in sequences", around(deepest, n, 0x30)},
		{"sets in sets", around(deepest, n, 0x31)},
		{"explicit tags in explicit tags", around(deepest, n, 0xa0)},
		{"strings in strings", around(deepest, n, 0x24)},
		{"a tag of many bytes", fill([]byte{0x3f}, "\xff")},
		{"an identifier of many arcs", sequence(element(0x06, bytes.Repeat([]byte{0x81}, n-16)))},
		{"an integer of many bytes", sequence(element(0x02, append([]byte{1}, bytes.Repeat([]byte{0xff}, n-16)...)))},
		{"empty sequences", sequence(bytes.Repeat([]byte{0x30, 0}, (n-8)/2))},
		{"a bit string that leaves nine bits", sequence(element(0x03, []byte{9, 0}))},
		{"zeros", make([]byte, n)},
	}
}

// around nests elements with the tag: the outer ones state true lengths.
func around(levels, n int, tag byte) []byte {
	inner := []byte{0x05, 0x00}
	for range levels {
		if len(inner)+6 > n {
			break
		}
		inner = element(tag, inner)
	}
	return inner
}

func sequence(content []byte) []byte { return element(0x30, content) }

func element(tag byte, content []byte) []byte {
	n := len(content)
	switch {
	case n < 0x80:
		return append([]byte{tag, byte(n)}, content...)
	case n < 1<<16:
		return append([]byte{tag, 0x82, byte(n >> 8), byte(n)}, content...)
	}
	return append([]byte{tag, 0x83, byte(n >> 16), byte(n >> 8), byte(n)}, content...)
}

// signatures puts hostile DER where no digest is compared: the seal's signature
// covers everything but itself.
func (k packages) signatures() []File {
	var files []File
	for _, f := range DER(60_000) {
		files = append(files, File{"signature: " + f.Name, k.holding("SignedValue.dat", f.Data)})
	}
	return files
}
