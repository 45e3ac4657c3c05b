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
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// Document is a document that was examined.
type Document struct {
	evidence verdict.Evidence
	token    string // "" for a file
}

// ErrReceipt reports the receipt of an earlier verification, or its page. It is no document, and
// only the service can draw the page again to compare it.
var ErrReceipt = errors.New("desk: this is a receipt")

// Examine examines the bytes of a file: a PDF, an OFD, or a text with the token of a QR code.
func Examine(data []byte, trust evidence.Trust) (Document, error) {
	if _, ok := evidence.ExtractReceipt(data); ok {
		return Document{}, ErrReceipt
	}
	found, err := evidence.FindContent(data)
	switch {
	case errors.Is(err, credential.ErrNothing), errors.Is(err, credential.ErrSeveral), errors.Is(err, credential.ErrBeside):
		return Document{evidence: evidence.Examine(data, trust)}, nil
	case err != nil:
		return Document{}, err
	case found.Receipt != "":
		return Document{}, ErrReceipt
	}
	return Document{evidence.ExamineToken(found.Token, trust), found.Token}, nil
}

// Judge answers a question from what the document proves by itself, and from the register's entry
// about the copy it names, if that is not nil.
func (d Document) Judge(q verdict.Question, register *Entry, now time.Time, lang string) Answer {
	v := verdict.Judge(d.evidence, verdict.Records{Access: verdict.NotReached}, q, now)
	if register != nil {
		v = register.merge(v)
	}
	return answerOf(d.evidence.Kind, v, lang)
}
