package reporting

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"

	"github.com/jiazhu/jiazhu/shared/service/api"
)

// compressedPrefixes are the first bytes of gzip, ZIP (an .xlsx workbook is one), OLE (.xls), bzip2,
// xz, zstd and 7z files.
var compressedPrefixes = []string{"\x1f\x8b", "PK\x03\x04", "\xd0\xcf\x11\xe0", "BZh", "\xfd7zXZ", "\x28\xb5\x2f\xfd", "7z\xbc\xaf\x27\x1c"}

// FindWrongForm looks at the first bytes of a file, and says what the file is instead of one JSON
// object a line in UTF-8. It returns "" if the file begins with such a line, or with one that is
// refused as a row. It decides by the first line, so that one bad row within a file stays one
// refused row.
func FindWrongForm(start []byte) Stop {
	for _, prefix := range compressedPrefixes {
		if bytes.HasPrefix(start, []byte(prefix)) {
			return FileCompressed
		}
	}
	if bytes.HasPrefix(start, []byte("\xff\xfe")) || bytes.HasPrefix(start, []byte("\xfe\xff")) || bytes.IndexByte(start[:min(len(start), 4)], 0) >= 0 {
		return FileEncoding // UTF-16 or UTF-32
	}
	start = bytes.TrimLeft(api.TrimMark(start), " \t\r\n")
	line, rest, _ := bytes.Cut(start, []byte("\n"))
	line = bytes.TrimSpace(line)
	switch {
	case len(line) == 0:
		return ""
	case !isUTF8(line):
		return FileEncoding // GBK or GB 18030
	case line[0] == '[':
		return FileArray
	case line[0] == '{' && !json.Valid(line) && isObjectOverLines(rest):
		return FileIndented
	case line[0] != '{' && bytes.ContainsAny(line, ",;\t") && !bytes.ContainsAny(line, "{}"):
		return FileCSV
	}
	return ""
}

// isUTF8 reports whether a line is UTF-8. A long one may be cut within its last character.
func isUTF8(line []byte) bool {
	for cut := range min(utf8.UTFMax, len(line)) {
		if utf8.Valid(line[:len(line)-cut]) {
			return true
		}
	}
	return false
}

// isObjectOverLines reports whether the line after the first is the inside of a JSON object and not
// a row.
func isObjectOverLines(rest []byte) bool {
	line, _, _ := bytes.Cut(bytes.TrimLeft(rest, " \t\r\n"), []byte("\n"))
	line = bytes.TrimSpace(line)
	return len(line) > 0 && line[0] == '"'
}
