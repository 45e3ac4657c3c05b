package hostile

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"
)

// Objects are JSON objects of about n bytes that no reader of a known type should
// accept. Members called a are the innocent ones.
func Objects(n int) []File {
	fill := func(begin, unit, end string) []byte {
		return []byte(begin + strings.Repeat(unit, max(1, (n-len(begin)-len(end))/len(unit))) + end)
	}
	const deep = 30
	return []File{
		{"lists in lists", fill(`{"a":`, "[", "")},
		{"lists in lists that end", fill(`{"a":`, "[", strings.Repeat("]", n/2))[:n]},
		{"objects in objects", fill("", `{"a":`, "")},
		{"much inside thirty levels", fill(strings.Repeat(`{"a":`, deep)+`"`, "x", `"`+strings.Repeat("}", deep))},
		{"names inside thirty levels", fill(strings.Repeat(`{"`+strings.Repeat("n", n/deep/2)+`":`, deep)+`"`, "x", `"`+strings.Repeat("}", deep))},
		{"members nobody knows", numberedMembers(n, `{`, `"m%d":1,`, `"z":1}`)},
		{"one member over and over", fill("{", `"b":1,`, `"b":1}`)},
		{"objects with a member twice", fill(`{"a":[`, `{"b":1,"b":2},`, `{}]}`)},
		{"a number of many digits", fill(`{"a":`, "9", "}")},
		{"a number beyond every exponent", []byte(`{"a":1e999999999999}`)},
		{"numbers", fill(`{"a":[`, "1,", "1]}")},
		{"empty lists", fill(`{"a":[`, "[],", "[]]}")},
		{"escapes", fill(`{"b":"`, `\u4e2d`, `"}`)},
		{"half a surrogate pair", []byte(`{"a":"\ud800"}`)},
		{"a byte order mark", append([]byte("\xef\xbb\xbf"), `{"a":1}`...)},
		{"UTF-16", []byte("{\x00\"\x00a\x00\"\x00:\x001\x00}\x00")},
		{"white space", fill(`{"a":1`, " ", "")},
	}
}

func numberedMembers(n int, begin, unit, end string) []byte {
	var b bytes.Buffer
	b.WriteString(begin)
	for i := 0; b.Len() < n-len(end)-len(unit)-8; i++ {
		fmt.Fprintf(&b, unit, i)
	}
	b.WriteString(end)
	return b.Bytes()
}

// Zeros is n zero bytes as gzip packs them, a thousandth of that: a body whose
// sender says content-encoding: gzip.
func Zeros(n int) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	block := make([]byte, 1<<20)
	for ; n > 0; n -= len(block) {
		_, _ = w.Write(block[:min(n, len(block))])
	}
	_ = w.Close()
	return b.Bytes()
}
