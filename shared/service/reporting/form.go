package reporting

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"

	"github.com/jiazhu/jiazhu/shared/service/api"
)

// compressedPrefixes are the first bytes of gzip, ZIP (an .xlsx workbook is one), OLE (.xls), bzip2,
// xz, zstd, 7z and RAR files.
var compressedPrefixes = []string{
	"\x1f\x8b", "PK\x03\x04", "\xd0\xcf\x11\xe0", "BZh", "\xfd7zXZ", "\x28\xb5\x2f\xfd", "7z\xbc\xaf\x27\x1c", "Rar!",
}

// FindWrongForm looks at the first block of a file, and says what the file is instead of one JSON
// object a line in UTF-8. It returns "" if any line of the block is a JSON object, so that a bad line
// costs one row, and if the first line begins as one.
func FindWrongForm(block []byte) Stop {
	for _, prefix := range compressedPrefixes {
		if bytes.HasPrefix(block, []byte(prefix)) {
			return FileCompressed
		}
	}
	if bytes.HasPrefix(block, []byte("\xff\xfe")) || bytes.HasPrefix(block, []byte("\xfe\xff")) || bytes.IndexByte(block[:min(len(block), 4)], 0) >= 0 {
		return FileEncoding // UTF-16 or UTF-32
	}
	var first, second []byte
	for line := range bytes.Lines(block) {
		line = bytes.TrimSpace(api.TrimMark(line))
		switch {
		case len(line) == 0:
		case line[0] == '{' && utf8.Valid(line) && json.Valid(line):
			return ""
		case first == nil && line[0] == '[' && !json.Valid(line):
			return FileArray // over several lines, one of which may be an object
		case first == nil:
			first = line
		case second == nil:
			second = line
		}
	}
	switch {
	case first == nil:
		return ""
	case !isUTF8(first):
		return FileEncoding // GBK or GB 18030
	case first[0] == '[':
		return FileArray
	case first[0] == '{' && len(second) > 0 && second[0] == '"':
		return FileIndented
	case first[0] == '{':
		return ""
	case bytes.ContainsAny(first, ",;\t") && !bytes.ContainsAny(first, "{}"):
		return FileCSV
	}
	return FileText
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
