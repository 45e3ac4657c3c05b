package forgery

import (
	"bytes"
	"context"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

// ServiceKeys are keys of the service.
type ServiceKeys struct {
	PDF, Seal, Token keys.Signer
	ESL              []byte // the seal that names Seal
	Origin           string // of the addresses in codes
}

// OpenServiceKeys opens the keys at a location, as the service does, file:///folder.
func OpenServiceKeys(location, origin string, esl []byte) (s ServiceKeys, err error) {
	s.ESL, s.Origin = esl, origin
	for name, into := range map[string]*keys.Signer{"pdf": &s.PDF, "seal": &s.Seal, "token": &s.Token} {
		if *into, err = keys.Open(location, name); err != nil {
			return s, err
		}
	}
	return s, nil
}

type stolenKeyForger struct {
	forgeryList
	ctx      context.Context
	genuine  Genuine
	renderer *Renderer
	stolen   ServiceKeys
	pdf      signer
	seal     sealer
}

// ByStolenKeys makes what the service's own keys sign and the service never issued. A code with other
// words under a stolen key is one; the same words signed once more are not, for they say nothing
// that was not registered.
func ByStolenKeys(ctx context.Context, g Genuine, press *Renderer, stolen ServiceKeys) ([]Forgery, error) {
	t := &stolenKeyForger{forgeryList: forgeryList{attacker: StolenKeys}, ctx: ctx, genuine: g, renderer: press, stolen: stolen, seal: newSealer(stolen.Seal, stolen.ESL)}
	var err error
	if t.pdf, err = newSigner(g.Copy.Signer, stolen.PDF); err != nil {
		return nil, err
	}
	t.redrawPages()
	t.editFiles()
	t.forgeUnregistered()
	t.signAtOtherTimes()
	t.signCodes()
	t.mixVersions()
	return t.forgeries, t.err
}

// redrawPages are pages of a registered copy that were not registered.
func (t *stolenKeyForger) redrawPages() {
	all := append([]change{unchangedPage()}, t.genuine.changes()...)
	t.beginKind("PDF: drawn anew with the genuine JSON")
	t.drawPDF(t.renderer, all, change.changedDraft, t.genuine.Copy, &t.pdf)
	t.beginKind("PDF: a registered copy that says something else")
	t.drawPDF(t.renderer, t.genuine.changes(), change.consistentDraft, t.genuine.Copy, &t.pdf)
	t.beginKind("OFD: drawn anew with the genuine JSON")
	t.drawOFD(t.renderer, all, change.changedDraft, t.genuine.Copy, t.seal)
	t.beginKind("OFD: a registered copy that says something else")
	t.drawOFD(t.renderer, t.genuine.changes(), change.consistentDraft, t.genuine.Copy, t.seal)
	t.beginKind("PDF: a certificate's page with a receipt attached")
	t.drawPDF(t.renderer, all[:3], func(c change, of Copy) (draft, error) {
		d, err := c.changedDraft(of)
		d.attachment = receiptText(t.genuine.Copy.Receipt.Text)
		return d, err
	}, t.genuine.Copy, &t.pdf)
}

// editFiles are registered files with something exchanged.
func (t *stolenKeyForger) editFiles() {
	t.beginKind("PDF: edited and signed")
	t.editPDF(t.genuine, func(f *pdfFile) ([]byte, error) { return f.assembleSigned(t.ctx, &t.pdf) })
	t.beginKind("OFD: edited and sealed")
	t.editOFD(t.genuine, func(o *ofdFile) ([]byte, error) { return o.sealAnew(t.ctx, t.seal, t.genuine.Copy.Says.MadeAt) })
}

// inventedCopies are copies that were never registered.
func (t *stolenKeyForger) inventedCopies() []change {
	id := func(n byte) string {
		return ulid.MustNew(ulid.Timestamp(t.genuine.Copy.Says.MadeAt), bytes.NewReader([]byte{9, 9, 9, 9, 9, 9, 9, 9, 9, n})).String()
	}
	return []change{
		{"another copy of the certificate", func(d *draft) { d.contents.CopyID = id(1) }},
		{"another copy of the certificate, until 2036", func(d *draft) { d.contents.CopyID, d.contents.UseUntil = id(2), forgedLastDay() }},
		{"a copy of a certificate that is not there", func(d *draft) {
			d.contents.CopyID, d.contents.CertID = id(3), id(4)
			d.contents.Certificate.Holder.Name, d.contents.Certificate.Number = "李四", otherNumber(d.contents.Certificate.Number)
		}},
		{"a copy of another holder's certificate", func(d *draft) {
			other := t.genuine.Other.Says
			d.contents.CopyID, d.contents.CertID, d.contents.Certificate = id(5), other.CertID, other.Certificate
			d.photo, d.signature = t.genuine.Other.Photo, t.genuine.Other.Hand
		}},
		{"another holder's copy of this certificate", func(d *draft) { d.contents.CopyID = t.genuine.Other.Says.CopyID }},
		{"this copy of another holder's certificate", func(d *draft) { d.contents.CertID = t.genuine.Other.Says.CertID }},
	}
}

// forgeUnregistered makes files and codes of copies that no register has.
func (t *stolenKeyForger) forgeUnregistered() {
	coded := func(c change, of Copy) (draft, error) {
		d, err := c.changedDraft(of)
		if err != nil {
			return d, err
		}
		token, err := t.token(d)
		if err != nil {
			return d, err
		}
		d.contents.QR = credential.Link(t.stolen.Origin, token)
		data, err := d.contents.Canonical()
		d.attachment = certificateJSON(data)
		return d, err
	}
	t.beginKind("PDF: a copy that was never registered")
	t.drawPDF(t.renderer, t.inventedCopies(), coded, t.genuine.Copy, &t.pdf)
	t.beginKind("OFD: a copy that was never registered")
	t.drawOFD(t.renderer, t.inventedCopies(), coded, t.genuine.Copy, t.seal)
	t.beginKind("PDF: a changed copy with a code that says the same")
	t.drawPDF(t.renderer, t.genuine.changes(), coded, t.genuine.Copy, &t.pdf)
	t.beginKind("OFD: a changed copy with a code that says the same")
	t.drawOFD(t.renderer, t.genuine.changes(), coded, t.genuine.Copy, t.seal)
	t.beginKind("code: of a copy that was never registered")
	for _, c := range t.inventedCopies() {
		t.try(Token, c.name, func() ([]byte, error) {
			d, err := coded(c, t.genuine.Copy)
			return []byte(credential.FromLink(d.contents.QR)), err
		})
	}
}

// token is the code of a page.
func (t *stolenKeyForger) token(d draft) (string, error) {
	c := d.contents
	return credential.Issue(t.ctx, t.stolen.Token, credential.Claims{
		Endorsement: c.CopyID, Certificate: c.CertID, Number: c.Certificate.Number, Name: certificate.MaskName(c.Certificate.Holder.Name),
		From: c.UseFrom, Until: c.UseUntil, Declaration: credential.Declaration(c.CopyID, c.Purpose, c.Recipient),
	})
}

// signAtOtherTimes signs the registered page and JSON at other times.
func (t *stolenKeyForger) signAtOtherTimes() {
	made := t.genuine.Copy.Says.MadeAt
	for _, at := range []named[time.Time]{
		{"a second later", made.Add(time.Second)}, {"half a year before", made.AddDate(0, -6, 0)}, {"an hour later", made.Add(time.Hour)}, {"in a year", made.AddDate(1, 0, 0)},
	} {
		timed := func(c change, of Copy) (draft, error) {
			d, err := c.changedDraft(of)
			d.at = at.what
			return d, err
		}
		t.beginKind("PDF: the registered page signed at another time")
		t.drawPDF(t.renderer, []change{{at.name, unchangedPage().do}}, timed, t.genuine.Copy, &t.pdf)
		t.beginKind("OFD: the registered page sealed at another time")
		t.drawOFD(t.renderer, []change{{at.name, unchangedPage().do}}, timed, t.genuine.Copy, t.seal)
	}
}

// signCodes signs other words.
func (t *stolenKeyForger) signCodes() {
	j, err := openJWS(t.genuine.Copy.Token())
	if err != nil {
		t.fail("the genuine code", err)
		return
	}
	signed := func(list []named[string], with func(jws, string) jws) {
		for _, c := range list {
			t.try(Token, c.name, func() ([]byte, error) {
				s, err := with(j, c.what).signWith(t.ctx, t.stolen.Token)
				return []byte(s.text()), err
			})
		}
	}
	t.beginKind("code: other words of a registered copy")
	signed(t.genuine.claims(j), jws.withPayload)
	t.beginKind("code: another spelling, signed")
	signed(otherClaims(j), jws.withPayload)
	t.beginKind("code: another header, signed")
	signed(j.headers(), jws.withHeader)
	r, err := openJWS(t.genuine.Copy.Receipt.Text)
	if err != nil {
		t.fail("the genuine receipt", err)
		return
	}
	j = r
	t.beginKind("receipt: signed with the key of codes")
	for _, c := range t.genuine.statements(r) {
		t.try(Receipt, c.name, func() ([]byte, error) {
			s, err := r.withPayload(c.what).signWith(t.ctx, t.stolen.Token)
			return []byte(s.text()), err
		})
	}
}

// mixVersions signs JSON in which the versions of the format are mixed.
func (t *stolenKeyForger) mixVersions() {
	t.beginKind("PDF: the versions of the format mixed")
	t.drawMixedPDF(t.renderer, t.genuine.Copy, &t.pdf)
	t.beginKind("OFD: the versions of the format mixed")
	t.drawMixedOFD(t.renderer, t.genuine.Copy, t.seal)
}
