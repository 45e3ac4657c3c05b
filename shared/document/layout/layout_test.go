package layout

import (
	"bytes"
	"fmt"
	"image"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

func TestFaceShowsEveryField(t *testing.T) {
	l, fonts := newLayout(t)
	in := ordinaryInput(t)
	in.Copy.Purpose = &endorsement.Purpose{Kind: "投标", Text: "某市轨道交通3号线", ProjectCode: "A-1"}
	in.Copy.Recipient = &endorsement.Recipient{Name: "某市公共资源交易中心", USCC: "11110000000021135M"}
	s, err := l.Certificate(in)
	if err != nil {
		t.Fatal(err)
	}
	checkPage(t, fonts, s)
	got := map[string]string{}
	for _, label := range []string{"姓名", "性别", "出生日期", "注册编号", "聘用企业", "注册专业", "使用有效期", "签发日期", "加注事由", "接收单位", "电子证照标识"} {
		got[label] = text(s, label)
	}
	want := map[string]string{
		"姓名": "欧阳䶮㛃", "性别": "女", "出生日期": "1988年3月15日", "注册编号": "京1112021202100001",
		"聘用企业":   "某某建设集团第一工程有限公司（示例）",
		"注册专业":   "建筑工程（有效期：2020-12-11至2023-12-10）市政公用工程（有效期：2020-12-11至2023-12-10）机电工程（有效期：2020-12-11至2023-12-10）",
		"使用有效期":  "2021年4月22日至2021年10月19日",
		"签发日期":   "2020年12月11日",
		"加注事由":   "持证人声明：仅用于投标「某市轨道交通3号线」，项目编号「A-1」",
		"接收单位":   "持证人声明：接收单位「某市公共资源交易中心」，统一社会信用代码「11110000000021135M」",
		"电子证照标识": "电子证照标识：1.2.156.3005.2.11100000000013338W999.11100000000013338W.2021000001.001.K",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Everything that may be reported and requested fits, complete and without overlaps.
func TestEveryFaceFits(t *testing.T) {
	l, fonts := newLayout(t)
	schemes, err := scheme.Load()
	if err != nil {
		t.Fatal(err)
	}
	alphabet := []rune("甲乙丙丁䶮𠅤𬱖·（）、，“”某市ABCxyz 0123456789-—")
	all := schemes.List()
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string, least, most int) string {
			return strings.TrimSpace(rapid.StringOfN(rapid.SampledFrom(alphabet), least, most, -1).Draw(t, name)) + "字"
		}
		in := Input{
			Scheme: all[rapid.IntRange(0, len(all)-1).Draw(t, "scheme")], Test: rapid.Bool().Draw(t, "test"), Preview: rapid.Bool().Draw(t, "preview"),
			QRText: "https://example.cn/v#" + strings.Repeat("x", rapid.IntRange(0, 600).Draw(t, "qr")), Photo: portrait(), SignatureImage: hand(),
		}
		c := &in.Copy.Certificate
		c.Holder.Name, c.Holder.Sex, c.Holder.Birth = draw("name", 0, 49), "男", day(1980, 1, 1)
		c.Number, c.IssuedOn = in.Scheme.Number.Example, day(2021, 1, 1)
		if in.Scheme.Employer != certificate.Absent {
			c.Employer.Name = draw("employer", 0, 150)
		}
		for _, d := range in.Scheme.Details {
			c.Details = append(c.Details, certificate.Detail{Name: d.Name, Value: draw(d.Name, 0, d.Longest-1)})
		}
		c.Identifier = "1.2.156.3005.2.11100000000013338W999.11100000000013338W." + strings.Repeat("M", 26) + ".999.W"
		in.Copy.CopyID = "01KASW40ZG2M4DN0PV0D2V8Y3Q"
		in.Copy.UseFrom, in.Copy.UseUntil = day(2021, 4, 22), day(2021, 10, 19)
		for range rapid.IntRange(0, 10).Draw(t, "specialties") {
			c.Specialties = append(c.Specialties, certificate.Specialty{Name: draw("specialty", 1, 30), From: day(2020, 1, 1), To: day(2022, 12, 31)})
		}
		if rapid.Bool().Draw(t, "purpose") {
			in.Copy.Purpose = &endorsement.Purpose{Kind: "本人使用", Text: draw("text", 0, 199), ProjectCode: strings.Repeat("W", rapid.IntRange(0, 64).Draw(t, "code"))}
		}
		if rapid.Bool().Draw(t, "recipient") {
			in.Copy.Recipient = &endorsement.Recipient{Name: draw("recipient", 0, 99), USCC: "11110000000021135M"}
		}
		s, err := l.Certificate(in)
		if err != nil {
			t.Fatal(err)
		}
		checkPage(t, fonts, s)
		squeeze := strings.NewReplacer(" ", "")
		shown := map[string]string{purposeName: purposeLine(in.Copy.Purpose), recipientName: recipientLine(in.Copy.Recipient)}
		for _, row := range in.Scheme.Face.Rows {
			switch row.Value {
			case scheme.HolderName:
				shown[row.Label] = c.Holder.Name
			case scheme.EmployerName:
				shown[row.Label] = c.Employer.Name
			}
		}
		for _, d := range c.Details {
			shown[d.Name] = d.Value
		}
		for label, want := range shown {
			if got := text(s, label); squeeze.Replace(got) != squeeze.Replace(want) {
				t.Errorf("%s shows %q, want %q", label, got, want)
			}
		}
	})
}

func TestTestCertificateSaysSo(t *testing.T) {
	l, _ := newLayout(t)
	for _, test := range []bool{true, false} {
		t.Run(fmt.Sprint(test), func(t *testing.T) {
			in := ordinaryInput(t)
			in.Test = test
			s, err := l.Certificate(in)
			if err != nil {
				t.Fatal(err)
			}
			noticed, marked := false, false
			for _, item := range s.Base.Items {
				switch i := item.(type) {
				case *displaylist.Text:
					noticed = noticed || i.Body == testNotice
				case *displaylist.Path:
					marked = marked || i.Fill != nil && *i.Fill == faint
				}
			}
			if noticed != test || marked != test {
				t.Errorf("notice %v, watermark %v, want %v", noticed, marked, test)
			}
		})
	}
}

func TestMissingGlyphIsNamed(t *testing.T) {
	l, _ := newLayout(t)
	for _, c := range []struct {
		name string
		put  func(*Input)
	}{
		{"in the holder's name", func(in *Input) { in.Copy.Certificate.Holder.Name = "王\uE863" }},
		{"in the employer's name", func(in *Input) { in.Copy.Certificate.Employer.Name = "\uE863公司" }},
		{"in a specialty", func(in *Input) { in.Copy.Certificate.Specialties[0].Name = "\uE863" }},
		{"in the purpose", func(in *Input) { in.Copy.Purpose = &endorsement.Purpose{Kind: "其他", Text: "\uE863"} }},
		{"in the recipient", func(in *Input) { in.Copy.Recipient = &endorsement.Recipient{Name: "\uE863"} }},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := ordinaryInput(t)
			c.put(&in)
			_, err := l.Certificate(in)
			p, ok := problem.As(err)
			if !ok || p.Code != problem.GlyphMissing || !strings.Contains(p.Detail.ZH, "U+E863") {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestBaseIsSharedBetweenHolders(t *testing.T) {
	l, _ := newLayout(t)
	in := ordinaryInput(t)
	first, err := l.Certificate(in)
	if err != nil {
		t.Fatal(err)
	}
	other := in
	other.Copy.Certificate.Holder.Name, other.QRText = "张三", other.QRText+"x"
	second, err := l.Certificate(other)
	if err != nil {
		t.Fatal(err)
	}
	if first.Base != second.Base {
		t.Error("two holders have two bases")
	}
}

// A code that leads elsewhere is noticed by whoever reads where it has to lead.
func TestTheFaceSaysWhereTheCodeLeads(t *testing.T) {
	l, fonts := newLayout(t)
	for name, page := range map[string]string{
		"an ordinary address": "https://jiazhu.example.cn/v",
		"a long one":          "https://zhengzhao.fuwu.zhufanghechengxiangjianshe.shengting.example.gov.cn:8443/v",
	} {
		for _, preview := range []bool{false, true} {
			in := ordinaryInput(t)
			in.QRText, in.Preview = page+"#"+strings.Repeat("eyJhbGciOiJFUzI1NiJ9", 14), preview
			s, err := l.Certificate(in)
			if err != nil {
				t.Fatal(err)
			}
			found := 0
			for _, text := range textsOf(s) {
				if text.Body != page {
					continue
				}
				found++
				end := text.X + fonts.Measure(page, text.Size)
				if text.X < left || end > s.Seal.X || text.Size < leastSize || text.Y-text.Size < in.Scheme.Face.Code.Y+in.Scheme.Face.Code.Size+captionLine || text.Y+text.Size > identityLine-identitySize {
					t.Errorf("%s: at %.1f to %.1f, %.1f, %.1f high", name, text.X, end, text.Y, text.Size)
				}
			}
			if found != 1 {
				t.Errorf("%s, preview %v: %d times on the face", name, preview, found)
			}
		}
	}
}

func TestQRCodeDecodes(t *testing.T) {
	for _, n := range []int{1, 90, 400, 900} {
		text := "https://example.cn/v#" + strings.Repeat("aB3-_", n/5)
		p, err := new(qrEncoder).picture(text)
		if err != nil {
			t.Fatal(err)
		}
		img, _, err := image.Decode(bytes.NewReader(p.Data))
		if err != nil {
			t.Fatal(err)
		}
		bitmap, err := gozxing.NewBinaryBitmapFromImage(img)
		if err != nil {
			t.Fatal(err)
		}
		got, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_PURE_BARCODE: true})
		if err != nil {
			t.Fatalf("%d characters: %v", n, err)
		}
		if got.GetText() != text {
			t.Errorf("%d characters decode to %q", n, got.GetText())
		}
	}
}

func TestQRTextTooLongIsAnError(t *testing.T) {
	l, _ := newLayout(t)
	in := ordinaryInput(t)
	in.QRText = strings.Repeat("字", 3000)
	if _, err := l.Certificate(in); err == nil {
		t.Error("laid out a QR code that cannot exist")
	}
}

func TestPicturesKeepTheirProportions(t *testing.T) {
	c := &composer{}
	c.picture(&displaylist.Picture{Width: 100, Height: 300}, displaylist.Rect{X: 10, Y: 10, W: 30, H: 30}, "")
	c.picture(&displaylist.Picture{Width: 300, Height: 100}, displaylist.Rect{X: 10, Y: 10, W: 30, H: 30}, "")
	var got []displaylist.Rect
	for _, item := range c.items {
		i := item.(*displaylist.Image)
		got = append(got, displaylist.Rect{X: i.X, Y: i.Y, W: i.W, H: i.H})
	}
	if diff := cmp.Diff([]displaylist.Rect{{X: 20, Y: 10, W: 10, H: 30}, {X: 10, Y: 20, W: 30, H: 10}}, got); diff != "" {
		t.Error(diff)
	}
}

func BenchmarkCertificate(b *testing.B) {
	l, _ := newLayout(b)
	in := ordinaryInput(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := l.Certificate(in); err != nil {
			b.Fatal(err)
		}
	}
}
