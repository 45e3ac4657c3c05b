//go:build js && wasm

package main

import (
	"encoding/json"
	"io"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/shared/document/sheet"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/roster"
	"github.com/jiazhu/jiazhu/shared/submission"
)

// table is a spreadsheet, whose rows are held.
type table struct {
	submission.Table
	rows    []sheet.Row
	refused map[int]bool          // rows that are not sent
	flaws   map[int][]client.Flaw // what the service refused, by row
}

func openTable(file io.ReaderAt, size int64, schemes scheme.Set, kind string) (*table, error) {
	workbook, err := sheet.Open(file, size)
	if err != nil {
		return nil, err
	}
	r, err := roster.Open(workbook, "", schemes, kind)
	if err != nil {
		return nil, err
	}
	t := &table{
		Table:   submission.Table{Roster: r, Schemes: schemes, Pictures: map[string]*submission.Pictures{}},
		refused: map[int]bool{}, flaws: map[int][]client.Flaw{},
	}
	return t, r.Read(func(row sheet.Row) error {
		t.rows = append(t.rows, row)
		return nil
	})
}

func (t *table) count() int { return len(t.rows) }

// read reads a row with its pictures. A row that names a picture where none were given is refused.
func (t *table) read(row int, count bool) roster.Entry {
	e, err := t.Prepare(t.rows[row], count)
	if err != nil {
		e.Mistakes = append(e.Mistakes, roster.Mistake{Field: submission.Photo, Reason: "表中写明了图像文件名，但没有选择图像所在的文件夹", Advice: "选择文件夹，或删去该列的内容"})
	}
	return e
}

func (t *table) prepare(row int) prepared {
	e := t.read(row, true)
	mistakes := t.Locate(e, t.rows[row], t.Judge(e))
	t.refused[row] = len(mistakes) > 0
	p := prepared{Line: e.Line, Number: e.Row.Number, Name: e.Row.Holder.Name, Findings: t.describe(mistakes)}
	for _, member := range []string{submission.Photo, submission.Signature} {
		if found, ok := e.Pictures[member]; ok {
			p.Pictures = append(p.Pictures, shownPicture{member, found.File, found.Change})
		}
	}
	return p
}

func (t *table) describe(mistakes []roster.Mistake) []roster.Finding {
	findings := []roster.Finding{}
	for _, m := range mistakes {
		findings = append(findings, t.Describe(m))
	}
	return findings
}

func (t *table) line(row int) ([]byte, error) { return json.Marshal(t.read(row, false).Row) }

func (t *table) answer(row int, flaws []client.Flaw) []roster.Finding {
	t.flaws[row] = flaws
	return t.describe(t.Locate(t.read(row, false), t.rows[row], flaws))
}

func (t *table) writeRejected(to io.Writer) error {
	w, err := roster.NewRejected(t.Roster)
	if err != nil {
		return err
	}
	defer w.Close()
	for i, row := range t.rows {
		if !t.refused[i] && len(t.flaws[i]) == 0 {
			continue
		}
		e := t.read(i, false)
		flaws := t.flaws[i]
		if t.refused[i] {
			flaws = t.Judge(e)
		}
		if err := w.Add(row, t.Locate(e, row, flaws)); err != nil {
			return err
		}
	}
	return w.Write(to)
}
