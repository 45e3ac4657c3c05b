// Package endorsement has the rules of endorsing a certificate (证照加注), the main function of
// this service.
//
// Endorsing makes a copy of a certificate (加注件, GB/T 36903) on which is printed until when, and
// for what, it may be used, so that it is useless for anything else. The rules are three pure
// functions: whether this certificate can be endorsed now, and if not, all the reasons (Preflight);
// on which days the copy may be used (WindowFor); and the state of a copy at a later time
// (StateOf). Plan calls the first two in turn. The differences between kinds of certificate are
// data of a scheme; no rule here names a kind.
//
// Copy is the content of a copy; every file of it contains its canonical JSON.
package endorsement

import (
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/statuslist"
)

// Endorsement is the record of one copy. It does not change after it was made, except that its
// holder may withdraw it.
type Endorsement struct {
	ID           string          `json:"copyId"` // ULID; its time is MadeAt, to the millisecond
	CertID       string          `json:"certId"`
	Identifier   string          `json:"identifier"`
	CertVersion  string          `json:"certVersion"` // certificate.Certificate.Edition when the copy was made
	Scheme       string          `json:"scheme"`
	MadeAt       time.Time       `json:"madeAt"` // 加注件制作时间
	Maker        Maker           `json:"maker"`
	UseFrom      civil.Date      `json:"useFrom"`
	UseUntil     civil.Date      `json:"useUntil"` // last day of use, included (加注件有效期截止时间)
	Limit        Limit           `json:"limitReason"`
	Warnings     []string        `json:"warnings,omitempty"`
	Purpose      *Purpose        `json:"purpose,omitempty"` // 加注件制作事由
	Recipient    *Recipient      `json:"recipient,omitempty"`
	CopyDigest   string          `json:"copyDigest"` // SHA-256 of the copy's canonical JSON, hex
	Excerpt      *Excerpt        `json:"excerpt,omitempty"`
	Files        map[string]File `json:"files"`               // by "pdf" and "ofd"; also "preview" of copies made before version 1.2
	FilesUntil   civil.Date      `json:"filesUntil,omitzero"` // last day on which they can be downloaded; see FilesEnd
	QR           string          `json:"qr"`                  // the URL in the QR code
	WithdrawnAt  *time.Time      `json:"withdrawnAt,omitempty"`
	WithdrawnWhy string          `json:"withdrawnWhy,omitempty"`
	VouchedBy    string          `json:"vouchedBy,omitempty"` // id of the identity app that identified the holder; not on the copy
	KeySet       int             `json:"keySet,omitempty"`    // number of the key set (sealhistory.KeySet) that sealed it; 0 for copies made before version 1.2

	// StatusIndex is the copy's place in the status lists, 0 of a copy that has none.
	StatusIndex statuslist.Index `json:"statusIndex,omitempty"`

	// Holder is the keyed hash of the holder the copy was made for. It is not part of the JSON.
	Holder string `json:"-"`
}

// RecordDays is how many days after a copy's last day its record, with purpose and recipient, is
// kept: three years, within which a claim over its use can be made (民法典 第一百八十八条), and 105
// days to file it. The files are kept no longer (PlanFiles).
const RecordDays = 1200

// RecordUntil is the last day, in Asia/Shanghai, on which the record of a copy is kept; useUntil is
// the copy's last day of use.
func RecordUntil(useUntil civil.Date) civil.Date { return useUntil.AddDays(RecordDays) }

// Maker says who made the copy and how they were identified.
type Maker struct {
	Account string `json:"account"`
	Portal  string `json:"portal"`
	Auth    string `json:"auth"`            // e.g. "face:<challenge>"
	Agent   string `json:"agent,omitempty"` // name of the person who acted for an organisation
}

// File is one rendered file of a copy.
type File struct {
	Key    string `json:"key"`    // its key in the bucket
	SHA256 string `json:"sha256"` // hex
	Bytes  int64  `json:"bytes"`
	MIME   string `json:"mime"`
}
