package issue_test

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/issue"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/document/ofd"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

func TestTheOFDCarriesTheCopyAndItsElements(t *testing.T) {
	issuer := issuetest.New(t, issuetest.CopyTime())
	made := issuer.Make(t, issuetest.Endorsement(t), issuetest.Certificate(t))
	file, err := ofd.Read(made.OFD)
	if err != nil {
		t.Fatal(err)
	}
	want, err := made.Copy.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Attachments) != 1 || !bytes.Equal(file.Attachments[0].Data, want) {
		t.Error("the file does not carry the copy's canonical bytes")
	}
	if diff := cmp.Diff(made.Copy.Digest(), made.Digest); diff != "" {
		t.Error(diff)
	}
	elements := map[string]string{}
	for _, d := range file.CustomData {
		elements[d.Name] = d.Value
	}
	for name, value := range map[string]string{
		"ZZBS":       made.Copy.Certificate.Identifier,
		"JZJZZSJ":    "20261123102407",
		"JZJZZZ":     "住房和城乡建设部政务服务门户",
		"JZJZZSY":    "投标：某某大厦一期工程施工投标",
		"JZJYXQJZSJ": "20270522235959",
	} {
		if diff := cmp.Diff(value, elements[name]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestNoFileShowsTheIdentityNumber(t *testing.T) {
	issuer := issuetest.New(t, issuetest.CopyTime())
	c := issuetest.Certificate(t)
	made := issuer.Make(t, issuetest.Endorsement(t), c)
	for name, data := range map[string][]byte{"PDF": made.PDF, "OFD": made.OFD, "preview": made.Preview} {
		if bytes.Contains(data, []byte(c.Holder.IDNumber)) {
			t.Errorf("the %s holds the identity number", name)
		}
	}
	if bytes.Contains(made.Preview, []byte(made.Token)) {
		t.Error("the preview holds the QR code's token")
	}
}

func TestACharacterWithoutAGlyphStopsTheDocument(t *testing.T) {
	issuer := issuetest.New(t, issuetest.CopyTime())
	c := issuetest.Certificate(t)
	c.Holder.Name = "王𰻝" // Ext G, in neither font
	made := issuetest.Endorsement(t)
	_, err := issuer.DocumentIssuer.Make(t.Context(), issuer.Input(t, issuetest.CopyOf(made, c)))
	if !problem.Is(err, problem.GlyphMissing) {
		t.Errorf("got %v, want the problem %s", err, problem.GlyphMissing)
	}
}

// An authority's copies are made with its own keys, and never with another's.
func TestACopyOfAnAuthorityWithoutKeysIsNotMade(t *testing.T) {
	issuer := issuetest.New(t, issuetest.CopyTime())
	c := issuetest.Certificate(t)
	c.Issuer.Name, c.Issuer.Code = "示例市住房和城乡建设局", "11100000000013338X"
	in := issuer.Input(t, issuetest.CopyOf(issuetest.Endorsement(t), c))
	_, err := issuer.DocumentIssuer.Make(t.Context(), in)
	if p := new(problem.Problem); !errors.As(err, &p) || p.Code != problem.SealMissing || !strings.Contains(p.Detail.ZH, c.Issuer.Name) {
		t.Errorf("got %v, want the problem %s of %s", err, problem.SealMissing, c.Issuer.Name)
	}
	_, foreign := issuer.DocumentIssuer.KeySetOf(c.Issuer.Code)
	if own, ok := issuer.DocumentIssuer.KeySetOf(testca.Ministry); foreign || !ok || own.Seal == "" || len(own.PDF) != 64 || len(own.OFD) != 64 || own.PDF == own.OFD {
		t.Error("it is not known for whom it signs")
	}
}

// unreachableKey is a key that cannot be reached.
type unreachableKey struct{ keys.Signer }

func (unreachableKey) Sign(context.Context, []byte) ([]byte, error) {
	return nil, errors.New("the key service is away")
}

func TestAKeyThatDoesNotSignIsToldAsSuch(t *testing.T) {
	issuer := issuetest.New(t, issuetest.CopyTime())
	fonts, err := font.Load()
	if err != nil {
		t.Fatal(err)
	}
	for name, k := range map[string]issue.Keys{
		"of the PDF":  {PDF: unreachableKey{issuer.Keys.PDF}, Seal: issuer.Keys.Seal, ESL: issuer.Keys.ESL},
		"of the seal": {PDF: issuer.Keys.PDF, Seal: unreachableKey{issuer.Keys.Seal}, ESL: issuer.Keys.ESL},
	} {
		t.Run(name, func(t *testing.T) {
			documentIssuer, err := issue.New(fonts, issue.Authorities{testca.Ministry: k})
			if err != nil {
				t.Fatal(err)
			}
			in := issuer.Input(t, issuetest.CopyOf(issuetest.Endorsement(t), issuetest.Certificate(t)))
			if _, err := documentIssuer.Make(t.Context(), in); !problem.Is(err, problem.SigningUnavailable) {
				t.Errorf("got %v, want the problem %s", err, problem.SigningUnavailable)
			}
		})
	}
}

// chainlessKey is a key without certificates.
type chainlessKey struct{ keys.Signer }

func (chainlessKey) Chain() [][]byte               { return nil }
func (b chainlessKey) PublicKey() crypto.PublicKey { return b.Signer.PublicKey() }

func TestKeysThatCannotSignDocumentsAreFoundAtStart(t *testing.T) {
	issuer := issuetest.New(t, issuetest.CopyTime())
	fonts, err := font.Load()
	if err != nil {
		t.Fatal(err)
	}
	good := issuer.Keys
	for name, k := range map[string]issue.Keys{
		"no keys":                    {},
		"keys exchanged":             {PDF: good.Seal, Seal: good.PDF, ESL: good.ESL},
		"a PDF key without a chain":  {PDF: chainlessKey{good.PDF}, Seal: good.Seal, ESL: good.ESL},
		"no seal":                    {PDF: good.PDF, Seal: good.Seal},
		"a seal that cannot be read": {PDF: good.PDF, Seal: good.Seal, ESL: good.ESL[:100]},
		"a seal for another key":     {PDF: good.PDF, Seal: issuetest.New(t, issuetest.CopyTime()).Keys.Seal, ESL: good.ESL},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := issue.New(fonts, issue.Authorities{testca.Ministry: k}); !errors.Is(err, issue.ErrKeys) {
				t.Errorf("got %v, want %v", err, issue.ErrKeys)
			}
		})
	}
}

func TestManyAtOnce(t *testing.T) {
	issuer := issuetest.New(t, issuetest.CopyTime())
	in := issuer.Input(t, issuetest.CopyOf(issuetest.Endorsement(t), issuetest.Certificate(t)))
	for range 4 {
		t.Run("one of them", func(t *testing.T) {
			t.Parallel()
			d, err := issuer.DocumentIssuer.Make(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := ofd.Read(d.OFD); err != nil {
				t.Error(err)
			}
		})
	}
}

func BenchmarkMake(b *testing.B) {
	issuer := issuetest.New(b, issuetest.CopyTime())
	made := issuer.Make(b, issuetest.Endorsement(b), issuetest.Certificate(b))
	in := issuer.Input(b, made.Copy)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := issuer.DocumentIssuer.Make(b.Context(), in); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(made.PDF)), "pdf-bytes")
	b.ReportMetric(float64(len(made.OFD)), "ofd-bytes")
	b.ReportMetric(float64(len(made.Preview)), "svg-bytes")
}

func BenchmarkSignedPair(b *testing.B) {
	issuer := issuetest.New(b, issuetest.CopyTime())
	made := issuer.Make(b, issuetest.Endorsement(b), issuetest.Certificate(b))
	in := issuer.Input(b, made.Copy)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := issuer.DocumentIssuer.MakePair(b.Context(), in); err != nil {
			b.Fatal(err)
		}
	}
}
