package issue_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/document/ofd"
	"github.com/jiazhu/jiazhu/shared/document/pdf"
	"github.com/jiazhu/jiazhu/shared/document/seal/cms"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/document/seal/tsp"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

func TestSignaturesCarryWhatTheNotaryGives(t *testing.T) {
	for name, tt := range map[string]struct {
		longTerm bool
		kinds    []string
		proofs   [3]int // certificates, lists and answers in the PDF
	}{
		"timestamps":             {false, nil, [3]int{}},
		"timestamps and lists":   {true, []string{"crl"}, [3]int{4, 2, 0}},
		"timestamps and answers": {true, []string{"ocsp"}, [3]int{4, 0, 2}},
	} {
		t.Run(name, func(t *testing.T) {
			fixture := issuetest.NewFixture(t, issuetest.CopyTime, tt.longTerm, tt.kinds...)
			made := fixture.Make(t, issuetest.Endorsement(t), issuetest.Certificate(t))
			inPDF, err := pdf.Read(made.PDF)
			if err != nil {
				t.Fatal(err)
			}
			signed, err := cms.Verify(inPDF.Signature.CMS, inPDF.Signature.Digest)
			if err != nil || len(signed.Timestamp) == 0 {
				t.Errorf("the PDF: %v, a timestamp of %d bytes", err, len(signed.Timestamp))
			}
			var got [3]int
			if v := inPDF.Validation; v != nil {
				got = [3]int{len(v.Certificates), len(v.CRLs), len(v.OCSPs)}
			}
			if diff := cmp.Diff(tt.proofs, got); diff != "" {
				t.Error(diff)
			}
			inOFD, err := ofd.Read(made.OFD)
			if err != nil {
				t.Fatal(err)
			}
			sealed, err := ses.Parse(inOFD.Signature.Value)
			if err != nil || len(sealed.Timestamp) == 0 {
				t.Errorf("the OFD: %v, a timestamp of %d bytes", err, len(sealed.Timestamp))
			}
		})
	}
}

// The place for the signature is a part of every file, used or not.
func TestThePDFKeepsRoomForItsSignatureOnly(t *testing.T) {
	issuer := issuetest.New(t, issuetest.CopyTime())
	made := issuer.Make(t, issuetest.Endorsement(t), issuetest.Certificate(t))
	_, after, _ := bytes.Cut(made.PDF, []byte("/Contents<"))
	room := bytes.IndexByte(after, '>') / 2
	file, err := pdf.Read(made.PDF)
	if err != nil {
		t.Fatal(err)
	}
	if spare := room - len(file.Signature.CMS); spare > 8 {
		t.Errorf("%d bytes are spare", spare)
	}
	t.Logf("%d bytes are kept for the signature", room)
}

func TestWithoutItsTimeStampNothingIsSigned(t *testing.T) {
	for name, tt := range map[string]struct {
		spoil func(issuetest.Fixture)
		away  bool // the problem is about the authority
	}{
		"the authority is away":               {func(fixture issuetest.Fixture) { fixture.Server.Close() }, true},
		"the signer's certificate is revoked": {func(fixture issuetest.Fixture) { fixture.RevokePDF(t) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			fixture := issuetest.NewFixture(t, issuetest.CopyTime, true, "crl")
			tt.spoil(fixture)
			in := fixture.Input(t, issuetest.CopyOf(issuetest.Endorsement(t), issuetest.Certificate(t)))
			_, err := fixture.DocumentIssuer.Make(t.Context(), in)
			var p *problem.Problem
			if !errors.As(err, &p) || p.Code != problem.SigningUnavailable || p.Owner != problem.Platform || strings.Contains(p.Detail.ZH, "时间戳机构") != tt.away {
				t.Errorf("got %v, want the problem %s; about the authority: %t", err, problem.SigningUnavailable, tt.away)
			}
		})
	}
}

// The PDF's timestamp is of RFC 3161 for its readers, and the seal's with SM2 for its own.
func TestASealHasATimeStampWithSM2(t *testing.T) {
	fixture := issuetest.NewFixture(t, issuetest.CopyTime, false).WithSealTimestamps(t, issuetest.CopyTime)
	made := fixture.Make(t, issuetest.Endorsement(t), issuetest.Certificate(t))
	inPDF, err := pdf.Read(made.PDF)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := cms.Verify(inPDF.Signature.CMS, inPDF.Signature.Digest)
	if err != nil {
		t.Fatal(err)
	}
	inOFD, err := ofd.Read(made.OFD)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := ses.Parse(inOFD.Signature.Value)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		token []byte
		want  tsp.Algorithms
	}{{signed.Timestamp, tsp.SHA2}, {sealed.Timestamp, tsp.SM}} {
		if token, err := tsp.Parse(tt.token); err != nil || token.Algorithms != tt.want {
			t.Errorf("%v, want a timestamp of %s", err, tt.want)
		}
	}
}

func TestWithoutItsTimeStampNothingIsSealed(t *testing.T) {
	at := issuetest.CopyTime()
	for name, spoil := range map[string]func(issuetest.Fixture) issuetest.Fixture{
		"the authority is away": func(f issuetest.Fixture) issuetest.Fixture { f.Server.Close(); return f },
		"the authority's clock is wrong": func(f issuetest.Fixture) issuetest.Fixture {
			return f.WithSealTimestamps(t, func() time.Time { return at.Add(time.Hour) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			fixture := spoil(issuetest.NewFixture(t, issuetest.CopyTime, false).WithSealTimestamps(t, issuetest.CopyTime))
			in := fixture.Input(t, issuetest.CopyOf(issuetest.Endorsement(t), issuetest.Certificate(t)))
			_, err := fixture.DocumentIssuer.MakeOFD(t.Context(), in)
			var p *problem.Problem
			if !errors.As(err, &p) || p.Code != problem.SigningUnavailable || p.Owner != problem.Platform || !strings.Contains(p.Detail.ZH, "时间戳机构") {
				t.Errorf("got %v, want the problem %s about the authority", err, problem.SigningUnavailable)
			}
		})
	}
}

// Another hour, another list: only then do two documents of one content differ
// in what is signed.
func TestProofsAreTheSameForTheHour(t *testing.T) {
	at := issuetest.CopyTime()
	fixture := issuetest.NewFixture(t, func() time.Time { return at }, true, "crl")
	in := fixture.Input(t, issuetest.CopyOf(issuetest.Endorsement(t), issuetest.Certificate(t)))
	digest := func() []byte {
		made, err := fixture.DocumentIssuer.Make(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		file, err := pdf.Read(made.PDF)
		if err != nil {
			t.Fatal(err)
		}
		return file.Signature.Digest
	}
	first := digest()
	if !bytes.Equal(first, digest()) {
		t.Error("two documents of the same content have two digests")
	}
	at = at.Add(2 * time.Hour)
	if bytes.Equal(first, digest()) {
		t.Error("the proofs are those of two hours ago")
	}
}
