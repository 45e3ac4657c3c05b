package seed

import (
	"fmt"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

// Row is what the authority reports of the holder.
func (h Holder) Row() (client.ReportRow, error) {
	row := client.ReportRow{
		Scheme:            h.Scheme,
		Number:            h.Number,
		CertificateSerial: fmt.Sprintf("%08d", h.Order),
		QualificationNo:   fmt.Sprintf("%s2019%011d", h.Province[:2], h.Order),
		Holder:            h.ReportedHolder(),
		Specialties:       reportedSpecialties(h.Specialty),
		Details:           h.Details,
		IssuedOn:          h.IssuedOn.String(),
		AreaCode:          h.Province,
		State:             client.CertificateState(h.State),
	}
	if o := h.organisation(); o != nil {
		row.Holder = client.ReportedHolder{Name: o.Name, IDType: certificate.OrganisationCode, IDNo: o.USCC}
		row.QualificationNo = ""
		return row, nil
	}
	if h.Employer > 0 {
		row.Employer = employer(h.Employer, h.Province)
	}
	var err error
	if !h.NoPhoto {
		if row.Photo, err = photo(h.Person); err != nil {
			return row, err
		}
	}
	if !h.NoSigned {
		if row.SignatureImage, err = handwriting(h.Person); err != nil {
			return row, err
		}
	}
	if h.Unreported {
		row.ReportedToMinistry = new(bool)
	}
	return row, nil
}

// organisation is the organisation that holds the certificate, nil where the person does.
func (h Holder) organisation() *client.Organisation {
	if h.Organisation == "" {
		return nil
	}
	return &client.Organisation{Name: h.Organisation, USCC: h.USCC}
}

// ReportedHolder is the person as authorities report them.
func (p Person) ReportedHolder() client.ReportedHolder {
	return client.ReportedHolder{Name: p.Name, Sex: client.ReportRowHolderSex(p.Sex), Birth: p.Birth.String(), IDType: p.IDType(), IDNo: p.IDNumber()}
}

func reportedSpecialties(all []Specialty) (reported []client.Specialty) {
	for _, s := range all {
		reported = append(reported, client.Specialty{Name: s.Name, From: s.From.String(), To: s.To.String()})
	}
	return reported
}

func employer(order int, area string) client.ReportedEmployer {
	names := []string{"示例建设集团有限公司", "示例第一工程局有限公司", "示例市政工程有限公司", "示例机电安装有限公司"}
	return client.ReportedEmployer{Name: names[order%len(names)], USCC: organisationCode(area, order)}
}

// account is what a portal sends of the holder.
func (h Holder) account(phone client.PhoneStated) client.AccountPut {
	return client.AccountPut{
		Name: h.Name, IDType: h.IDType(), IDNumber: h.IDNumber(),
		IDValidFrom: "2018-05-01", IDValidUntil: "2038-05-01",
		Phone: phone, RealNameLevel: 4, Organisation: h.organisation(),
	}
}
