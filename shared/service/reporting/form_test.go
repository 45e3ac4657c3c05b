package reporting

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"
	"unicode/utf16"
)

func TestAFileOfAnotherFormIsNamed(t *testing.T) {
	const mark = "\xef\xbb\xbf"
	const row = `{"scheme":"constructor-1","holder":{"name":"张三"}}`
	var zipped bytes.Buffer
	w := gzip.NewWriter(&zipped)
	_, _ = w.Write([]byte(row))
	_ = w.Close()
	var wide []byte
	for _, unit := range utf16.Encode([]rune(row)) {
		wide = append(wide, byte(unit), byte(unit>>8))
	}
	gbk := strings.Replace(row, "张三", "\xd5\xc5\xc8\xfd", 1)
	for name, c := range map[string]struct {
		file string
		want Stop
	}{
		"a row":                       {row + "\n", ""},
		"a row without a line end":    {row, ""},
		"a mark before the row":       {mark + row + "\n", ""},
		"empty lines first":           {"\r\n\n" + row, ""},
		"nothing":                     {"", ""},
		"a mark and nothing":          {mark, ""},
		"one broken row":              {row[:20] + "\n" + row + "\n", ""},
		"a bad byte in the first row": {"{\"a\":\"\xff\"}\n" + row + "\n", ""},
		"an empty array, then rows":   {"[]\n" + row + "\n", ""},
		"indented, then rows":         {"{\n\"a\": 1\n}\n" + row + "\n", ""},
		"two broken rows":             {row[:20] + "\n" + row[:30] + "\n", ""},
		"words":                       {"x\nx\n", FileText},
		"a table of one column":       {"注册编号\n京1112019202000999\n", FileText},
		"HTML":                        {"<!doctype html>\n<title>x</title>\n", FileText},
		"a PDF":                       {"%PDF-1.7\n", FileText},
		"JSON text sequences":         {"\x1e" + row + "\n", FileText},
		"lines that end with CR":      {"\x1e" + row + "\r" + row, FileText},
		"a long row cut in a 张":       {`{"name":"` + strings.Repeat("张", 300) + "\xe5\xbc", ""},
		"gzip":                        {zipped.String(), FileCompressed},
		"a workbook":                  {"PK\x03\x04\x14\x00", FileCompressed},
		"a RAR archive":               {"Rar!\x1a\x07\x01\x00", FileCompressed},
		"an old workbook":             {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", FileCompressed},
		"UTF-16 with its mark":        {"\xff\xfe" + string(wide), FileEncoding},
		"UTF-16 without a mark":       {string(wide), FileEncoding},
		"GBK":                         {gbk + "\n", FileEncoding},
		"a CSV table in GBK":          {"\xd7\xa2\xb2\xe1\xb1\xe0\xba\xc5,\xd0\xd5\xc3\xfb\r\n", FileEncoding},
		"an array":                    {"[\n " + row + "\n]", FileArray},
		"an array in one line":        {"[" + row + "]", FileArray},
		"an indented object":          {"{\n  \"scheme\": \"constructor-1\",\n", FileIndented},
		"a CSV table":                 {"注册编号,姓名\r\n京1112019202000999,张三\r\n", FileCSV},
		"a CSV table with a mark":     {mark + "注册编号;姓名\r\n", FileCSV},
		"a table separated by tabs":   {"注册编号\t姓名\n", FileCSV},
	} {
		if got := FindWrongForm([]byte(c.file)); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
