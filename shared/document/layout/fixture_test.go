package layout

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

func newLayout(t testing.TB) (*Layout, *font.Set) {
	t.Helper()
	fonts, err := font.Load()
	if err != nil {
		t.Fatal(err)
	}
	return New(fonts), fonts
}

func constructor(t testing.TB) scheme.Scheme {
	t.Helper()
	set, err := scheme.Load()
	if err != nil {
		t.Fatal(err)
	}
	s, ok := set.ByID("constructor-1")
	if !ok {
		t.Fatal("no scheme constructor-1")
	}
	return s
}

func day(y, m, d int) civil.Date { return civil.Date{Year: y, Month: time.Month(m), Day: d} }

// ordinaryInput is the input of a typical certificate.
func ordinaryInput(t testing.TB) Input {
	s := constructor(t)
	return Input{
		Scheme: s,
		Copy: endorsement.Copy{
			Format: endorsement.CopyFormat2, CopyID: "01KASW40ZG2M4DN0PV0D2V8Y3Q", CertID: "01KASW3G4QJ9Q2E4Y7ZB0S1A2C",
			MadeAt:  time.Date(2021, 4, 22, 10, 21, 33, 0, civil.Zone()),
			UseFrom: day(2021, 4, 22), UseUntil: day(2021, 10, 19), Maker: "住房和城乡建设部政务服务门户",
			Certificate: endorsement.CopiedRecord{
				Scheme: s.ID, TypeCode: s.TypeCode, TypeName: s.TypeName, Title: s.Title,
				Identifier: "1.2.156.3005.2.11100000000013338W999.11100000000013338W.2021000001.001.K",
				Number:     "京1112021202100001",
				Holder:     endorsement.CopiedHolder{Name: "欧阳䶮㛃", Sex: "女", Birth: day(1988, 3, 15), IDType: "111"},
				Employer:   certificate.Employer{Name: "某某建设集团第一工程有限公司（示例）", USCC: "91110000MA00000152"},
				Specialties: []certificate.Specialty{
					{Name: "建筑工程", From: day(2020, 12, 11), To: day(2023, 12, 10)},
					{Name: "市政公用工程", From: day(2020, 12, 11), To: day(2023, 12, 10)},
					{Name: "机电工程", From: day(2020, 12, 11), To: day(2023, 12, 10)},
				},
				IssuedOn: day(2020, 12, 11), AreaCode: "110000",
			},
		},
		Photo: portrait(), SignatureImage: hand(),
		QRText: "https://zhengzhao.example.gov.cn/v#" + strings.Repeat("eyJhbGciOiJFUzI1NiJ9", 17),
		Test:   true,
	}
}

func portrait() *displaylist.Picture {
	img := image.NewRGBA(image.Rect(0, 0, 295, 413))
	draw.Draw(img, img.Rect, image.NewUniform(color.RGBA{67, 142, 219, 255}), image.Point{}, draw.Src)
	for y := range 413 {
		for x := range 295 {
			dx, dy := float64(x-147)/78, float64(y-150)/98
			if dx*dx+dy*dy < 1 {
				img.Set(x, y, color.RGBA{224, 186, 160, 255})
			}
			if y > 280 && math.Abs(float64(x-147)) < 60+float64(y-280)*0.8 {
				img.Set(x, y, color.RGBA{40, 46, 60, 255})
			}
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		panic(err)
	}
	return &displaylist.Picture{MIME: "image/jpeg", Data: b.Bytes(), Width: 295, Height: 413}
}

func hand() *displaylist.Picture {
	img := image.NewPaletted(image.Rect(0, 0, 360, 140), color.Palette{color.NRGBA{}, color.NRGBA{16, 16, 40, 255}})
	for i := range 3000 {
		t := float64(i) / 3000
		x, y := 20+t*320, 70+45*math.Sin(t*19)*math.Cos(t*5)
		for dx := range 4 {
			for dy := range 4 {
				img.SetColorIndex(int(x)+dx, int(y)+dy, 1)
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return &displaylist.Picture{MIME: "image/png", Data: b.Bytes(), Width: 360, Height: 140}
}

// box returns the area of a text: the em box of its characters.
func box(fonts *font.Set, t *displaylist.Text) displaylist.Rect {
	return displaylist.Rect{X: t.X, Y: t.Y - 0.86*t.Size, W: fonts.Measure(t.Body, t.Size), H: 0.98 * t.Size}
}

// checkPage checks what holds for every layout (findFaults).
func checkPage(t interface {
	Helper()
	Errorf(string, ...any)
}, fonts *font.Set, s displaylist.Page) {
	t.Helper()
	for _, fault := range New(fonts).findFaults(s) {
		t.Errorf("%s", fault)
	}
}

// text joins the lines of a field.
func text(s displaylist.Page, label string) string {
	joined := ""
	for _, item := range s.Items {
		if t, ok := item.(*displaylist.Text); ok && t.Label == label {
			joined += t.Body
		}
	}
	return joined
}
