package main

import (
	"io"
	"testing"

	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/document/ofd"
	"github.com/jiazhu/jiazhu/shared/document/pdf"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// newIssuingFixture returns a fixture that makes real documents.
func newIssuingFixture(t *testing.T) fixture {
	t.Helper()
	house := recordstest.NewFixture(t)
	press := issuetest.New(t, house.Clock.Now())
	fonts, err := font.Load()
	if err != nil {
		t.Fatal(err)
	}
	photo, handwriting := issuetest.Photo(t).Data, issuetest.Handwriting(t).Data
	c := recordstest.Sample(house.Clock.Now(), photo, handwriting)
	return fixture{Fixture: house, app: newApp(deps{
		sessions: house.Sessions, phones: house.Sessions, certificates: house.Records, files: house.Files,
		issuer: press.DocumentIssuer, tokens: press.Tokens, glyphs: fonts, schemes: house.Schemes, portals: house.Portals,
		origin: origin, test: true,
	}, api.Server{Now: house.Clock.Now, Log: io.Discard}), record: house.Enter(t, c, photo, handwriting)}
}

func TestThePDFAndTheOFDCarryOneCopy(t *testing.T) {
	c := newIssuingFixture(t)
	got := c.mustEndorse(t, `{"purpose":{"kind":"投标","text":"示例项目"}}`)
	_, e, err := c.Records.ForVerify(t.Context(), got.Certificate, got.Endorsement)
	if err != nil {
		t.Fatal(err)
	}
	inPDF, err := pdf.Read([]byte(c.Object(t, c.Bucket, e.Files["pdf"].Key)))
	if err != nil {
		t.Fatal(err)
	}
	inOFD, err := ofd.Read([]byte(c.Object(t, c.Bucket, e.Files["ofd"].Key)))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"PDF": inPDF.Attachments[0].Data, "OFD": inOFD.Attachments[0].Data,
	} {
		made, err := endorsement.ParseCopy(data)
		if err != nil || made.Digest() != got.CopyDigest || made.QR != got.VerifyURL {
			t.Errorf("the %s carries %+v, %v", name, made, err)
		}
	}
}

func TestACharacterNoFontHasIsRefusedByName(t *testing.T) {
	c := newIssuingFixture(t)
	reply := c.endorse(t, c.signIn(t), "a key of mine", `{"purpose":{"kind":"其他","text":"🙂"}}`)
	reply.WantProblem(t, 409, "glyph-missing")
}
