package layout

import (
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// freeSpecialties and longestFree are how many specialties a sample has, and how long their names are, where
// the scheme lists none.
const (
	freeSpecialties = 10
	longestFree     = 30
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
		Format: endorsement.CopyFormat, CopyID: "01KASW40ZG2M4DN0PV0D2V8Y3Q", CertID: "01KASW3G4QJ9Q2E4Y7ZB0S1A2C",
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
	for len(s.Specialties) == 0 && len(names) < freeSpecialties {
		text := "示例项目" + strings.Repeat("某", longestFree)
		names = append(names, string([]rune(text)[:map[bool]int{true: longestFree, false: 6}[longest]]))
	}
	if !longest {
		names = names[:min(len(names), 2)]
	}
	return names
}
