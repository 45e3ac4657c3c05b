//go:build js && wasm

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/roster"
	"github.com/jiazhu/jiazhu/shared/service/reporting"
)

// maxRowsFile is the largest file of rows that the page takes, in bytes.
const maxRowsFile = 256 << 20

// rowsFile is a file of rows as in POST /v1/reports, one JSON object a line.
type rowsFile struct {
	schemes  scheme.Set
	rows     [][]byte
	outcomes map[int]reporting.Outcome // of the refused rows
}

// beginsAsRow reports whether a file begins with a JSON object.
func beginsAsRow(file io.ReaderAt) bool {
	head := make([]byte, 64)
	n, _ := file.ReadAt(head, 0) // an empty file begins with nothing
	return bytes.HasPrefix(bytes.TrimSpace(bytes.TrimPrefix(head[:n], []byte("\uFEFF"))), []byte("{"))
}

func readRows(file io.ReaderAt, size int64, schemes scheme.Set) (*rowsFile, error) {
	if size > maxRowsFile {
		return nil, errors.New("逐行 JSON 文件不得超过 256 MB，请分为几个文件")
	}
	text := make([]byte, size)
	if _, err := file.ReadAt(text, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	f := &rowsFile{schemes: schemes, outcomes: map[int]reporting.Outcome{}}
	for line := range bytes.Lines(bytes.TrimPrefix(text, []byte("\uFEFF"))) {
		if line = bytes.TrimSpace(line); len(line) > 0 {
			f.rows = append(f.rows, line)
		}
	}
	return f, nil
}

func (f *rowsFile) count() int { return len(f.rows) }

func (f *rowsFile) prepare(row int) prepared {
	o := reporting.Outcome{Row: row + 1}
	ok := reporting.JudgeAlone(f.schemes, f.rows[row], &o, "zh")
	var named struct {
		Holder struct {
			Name string `json:"name"`
		} `json:"holder"`
	}
	_ = json.Unmarshal(f.rows[row], &named) // a row that cannot be read has no name
	p := prepared{Line: row + 1, Number: o.Number, Name: named.Holder.Name, Findings: []roster.Finding{}}
	if !ok {
		f.outcomes[row] = o
		p.Findings = describeErrors(o.Errors)
	}
	return p
}

func describeErrors(errs []reporting.FieldError) []roster.Finding {
	findings := []roster.Finding{}
	for _, e := range errs {
		findings = append(findings, roster.Finding{Column: e.Field, Found: e.Detail, Advice: e.Suggestion})
	}
	return findings
}

func (f *rowsFile) line(row int) ([]byte, error) { return f.rows[row], nil }

func (f *rowsFile) answer(row int, flaws []client.Flaw) []roster.Finding {
	o := reporting.Outcome{Row: row + 1, Result: reporting.Refused}
	for _, flaw := range flaws {
		o.Errors = append(o.Errors, reporting.FieldError{Field: flaw.Field, Rule: flaw.Rule, Detail: flaw.Detail, Suggestion: flaw.Suggestion})
	}
	f.outcomes[row] = o
	return describeErrors(o.Errors)
}

func (f *rowsFile) writeRejected(w io.Writer) error {
	lines := json.NewEncoder(w)
	for i := range f.rows {
		if o, ok := f.outcomes[i]; ok {
			if err := lines.Encode(o); err != nil {
				return err
			}
		}
	}
	return nil
}
