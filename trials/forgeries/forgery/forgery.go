// Package forgery makes forged files and codes from genuine ones, as four kinds of attacker
// would, each with what it has:
//
//   - a stranger has genuine files, the source of this service and the public keys, and an
//     authority and keys of its own, under the same names;
//   - a holder has genuine copies, and endorses, consents, withdraws and asks for receipts;
//   - a subscriber has certificates of the authorities that issued the service's own;
//   - a thief has the service's keys that sign PDFs, seals and codes.
//
// Each attacker's list is the same in every run, except for keys, times and signatures. Nothing in it is a file or
// code that the service issued with the same content, so no verifier may call any of it valid. Only
// trials/forgeries and tests import this package.
package forgery

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// Attacker is who made a forgery.
type Attacker string

// The attackers, by what they have.
const (
	Outsider   Attacker = "stranger"
	Holder     Attacker = "holder"
	Subscriber Attacker = "subscriber"
	StolenKeys Attacker = "thief"
)

// Form is as what a forgery is handed in.
type Form string

// The forms. An Ask is no file: it is words that a holder asks to have sealed.
const (
	PDF     Form = "pdf"
	OFD     Form = "ofd"
	File    Form = "file" // any other
	Token   Form = "token"
	Receipt Form = "receipt" // the text, a JWS; a receipt's page is a PDF
	Ask     Form = "ask"     // the JSON of an endorsement asked for
)

// Forgery is one forged file or code.
type Forgery struct {
	Attacker Attacker
	Kind     string // what was done, such as "PDF: one bit changed"
	Name     string // tells it from the others of its kind
	Form     Form
	Data     []byte
	AsOf     civil.Date // the day it is relied on; zero = today

	// Disclosable says that it is a genuine copy of which an organisation that says what for may be shown the
	// holder's name, although it is good no more.
	Disclosable bool

	// Signed says that it is a receipt, or the page of one, that the service signed and that is
	// handed in for another thing than what it states: it is a receipt, and never valid.
	Signed bool
}

// Path is the forgery's name as a file: attacker, kind and name, with an ending.
func (f Forgery) Path() string {
	return string(f.Attacker) + "/" + slugOf(f.Kind) + "/" + slugOf(f.Name) + "." + f.ending()
}

func (f Forgery) ending() string {
	switch f.Form {
	case PDF, OFD:
		return string(f.Form)
	case Token:
		return "txt"
	case Receipt:
		return "jws"
	case Ask:
		return "json"
	}
	return "bin"
}

// slugOf writes a name with ASCII letters, digits and dashes alone; what is neither is left out.
func slugOf(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String(), "-")
}

// Digest is the SHA-256 of what is handed in, which tells forgeries from genuine files and from
// each other.
func (f Forgery) Digest() [sha256.Size]byte { return sha256.Sum256(f.Data) }

// forgeryList collects an attacker's forgeries. A step that cannot make its forgeries stops the list (package must).
type forgeryList struct {
	ctx       context.Context
	attacker  Attacker
	genuine   Genuine
	renderer  *Renderer
	kind      string
	forgeries []Forgery
}

// run runs the steps that make the forgeries.
func (w *forgeryList) run(steps ...func()) (all []Forgery, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("%s: %s: %w", w.attacker, w.kind, err)
		}
	}()
	defer must.Catch(&err)
	for _, step := range steps {
		step()
	}
	return w.forgeries, nil
}

// beginKind begins a kind.
func (w *forgeryList) beginKind(kind string) { w.kind = kind }

func (w *forgeryList) add(form Form, name string, data []byte) {
	w.put(Forgery{Form: form, Name: name, Data: bytes.Clone(data)})
}

func (w *forgeryList) text(form Form, name, text string) { w.add(form, name, []byte(text)) }

// addFiles makes a kind of these files.
func (w *forgeryList) addFiles(kind string, form Form, all []named[[]byte]) {
	w.beginKind(kind)
	for _, f := range all {
		w.add(form, f.name, f.what)
	}
}

// addTexts makes a kind: what becomes of each part of a text.
func (w *forgeryList) addTexts(kind string, form Form, parts []named[string], make func(part string) string) {
	w.beginKind(kind)
	for _, p := range parts {
		w.text(form, p.name, make(p.what))
	}
}

// addSigned makes a kind: the text with each other part, signed with a key.
func (w *forgeryList) addSigned(kind string, form Form, j jws, key keys.Signer, parts []named[string], with func(j jws, part string) jws) {
	w.addTexts(kind, form, parts, func(part string) string { return with(j, part).signWith(w.ctx, key).text() })
}

func (w *forgeryList) put(f Forgery) {
	f.Attacker, f.Kind = w.attacker, w.kind
	w.forgeries = append(w.forgeries, f)
}

// author is how an attacker signs PDFs and seals OFDs.
type author struct {
	pdf *signer // nil = PDFs are not signed
	ofd sealer
}

// draw makes a kind: a file of each change of the genuine page.
func (w *forgeryList) draw(kind string, form Form, by author, all []change, how draftFunc) {
	w.beginKind(kind)
	for _, c := range all {
		w.add(form, c.name, w.render(form, how(c, w.genuine.Copy), by))
	}
}

// drawMixed makes a kind: a file of each mixture of the versions of the format.
func (w *forgeryList) drawMixed(kind string, form Form, by author) {
	w.beginKind(kind)
	for _, m := range mixedDrafts(w.genuine.Copy) {
		w.add(form, m.name, w.render(form, m.what, by))
	}
}

// render makes one file of a page.
func (w *forgeryList) render(form Form, d draft, by author) []byte {
	if form == PDF {
		return w.renderer.writePDF(w.ctx, d, by.pdf)
	}
	return w.renderer.writeOFD(w.ctx, d, by.ofd)
}

// changes are all changes of the genuine page, and allPages are these and the page itself.
func (w *forgeryList) changes() []change  { return w.genuine.changes() }
func (w *forgeryList) allPages() []change { return append([]change{unchangedPage()}, w.changes()...) }

// editPDF makes a kind: the genuine PDF after each edit, put together by end; nil is no forgery.
func (w *forgeryList) editPDF(kind string, g Genuine, end func(*pdfFile) []byte) {
	addEdits(w, kind, PDF, g.pdfEdits(), func() *pdfFile { return openPDF(g.Copy.PDF) }, end)
}

// editOFD is editPDF for the OFD.
func (w *forgeryList) editOFD(kind string, g Genuine, end func(*ofdFile) []byte) {
	addEdits(w, kind, OFD, g.ofdEdits(), func() *ofdFile { return openOFD(g.Copy.OFD) }, end)
}

func addEdits[T any](w *forgeryList, kind string, form Form, edits []edit[T], open func() T, end func(T) []byte) {
	w.beginKind(kind)
	for _, e := range edits {
		file := open()
		e.do(file)
		if data := end(file); data != nil {
			w.add(form, e.name, data)
		}
	}
}

// editAndSign makes two kinds: PDF and OFD after each edit, signed and sealed.
func (w *forgeryList) editAndSign(pdfKind, ofdKind string, by author) {
	w.editPDF(pdfKind, w.genuine, func(f *pdfFile) []byte { return f.assembleSigned(w.ctx, by.pdf) })
	w.editOFD(ofdKind, w.genuine, func(o *ofdFile) []byte {
		return o.sealAnew(w.ctx, by.ofd, w.genuine.Copy.Says.MadeAt)
	})
}
