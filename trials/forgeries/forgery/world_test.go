package forgery

import (
	"bytes"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/evidence/receiptpage"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// world is a service of which everything is known, and a stranger's authority.
type world struct {
	press   *issuetest.Press
	foreign *issuetest.Press
	drawing *Press
	g       Genuine
}

func newWorld(t *testing.T) world {
	t.Helper()
	w := world{press: issuetest.New(t, issuetest.CopyTime()), foreign: issuetest.New(t, issuetest.CopyTime())}
	w.g = Genuine{Copy: w.copy(t, 1), Second: w.copy(t, 2), Other: w.copy(t, 3)}
	var err error
	if w.g.Photograph, err = Photograph(w.g.Copy); err != nil {
		t.Fatal(err)
	}
	if w.drawing, err = NewPress(); err != nil {
		t.Fatal(err)
	}
	return w
}

// other is the number of the copy that another holder has.
const other = 3

// copy makes a genuine copy, told by a number from the others.
func (w world) copy(t *testing.T, n byte) Copy {
	t.Helper()
	e, c := issuetest.Endorsement(t), issuetest.Certificate(t)
	e.ID = e.ID[:len(e.ID)-1] + string('0'+n)
	if n == other {
		c.Holder.Name, c.Number = "李四光", "京1112019202000003"
		c.ID = c.ID[:len(c.ID)-1] + string('0'+n)
		e.CertID = c.ID
	}
	token, err := credential.Issue(t.Context(), w.press.Tokens, credential.NewClaims(e, c))
	if err != nil {
		t.Fatal(err)
	}
	e.QR = credential.Link(issuetest.Origin, token)
	in := w.press.Input(t, issuetest.CopyOf(e, c))
	if n == other {
		in.Photo, in.Signature = recompressPicture(t, in.Photo), upsideDown(t, in.Signature)
	}
	made, err := w.press.Maker.Make(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ReadCopy(made.PDF, made.OFD, e.QR, w.receipt(t, e.ID))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func recompressPicture(t *testing.T, p *displaylist.Picture) *displaylist.Picture {
	t.Helper()
	m, err := jpeg.Decode(bytes.NewReader(p.Data))
	if err != nil {
		t.Fatal(err)
	}
	other := *p
	if other.Data, err = jpegOf(m, 40); err != nil {
		t.Fatal(err)
	}
	return &other
}

func upsideDown(t *testing.T, p *displaylist.Picture) *displaylist.Picture {
	t.Helper()
	m, err := png.Decode(bytes.NewReader(p.Data))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.NoCompression}).Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	other := *p
	other.Data = b.Bytes()
	return &other
}

// receipt is one with an id, and its page.
func (w world) receipt(t *testing.T, id string) Slip {
	t.Helper()
	at := issuetest.CopyTime()
	text, err := credential.IssueReceipt(t.Context(), w.press.Receipts, credential.Receipt{
		ID: id, At: at, Service: issuetest.Origin, Given: credential.Given{Kind: "token", SHA256: strings.Repeat("00", 32)},
		Claim: &credential.ReceiptClaim{
			Endorsement: id, Certificate: issuetest.CertID, Number: "京1112019202000001", Name: "欧阳*", From: civil.Of(at), Until: civil.Of(at).AddDays(180),
		},
		Verdict: credential.ReceiptVerdict{Overall: "valid", AsOf: civil.Of(at), Checks: []credential.ReceiptCheck{
			{Check: "integrity", Result: "pass", Reason: "fine", Text: "完整 " + id}, {Check: "issuer", Result: "pass", Reason: "fine", Text: "签发机关"},
		}},
		Test: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	r, err := credential.ParseReceipt(text, w.trust(t).Receipts)
	if err != nil {
		t.Fatal(err)
	}
	page, err := receiptpage.New().Draw(r, text)
	if err != nil {
		t.Fatal(err)
	}
	return Slip{text, page}
}

func (w world) trust(t *testing.T) evidence.Trust {
	t.Helper()
	trust, err := evidence.ParseTrust(w.press.Trust)
	if err != nil {
		t.Fatal(err)
	}
	return trust
}

// allForgeries are the forgeries of every attacker.
func (w world) allForgeries(t *testing.T) []Forgery {
	t.Helper()
	var all []Forgery
	add := func(some []Forgery, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, some...)
	}
	add(ByStranger(t.Context(), w.g, w.drawing, w.foreign.CA, w.receipt(t, "01M833FGAR0000000000000008"), w.receipt(t, "01M833FGAR0000000000000009")))
	add(ByHolder(w.g, w.drawing, Holding{
		Void: []Void{{What: "withdrawn", Copy: w.copy(t, 4), Hidden: true}}, NotYet: w.copy(t, 5), Day: w.copy(t, 6), Today: civil.Of(issuetest.CopyTime()),
	}))
	add(BySubscriber(t.Context(), w.g, w.drawing, w.press.CA))
	add(ByThief(t.Context(), w.g, w.drawing, Stolen{
		PDF: w.press.Keys.PDF, Seal: w.press.Keys.Seal, Token: w.press.Tokens, ESL: w.press.Keys.ESL, Origin: issuetest.Origin,
	}))
	return all
}
