package roster

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/jiazhu/jiazhu/shared/document/sheet"
)

// findingHeadings are the columns that are added to refused lines. Where they stand together they are not
// read; one that stands alone is the office's own.
var findingHeadings = []string{"行号", "列", "发现的内容", "应有的形式", "建议"}

// Rejected writes refused lines to a workbook: their own cells as they were, as text, and what is
// wrong with them. Corrected there, the workbook can be imported.
type Rejected struct {
	roster   *Roster
	workbook *excelize.File
	stream   *excelize.StreamWriter
	line     int
	kept     []int // the columns of the table, without those of earlier findings
	text     int   // styles
	wrong    int
	note     int
}

// isFinding reports whether a column is of earlier findings.
func (r *Roster) isFinding(column int) bool {
	for first := max(column-len(findingHeadings)+1, 0); first <= column && first+len(findingHeadings) <= len(r.Headings); first++ {
		if slices.Equal(r.Headings[first:first+len(findingHeadings)], findingHeadings) {
			return true
		}
	}
	return false
}

// NewRejected begins the workbook of a roster's refused lines.
func NewRejected(r *Roster) (*Rejected, error) {
	w := &Rejected{roster: r, workbook: excelize.NewFile(), line: 1}
	var heading int
	for style, s := range map[*int]excelize.Style{
		&w.text:  {NumFmt: textFormat, Alignment: &excelize.Alignment{Vertical: "top"}},
		&w.wrong: {NumFmt: textFormat, Alignment: &excelize.Alignment{Vertical: "top"}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFC7CE"}}},
		&w.note:  {NumFmt: textFormat, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}},
		&heading: {NumFmt: textFormat, Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true}},
	} {
		var err error
		if *style, err = w.workbook.NewStyle(&s); err != nil {
			return nil, err
		}
	}
	if err := w.workbook.SetSheetName("Sheet1", "退回"); err != nil {
		return nil, err
	}
	var err error
	if w.stream, err = w.workbook.NewStreamWriter("退回"); err != nil {
		return nil, err
	}
	var cells []any
	for i, h := range r.Headings {
		if !r.isFinding(i) {
			w.kept = append(w.kept, i)
			cells = append(cells, excelize.Cell{StyleID: heading, Value: h})
		}
	}
	for _, h := range findingHeadings {
		cells = append(cells, excelize.Cell{StyleID: heading, Value: h})
	}
	if err := w.setWidths(); err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(r.kinds, func(k kind) bool { return k.id == r.kind }); i >= 0 {
		if err := w.stream.SetRow("A1", []any{r.kinds[i].fullName() + " 退回的行：改正后导入本文件"}); err != nil {
			return nil, err
		}
		w.line++
	}
	return w, w.stream.SetRow("A"+strconv.Itoa(w.line), cells)
}

// noteWidth is the width of a column of findings, in digits.
const noteWidth = 44

func (w *Rejected) setWidths() error {
	if n := len(w.kept); n > 0 {
		if err := w.stream.SetColWidth(1, n, cellWidth); err != nil {
			return err
		}
		if err := w.stream.SetColStyle(1, n, w.text); err != nil {
			return err
		}
	}
	return w.stream.SetColWidth(len(w.kept)+2, len(w.kept)+len(findingHeadings), noteWidth)
}

// Add writes a refused line with its mistakes.
func (w *Rejected) Add(row sheet.Row, mistakes []Mistake) error {
	w.line++
	wrong := map[int]bool{}
	var columns, found, forms, advice []string
	for i, m := range mistakes {
		f := w.roster.Describe(m)
		wrong[f.at] = true
		columns = append(columns, number(i, len(mistakes), f.Column))
		found = append(found, number(i, len(mistakes), f.Found))
		forms = append(forms, number(i, len(mistakes), f.Form))
		advice = append(advice, number(i, len(mistakes), f.Advice))
	}
	var cells []any
	for _, i := range w.kept {
		cell := excelize.Cell{StyleID: w.text}
		if wrong[i] {
			cell.StyleID = w.wrong
		}
		if i < len(row.Cells) {
			cell.Value = w.roster.writeCell(row.Cells[i])
		}
		cells = append(cells, cell)
	}
	for _, text := range []string{strconv.Itoa(row.Line), strings.Join(columns, "\n"), strings.Join(found, "\n"), strings.Join(forms, "\n"), strings.Join(advice, "\n")} {
		cells = append(cells, excelize.Cell{StyleID: w.note, Value: text})
	}
	height := excelize.RowOpts{Height: textHeight(columns, found, forms, advice)}
	return w.stream.SetRow("A"+strconv.Itoa(w.line), cells, height)
}

// textHeight returns the height, in points, of a row in which these texts are shown whole.
func textHeight(cells ...[]string) float64 {
	const ofLine, most = 15, 405
	lines := 1
	for _, texts := range cells {
		n := 0
		for _, text := range texts {
			n += 1 + 2*utf8.RuneCountInString(text)/noteWidth
		}
		lines = max(lines, n)
	}
	return float64(min(ofLine*lines, most))
}

// Write ends the workbook.
func (w *Rejected) Write(to io.Writer) error {
	defer w.workbook.Close()
	if err := w.stream.Flush(); err != nil {
		return err
	}
	return w.workbook.Write(to)
}

// Close gives up the workbook.
func (w *Rejected) Close() error { return w.workbook.Close() }

// writeCell returns a cell's text as it stands in the workbook of refused lines: a day as people write
// it, not as the number that a spreadsheet has for it.
func (r *Roster) writeCell(c sheet.Cell) string {
	if c.IsDay {
		if day, mistake := readDay(c, r.workbook.From1904); mistake == nil {
			return day
		}
	}
	return c.Text
}

// number puts a mistake's number before a text, where there are several mistakes.
func number(i, all int, text string) string {
	if all < 2 {
		return text
	}
	return fmt.Sprintf("%d. %s", i+1, text)
}

// Finding is a mistake as it is told to people.
type Finding struct {
	Column string `json:"column"`
	Found  string `json:"found"`
	Form   string `json:"form"` // that is expected
	Advice string `json:"advice"`
	at     int    // the column, -1 if the table has none
}

// Describe returns a mistake as it is told to people.
func (r *Roster) Describe(m Mistake) Finding {
	at, c := r.describe(m.Field)
	return Finding{Column: nameOf(at, c, r), Found: describeFound(m), Form: c.form, Advice: r.advise(m, c), at: at}
}

// describe returns where the column of a field is, -1 if the table has none, and what it holds.
func (r *Roster) describe(field string) (at int, c column) {
	if at = r.find(field); at >= 0 {
		return at, r.columns[at]
	}
	_, all := readColumns(r.kinds, r.kind)
	for _, c := range append(r.findKind(r.kind).templateColumns(), all...) {
		if c.field == field {
			return -1, c
		}
	}
	return -1, column{heading: field, form: "见填写说明", advice: "改正后重新导入"}
}

func nameOf(at int, c column, r *Roster) string {
	switch {
	case at >= 0:
		return sheet.NameColumn(at) + " " + r.Headings[at]
	case c.heading == "":
		return "整行"
	}
	return "（表中没有此列）" + c.heading
}

func describeFound(m Mistake) string {
	if m.Found == "" {
		return m.Reason
	}
	text := []rune(strings.Join(strings.Fields(m.Found), " "))
	if len(text) > 60 {
		text = append(text[:60], '…')
	}
	return "“" + string(text) + "”：" + m.Reason
}

func (r *Roster) advise(m Mistake, c column) string {
	switch {
	case m.Suggestion != "" && m.Advice != "":
		return "改为 " + m.Suggestion + "；" + m.Advice
	case m.Suggestion != "":
		return "改为 " + m.Suggestion
	case m.Advice != "":
		return m.Advice
	}
	return c.advice
}
