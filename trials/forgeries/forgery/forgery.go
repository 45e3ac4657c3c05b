// Package forgery makes forged files and codes from genuine ones, as four kinds of attacker
// would, each with what it has:
//
//   - a stranger has genuine files, the source of this service and the public keys, and an
//     authority and keys of its own, under the same names;
//   - a holder has genuine copies, and endorses, consents, withdraws and asks for receipts;
//   - a subscriber has certificates of the authorities that the service's own are from;
//   - a thief has the service's keys that sign PDFs, seals and codes.
//
// Each of them makes a list, always the same one: names, kinds and what is done depend on
// nothing but the program; keys, times and signatures are another each time. None of the list
// is a file or code that the service issued and that says what it said then, so nobody may call
// any of it valid. Only trials/forgeries and tests import this package.
package forgery

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strings"

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

// Attackers lists all of them.
func Attackers() []Attacker { return []Attacker{Outsider, Holder, Subscriber, StolenKeys} }

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

	// Told says that it is a genuine copy of which an organisation that says what for may be told the
	// holder's name, although it is good no more.
	Told bool

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

// forgeryList is where an attacker's forgeries are collected. The first that cannot be made is the
// error of all.
type forgeryList struct {
	attacker  Attacker
	kind      string
	forgeries []Forgery
	err       error
}

// beginKind begins a kind.
func (w *forgeryList) beginKind(kind string) { w.kind = kind }

func (w *forgeryList) add(form Form, name string, data []byte) {
	w.put(Forgery{Form: form, Name: name, Data: bytes.Clone(data)})
}

func (w *forgeryList) text(form Form, name, text string) { w.add(form, name, []byte(text)) }

// try adds what make makes, unless that is nothing.
func (w *forgeryList) try(form Form, name string, make func() ([]byte, error)) {
	data, err := make()
	switch {
	case err != nil:
		w.fail(name, err)
	case data != nil:
		w.add(form, name, data)
	}
}

func (w *forgeryList) put(f Forgery) {
	f.Attacker, f.Kind = w.attacker, w.kind
	w.forgeries = append(w.forgeries, f)
}

func (w *forgeryList) fail(name string, err error) {
	if w.err == nil {
		w.err = fmt.Errorf("%s: %s: %s: %w", w.attacker, w.kind, name, err)
	}
}
