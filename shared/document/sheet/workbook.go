package sheet

import (
	"archive/zip"
	"encoding/xml"
	"io"
	"math"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// What is read of a workbook's parts at most, in bytes of XML: a part that would unpack to more is
// refused instead of filling memory or time.
const (
	maxIndexPart = 16 << 20  // workbook, relations, styles
	maxStrings   = 256 << 20 // shared strings
	maxSheetPart = 1 << 30
	maxHeld      = 128 << 20 // bytes of shared strings
	maxToken     = 1 << 20   // one element or text, which the decoder holds: eight bytes for each character of the longest cell and more
)

// A part of more than largePart bytes that is packed to less than a maxRatio-th is refused: a table of a
// few hundred kilobytes could be hundreds of megabytes of nothing. Tables that programs save are packed to
// a tenth, and such with formats on empty rows to a fortieth.
const (
	largePart = 16 << 20
	maxRatio  = 100
)

// xlsxFile is an .xlsx file. Its shared strings are held; the rows of a sheet are not.
type xlsxFile struct {
	size    int64 // of the file
	parts   map[string]*zip.File
	strings []string
	days    []bool // for each cell style, whether it shows numbers as days
}

func openWorkbook(file io.ReaderAt, size int64) (*Workbook, error) {
	archive, err := zip.NewReader(file, size)
	if err != nil {
		return nil, NewFormError(".xlsx 文件已损坏，或者是其他压缩包；请用表格软件打开后另存", "it is a damaged .xlsx workbook or another archive; open and save it again")
	}
	w := &xlsxFile{size: size, parts: map[string]*zip.File{}}
	for _, part := range archive.File {
		w.parts[strings.TrimPrefix(part.Name, "/")] = part
	}
	workbook := &Workbook{Form: "workbook", source: w}
	places := map[string]string{}
	if err := w.readRelations(places); err != nil {
		return nil, err
	}
	if err := w.readIndex(workbook, places); err != nil {
		return nil, err
	}
	for place, part := range places {
		switch name, _, _ := strings.Cut(place, " "); name {
		case "sharedStrings":
			err = w.readStrings(part)
		case "styles":
			err = w.readStyles(part)
		}
		if err != nil {
			return nil, err
		}
	}
	return workbook, nil
}

// walkPart calls each with the elements of a part, in their order. A part that is not there has none.
func (w *xlsxFile) walkPart(name string, most int64, each func(d *xml.Decoder, token xml.Token) error) error {
	part := w.parts[name]
	if part == nil {
		return nil
	}
	if unpacked := int64(min(part.UncompressedSize64, math.MaxInt64)); unpacked > most {
		return NewFormError("其中的 %s 超过 %d MB，请分为几个文件", "its part %s is larger than %d MB; divide the table", name, most>>20)
	} else if unpacked > largePart && unpacked/maxRatio > int64(min(part.CompressedSize64, uint64(w.size))) {
		return NewFormError("其中的 %s 解压后为 %d MB，几乎全是重复或空白的内容，不读取；请把有内容的行复制到新的表格",
			"its part %s unpacks to %d MB, of which nearly all is repeated or blank, and is not read; copy the rows with content to a new table", name, unpacked>>20)
	}
	content, err := part.Open() // which ends at the size that is stated
	if err != nil {
		return NewFormError("其中的 %s 已损坏", "its part %s is damaged", name)
	}
	defer content.Close()
	limited := &tokenReader{from: content}
	d := xml.NewDecoder(limited)
	for {
		limited.read = 0
		token, err := d.RawToken()
		switch {
		case limited.read > maxToken:
			return NewFormError("其中的 %s 有一项内容超过 %d MB，不读取", "its part %s has one element of more than %d MB, which is not read", name, maxToken>>20)
		case err == io.EOF:
			return nil
		case err != nil:
			return NewFormError("其中的 %s 已损坏，请用表格软件打开后另存", "its part %s is damaged; open and save the workbook again", name)
		}
		if err := each(d, token); err != nil {
			return err
		}
	}
}

// tokenReader ends before a token becomes too large.
type tokenReader struct {
	from io.Reader
	read int // since the token began, with what is read ahead
}

func (r *tokenReader) Read(p []byte) (int, error) {
	if r.read > maxToken {
		return 0, io.ErrUnexpectedEOF
	}
	n, err := r.from.Read(p)
	r.read += n
	return n, err
}

const workbookPart = "xl/workbook.xml"

// readRelations finds where the workbook's parts are: sheets by their id ("sheet rId1"), the others by
// their kind.
func (w *xlsxFile) readRelations(places map[string]string) error {
	return w.walkPart("xl/_rels/workbook.xml.rels", maxIndexPart, func(_ *xml.Decoder, token xml.Token) error {
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "Relationship" {
			return nil
		}
		kind := path.Base(attribute(start, "Type"))
		target := attribute(start, "Target")
		if rooted, ok := strings.CutPrefix(target, "/"); ok {
			target = rooted
		} else {
			target = path.Join("xl", target)
		}
		if kind == "worksheet" {
			kind = "sheet " + attribute(start, "Id")
		}
		places[kind] = target
		return nil
	})
}

func (w *xlsxFile) readIndex(workbook *Workbook, places map[string]string) error {
	err := w.walkPart(workbookPart, maxIndexPart, func(_ *xml.Decoder, token xml.Token) error {
		start, ok := token.(xml.StartElement)
		switch {
		case !ok:
		case start.Name.Local == "workbookPr":
			v := attribute(start, "date1904")
			workbook.From1904 = v == "1" || v == "true"
		case start.Name.Local == "sheet":
			state := attribute(start, "state")
			if part := places["sheet "+attribute(start, "id")]; part != "" {
				workbook.Sheets = append(workbook.Sheets, Sheet{attribute(start, "name"), state == "hidden" || state == "veryHidden", part})
			}
		}
		return nil
	})
	if err == nil && len(workbook.Sheets) == 0 {
		err = NewFormError("这是压缩包，不是 .xlsx 文件，或其中没有表格", "it is an archive and no .xlsx workbook, or one without a table")
	}
	return err
}

func attribute(start xml.StartElement, name string) string {
	for _, a := range start.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// readStrings reads the shared strings. Of a phonetic guide (rPh) nothing is read.
func (w *xlsxFile) readStrings(part string) error {
	var text strings.Builder
	inText, inGuide, held := false, false, 0
	return w.walkPart(part, maxStrings, func(_ *xml.Decoder, token xml.Token) error {
		switch token := token.(type) {
		case xml.StartElement:
			inText = token.Name.Local == "t"
			inGuide = inGuide || token.Name.Local == "rPh"
		case xml.CharData:
			if inText && !inGuide {
				text.Write(token)
			}
		case xml.EndElement:
			inText = false
			switch token.Name.Local {
			case "rPh":
				inGuide = false
			case "si":
				if held += text.Len(); held > maxHeld {
					return NewFormError("表中的文字超过 %d MB，请分为几个文件", "its texts have more than %d MB; divide the table", maxHeld>>20)
				}
				w.strings = append(w.strings, unescapeText(text.String()))
				text.Reset()
			}
		}
		return nil
	})
}

// escape is how a workbook writes a character that XML cannot have, or that it would change.
var escape = regexp.MustCompile(`_x([0-9A-Fa-f]{4})_`)

func unescapeText(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	return escape.ReplaceAllStringFunc(s, func(code string) string {
		n, _ := strconv.ParseUint(code[2:6], 16, 16)
		return string(rune(n))
	})
}

func (w *xlsxFile) readStyles(part string) error {
	formats := map[string]string{}
	inCells := false
	return w.walkPart(part, maxIndexPart, func(_ *xml.Decoder, token xml.Token) error {
		switch token := token.(type) {
		case xml.StartElement:
			switch token.Name.Local {
			case "numFmt":
				formats[attribute(token, "numFmtId")] = attribute(token, "formatCode")
			case "cellXfs":
				inCells = true
			case "xf":
				if id := attribute(token, "numFmtId"); inCells {
					code, custom := formats[id]
					w.days = append(w.days, custom && showsDay(code) || !custom && isDayFormat(id))
				}
			}
		case xml.EndElement:
			if token.Name.Local == "cellXfs" {
				inCells = false
			}
		}
		return nil
	})
}

// isDayFormat reports whether a built-in format shows a day (ECMA-376, 18.8.30, with those of
// Chinese versions).
func isDayFormat(id string) bool {
	n, err := strconv.Atoi(id)
	return err == nil && (n >= 14 && n <= 17 || n == 22 || n >= 27 && n <= 31 || n == 36 || n >= 50 && n <= 54 || n == 57 || n == 58)
}

// unformatted are the parts of a format code that are no placeholders: texts, escaped characters,
// colours and locales.
var unformatted = regexp.MustCompile(`"[^"]*"|\\.|\[[^\]]*\]|_.|\*.`)

// showsDay reports whether a format code shows the year or the day of a date.
func showsDay(code string) bool {
	if strings.EqualFold(code, "General") {
		return false
	}
	return strings.ContainsAny(unformatted.ReplaceAllString(code, ""), "yYdD")
}

func (w *xlsxFile) read(s Sheet, each func(Row) error) error {
	r := rowReader{xlsxFile: w, each: each}
	if w.parts[s.part] == nil {
		return NewFormError("缺少工作表 %s", "its table %s is missing", s.Name)
	}
	return w.walkPart(s.part, maxSheetPart, r.take)
}

// rowReader puts rows together from a sheet's elements.
type rowReader struct {
	*xlsxFile
	each           func(Row) error
	row            Row
	column         int // of the cell that is read, or the next
	cell           xml.StartElement
	value, formula strings.Builder
	inside         string // the element whose text is read: v, t or f
	inGuide        bool
	isRow, isCell  bool
}

func (r *rowReader) take(_ *xml.Decoder, token xml.Token) error {
	switch token := token.(type) {
	case xml.StartElement:
		return r.begin(token.Copy())
	case xml.CharData:
		switch {
		case !r.isCell || r.inGuide:
		case r.inside == "v" || r.inside == "t":
			r.value.Write(token)
		case r.inside == "f":
			r.formula.Write(token)
		}
		if r.value.Len() > 4*maxCell || r.formula.Len() > 4*maxCell {
			return NewFormError("第 %d 行有单元格超过 %d 个字符", "a cell in row %d has more than %d characters", r.row.Line, maxCell)
		}
	case xml.EndElement:
		r.inside = ""
		switch token.Name.Local {
		case "rPh":
			r.inGuide = false
		case "c":
			return r.endCell()
		case "row":
			if row := r.row; r.isRow {
				r.isRow = false
				return r.each(row)
			}
		}
	}
	return nil
}

// maxLine is the last line of a workbook.
const maxLine = 1 << 20

// begin reads the beginning of an element. Rows stand in their order, and each cell once and in its row, as
// ECMA-376 (18.3.1.73) has it: of a workbook that contradicts itself, one row would hide another.
func (r *rowReader) begin(start xml.StartElement) error {
	switch r.inside = start.Name.Local; r.inside {
	case "rPh":
		r.inGuide = true
	case "row":
		line := r.row.Line + 1
		if stated := attribute(start, "r"); stated != "" {
			n, err := strconv.Atoi(stated)
			if err != nil || n < line || n > maxLine {
				return NewFormError("第 %d 行之后的行号为“%.20s”，顺序有误；请用表格软件打开，核对后另存", "after row %d there is one numbered %.20q; open the workbook, check it and save it again", r.row.Line, stated)
			}
			line = n
		}
		r.row, r.column, r.isRow = Row{Line: line}, 0, true
	case "c":
		r.cell, r.isCell = start, true
		if reference := attribute(start, "r"); reference != "" {
			column, ok := columnOf(reference)
			if !ok || NameColumn(column)+strconv.Itoa(r.row.Line) != reference {
				return NewFormError("第 %d 行有单元格的位置为“%.20s”；请用表格软件打开，核对后另存", "in row %d there is a cell placed at %.20q; open the workbook, check it and save it again", r.row.Line, reference)
			}
			r.column = column
		}
		r.value.Reset()
		r.formula.Reset()
	}
	return nil
}

func (r *rowReader) endCell() error {
	defer func() { r.column, r.isCell = r.column+1, false }()
	if r.column >= maxColumns {
		return nil
	}
	cell := r.makeCell()
	if cell.Text == "" {
		return nil
	}
	for len(r.row.Cells) <= r.column {
		r.row.Cells = append(r.row.Cells, Cell{})
	}
	if r.row.Cells[r.column].Text != "" {
		return NewFormError("第 %d 行的 %s 列有两个单元格；请用表格软件打开，核对后另存", "row %d has two cells in column %s; open the workbook, check it and save it again", r.row.Line, NameColumn(r.column))
	}
	r.row.Cells[r.column] = cell
	return nil
}

func (r *rowReader) makeCell() Cell {
	value := r.value.String()
	switch attribute(r.cell, "t") {
	case "s":
		n, err := strconv.Atoi(strings.TrimSpace(value))
		if err != nil || n < 0 || n >= len(r.strings) {
			return Cell{Text: "#" + value, Kind: Failure}
		}
		return Cell{Text: r.strings[n]}
	case "inlineStr", "str", "d":
		return Cell{Text: unescapeText(value)}
	case "b":
		return Cell{Text: map[bool]string{true: "TRUE", false: "FALSE"}[strings.TrimSpace(value) == "1"]}
	case "e":
		return Cell{Text: value, Kind: Failure}
	}
	if value = strings.TrimSpace(value); value == "" && r.formula.Len() > 0 {
		return Cell{Text: "=" + r.formula.String(), Kind: Failure}
	}
	style, _ := strconv.Atoi(attribute(r.cell, "s"))
	return Cell{Text: value, Kind: Number, IsDay: style >= 0 && style < len(r.days) && r.days[style]}
}

// columnOf returns the column of a reference such as AB12, counted from 0.
func columnOf(reference string) (column int, ok bool) {
	for _, r := range reference {
		switch {
		case r >= 'A' && r <= 'Z' && column < 1<<20:
			column = 26*column + int(r-'A') + 1
		case column > 0 && r >= '0' && r <= '9':
			return column - 1, true
		default:
			return 0, false
		}
	}
	return 0, false
}
