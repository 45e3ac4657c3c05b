package preview_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"testing"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/issue"
	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/document/layout"
	"github.com/jiazhu/jiazhu/shared/document/ofd"
	"github.com/jiazhu/jiazhu/shared/document/preview"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/document/svg"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// inputOf returns what a copy of a sample of a scheme is made of.
func inputOf(t *testing.T, issuer *issuetest.Issuer, s scheme.Scheme, longest bool) issue.Input {
	t.Helper()
	in := issue.Input{Scheme: s, Copy: layout.Sample(s, longest).Copy, Photo: issuetest.Photo(t), SignatureImage: issuetest.Handwriting(t)}
	in.Copy.QR, in.Copy.Test, in.At = issuetest.Origin+"/v#token", true, in.Copy.MadeAt
	if s.IsHeldByOrganisation() {
		in.Photo, in.SignatureImage = nil, nil
	}
	for picture, digest := range map[*displaylist.Picture]*string{in.Photo: &in.Copy.Certificate.Photo, in.SignatureImage: &in.Copy.Certificate.SignatureImage} {
		if picture != nil {
			sum := sha256.Sum256(picture.Data)
			*digest = hex.EncodeToString(sum[:])
		}
	}
	return in
}

// drawFrom draws the preview from what the documents are made of, as it was drawn beside them once.
func drawFrom(t *testing.T, issuer *issuetest.Issuer, in issue.Input) []byte {
	t.Helper()
	fonts := issuetest.Fonts(t)
	page, err := layout.New(fonts).Certificate(layout.Input{
		Scheme: in.Scheme, Copy: in.Copy, Photo: in.Photo, SignatureImage: in.SignatureImage, QRText: in.Copy.QR, Test: in.Copy.Test, Preview: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	seal, err := ses.ParseSeal(issuer.Authorities[in.Copy.Certificate.Issuer.Code].ESL)
	if err != nil {
		t.Fatal(err)
	}
	drawn, err := svg.NewWriter(fonts).Write(page, &displaylist.Picture{MIME: "image/png", Data: seal.Picture.Data})
	if err != nil {
		t.Fatal(err)
	}
	return drawn
}

// TestAPreviewIsTheSameAsAtEndorsing compares, for every kind of certificate, what is drawn from the OFD with what
// is drawn from that of which the OFD is made.
func TestAPreviewIsTheSameAsAtEndorsing(t *testing.T) {
	issuer := issuetest.New(t, issuetest.CopyTime())
	drawer := preview.New(issuetest.Fonts(t), issuer.Schemes)
	for _, s := range issuer.Schemes.List() {
		for name, longest := range map[string]bool{"ordinary": false, "longest": true} {
			t.Run(s.ID+", "+name, func(t *testing.T) {
				in := inputOf(t, issuer, s, longest)
				made, err := issuer.DocumentIssuer.MakeOFD(t.Context(), in)
				if err != nil {
					t.Fatal(err)
				}
				want := drawFrom(t, issuer, in)
				for range 2 {
					if got, err := drawer.Draw(made); err != nil || !bytes.Equal(got, want) {
						t.Errorf("%d bytes are drawn, want %d: %v", len(got), len(want), err)
					}
				}
				if !svg.IsPreview(want) {
					t.Error("it does not say that it is a preview")
				}
			})
		}
	}
}

// A copy of a holder without handwriting has none on its preview.
func TestAPreviewOfACopyWithoutPictures(t *testing.T) {
	issuer := issuetest.New(t, issuetest.CopyTime())
	s, _ := issuer.Schemes.ByID("constructor-1")
	in := inputOf(t, issuer, s, false)
	in.Photo, in.SignatureImage, in.Copy.Certificate.SignatureImage = nil, nil, ""
	in.Copy.Certificate.Photo = "" // as a kind without a photo has it
	made, err := issuer.DocumentIssuer.MakeOFD(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	got, err := preview.New(issuetest.Fonts(t), issuer.Schemes).Draw(made)
	if err != nil || !bytes.Equal(got, drawFrom(t, issuer, in)) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

func TestWhatIsNotTheOFDOfACopyHasNoPreview(t *testing.T) {
	issuer := issuetest.New(t, issuetest.CopyTime())
	made := issuer.Make(t, issuetest.Endorsement(t), issuetest.Certificate(t))
	drawer := preview.New(issuetest.Fonts(t), issuer.Schemes)
	if _, err := drawer.Draw(made.PDF); !errors.Is(err, ofd.ErrPackage) {
		t.Errorf("a PDF: %v", err)
	}
	if _, err := drawer.Draw(issuetest.FlipBit(made.OFD, len(made.OFD)/2)); err == nil {
		t.Error("a damaged OFD has a preview")
	}
	if _, err := preview.New(issuetest.Fonts(t), scheme.Set{}).Draw(made.OFD); !errors.Is(err, preview.ErrFile) {
		t.Errorf("a copy of an unknown kind: %v", err)
	}
}

func BenchmarkDraw(b *testing.B) {
	issuer := issuetest.New(b, issuetest.CopyTime())
	made := issuer.Make(b, issuetest.Endorsement(b), issuetest.Certificate(b))
	drawer := preview.New(issuetest.Fonts(b), issuer.Schemes)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := drawer.Draw(made.OFD); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(made.OFD)), "ofd-bytes")
}
