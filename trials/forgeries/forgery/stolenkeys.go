package forgery

import (
	"bytes"
	"context"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

// ServiceKeys are keys of the service.
type ServiceKeys struct {
	PDF, Seal, Token keys.Signer
	ESL              []byte // the seal that names Seal
	Origin           string // of the addresses in codes
}

// OpenServiceKeys opens the keys at a location, as the service does: file:///directory.
func OpenServiceKeys(location, origin string, esl []byte) (s ServiceKeys, err error) {
	s.ESL, s.Origin = esl, origin
	office := location + "/" + testca.Ministry
	for _, key := range []struct {
		at, name string
		into     *keys.Signer
	}{{office, "pdf", &s.PDF}, {office, "seal", &s.Seal}, {location, "token", &s.Token}} {
		if *key.into, err = keys.Open(key.at, key.name); err != nil {
			return s, err
		}
	}
	return s, nil
}

type stolenKeyForger struct {
	forgeryList
	stolen ServiceKeys
	by     author
}

// ByStolenKeys makes what the service's own keys sign and the service never issued. A code with other words under a
// stolen key is a forgery; the same words signed again are not, for they say nothing that was not registered.
func ByStolenKeys(ctx context.Context, g Genuine, renderer *Renderer, stolen ServiceKeys) ([]Forgery, error) {
	list := forgeryList{ctx: ctx, attacker: StolenKeys, genuine: g, renderer: renderer}
	t := &stolenKeyForger{forgeryList: list, stolen: stolen}
	return t.run(t.prepareKeys, t.redrawPages, t.forgeUnregistered, t.signAtOtherTimes, t.timestampSeals, t.signCodes, t.mixVersions)
}

// prepareKeys has pages signed and sealed with the stolen keys.
func (t *stolenKeyForger) prepareKeys() {
	t.by = t.newAuthor(t.stolen.PDF)
	t.by.ofd = newSealer(t.stolen.Seal, t.stolen.ESL)
}

// redrawPages draws and edits pages of a registered copy that were not registered.
func (t *stolenKeyForger) redrawPages() {
	t.draw("PDF: drawn anew with the genuine JSON", PDF, t.by, t.allPages(), change.changedDraft)
	t.draw("PDF: a registered copy that says something else", PDF, t.by, t.changes(), change.consistentDraft)
	t.draw("OFD: drawn anew with the genuine JSON", OFD, t.by, t.allPages(), change.changedDraft)
	t.draw("OFD: a registered copy that says something else", OFD, t.by, t.changes(), change.consistentDraft)
	receipt := withReceipt(t.genuine.Copy.Receipt.Text)
	t.draw("PDF: a certificate's page with a receipt attached", PDF, t.by, t.allPages()[:3], receipt)
	t.editAndSign("PDF: edited and signed", "OFD: edited and sealed", t.by)
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

// forgeUnregistered makes files and codes of copies that are not registered.
func (t *stolenKeyForger) forgeUnregistered() {
	coded := func(c change, of Copy) draft {
		d := c.changedDraft(of)
		d.contents.QR = credential.Link(t.stolen.Origin, t.token(d))
		d.attachment = certificateJSON(must.Get(d.contents.Canonical()))
		return d
	}
	t.draw("PDF: a copy that was never registered", PDF, t.by, t.inventedCopies(), coded)
	t.draw("OFD: a copy that was never registered", OFD, t.by, t.inventedCopies(), coded)
	t.draw("PDF: a changed copy with a code that says the same", PDF, t.by, t.changes(), coded)
	t.draw("OFD: a changed copy with a code that says the same", OFD, t.by, t.changes(), coded)
	t.beginKind("code: of a copy that was never registered")
	for _, c := range t.inventedCopies() {
		t.text(Token, c.name, credential.FromLink(coded(c, t.genuine.Copy).contents.QR))
	}
}

// token is the code of a page.
func (t *stolenKeyForger) token(d draft) string {
	c := d.contents
	return must.Get(credential.Issue(t.ctx, t.stolen.Token, credential.Claims{
		Endorsement: c.CopyID, Certificate: c.CertID, Number: c.Certificate.Number, Name: certificate.MaskName(c.Certificate.Holder.Name),
		From: c.UseFrom, Until: c.UseUntil, Declaration: credential.Declaration(c.CopyID, c.Purpose, c.Recipient), StatusIndex: c.Index(),
	}))
}

// signAtOtherTimes signs the registered page and JSON at other times.
func (t *stolenKeyForger) signAtOtherTimes() {
	made := t.genuine.Copy.Says.MadeAt
	for _, at := range []named[time.Time]{
		{"a second later", made.Add(time.Second)},
		{"half a year before", made.AddDate(0, -6, 0)},
		{"an hour later", made.Add(time.Hour)},
		{"in a year", made.AddDate(1, 0, 0)},
	} {
		page := []change{{at.name, func(d *draft) { d.at = at.what }}}
		t.draw("PDF: the registered page signed at another time", PDF, t.by, page, change.changedDraft)
		t.draw("OFD: the registered page sealed at another time", OFD, t.by, page, change.changedDraft)
	}
}

// timestampSeals seals the registered page, and one until 2036, with timestamps that prove nothing: of a stranger's
// authority, at the time that the page states and half a year before, and signed with the stolen key of seals itself.
func (t *stolenKeyForger) timestampSeals() {
	made := t.genuine.Copy.Says.MadeAt
	strangers := must.Get(testca.New(made))
	signatory := must.Get(ses.NewSignatory(t.stolen.Seal, t.stolen.ESL))
	t.beginKind("OFD: sealed with a timestamp that proves nothing")
	for _, of := range []struct {
		name string
		key  keys.Signer
		at   time.Time
	}{
		{"a stranger's authority", strangers.SealTime.Signer, made},
		{"a stranger's authority, half a year before", strangers.SealTime.Signer, made.AddDate(0, -6, 0)},
		{"the stolen key of seals", t.stolen.Seal, made},
	} {
		authority := testca.NewTimestamper(of.key, func() time.Time { return of.at })
		by := author{ofd: sealer{t.stolen.ESL, func(ctx context.Context, hash []byte, property string, at time.Time) []byte {
			return must.Get(signatory.Sign(ctx, hash, property, at, authority.Timestamp))
		}}}
		for _, page := range []change{unchangedPage(), until2036()} {
			draft := page.changedDraft(t.genuine.Copy)
			draft.at = of.at
			t.add(OFD, of.name+", "+page.name, t.render(OFD, draft, by))
		}
	}
}

// signCodes signs other words.
func (t *stolenKeyForger) signCodes() {
	j, receipt := openJWS(t.genuine.Copy.Token()), openJWS(t.genuine.Copy.Receipt.Text)
	key := t.stolen.Token
	t.addSigned("code: other words of a registered copy", Token, j, key, t.genuine.claims(j), jws.withPayload)
	t.addSigned("code: another spelling, signed", Token, j, key, otherClaims(j), jws.withPayload)
	t.addSigned("code: another header, signed", Token, j, key, j.headers(), jws.withHeader)
	t.addSigned("receipt: signed with the key of codes", Receipt, receipt, key, t.genuine.statements(receipt), jws.withPayload)
}

// mixVersions signs JSON in which the versions of the format are mixed.
func (t *stolenKeyForger) mixVersions() {
	t.drawMixed("PDF: the versions of the format mixed", PDF, t.by)
	t.drawMixed("OFD: the versions of the format mixed", OFD, t.by)
}
