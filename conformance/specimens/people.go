package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// example returns an invented holder's certificate of a scheme, in its first n
// specialties, valid for a year or more around today. The record passes every check of an
// authority's report.
func example(s scheme.Scheme, today civil.Date, n int) certificate.Certificate {
	identifier := must.Get(certificate.NewIdentifier(s.TypeCode, s.Issuer.Code, fmt.Sprintf("%d000001", today.Year), "001"))
	names := s.Specialties
	if len(names) == 0 { // any is allowed
		names, n = []scheme.SpecialtyName{{Name: "示例类别一级"}, {Name: "示例类别二级"}}, 2
	}
	if n > len(names) {
		must.Do(fmt.Errorf("%s has no %d specialties", s.ID, n))
	}
	c := certificate.Certificate{
		Scheme: s.ID, TypeCode: s.TypeCode, TypeName: s.TypeName, Title: s.Title,
		Identifier: identifier, Version: "001", Number: s.Number.Example,
		CertificateSerial: "00000001", QualificationNo: "2019000000000001",
		Holder: certificate.Holder{Name: "张三", Sex: certificate.Male, IDType: certificate.ResidentID},
		Issuer: s.Issuer, IssuedOn: civil.Date{Year: 2023, Month: 12, Day: 11}, AreaCode: areaOf(s),
		State: certificate.Valid, Sync: certificate.Sync{ReportedToMinistry: true},
	}
	for i, name := range names[:n] {
		from := today.AddDays(-200 - 31*i)
		c.Specialties = append(c.Specialties, certificate.Specialty{
			Name: name.Name, Code: name.Code, From: from, To: from.AddYears(cmp.Or(s.TermYears, 3)).AddDays(-1),
		})
	}
	firm := certificate.Employer{Name: "某某建设集团第一工程有限公司", USCC: "91110000MA00000152"}
	if s.Employer != certificate.Absent {
		c.Employer = firm
	}
	for _, d := range s.Details {
		value := []rune("示例" + d.Name)
		c.Details = append(c.Details, certificate.Detail{Name: d.Name, Value: string(value[:min(len(value), d.Longest)])})
	}
	if s.IsHeldByOrganisation() {
		c.Holder = certificate.Holder{Name: firm.Name, IDType: certificate.OrganisationCode, IDNumber: firm.USCC}
		return c
	}
	setBirth(&c, civil.Date{Year: 1980, Month: 1, Day: 1})
	return c
}

// areaOf is an area of a scheme's certificates.
func areaOf(s scheme.Scheme) string {
	area := "11"
	if len(s.Areas) > 0 {
		area = s.Areas[0]
	}
	return (area + "0000")[:6]
}

// setBirth sets the day of birth, a matching identity number, and the sex.
func setBirth(c *certificate.Certificate, day civil.Date) {
	c.Holder.Birth = day
	order := "001" // odd for men
	if c.Holder.Sex == certificate.Female {
		order = "002"
	}
	for _, check := range "0123456789X" {
		number := "110101" + day.Compact() + order + string(check)
		if _, err := certificate.ParseIDNumber(number); err == nil {
			c.Holder.IDNumber = number
			return
		}
	}
	must.Do(fmt.Errorf("no identity number for %s", day))
}

// checkRecord returns every reason for which an authority's report would be refused.
func checkRecord(c certificate.Certificate, s scheme.Scheme) error {
	var wrong []string
	for _, e := range certificate.Validate(c, s.Rules()) {
		if !e.Warning {
			wrong = append(wrong, e.Field+": "+e.Detail.EN)
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("the record is not valid: %s", strings.Join(wrong, "; "))
	}
	return nil
}
