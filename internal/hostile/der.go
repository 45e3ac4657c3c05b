package hostile

import (
	"bytes"
	"slices"
)

// deepest is how deep structures nest here.
const maxDepth = 10_000

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
		{"sequences in sequences", around(maxDepth, n, 0x30)},
		{"sets in sets", around(maxDepth, n, 0x31)},
		{"explicit tags in explicit tags", around(maxDepth, n, 0xa0)},
		{"strings in strings", around(maxDepth, n, 0x24)},
		{"a tag of many bytes", fill([]byte{0x3f}, "\xff")},
		{"an identifier of many arcs", sequence(element(0x06, bytes.Repeat([]byte{0x81}, n-16)))},
		{"an integer of many bytes", sequence(element(0x02, append([]byte{1}, bytes.Repeat([]byte{0xff}, n-16)...)))},
		{"empty sequences", sequence(bytes.Repeat([]byte{0x30, 0}, (n-8)/2))},
		{"a bit string that leaves nine bits", sequence(element(0x03, []byte{9, 0}))},
		{"zeros", make([]byte, n)},
	}
}

// around nests elements with the tag, each stating its true length, as many as may
// be of levels within n bytes.
func around(levels, n int, tag byte) []byte {
	var heads [][]byte // from the innermost
	length := 2
	for range levels {
		head := header(tag, length)
		if length+len(head) > n {
			break
		}
		heads, length = append(heads, head), length+len(head)
	}
	slices.Reverse(heads)
	return append(slices.Concat(heads...), 0x05, 0x00)
}

func sequence(content []byte) []byte { return element(0x30, content) }

func element(tag byte, content []byte) []byte { return append(header(tag, len(content)), content...) }

// header is an element's tag and length.
func header(tag byte, n int) []byte {
	switch {
	case n < 0x80:
		return []byte{tag, byte(n)}
	case n < 1<<8:
		return []byte{tag, 0x81, byte(n)}
	case n < 1<<16:
		return []byte{tag, 0x82, byte(n >> 8), byte(n)}
	}
	return []byte{tag, 0x83, byte(n >> 16), byte(n >> 8), byte(n)}
}

// signatures puts hostile DER where no digest is compared: the seal's signature
// covers everything but itself.
func (k packages) signatures() []File {
	var files []File
	for _, f := range DER(60_000) {
		files = append(files, File{"signature: " + f.Name, k.replacePart("SignedValue.dat", f.Data)})
	}
	return files
}
