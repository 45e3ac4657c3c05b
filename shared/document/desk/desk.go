// Package desk judges documents on the machine of whoever holds them, by the published keys and
// without the service. The verify page runs it in the browser (cmd/desk), so that no document is
// sent anywhere. Its answer has the members of the service's (openapi.yaml, Verdict), so that the
// page shows both alike.
package desk

import (
	"errors"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/scan"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// Document is a document that was examined.
type Document struct {
	evidence verdict.Evidence
	token    string // "" for a file
	codes    *codes // in a file that is no original
}

// ErrReceipt reports the receipt of an earlier verification, or its page. It is no document, and
// only the service can draw the page again to compare it.
var ErrReceipt = errors.New("desk: this is a receipt")

// Examine examines the bytes of a file: a PDF, an OFD, a picture, or a text with the token of a QR
// code. The bounds are those of the search for codes in a file that is no original.
func Examine(data []byte, trust evidence.Trust, bounds scan.Bounds) (Document, error) {
	if _, ok := evidence.ExtractReceipt(data); ok {
		return Document{}, ErrReceipt
	}
	found, err := evidence.FindContent(data)
	switch {
	case errors.Is(err, credential.ErrNothing), errors.Is(err, credential.ErrSeveral), errors.Is(err, credential.ErrBeside):
		e := evidence.Examine(data, trust)
		return Document{evidence: e, codes: searchFile(data, e, trust, bounds)}, nil
	case err != nil:
		return Document{}, err
	case found.Receipt != "":
		return Document{}, ErrReceipt
	}
	return Document{evidence: evidence.ExamineToken(found.Token, trust), token: found.Token}, nil
}

// Asked is what a document is judged for.
type Asked struct {
	Question verdict.Question
	Now      time.Time
	Lang     string
}

// Judge answers a question from what the document proves by itself, and from the register's entries
// about the identities of the document, in their order. An entry that is nil or missing is not known.
func (d Document) Judge(asked Asked, register []*Entry) Answer {
	v := verdict.Judge(d.evidence, verdict.Records{Access: verdict.NotReached}, asked.Question, asked.Now)
	if d.codes == nil && len(register) == 1 && register[0] != nil {
		v = register[0].merge(v)
	}
	a := answerOf(d.evidence.Kind, v, asked.Lang)
	if d.codes != nil {
		a.Scan = d.codes.judge(asked, register)
	}
	return a
}
