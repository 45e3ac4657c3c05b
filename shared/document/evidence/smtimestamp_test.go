package evidence_test

import (
	"context"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/document/seal/signeddata"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/document/seal/tsp"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// overAnother requests a timestamp of something else than the signature.
type overAnother struct{ testTimestamper }

func (o overAnother) Timestamp(ctx context.Context, _ []byte) ([]byte, error) {
	return o.testTimestamper.Timestamp(ctx, []byte("another"))
}

// requireTimestamps returns a bundle that requires timestamps of all signers of copies.
func requireTimestamps(b evidence.Bundle, rule evidence.TimestampRule) evidence.Bundle {
	signers := make([]evidence.Signer, len(b.Signers))
	for i, s := range b.Signers {
		if s.Use != evidence.MakesSeals {
			s.Timestamps = &rule
		}
		signers[i] = s
	}
	b.Signers = signers
	return b
}

// A seal's timestamp with SM2 is judged as one of RFC 3161 is, and where the bundle requires one, a
// copy without it is not trusted.
func TestSealsCarryTimeStampsWithSM2(t *testing.T) {
	ca, err := testca.New(issuetest.CopyTime())
	if err != nil {
		t.Fatal(err)
	}
	unknown, err := testca.New(issuetest.CopyTime())
	if err != nil {
		t.Fatal(err)
	}
	by := func(of testca.Issued, later time.Duration) *testca.Timestamper {
		return testca.NewTimestamper(of.Signer, func() time.Time { return issuetest.CopyTime().Add(later) })
	}
	good := testTimestamper{timestamper: by(ca.SealTime, 0)}
	sm := evidence.TimestampRule{From: civil.Of(issuetest.CopyTime()), Algorithms: tsp.SM}
	later := evidence.TimestampRule{From: civil.Of(issuetest.CopyTime()).AddDays(1), Algorithms: tsp.SM}
	for name, tt := range map[string]struct {
		timestamper interface {
			Timestamp(ctx context.Context, value []byte) ([]byte, error)
		}
		rule      *evidence.TimestampRule
		integrity verdict.Reason
		issuer    verdict.Finding
		proven    bool
	}{
		"a good one":                        {good, &sm, verdict.Fine, verdict.TrustedIssuerAt("住房和城乡建设部（测试）签章", issuetest.CopyTime()), true},
		"a good one that nobody requires":   {good, nil, verdict.Fine, verdict.TrustedIssuerAt("住房和城乡建设部（测试）签章", issuetest.CopyTime()), true},
		"in the syntax of RFC 5652":         {testTimestamper{timestamper: by(ca.SealTime, 0).WithSyntax(signeddata.OtherContent())}, &sm, verdict.Fine, verdict.TrustedIssuerAt("住房和城乡建设部（测试）签章", issuetest.CopyTime()), true},
		"none":                              {nil, &sm, verdict.Fine, verdict.MissingTimestamp(), false},
		"none, where none is required":      {nil, nil, verdict.Fine, verdict.TrustedIssuer("住房和城乡建设部（测试）签章"), false},
		"none, before the rule's first day": {nil, &later, verdict.Fine, verdict.TrustedIssuer("住房和城乡建设部（测试）签章"), false},
		"one of RFC 3161":                   {testTimestamper{timestamper: by(ca.Time, 0)}, &sm, verdict.Fine, verdict.MissingTimestamp(), true},
		"one of RFC 3161, where either will do": {testTimestamper{timestamper: by(ca.Time, 0)}, &evidence.TimestampRule{From: sm.From}, verdict.Fine,
			verdict.TrustedIssuerAt("住房和城乡建设部（测试）签章", issuetest.CopyTime()), true},
		"of something else":              {overAnother{good}, &sm, verdict.Altered, verdict.Finding{}, false},
		"of an authority unknown":        {testTimestamper{timestamper: by(unknown.SealTime, 0)}, &sm, verdict.Fine, verdict.UntrustedTime(), false},
		"by a certificate without usage": {testTimestamper{timestamper: by(ca.Seal, 0)}, &sm, verdict.Altered, verdict.Finding{}, false},
		"of another day":                 {testTimestamper{timestamper: by(ca.SealTime, 24*time.Hour)}, &sm, verdict.Contradicts, verdict.Finding{}, false},
		"of which a byte is changed":     {testTimestamper{by(ca.SealTime, 0), func(der []byte) []byte { return issuetest.FlipBit(der, len(der)-10) }}, &sm, verdict.Altered, verdict.Finding{}, false},
		"that is no time stamp":          {testTimestamper{by(ca.SealTime, 0), func([]byte) []byte { return []byte{0x30, 0} }}, &sm, verdict.Altered, verdict.Finding{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			issuer := issuetest.NewWithAuthority(t, ca, nil)
			if tt.timestamper != nil {
				k := issuer.Keys
				k.SealTimestamp = tt.timestamper.Timestamp
				issuer = issuer.WithKeys(t, k)
			}
			b := issuer.Bundle
			if tt.rule != nil {
				b = requireTimestamps(b, *tt.rule)
			}
			trust, err := b.Trust()
			if err != nil {
				t.Fatal(err)
			}
			got := evidence.Examine(makeFiles(t, issuer)["OFD"], trust)
			if got.Integrity.Reason != tt.integrity || got.Issuer != tt.issuer || got.Signing != nil && got.Signing.Proven != tt.proven {
				t.Errorf("integrity %v, issuer %+v, signing %+v", got.Integrity.Reason, got.Issuer, got.Signing)
			}
		})
	}
}

// A timestamp that states a time at which its authority's certificate was not valid proves no time.
func TestATimeStampIsMadeWithinItsCertificatesLife(t *testing.T) {
	at := issuetest.CopyTime()
	ca, err := testca.New(at)
	if err != nil {
		t.Fatal(err)
	}
	ended, err := ca.Issue(testca.Seals, "加注测试国密时间戳", testca.Timestamps, at.AddDate(-1, 0, 0), at.AddDate(0, 0, -1))
	if err != nil {
		t.Fatal(err)
	}
	issuer := issuetest.NewWithAuthority(t, ca, nil)
	k := issuer.Keys
	k.SealTimestamp = testca.NewTimestamper(ended.Signer, issuetest.CopyTime).Timestamp
	issuer = issuer.WithKeys(t, k)
	got := evidence.Examine(makeFiles(t, issuer)["OFD"], parseTrust(t, issuer))
	if got.Integrity.Result != verdict.Pass || got.Issuer != verdict.UntrustedTime() {
		t.Errorf("%+v, %+v", got.Integrity, got.Issuer)
	}
}

// The rule is about PDF files, too.
func TestAPDFWithoutItsTimeStampIsNotTrusted(t *testing.T) {
	at := issuetest.CopyTime()
	rule := evidence.TimestampRule{From: civil.Of(at), Algorithms: tsp.SHA2}
	for name, with := range map[string]bool{"with one": true, "without": false} {
		fixture := issuetest.NewFixture(t, issuetest.CopyTime, false)
		issuer := fixture.Issuer
		want := verdict.TrustedIssuerAt("住房和城乡建设部（测试）证照签名", at)
		if !with {
			issuer, want = issuetest.NewWithAuthority(t, fixture.CA, nil), verdict.MissingTimestamp()
		}
		trust, err := requireTimestamps(issuer.Bundle, rule).Trust()
		if err != nil {
			t.Fatal(err)
		}
		if got := evidence.Examine(makeFiles(t, issuer)["PDF"], trust); got.Issuer != want {
			t.Errorf("%s: %+v", name, got.Issuer)
		}
	}
}
