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

// fixture is a service of which everything is known, and a stranger's authority.
type fixture struct {
	issuer        *issuetest.Issuer
	foreignIssuer *issuetest.Issuer
	renderer      *Renderer
	genuine       Genuine
}

func newFixture(t *testing.T) fixture {
	t.Helper()
	w := fixture{issuer: issuetest.New(t, issuetest.CopyTime()), foreignIssuer: issuetest.New(t, issuetest.CopyTime())}
	w.genuine = Genuine{Copy: w.copy(t, 1), Second: w.copy(t, 2), Other: w.copy(t, 3)}
	var err error
	if w.genuine.Photograph, err = Photograph(w.genuine.Copy); err != nil {
		t.Fatal(err)
	}
	if w.renderer, err = NewRenderer(); err != nil {
		t.Fatal(err)
	}
	return w
}

// other is the number of the copy that another holder has.
const otherCase = 3

// copy makes a genuine copy, told by a number from the others.
func (w fixture) copy(t *testing.T, n byte) Copy {
	t.Helper()
	e, c := issuetest.Endorsement(t), issuetest.Certificate(t)
	e.ID = e.ID[:len(e.ID)-1] + string('0'+n)
	if n == otherCase {
		c.Holder.Name, c.Number = "李四光", "京1112019202000003"
		c.ID = c.ID[:len(c.ID)-1] + string('0'+n)
		e.CertID = c.ID
	}
	token, err := credential.Issue(t.Context(), w.issuer.Tokens, credential.NewClaims(e, c))
	if err != nil {
		t.Fatal(err)
	}
	e.QR = credential.Link(issuetest.Origin, token)
	in := w.issuer.Input(t, issuetest.CopyOf(e, c))
	if n == otherCase {
		in.Photo, in.SignatureImage = recompressPicture(t, in.Photo), upsideDown(t, in.SignatureImage)
	}
	made, err := w.issuer.DocumentIssuer.Make(t.Context(), in)
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
	other.Data = jpegOf(m, 40)
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
func (w fixture) receipt(t *testing.T, id string) ReceiptFiles {
	t.Helper()
	at := issuetest.CopyTime()
	text, err := credential.IssueReceipt(t.Context(), w.issuer.Receipts, credential.Receipt{
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
	return ReceiptFiles{text, page}
}

func (w fixture) trust(t *testing.T) evidence.Trust {
	t.Helper()
	trust, err := evidence.ParseTrust(w.issuer.Trust)
	if err != nil {
		t.Fatal(err)
	}
	return trust
}

// allForgeries are the forgeries of every attacker.
func (w fixture) allForgeries(t *testing.T) []Forgery {
	t.Helper()
	var all []Forgery
	add := func(some []Forgery, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, some...)
	}
	add(ByOutsider(t.Context(), w.genuine, w.renderer, w.foreignIssuer.CA, w.receipt(t, "01M833FGAR0000000000000008"), w.receipt(t, "01M833FGAR0000000000000009")))
	add(ByHolder(w.genuine, w.renderer, HolderCopies{
		Void: []VoidCopy{{What: "withdrawn", Copy: w.copy(t, 4), Hidden: true}}, NotYet: w.copy(t, 5), Day: w.copy(t, 6), Today: civil.Of(issuetest.CopyTime()),
	}))
	add(BySubscriber(t.Context(), w.genuine, w.renderer, w.issuer.CA))
	add(ByStolenKeys(t.Context(), w.genuine, w.renderer, ServiceKeys{
		PDF: w.issuer.Keys.PDF, Seal: w.issuer.Keys.Seal, Token: w.issuer.Tokens, ESL: w.issuer.Keys.ESL, Origin: issuetest.Origin,
	}))
	return all
}
