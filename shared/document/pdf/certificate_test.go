package pdf_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/layout"
	"github.com/jiazhu/jiazhu/shared/document/pdf"
	"github.com/jiazhu/jiazhu/shared/document/seal/cms"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// issuer makes whole certificates, as the service does.
type issuer struct {
	layout    *layout.Layout
	writer    *pdf.Writer
	scheme    scheme.Scheme
	signer    *signer
	photo     *displaylist.Picture
	signature *displaylist.Picture
	sealImage *displaylist.Picture
}

type signer struct {
	key   *ecdsa.PrivateKey
	chain [][]byte
}

func (s *signer) PublicKey() crypto.PublicKey { return s.key.Public() }
func (s *signer) Chain() [][]byte             { return s.chain }

func (s *signer) Sign(_ context.Context, digest []byte) ([]byte, error) {
	return ecdsa.SignASN1(rand.Reader, s.key, digest)
}

func newIssuer(t testing.TB) *issuer {
	t.Helper()
	fonts, err := font.Load()
	if err != nil {
		t.Fatal(err)
	}
	schemes, err := scheme.Load()
	if err != nil {
		t.Fatal(err)
	}
	s, ok := schemes.ByID("constructor-1")
	if !ok {
		t.Fatal("no scheme constructor-1")
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "测试签章"}, NotAfter: time.Date(2040, 1, 1, 0, 0, 0, 0, time.UTC)}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	red := color.NRGBA{200, 16, 22, 255}
	return &issuer{
		layout: layout.New(fonts), writer: pdf.NewWriter(fonts), scheme: s, signer: &signer{key, [][]byte{raw}},
		photo:     photograph(t),
		signature: drawing(t, 360, 140, color.NRGBA{16, 16, 40, 255}, func(x, y int) bool { return (x/9+y/5)%17 == 0 }),
		sealImage: drawing(t, 500, 500, red, func(x, y int) bool {
			d := (x-250)*(x-250) + (y-250)*(y-250)
			return d > 230*230 && d < 245*245 || d < 60*60
		}),
	}
}

func drawing(t testing.TB, w, h int, c color.NRGBA, ink func(x, y int) bool) *displaylist.Picture {
	t.Helper()
	img := image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{color.NRGBA{}, c})
	for y := range h {
		for x := range w {
			if ink(x, y) {
				img.SetColorIndex(x, y, 1)
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return &displaylist.Picture{MIME: "image/png", Data: b.Bytes(), Width: w, Height: h}
}

func photograph(t testing.TB) *displaylist.Picture {
	t.Helper()
	img := image.NewYCbCr(image.Rect(0, 0, 295, 413), image.YCbCrSubsampleRatio420)
	for i := range img.Y {
		img.Y[i] = byte(i * i / 977)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 40}); err != nil {
		t.Fatal(err)
	}
	return &displaylist.Picture{MIME: "image/jpeg", Data: b.Bytes(), Width: 295, Height: 413}
}

// copyFor is a copy of a holder of the given name.
func (m *issuer) copyFor(name string) endorsement.Copy {
	day := func(y int, mo time.Month, d int) civil.Date { return civil.Date{Year: y, Month: mo, Day: d} }
	c := endorsement.Copy{
		Format: endorsement.CopyFormat2, CopyID: "01KASW40ZG2M4DN0PV0D2V8Y3Q", CertID: "01KASW3G4QJ9Q2E4Y7ZB0S1A2C",
		MadeAt:  time.Date(2021, 4, 22, 10, 21, 33, 0, civil.Zone()),
		UseFrom: day(2021, 4, 22), UseUntil: day(2021, 10, 19), Maker: "住房和城乡建设部政务服务门户",
		QR: "https://zhengzhao.example.gov.cn/v#" + strings.Repeat("eyJhbGciOiJFUzI1NiJ9", 17),
		Certificate: endorsement.CopiedRecord{
			Scheme: m.scheme.ID, TypeCode: m.scheme.TypeCode, TypeName: m.scheme.TypeName, Title: m.scheme.Title,
			Identifier: "1.2.156.3005.2.11100000000013338W999.11100000000013338W.2021000001.001.K", Version: "001",
			Number: "京1112021202100001", Holder: endorsement.CopiedHolder{Name: name, Sex: "女", Birth: day(1988, 3, 15), IDType: "111"},
			Employer: certificate.Employer{Name: "某某建设集团第一工程有限公司（示例）", USCC: "91110000MA00000152"},
			IssuedOn: day(2020, 12, 11), AreaCode: "110000", Issuer: m.scheme.Issuer,
		},
	}
	for _, s := range []string{"建筑工程", "市政公用工程", "机电工程"} {
		c.Certificate.Specialties = append(c.Certificate.Specialties, certificate.Specialty{Name: s, From: day(2020, 12, 11), To: day(2023, 12, 10)})
	}
	return c
}

// document lays a copy out and readies it for writing.
func (m *issuer) document(t testing.TB, c endorsement.Copy) pdf.Document {
	t.Helper()
	page, err := m.layout.Certificate(layout.Input{Scheme: m.scheme, Copy: c, Photo: m.photo, SignatureImage: m.signature, QRText: c.QR, Test: true})
	if err != nil {
		t.Fatal(err)
	}
	data, err := c.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	room, err := cms.SignatureSize(m.signer)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	return pdf.Document{
		Page: page, Title: m.scheme.Title, Author: m.scheme.Authority, Subject: c.Certificate.Holder.Name, Keywords: c.Certificate.Identifier,
		At: c.MadeAt, ID: [16]byte(sum[:16]), SealImage: m.sealImage,
		Attachment: &pdf.Attachment{Name: "certificate.json", MIME: "application/json", Description: "加注件数据", Data: data},
		Signature:  pdf.Signature{Name: m.scheme.Authority, Reason: "签发电子证照", Size: room},
	}
}

func (m *issuer) pdf(t testing.TB, c endorsement.Copy) []byte {
	t.Helper()
	return m.write(t, m.document(t, c))
}

func (m *issuer) write(t testing.TB, d pdf.Document) []byte {
	t.Helper()
	draft, err := m.writer.Write(d)
	if err != nil {
		t.Fatal(err)
	}
	value, err := cms.Sign(t.Context(), m.signer, draft.Digest)
	if err != nil {
		t.Fatal(err)
	}
	data, err := draft.AddSignature(value)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestCertificateKeepsItsData(t *testing.T) {
	m := newIssuer(t)
	want, err := m.copyFor("欧阳䶮㛃").Canonical()
	if err != nil {
		t.Fatal(err)
	}
	f, err := pdf.Read(m.pdf(t, m.copyFor("欧阳䶮㛃")))
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Attachments) != 1 || !bytes.Equal(f.Attachments[0].Data, want) {
		t.Errorf("attachments %v", f.Attachments)
	}
}

// The QR code is read from the printed page, at the resolution of an ordinary
// scanner.
func TestPrintedQRCodeScans(t *testing.T) {
	draw, err := exec.LookPath("pdftoppm")
	if err != nil {
		t.Skip("pdftoppm is not installed")
	}
	scan, err := exec.LookPath("zbarimg")
	if err != nil {
		t.Skip("zbarimg is not installed")
	}
	m := newIssuer(t)
	c := m.copyFor("欧阳䶮㛃")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "c.pdf"), m.pdf(t, c), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(draw, "-r", "300", "-gray", "-png", filepath.Join(dir, "c.pdf"), filepath.Join(dir, "c")).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	out, err := exec.Command(scan, "-q", "--raw", filepath.Join(dir, "c-1.png")).Output()
	if err != nil || strings.TrimSpace(string(out)) != c.QR {
		t.Errorf("scanned %q, %v", out, err)
	}
}

// The file keeps what its metadata claims, in the judgement of veraPDF
// (conformance/verapdf), which finds fault with a spoilt one.
func TestVeraPDFFindsItArchivalAndAccessible(t *testing.T) {
	const harness = "../../../conformance/verapdf/target/verapdf-harness.jar"
	if _, err := os.Stat(harness); err != nil {
		t.Skip("the harness is not built: run mvn -q package in conformance/verapdf")
	}
	m := newIssuer(t)
	good := m.pdf(t, m.copyFor("欧阳䶮㛃"))
	path := filepath.Join(t.TempDir(), "certificate.pdf")
	judge := func(data []byte) string {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		out, _ := exec.Command("java", "-jar", harness, "3a,3u,ua1", path).Output()
		return string(out)
	}
	if out := judge(good); strings.Count(out, "PASS ") != 3 || strings.Contains(out, "FAIL ") {
		t.Errorf("a certificate: %s", out)
	}
	if out := judge(pdf.ReplacePacked(t, good, "/F 132/", "/F 000/")); !strings.Contains(out, "FAIL 3a") {
		t.Errorf("a seal that does not print: %s", out)
	}
}

// names gives each holder other characters, so that every font subset is new.
func names(i int) string {
	return fmt.Sprintf("%c%c%c", '一'+rune(i*7%20000), '一'+rune(i*13%20000), '一'+rune(i*29%20000))
}

// BenchmarkCertificate makes one certificate after the other, each for another
// holder, from the copy to the signed file.
func BenchmarkCertificate(b *testing.B) {
	m := newIssuer(b)
	size := len(m.pdf(b, m.copyFor("张三")))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m.pdf(b, m.copyFor(names(i)))
	}
	b.ReportMetric(float64(size), "bytes/file")
}

// BenchmarkWriteNewHolder is the writing alone, without the layout.
func BenchmarkWriteNewHolder(b *testing.B) {
	m := newIssuer(b)
	documents := make([]pdf.Document, 64)
	for i := range documents {
		documents[i] = m.document(b, m.copyFor(names(i)))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m.write(b, documents[i%len(documents)])
	}
}
