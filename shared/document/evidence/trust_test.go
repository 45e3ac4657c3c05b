package evidence_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/evidence/testtrust"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/document/seal/tsp"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

func TestTrustThatIsRefused(t *testing.T) {
	issuer := issuetest.New(t, issuetest.CopyTime())
	short := shortRoot(t)
	tests := map[string]func(*evidence.Bundle){
		"no version":                func(b *evidence.Bundle) { b.Version = 0 },
		"a version to come":         func(b *evidence.Bundle) { b.Version = 3 },
		"no roots":                  func(b *evidence.Bundle) { b.Roots = nil },
		"no seal roots":             func(b *evidence.Bundle) { b.SealRoots = nil },
		"no token keys":             func(b *evidence.Bundle) { b.TokenKeys.Keys = nil },
		"a root that is text":       func(b *evidence.Bundle) { b.Roots = []string{"root"} },
		"a seal root that is text":  func(b *evidence.Bundle) { b.SealRoots = []string{"root"} },
		"an SM2 root for PDF":       func(b *evidence.Bundle) { b.Roots = append(b.Roots, b.SealRoots...) },
		"a P-256 root for seals":    func(b *evidence.Bundle) { b.SealRoots = append(b.SealRoots, b.Roots...) },
		"an SM2 root for PDF files": func(b *evidence.Bundle) { b.Roots = append(b.Roots, b.SealRoots...) },
		"timestamps of an algorithm nobody knows": func(b *evidence.Bundle) {
			b.Signers[1].Timestamps = &evidence.TimestampRule{From: b.Signers[1].From, Algorithms: "sm9"}
		},
		"timestamps from no day on": func(b *evidence.Bundle) { b.Signers[1].Timestamps = &evidence.TimestampRule{} },
		"timestamps of a seal's maker": func(b *evidence.Bundle) {
			b.Signers[2].Timestamps = &evidence.TimestampRule{From: b.Signers[2].From}
		},
		"timestamps of no authority": func(b *evidence.Bundle) {
			b.TimeRoots, b.Signers[1].Timestamps = nil, &evidence.TimestampRule{From: b.Signers[1].From}
		},
		"timestamps with SM2 and no authority that makes them": func(b *evidence.Bundle) {
			b.TimeRoots, b.Signers[1].Timestamps = b.TimeRoots[:1], &evidence.TimestampRule{From: b.Signers[1].From, Algorithms: tsp.SM}
		},
		"a root that is no authority":   func(b *evidence.Bundle) { b.Roots = append(b.Roots, b.Signers[0].Certificate) },
		"a root with a short key":       func(b *evidence.Bundle) { b.Roots = append(b.Roots, short) },
		"a time root with a short key":  func(b *evidence.Bundle) { b.TimeRoots = []string{short} },
		"a seal root with a short key":  func(b *evidence.Bundle) { b.SealRoots = append(b.SealRoots, short) },
		"one key for both kinds of use": func(b *evidence.Bundle) { b.ReceiptKeys = b.TokenKeys },
		"no signers":                    func(b *evidence.Bundle) { b.Signers = nil },
		"no signer of PDF files":        func(b *evidence.Bundle) { b.Signers = without(b.Signers, evidence.SignsPDF) },
		"no maker of seals":             func(b *evidence.Bundle) { b.Signers = without(b.Signers, evidence.MakesSeals) },
		"a signer twice":                func(b *evidence.Bundle) { b.Signers = append(b.Signers, b.Signers[0]) },
		"a use nobody knows":            func(b *evidence.Bundle) { b.Signers[0].Use = "everything" },
		"an SM2 signer of PDF files":    func(b *evidence.Bundle) { b.Signers[1].Use = evidence.SignsPDF },
		"a P-256 signer of seals":       func(b *evidence.Bundle) { b.Signers[0].Use = evidence.SignsOFD },
		"a signer that is text":         func(b *evidence.Bundle) { b.Signers[0].Certificate = "certificate" },
		"a signer without certificate":  func(b *evidence.Bundle) { b.Signers[0].Certificate = "" },
		"a signer of no root's":         func(b *evidence.Bundle) { b.Roots = b.TimeRoots },
		"a sealer of no root's":         func(b *evidence.Bundle) { b.SealRoots = issuetest.New(t, issuetest.CopyTime()).Bundle.SealRoots },
		"an authority as a signer":      func(b *evidence.Bundle) { b.Signers[0].Certificate = b.Roots[0] },
		"a signer without days":         func(b *evidence.Bundle) { b.Signers[0].From = civil.Date{} },
		"a signer that ends before":     func(b *evidence.Bundle) { b.Signers[0].Until = b.Signers[0].From.AddDays(-1) },
		"days before the certificate's": func(b *evidence.Bundle) {
			b.Signers[0].From, b.Signers[0].Until = issuetest.Day(t, "2001-01-01"), issuetest.Day(t, "2001-12-31")
		},
		"a signer for nobody":          func(b *evidence.Bundle) { b.Signers[0].Issuers = nil },
		"a sealer for nobody":          func(b *evidence.Bundle) { b.Signers[1].Issuers = nil },
		"a signer for no organisation": func(b *evidence.Bundle) { b.Signers[0].Issuers = []string{"110000000000000000"} },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			b := issuer.Bundle
			b.Signers = slices.Clone(b.Signers)
			change(&b)
			text, err := json.Marshal(b)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := evidence.ParseTrust(text); !errors.Is(err, evidence.ErrTrust) {
				t.Errorf("got %v, want %v", err, evidence.ErrTrust)
			}
		})
	}
	for _, text := range []string{
		"", "{}", "[]", string(issuer.Trust) + "{}",
		strings.Replace(string(issuer.Trust), `{"version"`, `{"more":1,"version"`, 1),
		strings.Replace(string(issuer.Trust), `"use":"pdf"`, `"use":"pdf","more":1`, 1),
		strings.Replace(string(issuer.Trust), `"tokenKeys":{"keys":[`, `"tokenKeys":{"keys":[1,`, 1),
	} {
		if _, err := evidence.ParseTrust([]byte(text)); !errors.Is(err, evidence.ErrTrust) {
			t.Errorf("%.40q: got %v, want %v", text, err, evidence.ErrTrust)
		}
	}
}

// without returns the signers of other uses.
func without(all []evidence.Signer, use evidence.Use) []evidence.Signer {
	return slices.DeleteFunc(slices.Clone(all), func(s evidence.Signer) bool { return s.Use == use })
}

// Version 1 trusted every certificate of a root. The error for such a bundle says what
// to do.
func TestTrustInWholeAuthoritiesIsRefused(t *testing.T) {
	old, err := os.ReadFile(filepath.Join("testdata", "bundles", "1.json"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = evidence.ParseTrust(old)
	if !errors.Is(err, evidence.ErrTrustVersion) || !errors.Is(err, evidence.ErrTrust) {
		t.Fatalf("got %v, want %v", err, evidence.ErrTrustVersion)
	}
	for _, word := range []string{"version 1", "name the signers", "jiazhu trust", "docs/operations.md"} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%q does not say %q", err, word)
		}
	}
}

// A certificate for another purpose cannot be listed by mistake: the bundle does not
// load.
func TestACertificateForSomethingElseIsNotNamed(t *testing.T) {
	issuer := issuetest.New(t, issuetest.CopyTime())
	from, until := issuer.CA.Period()
	for i, use := range []evidence.Use{evidence.SignsPDF, evidence.SignsOFD, evidence.MakesSeals} {
		by := testca.Seals
		if use == evidence.SignsPDF {
			by = testca.General
		}
		for _, purpose := range testca.Purposes() {
			issued, err := issuer.CA.Issue(by, "李四", purpose, from, until)
			if err != nil {
				t.Fatal(err)
			}
			b := issuer.Bundle
			b.Signers = slices.Clone(b.Signers)
			b.Signers[i] = testtrust.Signer(issuer.CA, use, issued, testca.Ministry)
			_, err = b.Trust()
			if good := purpose == testca.Documents || purpose == testca.AnySigner; (err == nil) != good {
				t.Errorf("%s, %s: %v", use, purpose, err)
			}
			b.Signers[i].ExtendedKeyUsage = "1.3.6.1.5.5.7.3.4" // e-mail, stated in the bundle
			if _, err = b.Trust(); err == nil {
				t.Errorf("%s, %s: named for e-mail", use, purpose)
			}
		}
	}
}

// An authority may have its own usage for documents; the bundle has to state it.
func TestAnAuthoritysOwnUsageForDocumentsIsNamed(t *testing.T) {
	issuer := issuetest.New(t, issuetest.CopyTime())
	b := issuer.Bundle
	b.Signers = slices.Clone(b.Signers)
	from, until := issuer.CA.Period()
	issued, err := issuer.CA.Issue(testca.General, "测试", testca.OwnDocuments, from, until)
	if err != nil {
		t.Fatal(err)
	}
	b.Signers[0] = testtrust.Signer(issuer.CA, evidence.SignsPDF, issued, testca.Ministry)
	for usage, good := range map[string]bool{"": false, testca.OwnUsage: true, "1.3.6.1.4.1.99999.3": false} {
		b.Signers[0].ExtendedKeyUsage = usage
		if _, err := b.Trust(); (err == nil) != good {
			t.Errorf("%q: %v", usage, err)
		}
	}
}

// A signer may be certified by an intermediate authority.
func TestASignerBelowAnotherAuthorityIsNamedWithIt(t *testing.T) {
	issuer := issuetest.New(t, issuetest.CopyTime())
	for i, by := range []string{testca.General, testca.Seals} {
		between, issued, err := issuer.CA.IssueFromIntermediate(by, "测试")
		if err != nil {
			t.Fatal(err)
		}
		b := issuer.Bundle
		b.Signers = slices.Clone(b.Signers)
		b.Signers[i] = testtrust.Signer(issuer.CA, b.Signers[i].Use, issued, testca.Ministry)
		if _, err := b.Trust(); err == nil {
			t.Errorf("%s: without what is between", by)
		}
		b.Signers[i].Certificate += between
		if _, err := b.Trust(); err != nil {
			t.Errorf("%s: %v", by, err)
		}
	}
}

// shortRoot returns an authority whose RSA key has 1024 bits.
func shortRoot(t *testing.T) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, c, c, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

func TestThePublishedKeysAreOfTokensReceiptsAndStatusLists(t *testing.T) {
	issuer := issuetest.New(t, issuetest.CopyTime())
	text, err := parseTrust(t, issuer).JWKS()
	if err != nil {
		t.Fatal(err)
	}
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(text, &set); err != nil {
		t.Fatal(err)
	}
	if len(set.Keys) != 3 || len(set.Key(issuer.Tokens.KeyID()[:4])) != 1 {
		t.Errorf("got %s", text)
	}
	for _, k := range set.Keys {
		if !k.IsPublic() {
			t.Errorf("key %s is not public", k.KeyID)
		}
	}
	if n := strings.Count(string(text), `"nbf":`) + strings.Count(string(text), `"exp":`); n != 6 {
		t.Errorf("the days of %d of 3 keys stand in %s", n/2, text)
	}
}

func FuzzParseTrust(f *testing.F) {
	issuer := issuetest.New(f, issuetest.CopyTime())
	f.Add(issuer.Trust)
	f.Add([]byte(`{"version":2,"roots":[""],"sealRoots":[""],"signers":[{}],"tokenKeys":{"keys":[null]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		trust, err := evidence.ParseTrust(data)
		if err != nil && !errors.Is(err, evidence.ErrTrust) {
			t.Error(err)
		}
		if err == nil && trust.Tokens.Len() == 0 {
			t.Error("a bundle without token keys is accepted")
		}
	})
}

// A service with kinds of certificate of its own publishes the forms of their numbers with the bundle and
// the keys. One without publishes neither, so that earlier programs read its bundle.
func TestTheFormsOfOtherNumbersArePublished(t *testing.T) {
	d := newFixture(t)
	builtIn := must.Get(scheme.Load()).Numbers()
	other := &certificate.Grammar{
		Label: problem.Text{ZH: "证号", EN: "number"}, Form: problem.Text{ZH: "6 位数字", EN: "6 digits"}, Example: "123456",
		Patterns: []string{"{serial}"}, Parts: map[string]certificate.Part{"serial": {Is: "digits", Digits: 6}},
	}
	if err := other.Compile(); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		is        string
		grammars  certificate.Grammars
		published int
		read      verdict.Result
	}{
		{"the built-in kinds", builtIn, 0, verdict.Pass},
		{"one more kind, twice", append(builtIn[:len(builtIn):len(builtIn)], other, other), 1, verdict.Pass},
		{"another kind only", certificate.Grammars{other}, 1, verdict.Fail},
	} {
		trust, err := d.trust.WithNumbers(test.grammars)
		if err != nil {
			t.Fatal(err)
		}
		if got := evidence.ExamineToken(d.made.Token, trust).Numbers.Result; got != test.read {
			t.Errorf("%s: the service judges a constructor's number %s", test.is, got)
		}
		bundle, keys := must.Get(trust.Publish()), must.Get(trust.JWKS())
		for _, text := range [][]byte{bundle, keys} {
			var published struct{ Numbers []json.RawMessage }
			if err := json.Unmarshal(text, &published); err != nil || len(published.Numbers) != test.published {
				t.Errorf("%s: %d published: %v", test.is, len(published.Numbers), err)
			}
		}
		offline, err := evidence.ParseTrust(bundle)
		if err != nil {
			t.Fatal(err)
		}
		if got := evidence.ExamineToken(d.made.Token, offline).Numbers.Result; got != verdict.Pass {
			t.Errorf("%s: offline a constructor's number is %s", test.is, got)
		}
	}
	var wrong map[string]any
	if err := json.Unmarshal(d.Issuer.Trust, &wrong); err != nil {
		t.Fatal(err)
	}
	for _, numbers := range []any{[]any{nil}, []any{map[string]any{"patterns": []string{"{"}}}} {
		wrong["numbers"] = numbers
		if _, err := evidence.ParseTrust(must.Get(json.Marshal(wrong))); !errors.Is(err, evidence.ErrTrust) {
			t.Errorf("%v: %v", numbers, err)
		}
	}
}
