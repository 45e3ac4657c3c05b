package receiptpdf

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/pdf"
)

// Table is the content of pages that list the results of many verifications. All texts are printed
// unchanged and are in one language.
type Table struct {
	Title   string
	ID      string    // of the job
	At      time.Time // of the last verification
	Facts   []Fact
	Columns []Column
	Rows    []TableRow
	Notes   []string // at the end; the digest of the signed data follows
	Test    bool     // prints 测试
	Signed  string   // compact JWS, of which the digest is printed
}

// Column is a column of a table.
type Column struct {
	Label string
	Width float64 // mm
}

// TableRow is a row, with a cell for each column.
type TableRow struct {
	Cells []string
	Tone  Tone // the colour of the cell Result
}

// The pages of a table are lying A4, in mm.
const (
	tableWidth, tableHeight = 297.0, 210.0
	tableLeft, tableTop     = 18.0, 16.0
	tableFoot               = 192.0 // lowest line of a row
	cellSize                = 2.9
	cellGap                 = 2.0 // between columns
	maxCellLines            = 12  // of one cell; more are left out
)

// PrintTable makes the PDF: as many pages as the rows need, tagged, each with the table's head. resultColumn is
// the column in the colour of its row. A character that the fonts lack is printed as 〓.
func (p *Printer) PrintTable(t Table, resultColumn int) ([]byte, error) {
	w := &tableWriter{pageWriter: pageWriter{printer: p, size: cellSize}, table: t, result: resultColumn}
	if err := w.write(); err != nil {
		return nil, err
	}
	d := pdf.Document{Page: w.pages[0], Title: t.Title, Subject: t.Title, Keywords: t.ID, At: t.At}
	sum := sha256.Sum256([]byte(t.Signed))
	copy(d.ID[:], sum[:])
	made, err := p.pdf.WritePages(d, w.pages[1:])
	if err != nil {
		return nil, fmt.Errorf("receiptpdf: %w", err)
	}
	return made, nil
}

// tableWriter writes the pages of a table, one after the other.
type tableWriter struct {
	pageWriter
	table  Table
	result int
	pages  []displaylist.Page
}

func (w *tableWriter) write() error {
	w.beginPage()
	w.writeHeading()
	w.writeColumns()
	for i, r := range w.table.Rows {
		w.writeRow(i, r)
	}
	if err := w.writeClosing(); err != nil {
		return err
	}
	w.endPage()
	w.numberPages()
	return nil
}

func (w *tableWriter) beginPage() { w.items, w.y = nil, microns(tableTop) }

func (w *tableWriter) endPage() {
	w.pages = append(w.pages, displaylist.Page{Width: tableWidth, Height: tableHeight, Lang: "zh-CN", Title: w.table.Title, Items: w.items})
}

// writeHeading writes what the table is about, on the first page.
func (w *tableWriter) writeHeading() {
	w.text(tableLeft, w.table.Title, titleSize, inkColor(), displaylist.Title, "")
	w.gap(titleSize * leading)
	if w.table.Test {
		w.text(tableLeft, "测试 · 无法律效力", textSize, dangerColor(), displaylist.Note, "")
		w.gap(textSize * leading)
	}
	w.gap(2)
	for _, f := range w.table.Facts {
		w.text(tableLeft, f.Label, textSize, greyColor(), displaylist.Label, f.Label)
		for _, line := range w.wrap(f.Value, textSize, tableWidth-2*tableLeft-labelWidth) {
			w.text(tableLeft+labelWidth, line, textSize, inkColor(), displaylist.Value, f.Label)
			w.gap(textSize * leading)
		}
	}
	w.gap(3)
}

// writeColumns writes the table's head.
func (w *tableWriter) writeColumns() {
	key := fmt.Sprintf("page %d", len(w.pages))
	for i, x := range w.columnPlaces() {
		w.text(x, w.table.Columns[i].Label, cellSize, greyColor(), displaylist.Label, key)
	}
	w.gap(cellSize * leading)
	w.rule()
	w.gap(1)
}

// columnPlaces returns where each column begins.
func (w *tableWriter) columnPlaces() []float64 {
	places, x := make([]float64, len(w.table.Columns)), microns(tableLeft)
	for i, c := range w.table.Columns {
		places[i] = x.mm()
		x += microns(c.Width)
	}
	return places
}

// writeRow writes a row, on the next page if it does not fit on this one.
func (w *tableWriter) writeRow(number int, r TableRow) {
	cells, lines := make([][]string, len(w.table.Columns)), 1
	for i, c := range w.table.Columns {
		cells[i] = w.wrap(r.Cells[i], cellSize, c.Width-cellGap)
		if len(cells[i]) > maxCellLines {
			cells[i] = append(cells[i][:maxCellLines-1:maxCellLines-1], "…")
		}
		lines = max(lines, len(cells[i]))
	}
	w.makeRoom(microns(cellSize*leading)*micron(lines), true)
	key, top := fmt.Sprintf("row %d", number), w.y
	for i, x := range w.columnPlaces() {
		color := inkColor()
		if i == w.result {
			color = r.Tone.color()
		}
		w.y = top
		for _, line := range cells[i] {
			if line != "" {
				w.text(x, line, cellSize, color, displaylist.Value, key)
			}
			w.gap(cellSize * leading)
		}
	}
	w.y = top + microns(cellSize*leading)*micron(lines)
	w.rule()
	w.gap(1)
}

// makeRoom begins another page if so much does not fit on this one.
func (w *tableWriter) makeRoom(height micron, isRow bool) {
	if w.y+height <= microns(tableFoot) {
		return
	}
	w.endPage()
	w.beginPage()
	if isRow {
		w.writeColumns()
	}
}

func (w *tableWriter) rule() {
	color := ruleColor()
	w.items = append(w.items, &displaylist.Path{
		Ops:    []displaylist.Op{{Kind: 'M', X: tableLeft, Y: w.y.mm()}, {Kind: 'L', X: tableWidth - tableLeft, Y: w.y.mm()}},
		Stroke: &color, Width: 0.2,
	})
}

// writeClosing writes how to check the results later, beside a QR code of the signed data's digest.
func (w *tableWriter) writeClosing() error {
	code, err := digestCode(w.table.Signed)
	if err != nil {
		return err
	}
	w.makeRoom(microns(codeSize+4), false)
	w.gap(4)
	top := w.y
	w.items = append(w.items, &displaylist.Image{
		X: tableWidth - tableLeft - codeSize, Y: top.mm(), W: codeSize, H: codeSize, Picture: code, Alt: "清单摘要二维码",
	})
	for _, note := range append(slices.Clone(w.table.Notes), "sha256:"+digest(w.table.Signed)) {
		for _, line := range w.wrap(note, noteSize, tableWidth-2*tableLeft-codeSize-4) {
			w.text(tableLeft, line, noteSize, greyColor(), displaylist.Note, "")
			w.gap(noteSize * leading)
		}
	}
	w.y = max(w.y, top+microns(codeSize))
	return nil
}

// numberPages writes the number of each page at its foot.
func (w *tableWriter) numberPages() {
	for i := range w.pages {
		text := strings.Join([]string{w.table.ID, fmt.Sprintf("第 %d 页，共 %d 页", i+1, len(w.pages))}, "　")
		w.items, w.y = w.pages[i].Items, microns(tableFoot+6)
		w.text(tableLeft, text, noteSize, greyColor(), displaylist.Note, "")
		w.pages[i].Items = w.items
	}
}
