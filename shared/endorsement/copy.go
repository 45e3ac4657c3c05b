package endorsement

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/jiazhu/jiazhu/shared/certificate"
	"github.com/jiazhu/jiazhu/shared/civil"
)

// CopyFormat is the format of the copy's JSON, with its version.
const CopyFormat = "jiazhu-copy/1"

// Copy is an endorsed copy (加注件): what its PDF and its OFD both carry as
// certificate.json, in canonical form, so that the two can be compared byte for
// byte and read by machines. It has what the face shows, and of the identity
// number only a salted digest.
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
	QR          string       `json:"qr"` // the URL in the QR code
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
	Employer          certificate.Employer    `json:"employer"`
	Specialties       []certificate.Specialty `json:"specialties"`
	Issuer            certificate.Issuer      `json:"issuer"`
	IssuedOn          civil.Date              `json:"issuedOn"`
	AreaCode          string                  `json:"areaCode"`
	Photo             string                  `json:"photo,omitempty"`          // SHA-256 of the picture, hex
	SignatureImage    string                  `json:"signatureImage,omitempty"` // SHA-256 of the picture, hex
}

// CopiedHolder is the holder without the identity number.
type CopiedHolder struct {
	Name     string     `json:"name"`
	Sex      string     `json:"sex"`
	Birth    civil.Date `json:"birth"`
	IDType   string     `json:"idType"`
	IDDigest IDDigest   `json:"idDigest"`
}

// IDDigest lets someone who knows an identity number check it against a copy,
// and nobody read it from one.
type IDDigest struct {
	Salt   string `json:"salt"`
	SHA256 string `json:"sha256"` // hex, of salt:idType:idNo
}

// NewIDDigest computes the digest of an identity number.
func NewIDDigest(salt, idType, idNumber string) IDDigest {
	sum := sha256.Sum256([]byte(salt + ":" + idType + ":" + idNumber))
	return IDDigest{Salt: salt, SHA256: hex.EncodeToString(sum[:])}
}

// Matches reports whether the digest is that of an identity number.
func (d IDDigest) Matches(idType, idNumber string) bool {
	return NewIDDigest(d.Salt, idType, idNumber) == d
}

// NewCopy takes the copy of certificate c that endorsement e describes. makerName
// is the name of the portal it is made on, salt a fresh random string, test
// whether the seal is a test seal.
func NewCopy(e Endorsement, c certificate.Certificate, makerName, salt string, test bool) Copy {
	return Copy{
		Format:      CopyFormat,
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
		Certificate: copyRecord(c, salt),
		QR:          e.QR,
	}
}

// copyRecord takes over what a copy shows of its certificate.
func copyRecord(c certificate.Certificate, salt string) CopiedRecord {
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
		Holder: CopiedHolder{
			Name:     c.Holder.Name,
			Sex:      c.Holder.Sex,
			Birth:    c.Holder.Birth,
			IDType:   c.Holder.IDType,
			IDDigest: NewIDDigest(salt, c.Holder.IDType, c.Holder.IDNumber),
		},
		Employer:       c.Employer,
		Specialties:    c.Specialties,
		Issuer:         c.Issuer,
		IssuedOn:       c.IssuedOn,
		AreaCode:       c.AreaCode,
		Photo:          digestOf(c.Photo),
		SignatureImage: digestOf(c.SignatureImage),
	}
}

// digestOf returns a picture's digest, or "" if there is none.
func digestOf(image *certificate.Image) string {
	if image == nil {
		return ""
	}
	return image.SHA256
}
