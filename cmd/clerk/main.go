//go:build js && wasm

// Command clerk is what the page 上报 runs as WebAssembly in a worker. It sets the global object clerk,
// whose functions take and return texts and bytes:
//
//	schemes(files)              reads the service's kinds of certificate and lists them
//	open(reader, size, type)    opens a table, or a file of rows, and says what it is
//	pictures(member, paths, read, size)
//	                            gives the table the pictures of /photo or /signatureImage
//	prepare(from, to)           judges rows, as far as that depends on the table alone
//	line(row)                   returns a row as it is sent
//	answer(row, errors)         keeps why the service refused a row, and says it in the table's words
//	counts()                    says what became of the pictures
//	rejected()                  returns the file of the refused rows
//	template(type)              returns the workbook to be filled in
//
// Each returns JSON, {error} if it failed; rejected and template return bytes. Rows are counted from 0.
// A reader is a function that returns the bytes from one offset to another.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"syscall/js"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/shared/document/sheet"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/roster"
	"github.com/jiazhu/jiazhu/shared/submission"
)

func main() {
	w := &worker{}
	js.Global().Set("clerk", map[string]any{
		"schemes": export(w.readSchemes), "open": export(w.open), "pictures": export(w.addPictures), "prepare": export(w.prepare),
		"line": export(w.writeLine), "answer": export(w.keepAnswer), "counts": export(w.countPictures),
		"rejected": export(w.writeRejected), "template": export(w.writeTemplate),
	})
	select {}
}

// source is the table or the file of rows that is open.
type source interface {
	count() int
	prepare(row int) prepared
	line(row int) ([]byte, error)
	answer(row int, flaws []client.Flaw) []roster.Finding
	writeRejected(w io.Writer) error
}

// prepared is a row as the page lists it.
type prepared struct {
	Line     int              `json:"line"` // in the table
	Number   string           `json:"number"`
	Name     string           `json:"name"`
	Findings []roster.Finding `json:"findings"` // why it is refused
	Pictures []shownPicture   `json:"pictures"`
}

type shownPicture struct {
	Member string `json:"member"`
	File   string `json:"file"`
	Change string `json:"change"`
}

// worker is what is kept between calls.
type worker struct {
	schemes scheme.Set
	table   *table // nil for a file of rows
	source  source
}

// export makes a function callable from the worker. What it panics with is the error of that one call.
func export(f func([]js.Value) (any, error)) js.Func {
	return js.FuncOf(func(_ js.Value, arguments []js.Value) any {
		answer := call(f, arguments)
		if data, ok := answer.([]byte); ok {
			copied := js.Global().Get("Uint8Array").New(len(data))
			js.CopyBytesToJS(copied, data)
			return copied
		}
		text, err := json.Marshal(answer)
		if err != nil {
			return `{"error":"its answer cannot be written"}`
		}
		return string(text)
	})
}

func call(f func([]js.Value) (any, error), arguments []js.Value) (answer any) {
	defer func() {
		if cause := recover(); cause != nil {
			answer = failure{fmt.Sprint(cause)}
		}
	}()
	answer, err := f(arguments)
	if err != nil {
		return failure{err.Error()}
	}
	return answer
}

type failure struct {
	Error string `json:"error"`
}

// kind is a kind of certificate to choose.
type kind struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (w *worker) readSchemes(arguments []js.Value) (any, error) {
	var files []string
	if err := json.Unmarshal([]byte(arguments[0].String()), &files); err != nil {
		return nil, err
	}
	var all []scheme.Scheme
	for _, text := range files {
		s, err := scheme.Parse([]byte(text))
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	set, err := scheme.NewSet(all...)
	w.schemes = set
	return listKinds(all), err
}

// listKinds names the kinds, and with them the authorities of those that have one name.
func listKinds(all []scheme.Scheme) []kind {
	uses := map[string]int{}
	for _, s := range all {
		uses[s.TypeName]++
	}
	kinds := []kind{}
	for _, s := range all {
		name := s.TypeName
		if uses[name] > 1 {
			name += "（" + s.Authority + "）"
		}
		kinds = append(kinds, kind{s.ID, name})
	}
	return kinds
}

// opened is what a file turns out to be.
type opened struct {
	Refused  string   `json:"refused,omitempty"` // why it cannot be read
	Rows     int      `json:"rows"`
	Lines    bool     `json:"lines"` // it is a file of rows
	Examples int      `json:"examples"`
	Others   []int    `json:"others"` // lines that name nobody
	Unread   []string `json:"unread"` // headings
	Absent   []string `json:"absent"` // headings of required columns
}

func (w *worker) open(arguments []js.Value) (any, error) {
	file, size := blob(arguments[0]), int64(arguments[1].Float())
	w.table, w.source = nil, nil
	if beginsAsRow(file) {
		rows, err := readRows(file, size, w.schemes)
		if err != nil {
			return opened{Refused: err.Error()}, nil
		}
		w.source = rows
		return opened{Rows: rows.count(), Lines: true}, nil
	}
	t, err := openTable(file, size, w.schemes, arguments[2].String())
	var wrong sheet.FormError
	switch {
	case errors.As(err, &wrong):
		return opened{Refused: wrong.Text.ZH}, nil
	case err != nil:
		return nil, err
	}
	w.table, w.source = t, t
	return opened{Rows: t.count(), Examples: t.Examples, Others: t.Others, Unread: t.ListUnknown(), Absent: t.ListMissing()}, nil
}

// blob reads from a file of the browser's by a function.
type blob js.Value

func (b blob) ReadAt(p []byte, at int64) (int, error) {
	n := js.CopyBytesToGo(p, js.Value(b).Invoke(at, at+int64(len(p))))
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

func (w *worker) addPictures(arguments []js.Value) (any, error) {
	var paths []string
	if err := json.Unmarshal([]byte(arguments[1].String()), &paths); err != nil {
		return nil, err
	}
	if w.table == nil {
		return 0, nil
	}
	pictures := roster.NewPictures(newDirectory(paths, arguments[2], arguments[3]), paths)
	w.table.AddPictures(arguments[0].String(), pictures)
	return pictures.Count, nil
}

func (w *worker) prepare(arguments []js.Value) (any, error) {
	if w.source == nil {
		return nil, errNothingOpen
	}
	rows := []prepared{}
	for i := arguments[0].Int(); i < min(arguments[1].Int(), w.source.count()); i++ {
		rows = append(rows, w.source.prepare(i))
	}
	return rows, nil
}

var errNothingOpen = errors.New("no such file is open")

func (w *worker) writeLine(arguments []js.Value) (any, error) {
	if w.source == nil {
		return nil, errNothingOpen
	}
	return w.source.line(arguments[0].Int())
}

func (w *worker) keepAnswer(arguments []js.Value) (any, error) {
	if w.source == nil {
		return nil, errNothingOpen
	}
	var flaws []client.Flaw
	if err := json.Unmarshal([]byte(arguments[1].String()), &flaws); err != nil {
		return nil, err
	}
	return w.source.answer(arguments[0].Int(), flaws), nil
}

func (w *worker) countPictures([]js.Value) (any, error) {
	counts := map[string]*submission.Pictures{}
	if w.table != nil {
		for member, p := range w.table.Pictures {
			p.Unused = p.ListUnused()
			counts[member] = p
		}
	}
	return counts, nil
}

func (w *worker) writeRejected([]js.Value) (any, error) {
	if w.source == nil {
		return nil, errNothingOpen
	}
	var file bytes.Buffer
	err := w.source.writeRejected(&file)
	return file.Bytes(), err
}

func (w *worker) writeTemplate(arguments []js.Value) (any, error) {
	s, ok := w.schemes.ByID(arguments[0].String())
	if !ok {
		return nil, errors.New("there is no such type")
	}
	var file bytes.Buffer
	err := roster.WriteTemplate(&file, s)
	return file.Bytes(), err
}
