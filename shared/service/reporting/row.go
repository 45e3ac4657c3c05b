package reporting

import (
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// row is one certificate as an authority reports it. A row is complete, except for the pictures: if
// they are absent and the holder is the same, they stay.
type row struct {
	Scheme             string                `json:"scheme"`
	Number             string                `json:"number"`
	CertificateSerial  string                `json:"certificateSerial"`
	QualificationNo    string                `json:"qualificationNo"`
	Holder             holder                `json:"holder"`
	Employer           employer              `json:"employer"`
	Specialties        []specialty           `json:"specialties"`
	Details            []detail              `json:"details"`
	IssuedOn           civil.Date            `json:"issuedOn"`
	AreaCode           string                `json:"areaCode"`
	State              certificate.State     `json:"state"`
	StateNote          string                `json:"stateNote"`
	Operation          certificate.Operation `json:"operation"` // how it came into its state; optional
	Photo              []byte                `json:"photo"`
	SignatureImage     []byte                `json:"signatureImage"`
	ReportedToMinistry *bool                 `json:"reportedToMinistry"` // absent means true
}

type holder struct {
	Name   string     `json:"name"`
	Sex    string     `json:"sex"`
	Birth  civil.Date `json:"birth"`
	IDType string     `json:"idType"`
	IDNo   string     `json:"idNo"`
}

type employer struct {
	Name string `json:"name"`
	USCC string `json:"uscc"`
}

type specialty struct {
	Name string     `json:"name"`
	From civil.Date `json:"from"`
	To   civil.Date `json:"to"`
}

type detail struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// parsedRow is a row that was parsed, with the certificate that it describes.
type parsedRow struct {
	certificate.Certificate
	photo, signature []byte
	grammar          *certificate.Grammar // of the number
	face             *scheme.Face         // of its kind
	canonical        string               // the number as it is looked up
	entryErrors      entryErrors
}

// entryErrors are errors that refuse a row unless the register has its certificate with the same values.
type entryErrors []certificate.FieldError

func (e entryErrors) Error() string { return e[0].Error() }

// refuseEntry returns the errors that refuse the row, given the register's certificate, or nil.
func (p parsedRow) refuseEntry(before *certificate.Certificate) error {
	if before == nil || !before.Holder.HasSameDocument(p.Holder) {
		before = new(certificate.Certificate)
	}
	var left entryErrors
	for _, e := range p.entryErrors {
		if !(e.Field == "/number" && p.Number == before.Number || e.Field == "/areaCode" && p.AreaCode == before.AreaCode) {
			left = append(left, e)
		}
	}
	if left == nil {
		return nil
	}
	return left
}

// certificate fills in what the scheme defines and the row leaves out, and returns the errors of
// the row, refusals and warnings together.
func (r row) certificate(schemes scheme.Set) (parsedRow, []certificate.FieldError) {
	s, ok := schemes.ByID(r.Scheme)
	if !ok {
		return parsedRow{}, []certificate.FieldError{*refuse("/scheme", "scheme.unknown",
			"没有这种证照类型。", "There is no such kind of certificate.")}
	}
	given := r.under(s)
	got := parsedRow{Certificate: certificate.Normalize(given), grammar: s.Number, face: s.Face}
	got.canonical = schemes.Numbers().Canonical(got.Number)
	errs := certificate.Replacements(given)
	got.photo, got.Photo, errs = checkPicture("/photo", r.Photo, photoRules(), errs)
	got.signature, got.SignatureImage, errs = checkPicture("/signatureImage", r.SignatureImage, signatureRules(), errs)
	rules := s.Rules()
	errs = append(certificate.Validate(got.Certificate, rules), errs...)
	got.Details = certificate.ArrangeDetails(got.Details, rules.Details)
	return got, errs
}

func (r row) under(s scheme.Scheme) certificate.Certificate {
	c := certificate.Certificate{
		Scheme: s.ID, TypeCode: s.TypeCode, TypeName: s.TypeName, Title: s.Title, Issuer: s.Issuer,
		Number: r.Number, CertificateSerial: r.CertificateSerial, QualificationNo: r.QualificationNo,
		Holder: certificate.Holder{
			Name: r.Holder.Name, Sex: r.Holder.Sex, Birth: r.Holder.Birth,
			IDType: r.Holder.IDType, IDNumber: r.Holder.IDNo,
		},
		Employer: certificate.Employer{Name: r.Employer.Name, USCC: r.Employer.USCC},
		IssuedOn: r.IssuedOn, AreaCode: r.AreaCode, State: r.State, StateNote: r.StateNote, Operation: r.Operation,
		Sync: certificate.Sync{ReportedToMinistry: r.ReportedToMinistry == nil || *r.ReportedToMinistry},
	}
	codes := make(map[string]string, len(s.Specialties))
	for _, known := range s.Specialties {
		codes[known.Name] = known.Code
	}
	for _, f := range r.Specialties {
		c.Specialties = append(c.Specialties, certificate.Specialty{Name: f.Name, Code: codes[f.Name], From: f.From, To: f.To})
	}
	for _, d := range r.Details {
		c.Details = append(c.Details, certificate.Detail(d))
	}
	return c
}
