package pdf

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"image"
	"image/color"
	jpegimage "image/jpeg"
	pngimage "image/png"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/seal/cms"
)

func loadFonts(t testing.TB) *font.Set {
	t.Helper()
	fonts, err := font.Load()
	if err != nil {
		t.Fatal(err)
	}
	return fonts
}

// testSigner is a self-signed P-256 key.
type testSigner struct {
	key   *ecdsa.PrivateKey
	chain [][]byte
}

func (s *testSigner) PublicKey() crypto.PublicKey { return s.key.Public() }
func (s *testSigner) Chain() [][]byte             { return s.chain }

func (s *testSigner) Sign(_ context.Context, digest []byte) ([]byte, error) {
	return ecdsa.SignASN1(rand.Reader, s.key, digest)
}

func (s *testSigner) signatureSize() int {
	n, err := cms.SignatureSize(s)
	if err != nil {
		panic(err)
	}
	return n
}

func newSigner(t testing.TB) *testSigner {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "测试签章", Organization: []string{"测试机关"}},
		NotBefore: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2036, 1, 1, 0, 0, 0, 0, time.UTC),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return &testSigner{key, [][]byte{raw}}
}

// ring is a seal: a red ring on nothing, in a palette with opacity.
func ring(size int) *displaylist.Picture {
	palette := color.Palette{color.NRGBA{}, color.NRGBA{200, 16, 22, 255}, color.NRGBA{200, 16, 22, 128}}
	img := image.NewPaletted(image.Rect(0, 0, size, size), palette)
	for y := range size {
		for x := range size {
			dx, dy := float64(x-size/2), float64(y-size/2)
			d := (dx*dx + dy*dy) * 4 / float64(size*size)
			switch {
			case d > 0.80 && d < 0.96:
				img.SetColorIndex(x, y, 1)
			case d > 0.1 && d < 0.13:
				img.SetColorIndex(x, y, 2)
			}
		}
	}
	return pngPicture(img)
}

func pngPicture(img image.Image) *displaylist.Picture {
	var b bytes.Buffer
	if err := pngimage.Encode(&b, img); err != nil {
		panic(err)
	}
	return &displaylist.Picture{MIME: "image/png", Data: b.Bytes(), Width: img.Bounds().Dx(), Height: img.Bounds().Dy()}
}

func jpegPicture() *displaylist.Picture {
	img := image.NewRGBA(image.Rect(0, 0, 295, 413))
	for y := range 413 {
		for x := range 295 {
			img.Set(x, y, color.RGBA{uint8(60 + x/4), uint8(120 + y/8), 210, 255})
		}
	}
	var b bytes.Buffer
	if err := jpegimage.Encode(&b, img, &jpegimage.Options{Quality: 80}); err != nil {
		panic(err)
	}
	return &displaylist.Picture{MIME: "image/jpeg", Data: b.Bytes(), Width: 295, Height: 413}
}

var (
	black = displaylist.Color{R: 20, G: 20, B: 20}
	gold  = displaylist.Color{R: 130, G: 96, B: 40}
)

// testPage is a small page with every kind of item.
func testPage() displaylist.Page {
	base := &displaylist.Base{Items: []displaylist.Item{
		&displaylist.Path{Stroke: &gold, Width: 1, Ops: []displaylist.Op{{Kind: 'M', X: 10, Y: 10}, {Kind: 'L', X: 200, Y: 10}, {Kind: 'L', X: 200, Y: 287}, {Kind: 'L', X: 10, Y: 287}, {Kind: 'C'}}},
		&displaylist.Text{X: 60, Y: 40, Size: 9, Color: black, Bold: 0.3, Body: "注册证书", Role: displaylist.Title},
		&displaylist.Text{X: 25, Y: 70, Size: 4.6, Color: black, Body: "姓名：", Role: displaylist.Label, Label: "姓名"},
		&displaylist.Text{X: 25, Y: 80, Size: 4.6, Color: black, Body: "注册编号：", Role: displaylist.Label, Label: "注册编号"},
	}}
	return displaylist.Page{
		Width: 210, Height: 297, Lang: "zh-CN", Title: "注册证书", Base: base,
		Items: []displaylist.Item{
			&displaylist.Text{X: 60, Y: 70, Size: 4.6, Color: black, Body: "欧阳䶮㛃𬱖", Role: displaylist.Value, Label: "姓名"},
			&displaylist.Text{X: 60, Y: 80, Size: 4.6, Color: black, Body: "京1112021202100001", Role: displaylist.Value, Label: "注册编号"},
			&displaylist.Text{X: 60, Y: 200, Size: 30, Color: gold, Body: "测试", Role: displaylist.Decoration},
			&displaylist.Image{X: 150, Y: 60, W: 30, H: 42, Picture: jpegPicture(), Alt: "照片"},
			&displaylist.Path{Fill: &gold, Ops: []displaylist.Op{{Kind: 'M', X: 30, Y: 250}, {Kind: 'B', X1: 40, Y1: 240, X2: 50, Y2: 260, X: 60, Y: 250}, {Kind: 'C'}}},
		},
		Seal: displaylist.Rect{X: 140, Y: 220, W: 42, H: 42},
	}
}

var madeAt = time.Date(2021, 4, 22, 2, 21, 33, 0, time.UTC)

func document(signer *testSigner) Document {
	d := Document{
		Page: testPage(), Title: "中华人民共和国一级建造师注册证书", Author: "住房和城乡建设部", Subject: "欧阳䶮㛃𬱖 (京1112021202100001)", Keywords: "电子证照",
		At: madeAt, ID: [16]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
		Attachment: &Attachment{Name: "certificate.json", MIME: "application/json", Description: "机器可读的证照", Data: []byte(`{"format":"jiazhu-copy/1"}`)},
		SealImage:  ring(200),
	}
	if signer != nil {
		d.Signature = Signature{Name: "测试机关", Reason: "签发电子证照", Location: "北京", Size: signer.signatureSize()}
	}
	return d
}

// write writes the sample document, signed where there is a signer.
func write(t testing.TB, signer *testSigner) []byte {
	t.Helper()
	return writeDocument(t, document(signer), signer)
}

func writeDocument(t testing.TB, d Document, signer *testSigner) []byte {
	t.Helper()
	draft, err := NewWriter(loadFonts(t)).Write(d)
	if err != nil {
		t.Fatal(err)
	}
	if signer == nil {
		return draft.Data
	}
	return signer.finish(t, draft)
}

func (s *testSigner) finish(t testing.TB, draft Draft) []byte {
	t.Helper()
	value, err := cms.Sign(t.Context(), s, draft.Digest)
	if err != nil {
		t.Fatal(err)
	}
	data, err := draft.AddSignature(value)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestSameDocumentSameBytes(t *testing.T) {
	signer := newSigner(t)
	a, b := write(t, signer), write(t, signer)
	f, err := Read(a)
	if err != nil {
		t.Fatal(err)
	}
	g, err := Read(b)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(f.Signature.Digest, g.Signature.Digest) {
		t.Error("two documents of the same content have two digests")
	}
	if !bytes.Equal(write(t, nil), write(t, nil)) {
		t.Error("two unsigned documents of the same content differ")
	}
}

func TestWriteRefuses(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*Document)
	}{
		{"a picture of an unknown kind", func(d *Document) { d.SealImage = &displaylist.Picture{MIME: "image/gif"} }},
		{"a broken JPEG", func(d *Document) {
			d.SealImage = &displaylist.Picture{MIME: "image/jpeg", Data: []byte{0xFF, 0xD8, 0xFF}}
		}},
		{"a broken PNG", func(d *Document) {
			d.SealImage = &displaylist.Picture{MIME: "image/png", Data: []byte("\x89PNG\r\n\x1a\n")}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := document(nil)
			c.change(&d)
			if _, err := NewWriter(loadFonts(t)).Write(d); err == nil {
				t.Error("written")
			}
		})
	}
}

func TestASignatureTooLongForItsPlaceIsRefused(t *testing.T) {
	for name, d := range map[string]Document{"a place of some bytes": document(newSigner(t)), "no place": document(nil)} {
		draft, err := NewWriter(loadFonts(t)).Write(d)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := draft.AddSignature(make([]byte, d.Signature.Size+1)); !errors.Is(err, ErrSignatureSize) {
			t.Errorf("%s: got %v, want %v", name, err, ErrSignatureSize)
		}
	}
}

// The texts that follow are not bold, and the paths keep their joins.
func TestBoldTextIsFilledAndStroked(t *testing.T) {
	items := testPage().Base.Items
	l, err := NewWriter(loadFonts(t)).layer(items, displaylist.Runes(items), 297, "B", &layer{})
	if err != nil {
		t.Fatal(err)
	}
	content, err := inflate(l.content)
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(content), "q\n0.078 0.078 0.078 RG\n0.3 w\n1 j 2 Tr\nBT\n")
	title, rest, _ := strings.Cut(after, "ET\nQ\nEMC\n")
	if !found || !strings.Contains(title, "Tj") || strings.Contains(rest, "Tr") || strings.Contains(rest, " j") || strings.Count(rest, "Tj") != 2 {
		t.Errorf("%s", content)
	}
}

func TestWriterForgetsOldBases(t *testing.T) {
	w := NewWriter(loadFonts(t))
	for range 3 * maxCachedPictures {
		d := document(nil)
		d.Page = displaylist.Page{Width: 100, Height: 100, Base: &displaylist.Base{}}
		if _, err := w.Write(d); err != nil {
			t.Fatal(err)
		}
	}
	if len(w.bases) > maxCachedPictures || len(w.pictures) > maxCachedPictures {
		t.Errorf("%d bases and %d pictures are kept", len(w.bases), len(w.pictures))
	}
}

func TestAppendNumber(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 1: "1", -1.5: "-1.5", 2.8346: "2.835", 0.05: "0.05", 0.001: "0.001", -0.0001: "0", 297: "297"} {
		if got := string(appendNumber(nil, v)); got != want {
			t.Errorf("%v is written %s, want %s", v, got, want)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	w, signer := NewWriter(loadFonts(b)), newSigner(b)
	d := document(signer)
	b.ReportAllocs()
	for b.Loop() {
		draft, err := w.Write(d)
		if err != nil {
			b.Fatal(err)
		}
		signer.finish(b, draft)
	}
}

func BenchmarkRead(b *testing.B) {
	data := write(b, newSigner(b))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(data); err != nil {
			b.Fatal(err)
		}
	}
}
