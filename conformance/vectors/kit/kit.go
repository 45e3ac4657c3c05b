// Package kit makes the inputs that the conformance vectors of package cases describe:
// keys, tokens, receipts and files, and the registry's records. The private keys are
// made for one run and discarded. Only tests import it.
package kit

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/jiazhu/jiazhu/conformance/vectors/cases"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/issue"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
)

// Kit is a set of document issuers: the service's own; one with the keys that it used
// until the day of the usual copy and still publishes; an unknown one; and some with
// certificates of other subscribers of the service's certificate authority.
type Kit struct {
	issuers map[string]*issuetest.Issuer
	Trust   evidence.Trust
	Bundle  []byte // the published bundle, without private keys
}

// New makes the issuers.
func New(t testing.TB) *Kit {
	t.Helper()
	defer must.Fatal(t)
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, civil.Zone())
	k := &Kit{issuers: map[string]*issuetest.Issuer{}}
	for _, name := range []string{"current", "retired", "stranger"} {
		k.issuers[name] = issuetest.New(t, now)
	}
	k.addSubscribers(t)
	k.issuers["timestamped"] = issuetest.New(t, now)
	bundle := k.issuers["current"].Bundle
	add(&bundle, endValidity(k.issuers["retired"].Bundle, civil.Of(now)))
	add(&bundle, requireTimestamps(k.issuers["timestamped"].Bundle))
	bundle.TimeRoots = append(bundle.TimeRoots, k.issuers["timestamped"].Bundle.TimeRoots...)
	k.Trust = must.Get(bundle.Trust())
	k.Bundle = must.Get(k.Trust.Publish())
	return k
}

// endValidity returns a bundle whose signers and token keys may sign until a day.
func endValidity(b evidence.Bundle, day civil.Date) evidence.Bundle {
	for i := range b.Signers {
		b.Signers[i].Until = day
	}
	for i := range b.TokenKeys.Keys {
		b.TokenKeys.Keys[i].Until = day.End()
	}
	return b
}

func add(b *evidence.Bundle, more evidence.Bundle) {
	b.Roots, b.SealRoots = append(b.Roots, more.Roots...), append(b.SealRoots, more.SealRoots...)
	b.Signers = append(b.Signers, more.Signers...)
	b.TokenKeys.Keys = append(b.TokenKeys.Keys, more.TokenKeys.Keys...)
	b.ReceiptKeys.Keys = append(b.ReceiptKeys.Keys, more.ReceiptKeys.Keys...)
}

// addSubscribers adds issuers of other subscribers: with a certificate for documents
// and with one for e-mail, each the maker of its own seal, the service's own keys with a
// seal of another maker, and another issuing authority of the service.
func (k *Kit) addSubscribers(t testing.TB) {
	t.Helper()
	p := k.Issuer()
	for name, purpose := range map[string]testca.Purpose{"subscriber": testca.Documents, "subscriber-mail": testca.Mail} {
		pdf, seal := issueCertificate(p.CA, testca.General, purpose), issueCertificate(p.CA, testca.Seals, purpose)
		k.issuers[name] = p.WithKeys(t, issue.Keys{PDF: pdf.Signer, Seal: seal.Signer, ESL: sealBy(t, p.CA, seal, seal)})
	}
	for code, theirs := range p.Authorities {
		if code != testca.Ministry {
			k.issuers["other-authority"] = p.WithKeys(t, theirs)
		}
	}
	other := issueCertificate(p.CA, testca.Seals, testca.Documents)
	k.issuers["maker"] = p.WithKeys(t, issue.Keys{PDF: p.Keys.PDF, Seal: p.Keys.Seal, ESL: sealBy(t, p.CA, other, p.CA.Seal)})
}

func issueCertificate(ca *testca.Authority, by string, purpose testca.Purpose) testca.Issued {
	from, until := ca.Period()
	return must.Get(ca.Issue(by, "李四（测试）", purpose, from, until))
}

func sealBy(t testing.TB, ca *testca.Authority, maker, signer testca.Issued) []byte {
	t.Helper()
	return must.Get(ses.NewSeal(t.Context(), maker.Signer, ca.Design(signer, issuetest.SealImage(t))))
}

// Issuer returns the service's own issuer.
func (k *Kit) Issuer() *issuetest.Issuer { return k.issuers["current"] }

// PreparedCase is a case with its input and records made.
type PreparedCase struct {
	cases.Case
	Before      certificate.Certificate  // the record when the copy was made
	After       certificate.Certificate  // the record at the time of the verification
	Endorsement endorsement.Endorsement  // the recorded endorsement
	Newer       *endorsement.Endorsement // another copy, or nil
	KeySet      sealhistory.KeySet       // with which it was sealed; only where its seal was changed
	Input       Input
}

// Input is the input of a verification: a text, a file, or a number with a name.
type Input struct {
	Token, Receipt string
	File           []byte
	Number, Name   string
	Ending         string // file name ending
}

// Bytes returns the input as the content of a file.
func (in Input) Bytes() []byte {
	if in.File != nil {
		return in.File
	}
	return []byte(in.Token + in.Receipt + "\n")
}

// Make makes the input and records of a case.
func (k *Kit) Make(t testing.TB, c cases.Case) PreparedCase {
	t.Helper()
	defer must.Fatal(t)
	s := PreparedCase{Case: c, Before: caseCertificate(t, c.Certificate)}
	s.After = applyRegistry(s.Before, c.Registry)
	e := newEndorsement(s.Before, c.Copy, 1)
	issuer := k.Issuer()
	forged := false
	if c.Given.Kind == "pdf" || c.Given.Kind == "ofd" {
		forged = !slices.Contains([]string{"current", "retired", "timestamped"}, c.Given.Key)
		if !forged {
			issuer = k.issuers[c.Given.Key]
		}
		if c.Given.Timestamp != "" {
			issuer = k.withTimestamp(t, issuer, c)
		}
	}
	made := k.print(t, issuer, c, e, s.Before)
	s.Endorsement = made.Endorsement
	if c.Registry.Seal != nil {
		var ok bool
		if s.KeySet, ok = issuer.DocumentIssuer.KeySetOf(s.Before.Issuer.Code); !ok {
			t.Fatalf("%s: there is no seal of the issuing authority", c.Name)
		}
	}
	switch c.Registry.File {
	case "another":
		s.Endorsement.Files = k.print(t, issuer, c, e, s.Before).Endorsement.Files
	case "none":
		s.Endorsement.Files = nil
	}
	if c.Registry.Excerpt == "none" {
		s.Endorsement.Excerpt = nil
	}
	if !c.Registry.Until.IsZero() {
		s.Endorsement.UseUntil = c.Registry.Until
	}
	if !c.Registry.Newer.IsZero() {
		later := c.Copy
		later.Made = c.Registry.Newer
		newer := newEndorsement(s.Before, later, 2)
		s.Newer = &newer
	}
	if forged {
		made = k.forge(t, c, e, s.Before, made)
	}
	s.Input = k.input(t, s, made)
	return s
}

// forge makes an attacker's input: a subscriber uses the genuine copy with its content
// and code, an unknown issuer one of its own.
func (k *Kit) forge(t testing.TB, c cases.Case, e endorsement.Endorsement, of certificate.Certificate, genuine issuetest.IssuedCopy) issuetest.IssuedCopy {
	t.Helper()
	issuer := k.issuers[c.Given.Key]
	if c.Given.Key == "stranger" {
		return k.print(t, issuer, c, e, of)
	}
	return issuer.MakeFromCopy(t, genuine.Endorsement, genuine.Copy, genuine.Token)
}

// print makes a copy with its token and, if the input is a file, its documents, with
// its own QR code or that of another copy. The token key was not changed together with
// the other keys.
func (k *Kit) print(t testing.TB, issuer *issuetest.Issuer, c cases.Case, e endorsement.Endorsement, of certificate.Certificate) issuetest.IssuedCopy {
	t.Helper()
	coded := e
	if c.Copy.QR != "" {
		coded.ID = identifier(e.MadeAt, 9)
	}
	tokens := issuer.Tokens
	switch {
	case issuer == k.issuers["retired"]:
		tokens = k.Issuer().Tokens
	case c.Given.Key == "retired" && (c.Given.Kind == "token" || c.Given.Kind == "link"):
		tokens = k.signer(c.Given.Key) // the code is from the time when the key was in use
	}
	token := must.Get(credential.Issue(t.Context(), tokens, credential.NewClaims(coded, of)))
	e.QR = credential.Link(issuetest.Origin, token)
	copied := issuetest.CopyOf(e, of)
	if c.Copy.Format == 1 {
		copied = issuetest.FirstFormat(copied, of)
	}
	files := []string{"pdf", "ofd", "foreign-pdf", "foreign-ofd"}
	if slices.Contains(files, c.Given.Kind) || slices.Contains(files, c.Receipt.Kind()) {
		if _, ok := issuer.DocumentIssuer.KeySetOf(of.Issuer.Code); !ok {
			issuer = issuer.WithKeys(t, issuer.Keys, of.Issuer.Code)
		}
		at := copied.MadeAt
		if !c.Copy.Signed.IsZero() {
			at = c.Copy.Signed
		}
		return issuer.MakeFromCopyAt(t, e, copied, token, at)
	}
	e.CopyDigest, e.Excerpt = copied.Digest(), copied.Excerpt()
	return issuetest.IssuedCopy{Endorsement: e, Copy: copied, Token: token}
}

// caseCertificate returns 张三's certificate with the case's changes.
func caseCertificate(t testing.TB, of cases.Certificate) certificate.Certificate {
	t.Helper()
	c := issuetest.Certificate(t)
	c.Holder.Name = "张三"
	if of.Scheme != "" {
		c = changeScheme(t, c, of.Scheme)
	}
	replace(&c.Holder.Name, of.Name)
	replace(&c.Number, of.Number)
	if of.Issuer != "" {
		c.Issuer.Code = of.Issuer
		identify(&c)
	}
	replace(&c.Identifier, of.Identifier)
	if !of.Birth.IsZero() {
		c.Holder.Birth = of.Birth
	}
	if of.Specialties != nil {
		c.Specialties = of.Specialties
	}
	return c
}

// changeScheme registers a certificate under another scheme.
func changeScheme(t testing.TB, c certificate.Certificate, id string) certificate.Certificate {
	t.Helper()
	s, ok := must.Get(scheme.Load()).ByID(id)
	if !ok {
		t.Fatalf("no scheme %q", id)
	}
	c.Scheme, c.TypeCode, c.TypeName, c.Title, c.Issuer = s.ID, s.TypeCode, s.TypeName, s.Title, s.Issuer
	c.Number = c.Number[:len("京")] + s.Number.Parts["level"].Must + c.Number[len("京1"):]
	identify(&c)
	return c
}

// applyRegistry returns a certificate after the changes that the registry reports.
func applyRegistry(c certificate.Certificate, r cases.Registry) certificate.Certificate {
	replace((*string)(&c.State), string(r.State))
	replace(&c.Holder.Name, r.Name)
	replace(&c.Employer.Name, r.Employer)
	replace(&c.Number, r.Number)
	if r.Specialties != nil {
		c.Specialties = r.Specialties
	}
	if r.Version != "" {
		c.Version = r.Version
		identify(&c)
	}
	return c
}

// identify gives a certificate the identifier of its type, issuer and version.
func identify(c *certificate.Certificate) {
	c.Identifier = must.Get(certificate.NewIdentifier(c.TypeCode, c.Issuer.Code, "2021000001", c.Version))
}

func replace(old *string, by string) {
	if by != "" {
		*old = by
	}
}

func newEndorsement(c certificate.Certificate, of cases.Copy, n byte) endorsement.Endorsement {
	return endorsement.Endorsement{
		ID: identifier(of.Made, n), CertID: c.ID, Identifier: c.Identifier, CertVersion: c.Version, Scheme: c.Scheme, MadeAt: of.Made,
		Maker:   endorsement.Maker{Account: "zhangsan", Portal: "mohurd", Auth: "face:challenge"},
		UseFrom: of.From, UseUntil: of.Until, Limit: of.Limit, Purpose: of.Purpose, Recipient: of.Recipient,
	}
}

// identifier returns the n-th ULID of a time.
func identifier(at time.Time, n byte) string {
	return ulid.MustNew(ulid.Timestamp(at), bytes.NewReader([]byte{0, 0, 0, 0, 0, 0, 0, 0, 0, n})).String()
}
