package evidence_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/issue"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/document/seal/revocation"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// testTimestamper makes timestamps with its own clock, or changes the tokens it makes.
type testTimestamper struct {
	timestamper *testca.Timestamper
	change      func([]byte) []byte
}

func (s testTimestamper) Prepare(context.Context, [][]byte) (int, *revocation.Proofs, error) {
	return 4 << 10, nil, nil
}

func (s testTimestamper) TimestampPrepared(ctx context.Context, value []byte) ([]byte, error) {
	return s.Timestamp(ctx, value)
}

func (s testTimestamper) Timestamp(ctx context.Context, value []byte) ([]byte, error) {
	token, err := s.timestamper.Timestamp(ctx, value)
	if err == nil && s.change != nil {
		token = s.change(token)
	}
	return token, err
}

func makeFiles(t *testing.T, issuer *issuetest.Issuer) map[string][]byte {
	t.Helper()
	m := issuer.Make(t, issuetest.Endorsement(t), issuetest.Certificate(t))
	return map[string][]byte{"PDF": m.PDF, "OFD": m.OFD}
}

func TestTimeStampsAreJudged(t *testing.T) {
	ca, err := testca.New(issuetest.CopyTime())
	if err != nil {
		t.Fatal(err)
	}
	stranger, err := testca.New(issuetest.CopyTime())
	if err != nil {
		t.Fatal(err)
	}
	clock := func(d time.Duration) func() time.Time {
		return func() time.Time { return issuetest.CopyTime().Add(d) }
	}
	good := testca.NewTimestamper(ca.Time.Signer, clock(0))
	for name, tt := range map[string]struct {
		timestamper issue.Timestamper
		integrity   verdict.Reason
		issuer      verdict.Result
		text        string
	}{
		"none":                       {nil, verdict.Fine, verdict.Pass, ""},
		"a good one":                 {testTimestamper{timestamper: good}, verdict.Fine, verdict.Pass, ""},
		"of an authority unknown":    {testTimestamper{timestamper: testca.NewTimestamper(stranger.Time.Signer, clock(0))}, verdict.Fine, verdict.Fail, verdict.UntrustedTime().Text.ZH},
		"of another day":             {testTimestamper{timestamper: testca.NewTimestamper(ca.Time.Signer, clock(24*time.Hour))}, verdict.Contradicts, "", ""},
		"by a key for documents":     {testTimestamper{timestamper: testca.NewTimestamper(ca.PDF.Signer, clock(0))}, verdict.Altered, "", ""},
		"that is no time stamp":      {testTimestamper{good, func([]byte) []byte { return []byte{0x30, 0} }}, verdict.Altered, "", ""},
		"of which a byte is changed": {testTimestamper{good, func(der []byte) []byte { return issuetest.FlipBit(der, len(der)-10) }}, verdict.Altered, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			issuer := issuetest.NewWithAuthority(t, ca, tt.timestamper)
			for kind, data := range makeFiles(t, issuer) {
				got := evidence.Examine(data, parseTrust(t, issuer))
				if diff := cmp.Diff(tt.integrity, got.Integrity.Reason); diff != "" {
					t.Errorf("%s: integrity: %s", kind, diff)
				}
				if got.Issuer.Result != tt.issuer || tt.text != "" && got.Issuer.Text.ZH != tt.text {
					t.Errorf("%s: issuer: %+v", kind, got.Issuer)
				}
			}
		})
	}
}

// A timestamp proves when a file was signed, if its authority is trusted.
func TestOnlyATrustedTimeStampProvesTheTime(t *testing.T) {
	ca, err := testca.New(issuetest.CopyTime())
	if err != nil {
		t.Fatal(err)
	}
	good := testTimestamper{timestamper: testca.NewTimestamper(ca.Time.Signer, issuetest.CopyTime)}
	for name, tt := range map[string]struct {
		timestamper issue.Timestamper
		known       bool // the authority is in the bundle
		proven      bool
	}{
		"no time stamp":                 {nil, true, false},
		"one of an authority trusted":   {good, true, true},
		"one, and no authority is":      {good, false, false},
		"none, and no authority either": {nil, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			issuer := issuetest.NewWithAuthority(t, ca, tt.timestamper)
			b := issuer.Bundle
			if !tt.known {
				b.TimeRoots = nil
			}
			trust, err := b.Trust()
			if err != nil {
				t.Fatal(err)
			}
			for kind, data := range makeFiles(t, issuer) {
				got := evidence.Examine(data, trust)
				if got.Issuer.Result != verdict.Pass || got.Signing.Proven != tt.proven || !got.Signing.At.Equal(issuetest.CopyTime()) {
					t.Errorf("%s: %+v, %+v", kind, got.Issuer, got.Signing)
				}
			}
		})
	}
}

func TestFilesForTheLongTermAreAccepted(t *testing.T) {
	town := issuetest.NewFixture(t, issuetest.CopyTime, true, "crl", "ocsp")
	for kind, data := range makeFiles(t, town.Issuer) {
		got := evidence.Examine(data, parseTrust(t, town.Issuer))
		if got.Integrity.Result != verdict.Pass || got.Issuer.Result != verdict.Pass {
			t.Errorf("%s: %+v, %+v", kind, got.Integrity, got.Issuer)
		}
		for at := 0; at < len(data); at += 997 {
			if got := evidence.Examine(issuetest.FlipBit(data, at), parseTrust(t, town.Issuer)); got.Integrity.Result != verdict.Fail {
				t.Errorf("%s: a change of byte %d went unseen", kind, at)
			}
		}
	}
}

// Keys are changed in three steps: both are published, the new one signs, and the old
// one is removed from the list only when nothing it signed is valid any more.
func TestFilesOutliveAChangeOfKeys(t *testing.T) {
	old, recent := newFixture(t), newFixture(t)
	joined := recent.Bundle
	joined.Roots = append(joined.Roots, old.Bundle.Roots...)
	joined.SealRoots = append(joined.SealRoots, old.Bundle.SealRoots...)
	joined.TimeRoots = append(joined.TimeRoots, old.Bundle.TimeRoots...)
	joined.Signers = append(joined.Signers, old.Bundle.Signers...)
	joined.TokenKeys.Keys = append(joined.TokenKeys.Keys, old.Bundle.TokenKeys.Keys...)
	both, err := joined.Trust()
	if err != nil {
		t.Fatal(err)
	}
	onlyRecent := recent.trust
	for _, tt := range []struct {
		name   string
		of     fixture
		trust  evidence.Trust
		issuer verdict.Finding
		token  verdict.Finding
	}{
		{"made before, both are published", old, both, verdict.TrustedIssuer("住房和城乡建设部（测试）证照签名"), verdict.IntactContent()},
		{"made after, both are published", recent, both, verdict.TrustedIssuer("住房和城乡建设部（测试）证照签名"), verdict.IntactContent()},
		{"made after, the old is off the list", recent, onlyRecent, verdict.TrustedIssuer("住房和城乡建设部（测试）证照签名"), verdict.IntactContent()},
		{"made before, the old is off the list", old, onlyRecent, verdict.UntrustedIssuer(), verdict.UnknownTokenKey()},
	} {
		t.Run(tt.name, func(t *testing.T) {
			pdf, ofd := evidence.Examine(tt.of.made.PDF, tt.trust), evidence.Examine(tt.of.made.OFD, tt.trust)
			if diff := cmp.Diff(tt.issuer, pdf.Issuer); diff != "" {
				t.Error("PDF:", diff)
			}
			if ofd.Issuer.Result != tt.issuer.Result || ofd.Issuer.Reason != tt.issuer.Reason {
				t.Errorf("OFD: %+v", ofd.Issuer)
			}
			if diff := cmp.Diff(tt.token, evidence.ExamineToken(tt.of.made.Token, tt.trust).Integrity); diff != "" {
				t.Error("QR code:", diff)
			}
		})
	}
}
