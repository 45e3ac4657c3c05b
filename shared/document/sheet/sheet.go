// Package sheet reads tables as offices keep them: workbooks (.xlsx, ECMA-376) and text with
// separators (.csv) in UTF-8, UTF-16 or GB 18030. It hands over one row at a time, and knows of each
// cell whether it is text or a number, because a spreadsheet keeps only 15 digits of a number.
//
// It does not calculate: of a formula it reads the value that was stored with it.
//
// The reader is our own because those of libraries that read row by row give texts alone: whether
// 110101198001010000 is a text, or a number that has lost its last digits, is not to be seen there.
package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// Kind says what a cell holds.
type Kind int

// The kinds of a cell.
const (
	Text    Kind = iota
	Number       // Text is the number as it is stored, such as 46535 or 1.1E+17
	Failure      // an error such as #N/A, or a formula without a stored value
)

// Cell is one cell of a row.
type Cell struct {
	Text  string
	Kind  Kind
	IsDay bool // a number that its format shows as a day
}

// Row is a row of a table that has a cell with content. Line is its number as a spreadsheet shows
// it, from 1; in a text file, the line in which it begins.
type Row struct {
	Line  int
	Cells []Cell
}

// Sheet is one table of a workbook.
type Sheet struct {
	Name   string
	Hidden bool
	part   string
}

// Workbook is an opened file.
type Workbook struct {
	Sheets   []Sheet
	From1904 bool // days are counted from 1904-01-01 instead of 1899-12-31
	Form     string
	source   source
}

// source reads the rows of a sheet.
type source interface {
	read(s Sheet, each func(Row) error) error
}

// Limits of a file. A cell or a file beyond them is an error, columns beyond them are left out.
const (
	maxColumns = 512
	maxCell    = 32767 // characters, as in a workbook
	maxText    = 64 << 20
)

// ErrForm says that a file is no table that is read here. The error is a FormError, which says what the
// file is and what to do.
var ErrForm = errors.New("the file cannot be read as a table")

// FormError is ErrForm with its reason.
type FormError struct{ Text problem.Text }

func (e FormError) Error() string { return ErrForm.Error() + ": " + e.Text.EN }

// Unwrap returns ErrForm.
func (e FormError) Unwrap() error { return ErrForm }

// NewFormError returns the error with a reason, a format of the arguments in Chinese and in English.
func NewFormError(zh, en string, arguments ...any) error {
	return FormError{problem.Text{ZH: fmt.Sprintf(zh, arguments...), EN: fmt.Sprintf(en, arguments...)}}
}

// Open opens a file of size bytes.
func Open(file io.ReaderAt, size int64) (*Workbook, error) {
	head := make([]byte, min(size, 8))
	if _, err := file.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, err
	}
	switch {
	case size == 0:
		return nil, NewFormError("文件是空的", "it is empty")
	case bytes.HasPrefix(head, []byte("PK")):
		return openWorkbook(file, size)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return nil, NewFormError("这是 .xls 文件，或设有密码；请另存为不设密码的 .xlsx", "it is an .xls workbook, or one with a password; save it as .xlsx without a password")
	}
	return openText(file, size)
}

// ErrStop is returned to Read by a function that needs no more rows.
var ErrStop = errors.New("no more rows are needed")

// Read calls each with the rows of a sheet that have content, from the top, until each returns an
// error. ErrStop ends it without one.
func (b *Workbook) Read(s Sheet, each func(Row) error) error {
	err := b.source.read(s, func(r Row) error {
		r.Cells = trimCells(r.Cells)
		if len(r.Cells) == 0 {
			return nil
		}
		return each(r)
	})
	if errors.Is(err, ErrStop) {
		return nil
	}
	return err
}

// trimCells leaves out the empty cells at the end.
func trimCells(cells []Cell) []Cell {
	for len(cells) > 0 && cells[len(cells)-1].IsEmpty() {
		cells = cells[:len(cells)-1]
	}
	return cells
}

// IsEmpty reports whether a cell shows nothing.
func (c Cell) IsEmpty() bool {
	return strings.TrimFunc(c.Text, func(r rune) bool { return unicode.IsSpace(r) || r == '\uFEFF' || r == '\u200B' }) == ""
}

// NameColumn returns the letters of a column, counted from 0: A, B … Z, AA.
func NameColumn(column int) string {
	name := ""
	for column++; column > 0; column = (column - 1) / 26 {
		name = string(rune('A'+(column-1)%26)) + name
	}
	return name
}
