package sheet

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// textTable is a text file with separators, in UTF-8 without a byte order mark.
type textTable struct {
	text  []byte
	comma rune
}

func openText(file io.ReaderAt, size int64) (*Workbook, error) {
	if size > maxText {
		return nil, NewFormError("文本文件不得超过 %d MB，请分为几个文件", "a text file has at most %d MB; divide it", maxText>>20)
	}
	data := make([]byte, size)
	if _, err := file.ReadAt(data, 0); err != nil && err != io.EOF {
		return nil, err
	}
	text, form, err := decodeText(data)
	if err != nil {
		return nil, err
	}
	if bytes.IndexByte(text, 0) >= 0 {
		return nil, NewFormError("这不是文本文件，也不是 .xlsx 文件", "it is neither text nor an .xlsx workbook")
	}
	t := textTable{text: endLines(text)}
	if named := separatorLine.FindSubmatch(t.text); named != nil { // Excel writes and reads this line
		t.comma, t.text = rune(named[1][0]), t.text[len(named[0]):]
	} else {
		t.comma = findSeparator(t.text)
	}
	return &Workbook{Sheets: []Sheet{{}}, Form: "text in " + form, source: t}, nil
}

// endLines ends every line by a line feed. Some programs end them by a carriage return alone, which
// encoding/csv takes for a part of a field.
func endLines(text []byte) []byte {
	if bytes.IndexByte(text, '\r') < 0 {
		return text
	}
	ended, quoted := make([]byte, 0, len(text)), false
	for i := 0; i < len(text); i++ {
		b, next := text[i], byte('\n')
		if i+1 < len(text) {
			next = text[i+1]
		}
		switch {
		case b == '"' && quoted && next == '"':
			ended = append(ended, b) // a quote in a field is written twice
			i++
		case b == '"' && quoted:
			quoted = !isBetweenFields(next)
		case b == '"':
			quoted = len(ended) == 0 || isBetweenFields(ended[len(ended)-1])
		case b != '\r' || quoted:
		case next == '\n' || bytes.HasPrefix(text[i+1:], []byte("\r\n")):
			continue
		default:
			b = '\n'
		}
		ended = append(ended, b)
	}
	return ended
}

func isBetweenFields(b byte) bool { return strings.IndexByte(",;\t\r\n", b) >= 0 }

var separatorLine = regexp.MustCompile("^sep=([,;\t])\r?\n")

// decodeText returns a text as UTF-8, and the name of its encoding. Text that is not UTF-8 and
// has no mark is GB 18030, as Excel writes it in China.
func decodeText(data []byte) (text []byte, form string, err error) {
	switch order := findOrder(data); {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		return bytes.ToValidUTF8(data[3:], []byte("\uFFFD")), "UTF-8", nil
	case order != nil:
		endianness := unicode.LittleEndian
		if order == binary.BigEndian {
			endianness = unicode.BigEndian
		}
		text, err = unicode.UTF16(endianness, unicode.UseBOM).NewDecoder().Bytes(data)
		return text, "UTF-16", err
	case looksLikeUTF8(data):
		return bytes.ToValidUTF8(data, []byte("\uFFFD")), "UTF-8", nil
	}
	text, err = simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	return text, "GB 18030", err
}

// looksLikeUTF8 reports whether a text is UTF-8, but for a few bytes that were damaged: of GB 18030,
// most characters are no UTF-8.
func looksLikeUTF8(data []byte) bool {
	wrong, right := 0, 0
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		switch {
		case r == utf8.RuneError && size == 1:
			wrong++
		case size > 1:
			right++
		}
		data = data[size:]
	}
	return wrong <= right/4
}

// findOrder returns the byte order of UTF-16: that of its mark, or that in which most zeros are
// those of ASCII characters. It returns nil for another encoding.
func findOrder(data []byte) binary.ByteOrder {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return binary.LittleEndian
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return binary.BigEndian
	}
	var zeros [2]int
	for i, b := range data[:min(len(data), 4096)] {
		if b == 0 {
			zeros[i%2]++
		}
	}
	switch {
	case zeros[1] > 4*zeros[0]:
		return binary.LittleEndian
	case zeros[0] > 4*zeros[1]:
		return binary.BigEndian
	}
	return nil
}

// findSeparator returns the separator that the first lines have most of.
func findSeparator(text []byte) rune {
	found, most := ',', 0
	for _, separator := range ",;\t" {
		n := 0
		lines := csv.NewReader(bytes.NewReader(text))
		lines.Comma, lines.LazyQuotes, lines.FieldsPerRecord = separator, true, -1
		for range 10 {
			fields, err := lines.Read()
			if err != nil {
				break
			}
			n += len(fields) - 1
		}
		if n > most {
			found, most = separator, n
		}
	}
	return found
}

func (t textTable) read(_ Sheet, each func(Row) error) error {
	lines := csv.NewReader(bufio.NewReader(bytes.NewReader(t.text)))
	lines.Comma, lines.LazyQuotes, lines.FieldsPerRecord, lines.ReuseRecord = t.comma, true, -1, true
	for {
		fields, err := lines.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return NewFormError("引号或分隔符有误：%v", "%v", err)
		}
		line, _ := lines.FieldPos(0)
		row := Row{Line: line}
		for _, field := range fields[:min(len(fields), maxColumns)] {
			row.Cells = append(row.Cells, Cell{Text: unwrapFormula(field)})
		}
		if err := each(row); err != nil {
			return err
		}
	}
}

// unwrapFormula returns the text of ="0012", which is written to have a spreadsheet keep it as text.
func unwrapFormula(field string) string {
	if inner, ok := strings.CutPrefix(strings.TrimSpace(field), `="`); ok && strings.HasSuffix(inner, `"`) {
		return strings.TrimSuffix(inner, `"`)
	}
	return field
}
