package kit

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/certificate"
	"github.com/jiazhu/jiazhu/shared/civil"
	"github.com/jiazhu/jiazhu/shared/credential"
	"github.com/jiazhu/jiazhu/shared/document/documenttest"
	"github.com/jiazhu/jiazhu/shared/evidence"
	"github.com/jiazhu/jiazhu/shared/render/slip"
	"github.com/jiazhu/jiazhu/shared/seal/keys"
	"github.com/jiazhu/jiazhu/shared/verdict"
)

// input makes what is handed in.
func (k *Kit) input(t testing.TB, s Scene, made documenttest.Made) Input {
	t.Helper()
	g := s.Given
	switch g.Kind {
	case "token":
		return Input{Token: k.token(t, s, made), Ending: "txt"}
	case "link":
		return Input{Token: credential.Link(documenttest.Origin, k.token(t, s, made)), Ending: "txt"}
	case "pdf":
		return Input{File: alterFile(t, made.PDF, s.Alter), Ending: "pdf"}
	case "ofd":
		return Input{File: alterFile(t, made.OFD, s.Alter), Ending: "ofd"}
	case "file":
		return Input{File: []byte(g.Text), Ending: "bin"}
	case "number":
		return Input{Number: g.Number, Name: g.Name}
	}
	text := g.Text
	if text == "" {
		text = alterText(t, k.receipt(t, s, made), s.Alter)
	}
	if g.Kind == "receipt" {
		return Input{Receipt: text, Ending: "jws"}
	}
	page, err := slip.New(documenttest.Fonts(t)).Print(t.Context(), slip.Slip{
		ID: "receipt", At: s.Receipt.At, Verdict: "核验回执", Receipt: text, Attachment: evidence.ReceiptAttachment,
	})
	if err != nil {
		t.Fatal(err)
	}
	return Input{File: page, Ending: "pdf"}
}

// token is the copy's own, or one signed with another key or for other words,
// and then altered.
func (k *Kit) token(t testing.TB, s Scene, made documenttest.Made) string {
	t.Helper()
	g := s.Given
	if g.Text != "" {
		return g.Text
	}
	signer := k.signer(g.Key)
	token, err := credential.Issue(t.Context(), signer, credential.Of(made.Endorsement, s.Before))
	if err != nil {
		t.Fatal(err)
	}
	if g.Header != "" || g.Payload != "" {
		token = written(t, signer, token, g.Header, g.Payload)
	}
	return alterText(t, token, s.Alter)
}

// signer signs tokens, also the one that must not.
func (k *Kit) signer(name string) keys.Signer {
	if name == "receipts" {
		return k.Press().Receipts
	}
	return k.presses[name].Tokens
}

// receipt is of the verification that the case describes, at a time when
// nothing had yet become of the copy.
func (k *Kit) receipt(t testing.TB, s Scene, made documenttest.Made) string {
	t.Helper()
	r := s.Receipt
	e, access := k.examined(s, made)
	records := verdict.Records{Access: access, Certificate: &s.Before, Endorsement: &made.Endorsement, Latest: made.Endorsement.ID}
	if scheme, ok := k.Press().Schemes.ByID(s.Before.Scheme); ok {
		records.Scheme = &scheme
	}
	v := verdict.Judge(e, records, r.Question, r.At)
	text, err := credential.IssueReceipt(t.Context(), k.presses[s.Given.Key].Receipts, credential.Receipt{
		ID: identifier(r.At, 3), At: r.At, Service: documenttest.Origin,
		Given: credential.Given{Kind: string(e.Kind)}, Claim: claimOf(e, s.Before), Question: credential.ReceiptQuestion(r.Question),
		Verdict: statedOf(v), Test: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (k *Kit) examined(s Scene, made documenttest.Made) (verdict.Evidence, verdict.Access) {
	switch s.Receipt.Of {
	case "pdf":
		return evidence.Examine(made.PDF, k.Trust), verdict.Found
	case "ofd":
		return evidence.Examine(made.OFD, k.Trust), verdict.Found
	case "file":
		return evidence.Examine([]byte("neither"), k.Trust), verdict.NotReached
	case "number":
		return evidence.Lookup(s.Before.Number), verdict.Found
	default:
		return evidence.Token(made.Token, k.Trust), verdict.Found
	}
}

func claimOf(e verdict.Evidence, c certificate.Certificate) *credential.ReceiptClaim {
	switch claim := e.Claim; {
	case claim != nil:
		return &credential.ReceiptClaim{
			Endorsement: claim.Endorsement, Certificate: claim.Certificate, Number: claim.Number, Name: claim.Name, From: claim.From, Until: claim.Until,
		}
	case e.Kind == verdict.Number:
		return &credential.ReceiptClaim{Certificate: c.ID, Number: c.Number, Name: certificate.MaskName(c.Holder.Name)}
	}
	return nil
}

func statedOf(v verdict.Verdict) credential.ReceiptVerdict {
	stated := credential.ReceiptVerdict{Overall: string(v.Overall), AsOf: v.AsOf, Code: int(v.Code), Newer: v.Newer}
	for _, f := range v.Findings {
		stated.Checks = append(stated.Checks, credential.ReceiptCheck{Check: string(f.Check), Result: string(f.Result), Reason: string(f.Reason)})
	}
	if v.Ends != nil {
		stated.Ends = &credential.ReceiptEnding{On: v.Ends.On, Rule: string(v.Ends.Rule)}
	}
	return stated
}

// written is a token of other words under a true signature. {kid} and the
// claims {e} {c} {n} {m} {f} {u} {p} stand for those of the token, {receipt-kid}
// for the name under which the key would sign receipts.
func written(t testing.TB, signer credential.Signer, token, header, payload string) string {
	t.Helper()
	parts := strings.Split(token, ".")
	was := decoded(t, parts[1])
	list := strings.Split(strings.Trim(was, "[]"), ",")
	values := []string{"{kid}", signer.KeyID()[:4], "{receipt-kid}", credential.ReceiptKeyID(signer)}
	for i, name := range []string{"{e}", "{c}", "{n}", "{m}", "{f}", "{u}", "{p}"} {
		values = append(values, name, strings.Trim(list[i], `"`))
	}
	fill := strings.NewReplacer(values...)
	if header == "" {
		header = decoded(t, parts[0])
	}
	if payload == "" {
		payload = was
	}
	return signed(t, signer, fill.Replace(header), fill.Replace(payload))
}

func decoded(t testing.TB, part string) string {
	t.Helper()
	text, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func encoded(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// Today is the day of the case.
func (s Scene) Today() civil.Date { return civil.Of(s.Now) }
