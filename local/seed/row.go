package seed

import (
	"fmt"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// Row is one reported certificate.
type Row struct {
	Scheme             string      `json:"scheme"`
	Number             string      `json:"number"`
	CertificateSerial  string      `json:"certificateSerial,omitempty"`
	QualificationNo    string      `json:"qualificationNo,omitempty"`
	Holder             RowHolder   `json:"holder"`
	Employer           RowEmployer `json:"employer"`
	Specialties        []Specialty `json:"specialties"`
	IssuedOn           civil.Date  `json:"issuedOn"`
	AreaCode           string      `json:"areaCode"`
	State              string      `json:"state"`
	StateNote          string      `json:"stateNote,omitempty"`
	Operation          string      `json:"operation,omitempty"`
	Photo              []byte      `json:"photo,omitempty"`
	SignatureImage     []byte      `json:"signatureImage,omitempty"`
	ReportedToMinistry *bool       `json:"reportedToMinistry,omitempty"`
}

// RowHolder is the person in a row.
type RowHolder struct {
	Name   string     `json:"name"`
	Sex    string     `json:"sex"`
	Birth  civil.Date `json:"birth"`
	IDType string     `json:"idType"`
	IDNo   string     `json:"idNo"`
}

// RowEmployer is the 聘用企业.
type RowEmployer struct {
	Name string `json:"name"`
	USCC string `json:"uscc"`
}

// Row is what the authority reports of the holder.
func (h Holder) Row() (Row, error) {
	row := Row{
		Scheme:            h.Scheme,
		Number:            h.Number,
		CertificateSerial: fmt.Sprintf("%08d", h.Order),
		QualificationNo:   fmt.Sprintf("%s2019%011d", h.Province[:2], h.Order),
		Holder:            RowHolder{h.Name, h.Sex, h.Birth, h.IDType(), h.IDNumber()},
		Employer:          employer(h.Employer, h.Province),
		Specialties:       h.Specialty,
		IssuedOn:          h.IssuedOn,
		AreaCode:          h.Province,
		State:             h.State,
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

func employer(order int, area string) RowEmployer {
	names := []string{"示例建设集团有限公司", "示例第一工程局有限公司", "示例市政工程有限公司", "示例机电安装有限公司"}
	return RowEmployer{names[order%len(names)], organisationCode(area, order)}
}

// account is what a portal sends of the holder.
func (h Holder) account(phone client.PhoneStated) client.AccountPut {
	until := client.DayOrEmpty("2038-05-01")
	return client.AccountPut{
		Name: h.Name, IdType: client.IDType(h.IDType()), IdNumber: h.IDNumber(),
		IdValidFrom: "2018-05-01", IdValidUntil: &until,
		Phone: phone, RealNameLevel: 4,
	}
}
