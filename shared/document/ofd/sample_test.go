package ofd

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

var sealed = time.Date(2026, 11, 23, 9, 30, 0, 0, civil.Zone())

// bench is what samples are made with.
type fixture struct {
	fonts *font.Set
	ca    *testca.Authority
	esl   []byte
	base  *displaylist.Base
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	fonts, err := font.Load()
	if err != nil {
		t.Fatal(err)
	}
	ca, err := testca.New(sealed)
	if err != nil {
		t.Fatal(err)
	}
	esl, err := ca.NewSeal(t.Context(), sealPicture(t))
	if err != nil {
		t.Fatal(err)
	}
	return &fixture{fonts: fonts, ca: ca, esl: esl, base: sampleBase()}
}

// sealPicture is a red disc, or the file that SEAL_PNG names.
func sealPicture(t testing.TB) []byte {
	if path := os.Getenv("SEAL_PNG"); path != "" {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	palette := color.Palette{color.NRGBA{}, color.NRGBA{R: 0xd4, A: 0xff}}
	disc := image.NewPaletted(image.Rect(0, 0, 120, 120), palette)
	for i := range disc.Pix {
		if x, y := float64(i%120)-60, float64(i/120)-60; math.Hypot(x, y) < 58 {
			disc.Pix[i] = 1
		}
	}
	return encodePNG(t, disc)
}

func encodePNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// document is a certificate of an invented person whose name needs characters
// outside the Basic Multilingual Plane.
func (w *fixture) document(t testing.TB) Document {
	t.Helper()
	return Document{
		Page: displaylist.Page{
			Width: 210, Height: 297, Lang: "zh-CN", Title: "一级建造师注册证书",
			Base: w.base, Items: sampleItems(t), Seal: displaylist.Rect{X: 140, Y: 220, W: 42, H: 42},
		},
		Title: "中华人民共和国一级建造师注册证书", Author: "住房和城乡建设部（测试）", Subject: "加注件 <180 天> & \"本人使用\"",
		At: sealed, ID: "0123456789abcdef0123456789abcdef",
		CustomData: []Datum{{"ZZMC", "一级建造师注册证书"}, {"JZJZZSY", "投标\n备案"}, {"CZZT", "欧阳䶮㛃𬱖𠅤"}},
		Attachment: &Attachment{
			Name: "certificate.json", MIME: "application/json", Description: "加注件数据",
			Data: []byte(`{"format":"jiazhu-copy/2","holder":"欧阳䶮㛃𬱖𠅤"}`),
		},
		ValidFrom: civil.Date{Year: 2026, Month: 11, Day: 23}, ValidUntil: civil.Date{Year: 2027, Month: 5, Day: 21},
		ESL: w.esl,
	}
}

func (w *fixture) write(t testing.TB) []byte {
	t.Helper()
	return w.writeDocument(t, NewWriter(w.fonts), w.document(t))
}

func (w *fixture) writeDocument(t testing.TB, writer *Writer, d Document) []byte {
	t.Helper()
	draft, err := writer.Write(d)
	if err != nil {
		t.Fatal(err)
	}
	value, err := w.sign(t, draft)
	if err != nil {
		t.Fatal(err)
	}
	data, err := draft.AddSignature(value)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func (w *fixture) sign(t testing.TB, draft Draft) ([]byte, error) {
	return ses.Sign(t.Context(), w.ca.Seal.Signer, w.esl, draft.DataHash, draft.Property, draft.At)
}

func sampleBase() *displaylist.Base {
	gold := displaylist.Color{R: 0xb0, G: 0x8d, B: 0x3c}
	grey := displaylist.Color{R: 0x55, G: 0x55, B: 0x55}
	base := &displaylist.Base{Items: []displaylist.Item{
		frame(12, 1.2, gold), frame(14.5, 0.3, gold), circle(105, 60, 9, gold),
		&displaylist.Text{X: 58, Y: 85, Size: 7, Body: "中华人民共和国", Role: displaylist.Title},
		&displaylist.Text{X: 44, Y: 98, Size: 10, Color: gold, Bold: 0.3, Body: "一级建造师注册证书", Role: displaylist.Title},
	}}
	for i, label := range []string{"姓名", "性别", "出生日期", "注册编号", "聘用企业", "注册专业", "使用有效期", "发证机关", "签发日期", "个人签名"} {
		base.Items = append(base.Items, &displaylist.Text{X: 30, Y: 120 + 11*float64(i), Size: 4.2, Color: grey, Body: label + "：", Role: displaylist.Label})
	}
	return base
}

func sampleItems(t testing.TB) []displaylist.Item {
	values := []string{
		"欧阳䶮㛃𬱖𠅤", "女", "1988年2月29日", "京1112021202100001", "北京示例建筑工程有限公司（测试）",
		"建筑工程（有效期：2024-10-19至2027-10-18）", "2026年11月23日-2027年5月21日",
		"中华人民共和国住房和城乡建设部", "2021年10月19日", "",
	}
	var items []displaylist.Item
	for i, value := range values {
		items = append(items, &displaylist.Text{X: 60, Y: 120 + 11*float64(i), Size: 4.2, Body: value, Role: displaylist.Value})
	}
	return append(items,
		&displaylist.Image{X: 155, Y: 112, W: 25, H: 35, Picture: samplePhoto(t), Alt: "照片"},
		&displaylist.Image{X: 30, Y: 240, W: 28, H: 28, Picture: sampleCode(t), Alt: "二维码"},
		&displaylist.Image{X: 60, Y: 212, W: 30, H: 12, Picture: sampleCode(t), Alt: "签名"},
	)
}

func frame(inset, width float64, c displaylist.Color) *displaylist.Path {
	right, bottom := 210-inset, 297-inset
	return &displaylist.Path{Stroke: &c, Width: width, Ops: []displaylist.Op{
		{Kind: 'M', X: inset, Y: inset}, {Kind: 'L', X: right, Y: inset},
		{Kind: 'L', X: right, Y: bottom}, {Kind: 'L', X: inset, Y: bottom}, {Kind: 'C'},
	}}
}

func circle(x, y, r float64, c displaylist.Color) *displaylist.Path {
	k := r * 0.5523
	fill := displaylist.Color{R: 0xf6, G: 0xee, B: 0xd6}
	return &displaylist.Path{Stroke: &c, Fill: &fill, Width: 0.5, Ops: []displaylist.Op{
		{Kind: 'M', X: x + r, Y: y},
		{Kind: 'B', X1: x + r, Y1: y + k, X2: x + k, Y2: y + r, X: x, Y: y + r},
		{Kind: 'B', X1: x - k, Y1: y + r, X2: x - r, Y2: y + k, X: x - r, Y: y},
		{Kind: 'B', X1: x - r, Y1: y - k, X2: x - k, Y2: y - r, X: x, Y: y - r},
		{Kind: 'B', X1: x + k, Y1: y - r, X2: x + r, Y2: y - k, X: x + r, Y: y}, {Kind: 'C'},
	}}
}

func samplePhoto(t testing.TB) *displaylist.Picture {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 250, 350))
	for y := range 350 {
		for x := range 250 {
			m.SetRGBA(x, y, color.RGBA{R: uint8(x), G: uint8(y * 255 / 350), B: uint8(x * y / 350), A: 255})
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, m, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return &displaylist.Picture{MIME: "image/jpeg", Data: out.Bytes(), Width: 250, Height: 350}
}

func sampleCode(t testing.TB) *displaylist.Picture {
	t.Helper()
	m := image.NewPaletted(image.Rect(0, 0, 37, 37), color.Palette{color.White, color.Black})
	for i := range m.Pix {
		m.Pix[i] = uint8(i * i / 7 % 2)
	}
	return &displaylist.Picture{MIME: "image/png", Data: encodePNG(t, m), Width: 37, Height: 37}
}
