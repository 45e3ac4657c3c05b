package layout

import (
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// Sample returns an invented copy of a scheme, to look at its face: an ordinary one, or one with the
// longest texts and the most rows that a copy can have.
func Sample(s scheme.Scheme, longest bool) Input {
	day := func(y, m, d int) civil.Date { return civil.Date{Year: y, Month: time.Month(m), Day: d} }
	c := endorsement.CopiedRecord{
		Scheme: s.ID, TypeCode: s.TypeCode, TypeName: s.TypeName, Title: s.Title, Number: s.Number.Example,
		Identifier: "1.2.156.3005.2." + s.TypeCode + "." + s.Issuer.Code + ".2021000001.001.K",
		Issuer:     s.Issuer, IssuedOn: day(2025, 12, 10), AreaCode: "110000",
	}
	name, firm := strings.Repeat("WILHELMINA-", 9)+"W", strings.Repeat("某", 100)
	if !longest {
		name, firm = "张三", "某某建设集团有限公司"
	}
	c.Holder = endorsement.CopiedHolder{Name: name, Sex: certificate.Male, Birth: day(1988, 11, 25), IDType: certificate.ResidentID}
	if s.IsHeldByOrganisation() {
		c.Holder = endorsement.CopiedHolder{Name: firm, IDType: certificate.OrganisationCode, IDNumber: "91110000MA00000152"}
	}
	if s.Employer != certificate.Absent {
		c.Employer = certificate.Employer{Name: firm, USCC: "91110000MA00000152"}
	}
	for _, name := range sampleSpecialties(s, longest) {
		c.Specialties = append(c.Specialties, certificate.Specialty{Name: name, From: day(2025, 12, 11), To: day(2028, 12, 10)})
	}
	for _, d := range s.Details {
		value := []rune("示例" + d.Name)
		if longest {
			value = []rune(strings.Repeat("某", d.Longest))
		}
		c.Details = append(c.Details, certificate.Detail{Name: d.Name, Value: string(value[:min(len(value), d.Longest)])})
	}
	in := Input{Scheme: s, Test: true, Preview: true, QRText: "https://jiazhu.example.cn/v#", Copy: endorsement.Copy{
		Format: endorsement.CopyFormat2, CopyID: "01KASW40ZG2M4DN0PV0D2V8Y3Q", CertID: "01KASW3G4QJ9Q2E4Y7ZB0S1A2C",
		MadeAt:  time.Date(2026, 10, 22, 10, 21, 33, 0, civil.Zone()),
		UseFrom: day(2026, 10, 22), UseUntil: day(2026, 12, 31), Maker: "政务服务门户", Certificate: c,
		Purpose: &endorsement.Purpose{Kind: "投标", Text: "某某大厦一期工程施工投标"}, Recipient: &endorsement.Recipient{Name: "某某招标代理有限公司"},
	}}
	if longest {
		in.Copy.Purpose = &endorsement.Purpose{Kind: "本人使用", Text: strings.Repeat("某", 200), ProjectCode: strings.Repeat("W", 64)}
		in.Copy.Recipient = &endorsement.Recipient{Name: strings.Repeat("某", 100), USCC: "11110000000021135M"}
	}
	return in
}

// sampleSpecialties returns the first two specialties of a scheme, or as many as a copy can have.
func sampleSpecialties(s scheme.Scheme, longest bool) []string {
	var names []string
	for _, specialty := range s.Specialties {
		names = append(names, specialty.Name)
	}
	for len(s.Specialties) == 0 && len(names) < certificate.MostFreeSpecialties {
		text := "示例项目" + strings.Repeat("某", certificate.LongestFreeSpecialty)
		names = append(names, string([]rune(text)[:map[bool]int{true: certificate.LongestFreeSpecialty, false: 6}[longest]]))
	}
	if !longest {
		names = names[:min(len(names), 2)]
	}
	return names
}

// Preview lays out a sample of a scheme with marks in place of photo, handwriting and seal.
func (l *Layout) Preview(s scheme.Scheme, longest bool) (displaylist.Page, error) {
	in := Sample(s, longest)
	page, err := l.Certificate(in)
	if err != nil {
		return page, err
	}
	prepared, err := l.prepare(in, l.variantOf(in, listValues(in)))
	if err != nil {
		return page, err
	}
	c := &composer{fonts: l.fonts, face: s.Face, at: prepared.at}
	if c.face.HasPhoto() {
		c.mark(c.photoPlace(), "照片", ink)
	}
	if c.face.HasSignature() {
		c.mark(c.at.hand, "签名图像", pen)
	}
	c.ring(c.sealPlace())
	page.Items = append(page.Items, c.items...)
	return page, nil
}

// mark frames a place and says what stands there.
func (c *composer) mark(place displaylist.Rect, text string, color displaylist.Color) {
	c.frame(place, color, 0.2)
	x := place.X + (place.W-c.fonts.Measure(text, labelSize))/2
	c.text(text, x, place.Y+place.H/2+0.38*labelSize, place.W, labelSize, displaylist.Text{Color: color, Role: displaylist.Decoration})
}

// ring draws a circle in a square place.
func (c *composer) ring(place displaylist.Rect) {
	const bend = 0.5523 // of a quarter of a circle of radius 1, drawn as a Bézier curve
	r := place.W/2 - 0.6
	x, y := place.X+place.W/2, place.Y+place.H/2
	curve := func(x1, y1, x2, y2, toX, toY float64) displaylist.Op {
		return displaylist.Op{Kind: 'B', X1: x + r*x1, Y1: y + r*y1, X2: x + r*x2, Y2: y + r*y2, X: x + r*toX, Y: y + r*toY}
	}
	c.stroke(red, 1.2, moveTo(x+r, y), curve(1, bend, bend, 1, 0, 1), curve(-bend, 1, -1, bend, -1, 0),
		curve(-1, -bend, -bend, -1, 0, -1), curve(bend, -1, 1, -bend, 1, 0), closePath())
}
