package endorsement

import (
	"slices"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/statuslist"
)

// The formats of the copy's JSON. CopyFormat is written of a copy with a place in the status lists,
// CopyFormat2 of one without. CopyFormat1 was written earlier and can still be read. It contained a
// digest of the identity number beside the birth date and the sex, from which the number can be computed.
const (
	CopyFormat  = "jiazhu-copy/3"
	CopyFormat2 = "jiazhu-copy/2"
	CopyFormat1 = "jiazhu-copy/1"
)

// Copy is an endorsed copy (加注件): the certificate.json in both its PDF and its OFD, in canonical
// form, so that the two can be compared byte for byte and read by machines. It has what the copy
// shows on paper, and nothing derived from the identity number.
type Copy struct {
	Format      string       `json:"format"`
	CopyID      string       `json:"copyId"`
	CertID      string       `json:"certId"`
	MadeAt      time.Time    `json:"madeAt"` // +08:00, to the millisecond
	UseFrom     civil.Date   `json:"useFrom"`
	UseUntil    civil.Date   `json:"useUntil"` // last day of use, included
	LimitReason Limit        `json:"limitReason"`
	Purpose     *Purpose     `json:"purpose,omitempty"`
	Recipient   *Recipient   `json:"recipient,omitempty"`
	Maker       string       `json:"maker"` // 加注件制作者: the portal's name
	Test        bool         `json:"test"`  // sealed with test keys, no legal force
	Certificate CopiedRecord `json:"certificate"`
	QR          string       `json:"qr"`               // the URL in the QR code
	Status      *CopyStatus  `json:"status,omitempty"` // from format 3 on
}

// CopyStatus says where the copy's state is published, in the form of the draft Token Status List.
type CopyStatus struct {
	StatusList StatusReference `json:"status_list"`
}

// StatusReference is a place in a status list.
type StatusReference struct {
	Place int    `json:"idx"`
	List  string `json:"uri"` // see statuslist.Address
}

// Index returns the copy's place in the status lists, 0 of a copy that has none.
func (c Copy) Index() statuslist.Index {
	if c.Status == nil {
		return 0
	}
	_, list, err := statuslist.ParseAddress(c.Status.StatusList.List)
	if err != nil {
		return 0
	}
	return statuslist.NewIndex(list, c.Status.StatusList.Place)
}

// CopiedRecord is the certificate as it was when the copy was made.
type CopiedRecord struct {
	Scheme            string                  `json:"scheme"`
	TypeCode          string                  `json:"typeCode"`
	TypeName          string                  `json:"typeName"`
	Title             string                  `json:"title"`
	Identifier        string                  `json:"identifier"`
	Version           string                  `json:"version"`
	Number            string                  `json:"number"`
	CertificateSerial string                  `json:"certificateSerial,omitempty"`
	QualificationNo   string                  `json:"qualificationNo,omitempty"`
	Holder            CopiedHolder            `json:"holder"`
	Employer          certificate.Employer    `json:"employer,omitzero"`
	Specialties       []certificate.Specialty `json:"specialties"`
	Details           []certificate.Detail    `json:"details,omitempty"`
	Issuer            certificate.Issuer      `json:"issuer"`
	IssuedOn          civil.Date              `json:"issuedOn"`
	AreaCode          string                  `json:"areaCode"`
	Photo             string                  `json:"photo,omitempty"`          // SHA-256 of the picture, hex
	SignatureImage    string                  `json:"signatureImage,omitempty"` // SHA-256 of the picture, hex
}

// CopiedHolder is the holder as the copy shows them. IDType is the kind of their identity document;
// the number of a person's document is in no copy, and an organisation's USCC is in each.
type CopiedHolder struct {
	Name     string     `json:"name"`
	Sex      string     `json:"sex,omitempty"`
	Birth    civil.Date `json:"birth,omitzero"`
	IDType   string     `json:"idType"`
	IDNumber string     `json:"idNo,omitempty"`     // of an organisation only
	IDDigest *IDDigest  `json:"idDigest,omitempty"` // in format 1 only, where it is required
}

// IDDigest is the digest of the identity number in format 1.
type IDDigest struct {
	Salt   string `json:"salt"`
	SHA256 string `json:"sha256"` // hex, of salt:idType:idNumber
}

// FormatVersion returns the version of the copy's format, or 0 where the format is
// unknown. The files of a copy are written in the form of this number.
func (c Copy) FormatVersion() int {
	return 1 + slices.Index([]string{CopyFormat1, CopyFormat2, CopyFormat}, c.Format)
}

// NewCopy makes the copy of certificate c for endorsement e. makerName is the name of the portal it
// is made on, test whether the seal is a test seal.
func NewCopy(e Endorsement, c certificate.Certificate, makerName string, test bool) Copy {
	made := Copy{
		Format:      CopyFormat2,
		CopyID:      e.ID,
		CertID:      e.CertID,
		MadeAt:      e.MadeAt.In(civil.Zone()).Truncate(time.Millisecond),
		UseFrom:     e.UseFrom,
		UseUntil:    e.UseUntil,
		LimitReason: e.Limit,
		Purpose:     e.Purpose,
		Recipient:   e.Recipient,
		Maker:       makerName,
		Test:        test,
		Certificate: copyRecord(c),
		QR:          e.QR,
	}
	if i := e.StatusIndex; i != 0 {
		origin, _, _ := strings.Cut(e.QR, "/v#")
		made.Format, made.Status = CopyFormat, &CopyStatus{StatusReference{i.Place(), statuslist.Address(origin, i.List())}}
	}
	return made
}

// copyRecord returns the part of a certificate that a copy shows.
func copyRecord(c certificate.Certificate) CopiedRecord {
	return CopiedRecord{
		Scheme:            c.Scheme,
		TypeCode:          c.TypeCode,
		TypeName:          c.TypeName,
		Title:             c.Title,
		Identifier:        c.Identifier,
		Version:           c.Version,
		Number:            c.Number,
		CertificateSerial: c.CertificateSerial,
		QualificationNo:   c.QualificationNo,
		Holder:            copyHolder(c.Holder),
		Employer:          c.Employer,
		Specialties:       c.Specialties,
		Details:           c.Details,
		Issuer:            c.Issuer,
		IssuedOn:          c.IssuedOn,
		AreaCode:          c.AreaCode,
		Photo:             digestOf(c.Photo),
		SignatureImage:    digestOf(c.SignatureImage),
	}
}

func copyHolder(h certificate.Holder) CopiedHolder {
	copied := CopiedHolder{Name: h.Name, Sex: h.Sex, Birth: h.Birth, IDType: h.IDType}
	if h.IsOrganisation() {
		copied.IDNumber = h.IDNumber
	}
	return copied
}

// digestOf returns a picture's digest, or "" if there is none.
func digestOf(image *certificate.Image) string {
	if image == nil {
		return ""
	}
	return image.SHA256
}
