// Package certificate is the registration certificate (注册证书) and its numbers.
//
// A certificate is a record that a government authority keeps and reports to this service: who
// holds it, for which employer, in which specialties and until when. Every number on it can be
// checked by itself: the identity number, the organisation code and the certificate identifier end
// in a check character, and the registration number has a fixed form. This package makes these
// checks, so that a mistyped value is refused on input, with the right value suggested where it can
// be found.
//
// The JSON form is the canonical one of the domain; days are YYYY-MM-DD in Asia/Shanghai.
package certificate

import (
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// Certificate is one registration certificate as the issuing authority last
// reported it.
type Certificate struct {
	ID                string      `json:"certId"` // ULID, given by this service
	Scheme            string      `json:"scheme"` // id of its scheme, e.g. "constructor-1"
	TypeCode          string      `json:"typeCode"`
	TypeName          string      `json:"typeName"`
	Title             string      `json:"title"`
	Identifier        string      `json:"identifier"`      // 证照标识, GB/T 36904
	Version           string      `json:"version"`         // three digits, first is "001"
	Round             int         `json:"round,omitempty"` // serials before this one, see Serial; 0 for the first 999 versions
	Number            string      `json:"number"`          // 注册编号, as printed
	CertificateSerial string      `json:"certificateSerial,omitempty"`
	QualificationNo   string      `json:"qualificationNo,omitempty"`
	Holder            Holder      `json:"holder"`
	Employer          Employer    `json:"employer,omitzero"`
	Specialties       []Specialty `json:"specialties"`
	Details           []Detail    `json:"details,omitempty"` // further facts that its scheme has, in the scheme's order
	Issuer            Issuer      `json:"issuer"`
	IssuedOn          civil.Date  `json:"issuedOn"`
	AreaCode          string      `json:"areaCode"` // six digits, GB/T 2260
	State             State       `json:"state"`
	StateNote         string      `json:"stateNote,omitempty"`
	Operation         Operation   `json:"operation,omitempty"` // the operation that led to the state, if the authority reported it
	Photo             *Image      `json:"photo,omitempty"`
	SignatureImage    *Image      `json:"signatureImage,omitempty"`
	Sync              Sync        `json:"sync"`
	Supersedes        string      `json:"supersedes,omitempty"` // id of the certificate this one replaced
}

// Holder is the person or the organisation the certificate belongs to (持证主体).
type Holder struct {
	Name     string     `json:"name"`
	Sex      string     `json:"sex"`    // 男 or 女; "" of an organisation
	Birth    civil.Date `json:"birth"`  // zero of an organisation
	IDType   string     `json:"idType"` // GB/T 36903, appendix A; "111" is the resident identity number, OrganisationCode a USCC
	IDNumber string     `json:"idNo"`
}

// HasSameDocument reports whether both holders have the same document. Numbers stored long ago may
// not be in the form of NormalizeDocument.
func (h Holder) HasSameDocument(as Holder) bool {
	return h.IDType == as.IDType && NormalizeDocument(h.IDType, h.IDNumber) == NormalizeDocument(as.IDType, as.IDNumber)
}

// Employer is the company the holder is registered with (聘用企业).
type Employer struct {
	Name string `json:"name"`
	USCC string `json:"uscc"` // 统一社会信用代码, GB 32100
}

// Specialty is one registered field of work (注册专业) and the days on which the
// registration holds, both included.
type Specialty struct {
	Name string     `json:"name"`
	Code string     `json:"code,omitempty"`
	From civil.Date `json:"from"`
	To   civil.Date `json:"to"`
}

// IsValidOn reports whether the registration holds on day d.
func (s Specialty) IsValidOn(d civil.Date) bool {
	return !d.Before(s.From) && !d.After(s.To)
}

// Issuer is the issuing authority (证照颁发机构).
type Issuer struct {
	Name string `json:"name" yaml:"name"`
	Code string `json:"code" yaml:"code"` // 统一社会信用代码
}

// Image describes a reported picture; its bytes are stored separately.
type Image struct {
	SHA256 string `json:"sha256"` // hex
	MIME   string `json:"mime"`
	Bytes  int    `json:"bytes"`
}

// Sync says whether the ministry's register has the record.
type Sync struct {
	ReportedToMinistry bool      `json:"reportedToMinistry"`
	At                 time.Time `json:"at"`
}
