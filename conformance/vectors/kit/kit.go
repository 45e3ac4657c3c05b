// Package kit makes what the conformance vectors of package cases describe: the
// keys, the tokens, receipts and files, and what the registry has to hold. The
// private keys are made for one run and forgotten with it. Only tests import it.
package kit

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/jiazhu/jiazhu/conformance/vectors/cases"
	"github.com/jiazhu/jiazhu/shared/certificate"
	"github.com/jiazhu/jiazhu/shared/civil"
	"github.com/jiazhu/jiazhu/shared/credential"
	"github.com/jiazhu/jiazhu/shared/document/documenttest"
	"github.com/jiazhu/jiazhu/shared/endorsement"
	"github.com/jiazhu/jiazhu/shared/evidence"
	"github.com/jiazhu/jiazhu/shared/scheme"
)

// Kit is three presses: the service's own, one whose keys it used before and
// still publishes, and a stranger's.
type Kit struct {
	presses map[string]*documenttest.Press
	Trust   evidence.Trust
	Bundle  []byte // what the service publishes, and its private keys are not in
}

// New makes the presses.
func New(t testing.TB) *Kit {
	t.Helper()
	now := time.Date(2026, 11, 23, 0, 0, 0, 0, civil.Zone())
	k := &Kit{presses: map[string]*documenttest.Press{}}
	for _, name := range []string{"current", "retired", "stranger"} {
		k.presses[name] = documenttest.New(t, now)
	}
	// Of the keys used before, those of tokens and receipts are still published.
	bundle, retired := k.presses["current"].Bundle, k.presses["retired"].Bundle
	bundle.TokenKeys.Keys = append(bundle.TokenKeys.Keys, retired.TokenKeys.Keys...)
	bundle.ReceiptKeys.Keys = append(bundle.ReceiptKeys.Keys, retired.ReceiptKeys.Keys...)
	var err error
	if k.Trust, err = bundle.Trust(); err != nil {
		t.Fatal(err)
	}
	if k.Bundle, err = k.Trust.Publish(); err != nil {
		t.Fatal(err)
	}
	return k
}

// Press is the service's own.
func (k *Kit) Press() *documenttest.Press { return k.presses["current"] }

// Scene is a case made real.
type Scene struct {
	cases.Case
	Before      certificate.Certificate  // as registered when the copy was made
	After       certificate.Certificate  // as registered when it is judged
	Endorsement endorsement.Endorsement  // as recorded
	Newer       *endorsement.Endorsement // another copy, or nil
	Input       Input
}

// Input is what is handed in: a text, a file, or a number with a name.
type Input struct {
	Token, Receipt string
	File           []byte
	Number, Name   string
	Ending         string // of a file that holds it
}

// Bytes is a file that holds the input.
func (in Input) Bytes() []byte {
	if in.File != nil {
		return in.File
	}
	return []byte(in.Token + in.Receipt + "\n")
}

// Make makes a case real.
func (k *Kit) Make(t testing.TB, c cases.Case) Scene {
	t.Helper()
	s := Scene{Case: c, Before: registered(t, c.Certificate)}
	s.After = changed(t, s.Before, c.Registry)
	e := endorsed(s.Before, c.Copy, 1)
	press := k.presses["current"]
	if c.Given.Kind == "pdf" || c.Given.Kind == "ofd" {
		press = k.presses[c.Given.Key]
	}
	made := print(t, press, c, e, s.Before)
	s.Endorsement = made.Endorsement
	if !c.Registry.Until.IsZero() {
		s.Endorsement.UseUntil = c.Registry.Until
	}
	if !c.Registry.Newer.IsZero() {
		later := c.Copy
		later.Made = c.Registry.Newer
		newer := endorsed(s.Before, later, 2)
		s.Newer = &newer
	}
	s.Input = k.input(t, s, made)
	return s
}

// print makes a copy with its token and, where a file is handed in, prints it:
// with its own QR code, or that of another copy.
func print(t testing.TB, press *documenttest.Press, c cases.Case, e endorsement.Endorsement, of certificate.Certificate) documenttest.Made {
	t.Helper()
	coded := e
	if c.Copy.QR != "" {
		coded.ID = identifier(e.MadeAt, 9)
	}
	token, err := credential.Issue(t.Context(), press.Tokens, credential.Of(coded, of))
	if err != nil {
		t.Fatal(err)
	}
	e.QR = credential.Link(documenttest.Origin, token)
	copied := documenttest.CopyOf(e, of)
	if c.Copy.Format == 1 {
		copied = documenttest.FirstFormat(copied, of)
	}
	files := []string{"pdf", "ofd", "foreign-pdf", "foreign-ofd"}
	if slices.Contains(files, c.Given.Kind) || slices.Contains(files, c.Receipt.Kind()) {
		return press.Print(t, e, copied, token)
	}
	e.CopyDigest = copied.Digest()
	return documenttest.Made{Endorsement: e, Copy: copied, Token: token}
}

// registered is 张三's certificate with what the case says of it.
func registered(t testing.TB, of cases.Certificate) certificate.Certificate {
	t.Helper()
	c := documenttest.Certificate(t)
	c.Holder.Name = "张三"
	if of.Scheme != "" {
		c = under(t, c, of.Scheme)
	}
	replace(&c.Holder.Name, of.Name)
	replace(&c.Number, of.Number)
	replace(&c.Identifier, of.Identifier)
	if !of.Birth.IsZero() {
		c.Holder.Birth = of.Birth
	}
	if of.Specialties != nil {
		c.Specialties = of.Specialties
	}
	return c
}

// under registers a certificate under another scheme.
func under(t testing.TB, c certificate.Certificate, id string) certificate.Certificate {
	t.Helper()
	schemes, err := scheme.Load()
	if err != nil {
		t.Fatal(err)
	}
	s, ok := schemes.ByID(id)
	if !ok {
		t.Fatalf("no scheme %q", id)
	}
	c.Scheme, c.TypeCode, c.TypeName, c.Title, c.Issuer = s.ID, s.TypeCode, s.TypeName, s.Title, s.Issuer
	c.Number = c.Number[:len("京")] + s.NumberLevel + c.Number[len("京1"):]
	if c.Identifier, err = certificate.NewIdentifier(c.TypeCode, c.Issuer.Code, "2021000001", c.Version); err != nil {
		t.Fatal(err)
	}
	return c
}

// changed is a certificate after what the registry reports of it.
func changed(t testing.TB, c certificate.Certificate, r cases.Registry) certificate.Certificate {
	t.Helper()
	replace((*string)(&c.State), string(r.State))
	replace(&c.Holder.Name, r.Name)
	replace(&c.Employer.Name, r.Employer)
	replace(&c.Number, r.Number)
	if r.Specialties != nil {
		c.Specialties = r.Specialties
	}
	if r.Version != "" {
		c.Version = r.Version
		var err error
		if c.Identifier, err = certificate.NewIdentifier(c.TypeCode, c.Issuer.Code, "2021000001", c.Version); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func replace(old *string, by string) {
	if by != "" {
		*old = by
	}
}

func endorsed(c certificate.Certificate, of cases.Copy, n byte) endorsement.Endorsement {
	return endorsement.Endorsement{
		ID: identifier(of.Made, n), CertID: c.ID, Identifier: c.Identifier, CertVersion: c.Version, Scheme: c.Scheme, MadeAt: of.Made,
		Maker:   endorsement.Maker{Account: "zhangsan", Portal: "mohurd", Auth: "face:challenge"},
		UseFrom: of.From, UseUntil: of.Until, Limit: of.Limit, Purpose: of.Purpose, Recipient: of.Recipient,
	}
}

// identifier is the n-th ULID of a moment.
func identifier(at time.Time, n byte) string {
	return ulid.MustNew(ulid.Timestamp(at), bytes.NewReader([]byte{0, 0, 0, 0, 0, 0, 0, 0, 0, n})).String()
}
