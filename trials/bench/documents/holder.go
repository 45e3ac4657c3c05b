package documents

import (
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
)

// Holder is what one invented holder's copy has of its own.
type Holder struct {
	Order                                   int // tells holders apart
	Name, Sex, Employer, Purpose, Recipient string
	Birth                                   civil.Date
	Specialties                             []certificate.Specialty // without their terms
}

// Codes of the type and the issuer, as in the scheme of constructors.
const (
	typeCode = "11100000000013338W999"
	issuer   = "11100000000013338W"
)

// Copy is the holder's copy; qr makes the text of its code.
func (h Holder) Copy(qr func(endorsement.Endorsement, certificate.Certificate) (string, error)) (endorsement.Copy, error) {
	identifier, err := certificate.NewIdentifier(typeCode, issuer, fmt.Sprintf("2021%06d", h.Order%1_000_000), "001")
	if err != nil {
		return endorsement.Copy{}, err
	}
	for i := range h.Specialties {
		h.Specialties[i].From = civil.Date{Year: 2025, Month: time.July, Day: 1}
		h.Specialties[i].To = civil.Date{Year: 2028, Month: time.June, Day: 30}
	}
	const uscc = "91110000MA00000152"
	c := certificate.Certificate{
		ID: fmt.Sprintf("01M80000000000000000000C%02d", h.Order%100), Scheme: "constructor-1", TypeCode: typeCode, TypeName: "一级建造师注册证书",
		Title: "中华人民共和国一级建造师注册证书", Identifier: identifier, Version: "001",
		Number:            fmt.Sprintf("京11120192020%05d", h.Order%100_000),
		CertificateSerial: fmt.Sprintf("%08d", h.Order), QualificationNo: fmt.Sprintf("2019%012d", h.Order),
		Holder:      certificate.Holder{Name: h.Name, Sex: h.Sex, Birth: h.Birth, IDType: "111", IDNumber: "110101198001010010"},
		Employer:    certificate.Employer{Name: h.Employer, USCC: uscc},
		Specialties: h.Specialties,
		Issuer:      certificate.Issuer{Name: "中华人民共和国住房和城乡建设部", Code: issuer},
		IssuedOn:    civil.Date{Year: 2020, Month: time.December, Day: 11}, AreaCode: "110000", State: certificate.Valid,
		Sync: certificate.Sync{ReportedToMinistry: true, At: SigningTime().Add(-24 * time.Hour)},
	}
	today := civil.Of(SigningTime())
	e := endorsement.Endorsement{
		ID: fmt.Sprintf("01M833FGAR00000000000000%02d", h.Order%100), CertID: c.ID, CertVersion: c.Version, Scheme: c.Scheme, MadeAt: SigningTime(),
		Maker:   endorsement.Maker{Account: "holder", Portal: "mohurd", Auth: "face:challenge"},
		UseFrom: today, UseUntil: today.AddDays(180), Limit: endorsement.DaysLimit(180),
		Purpose:   &endorsement.Purpose{Kind: "投标", Text: h.Purpose, ProjectCode: fmt.Sprintf("P-2026-%d", h.Order)},
		Recipient: &endorsement.Recipient{Name: h.Recipient, USCC: uscc},
	}
	e.QR, err = qr(e, c)
	return endorsement.NewCopy(e, c, "住房和城乡建设部政务服务门户", true), err
}
