// Package endorsement is the act this service exists for: 证照加注.
//
// Endorsing makes a copy of a certificate (加注件, GB/T 36903) that says on its
// face until when, and for what, it may be used, so that it is worthless to
// whoever finds it later. The rules decide three things, each a pure function of
// what is known: may this certificate be endorsed now, and if not, what are all
// the reasons (Preflight); on which days may the copy be used (WindowFor); and
// what has become of a copy since (StateOf). What differs between kinds of
// certificate comes from a scheme; no rule here names one.
//
// Copy is the copy itself, in the canonical JSON that every file of it carries.
package endorsement

import (
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// Endorsement is the record of one copy. It never changes after it was made,
// except that its holder may withdraw it.
type Endorsement struct {
	ID           string          `json:"copyId"` // ULID; its time is MadeAt, to the millisecond
	CertID       string          `json:"certId"`
	Identifier   string          `json:"identifier"`
	CertVersion  string          `json:"certVersion"` // certificate.Certificate.Edition, then
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
	Files        map[string]File `json:"files"`      // by "pdf", "ofd", "preview"
	QR           string          `json:"qr"`         // the URL in the QR code
	WithdrawnAt  *time.Time      `json:"withdrawnAt,omitempty"`
	WithdrawnWhy string          `json:"withdrawnWhy,omitempty"`
	VouchedBy    string          `json:"vouchedBy,omitempty"` // id of the identity app that vouched for the holder; not on the copy

	// Holder is the keyed hash of the holder the copy was made for. It is kept beside the record.
	Holder string `json:"-"`
}

// RecordDays is how many days after a copy's last day its record, which holds purpose and recipient,
// is kept: three years, within which a claim may be made over a use of it (民法典 第一百八十八条), and 105
// days to bring it. It is no shorter than the files are kept (FileDays in template.yaml).
const RecordDays = 1200

// RecordUntil is the last day, in Asia/Shanghai, on which the record of a copy is kept that was
// usable until that day.
func RecordUntil(useUntil civil.Date) civil.Date { return useUntil.AddDays(RecordDays) }

// Maker says who made the copy and how they had proved who they are.
type Maker struct {
	Account string `json:"account"`
	Portal  string `json:"portal"`
	Auth    string `json:"auth"` // e.g. "face:<challenge>"
}

// File is one rendered file of a copy.
type File struct {
	Key    string `json:"key"`    // where it is stored
	SHA256 string `json:"sha256"` // hex
	Bytes  int64  `json:"bytes"`
	MIME   string `json:"mime"`
}
