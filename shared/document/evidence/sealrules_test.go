package evidence_test

import (
	"bytes"
	"encoding/hex"
	"testing"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	stdasn1 "encoding/asn1"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/document/ofd"
	"github.com/jiazhu/jiazhu/shared/document/pdf"
	"github.com/jiazhu/jiazhu/shared/document/seal/cms"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// forgeSignature signs with a seal without checking that it may be used: SES_Signature
// of v4, as package ses writes it.
func forgeSignature(t testing.TB, signer keys.Signer, seal, hash []byte, property string, at time.Time) []byte {
	t.Helper()
	var tbs cryptobyte.Builder
	tbs.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1Int64(4)
		b.AddBytes(seal)
		b.AddASN1GeneralizedTime(at.UTC().Truncate(time.Second))
		b.AddASN1BitString(hash)
		b.AddASN1(asn1.IA5String, func(b *cryptobyte.Builder) { b.AddBytes([]byte(property)) })
	})
	message := tbs.BytesOrPanic()
	digest, err := keys.SM2Digest(signer.PublicKey(), message)
	if err != nil {
		t.Fatal(err)
	}
	value, err := signer.Sign(t.Context(), digest)
	if err != nil {
		t.Fatal(err)
	}
	var b cryptobyte.Builder
	b.AddASN1(asn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddBytes(message)
		b.AddASN1OctetString(signer.Chain()[0])
		b.AddASN1ObjectIdentifier(stdasn1.ObjectIdentifier{1, 2, 156, 10197, 1, 501})
		b.AddASN1BitString(value)
	})
	return b.BytesOrPanic()
}

func TestSealsUsedAgainstTheirRules(t *testing.T) {
	d, stranger := newFixture(t), newFixture(t)
	good, err := ofd.Read(d.made.OFD)
	if err != nil {
		t.Fatal(err)
	}
	seal, err := ses.ParseSeal(d.Keys.ESL)
	if err != nil {
		t.Fatal(err)
	}
	repainted := bytes.Replace(d.Keys.ESL, []byte("\x89PNG"), []byte("\x89GNP"), 1)
	tests := map[string]struct {
		shown, used []byte // Seal.esl, and the seal in the signature
		signer      keys.Signer
		at          time.Time
		why         verdict.Reason
	}{
		"a seal that has expired":               {d.Keys.ESL, d.Keys.ESL, d.Keys.Seal, seal.Until.Add(time.Second), verdict.SealExpired},
		"a seal that is not in use yet":         {d.Keys.ESL, d.Keys.ESL, d.Keys.Seal, seal.From.Add(-time.Second), verdict.SealExpired},
		"a signer the seal does not name":       {d.Keys.ESL, d.Keys.ESL, stranger.Keys.Seal, issuetest.CopyTime(), verdict.SealUnlisted},
		"a seal with another picture":           {repainted, repainted, d.Keys.Seal, issuetest.CopyTime(), verdict.SealForged},
		"another seal shown than was used":      {stranger.Keys.ESL, d.Keys.ESL, d.Keys.Seal, issuetest.CopyTime(), verdict.SealDiffers},
		"another seal used than is shown":       {d.Keys.ESL, stranger.Keys.ESL, d.Keys.Seal, issuetest.CopyTime(), verdict.SealDiffers},
		"a good seal, to show that the rest is": {d.Keys.ESL, d.Keys.ESL, d.Keys.Seal, issuetest.CopyTime(), verdict.Fine},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			draft, err := ofd.NewWriter(issuetest.Fonts(t)).Write(ofd.Document{
				Format: good.Format, Page: displaylist.Page{Width: 210, Height: 297, Base: &displaylist.Base{}, Seal: displaylist.Rect{X: 140, Y: 220, W: 42, H: 42}},
				Title: "证照", At: issuetest.CopyTime(), ID: hex.EncodeToString(make([]byte, 16)),
				CustomData: good.CustomData, Attachment: &good.Attachments[0], ESL: tt.shown,
			})
			if err != nil {
				t.Fatal(err)
			}
			data, err := draft.AddSignature(forgeSignature(t, tt.signer, tt.used, draft.DataHash, draft.Property, tt.at))
			if err != nil {
				t.Fatal(err)
			}
			got := evidence.Examine(data, d.trust)
			if got.Integrity.Reason != tt.why || (got.Copy != nil) != (tt.why == verdict.Fine) {
				t.Errorf("got %+v, want %s", got.Integrity, tt.why)
			}
		})
	}
}

func TestPDFsSignedAgainstTheRules(t *testing.T) {
	d := newFixture(t)
	good, err := pdf.Read(d.made.PDF)
	if err != nil {
		t.Fatal(err)
	}
	room, err := cms.SignatureSize(d.Keys.PDF)
	if err != nil {
		t.Fatal(err)
	}
	attached := &good.Attachments[0]
	renamed := *attached
	renamed.Name = "other.json"
	garbled := *attached
	garbled.Data = []byte(`{"format":"jiazhu-copy/3"}`)
	tests := map[string]struct {
		at         time.Time
		form       int
		attachment *pdf.Attachment
		room       int // for a signature
		why        verdict.Reason
	}{
		"by a certificate that has expired":    {issuetest.CopyTime().AddDate(60, 0, 0), 3, attached, room, verdict.SignerExpired},
		"by a certificate of the future":       {issuetest.CopyTime().AddDate(-60, 0, 0), 3, attached, room, verdict.SignerExpired},
		"by nobody":                            {issuetest.CopyTime(), 3, attached, 0, verdict.NotOriginal},
		"without the copy":                     {issuetest.CopyTime(), 3, nil, room, verdict.Contradicts},
		"with the copy under another name":     {issuetest.CopyTime(), 3, &renamed, room, verdict.Contradicts},
		"with something that is no copy":       {issuetest.CopyTime(), 3, &garbled, room, verdict.Contradicts},
		"in the form of another format":        {issuetest.CopyTime(), 1, attached, room, verdict.Contradicts},
		"a good one, to show that the rest is": {issuetest.CopyTime(), 3, attached, room, verdict.Fine},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			draft, err := pdf.NewWriter(issuetest.Fonts(t)).Write(pdf.Document{
				Format: tt.form, Page: displaylist.Page{Width: 210, Height: 297, Lang: "zh-CN", Title: "证照", Base: &displaylist.Base{}, Seal: displaylist.Rect{X: 140, Y: 220, W: 42, H: 42}},
				Title: "证照", At: tt.at, Attachment: tt.attachment, Signature: pdf.Signature{Name: "测试", Size: tt.room},
			})
			if err != nil {
				t.Fatal(err)
			}
			data := draft.Data
			if tt.room > 0 {
				data = d.finishPDF(t, draft)
			}
			got := evidence.Examine(data, d.trust)
			if got.Integrity.Reason != tt.why || (got.Copy != nil) != (tt.why == verdict.Fine) {
				t.Errorf("got %+v, want %s", got.Integrity, tt.why)
			}
		})
	}
}
