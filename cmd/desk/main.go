//go:build js && wasm

// Command desk is package desk as WebAssembly, for a worker of the verify page. It sets the global
// object desk, whose functions take and return texts and bytes:
//
//	trust(bundle)                            reads the published keys (jiazhu-trust.json)
//	examine(id, bytes)                       examines a file and keeps what it proves under an id
//	open(id, reader, size, language)         lists the files of a ZIP and keeps it under an id, or
//	                                         says that it is none
//	examineEntry(id, archive, entry, language)
//	                                         examines a file of it
//	readEntry(archive, entry)                returns the bytes of a file of it
//	examinePixels(id, width, height, grey)   examines a picture that the browser decoded
//	listPages(id, pages)                     returns which of the pages that pdf.js found are to be drawn
//	addDrawn(id, page, width, height, grey)  searches a page that pdf.js drew
//	judge(id, question, language, register)  answers a question about a file, with the register's
//	                                         entries about its identities, null for one not known
//	forget(id)
//
// Each returns JSON, {error} if it failed; readEntry returns bytes. A reader is a function that returns the bytes from one
// offset to another.
package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"syscall/js"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/archive"
	"github.com/jiazhu/jiazhu/shared/document/desk"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/scan"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

func main() {
	w := worker{documents: map[int]desk.Document{}, archives: map[int][]archive.Entry{}}
	js.Global().Set("desk", map[string]any{
		"trust": export(w.readTrust), "examine": export(w.examineFile), "open": export(w.openArchive),
		"examineEntry": export(w.examineEntry), "readEntry": export(w.readEntry), "examinePixels": export(w.examinePixels),
		"listPages": export(w.listPages), "addDrawn": export(w.addDrawn), "judge": export(w.judge), "forget": export(w.forget),
	})
	select {}
}

// worker is what the worker keeps between calls.
type worker struct {
	trust     evidence.Trust
	documents map[int]desk.Document
	archives  map[int][]archive.Entry
}

// export makes a function callable from the worker. What it panics with is the error of that one call.
func export(f func([]js.Value) (any, error)) js.Func {
	return js.FuncOf(func(_ js.Value, arguments []js.Value) any {
		answer := call(f, arguments)
		if bytes, ok := answer.(js.Value); ok {
			return bytes
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

func (w *worker) readTrust(arguments []js.Value) (any, error) {
	trust, err := evidence.ParseTrust([]byte(arguments[0].String()))
	if err != nil {
		return nil, err
	}
	w.trust = trust
	return true, nil
}

// examined says what to do with a file that was examined.
type examined struct {
	Identities []desk.Identity `json:"identities"` // what to ask the register about
	Receipt    bool            `json:"receipt,omitempty"`
	Undrawn    []int           `json:"undrawn,omitempty"` // pages that pdf.js may draw; 0: all
	SHA256     string          `json:"sha256,omitempty"`  // of a file, in hex
	Refused    string          `json:"refused,omitempty"` // why an entry of an archive is not read
}

func (w *worker) examineFile(arguments []js.Value) (any, error) {
	return w.examine(arguments[0].Int(), bytesOf(arguments[1]))
}

func bytesOf(value js.Value) []byte {
	data := make([]byte, value.Get("byteLength").Int())
	js.CopyBytesToGo(data, value)
	return data
}

func (w *worker) examine(id int, data []byte) (any, error) {
	sum := sha256.Sum256(data)
	digest := hex.EncodeToString(sum[:])
	document, err := desk.Examine(data, w.trust, newBounds())
	switch {
	case errors.Is(err, desk.ErrReceipt):
		return examined{Receipt: true, SHA256: digest}, nil
	case err != nil:
		return nil, err
	}
	kept := w.keep(id, document)
	kept.SHA256 = digest
	return kept, nil
}

func (w *worker) keep(id int, document desk.Document) examined {
	w.documents[id] = document
	return examined{Identities: document.Identities(), Undrawn: document.Undrawn()}
}

// maxSearch is how long one file is searched for codes.
const maxSearch = time.Minute

func newBounds() scan.Bounds {
	bounds, end := scan.DefaultBounds(), time.Now().Add(maxSearch)
	bounds.IsOver = func() bool { return time.Now().After(end) }
	return bounds
}

func (w *worker) examinePixels(arguments []js.Value) (any, error) {
	document, err := desk.ExaminePixels(arguments[1].Int(), arguments[2].Int(), bytesOf(arguments[3]), w.trust, newBounds())
	if err != nil {
		return nil, err
	}
	return w.keep(arguments[0].Int(), document), nil
}

func (w *worker) listPages(arguments []js.Value) (any, error) {
	document, err := w.find(arguments[0])
	if err != nil {
		return nil, err
	}
	return document.ListPages(arguments[1].Int(), newBounds()), nil
}

func (w *worker) addDrawn(arguments []js.Value) (any, error) {
	document, err := w.find(arguments[0])
	if err != nil {
		return nil, err
	}
	err = document.AddDrawn(arguments[1].Int(), arguments[2].Int(), arguments[3].Int(), bytesOf(arguments[4]), w.trust, newBounds())
	return examined{Identities: document.Identities()}, err
}

// find returns the document kept under an id.
func (w *worker) find(id js.Value) (desk.Document, error) {
	document, ok := w.documents[id.Int()]
	if !ok {
		return desk.Document{}, errors.New("no such document was examined")
	}
	return document, nil
}

// listed is an entry of an archive.
type listed struct {
	Index   int    `json:"index"`
	Path    string `json:"path"`
	Refused string `json:"refused,omitempty"`
}

// opened is what a file that may be an archive turns out to be.
type opened struct {
	Plain      bool     `json:"plain,omitempty"` // it is none, but one document
	Refused    string   `json:"refused,omitempty"`
	Entries    []listed `json:"entries"`
	PassedOver int      `json:"passedOver"` // files of an operating system
}

func (w *worker) openArchive(arguments []js.Value) (any, error) {
	lang := arguments[3].String()
	found, err := archive.Open(blob(arguments[1]), int64(arguments[2].Float()))
	if why := archive.RefusalOf(err); why != archive.Accepted {
		return opened{Refused: why.Text().In(lang)}, nil
	}
	if err != nil || !evidence.HoldsFiles(found.Paths()) {
		return opened{Plain: true}, nil
	}
	list := make([]listed, 0, len(found.Entries))
	for i, e := range found.Entries {
		list = append(list, listed{i, e.Path, e.Refused.Text().In(lang)})
	}
	w.archives[arguments[0].Int()] = found.Entries
	return opened{Entries: list, PassedOver: found.PassedOver}, nil
}

func (w *worker) examineEntry(arguments []js.Value) (any, error) {
	data, refused, err := w.read(arguments[1], arguments[2])
	switch {
	case err != nil:
		return nil, err
	case refused != archive.Accepted:
		return examined{Refused: refused.Text().In(arguments[3].String())}, nil
	}
	return w.examine(arguments[0].Int(), data)
}

func (w *worker) readEntry(arguments []js.Value) (any, error) {
	data, refused, err := w.read(arguments[0], arguments[1])
	if err != nil || refused != archive.Accepted {
		return nil, cmp.Or(err, errors.New("no such file can be read"))
	}
	bytes := js.Global().Get("Uint8Array").New(len(data))
	js.CopyBytesToJS(bytes, data)
	return bytes, nil
}

// read reads a file of an archive.
func (w *worker) read(id, entry js.Value) ([]byte, archive.Refusal, error) {
	entries, index := w.archives[id.Int()], entry.Int()
	if index >= len(entries) {
		return nil, archive.Accepted, errors.New("no such archive was opened")
	}
	data, refused := entries[index].Read()
	return data, refused, nil
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

// question is the question as the page writes it.
type question struct {
	AsOf      civil.Date `json:"asOf"`
	Specialty string     `json:"specialty"`
	Purpose   string     `json:"purpose"`
	Recipient string     `json:"recipient"`
}

func (w *worker) judge(arguments []js.Value) (any, error) {
	document, err := w.find(arguments[0])
	if err != nil {
		return nil, err
	}
	var q question
	if err := json.Unmarshal([]byte(arguments[1].String()), &q); err != nil {
		return nil, err
	}
	var register []*desk.Entry
	if err := json.Unmarshal([]byte(arguments[3].String()), &register); err != nil {
		return nil, err
	}
	return document.Judge(desk.Asked{Question: verdict.Question(q), Now: time.Now(), Lang: arguments[2].String()}, register), nil
}

func (w *worker) forget(arguments []js.Value) (any, error) {
	delete(w.documents, arguments[0].Int())
	return true, nil
}
