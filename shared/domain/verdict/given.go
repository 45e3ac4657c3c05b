package verdict

import (
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// Kind is what was handed in.
type Kind string

// The kinds. A Number is a registration number typed in with a name: it stands
// for a certificate but proves nothing about any copy of it.
const (
	Token  Kind = "token"
	PDF    Kind = "pdf"
	OFD    Kind = "ofd"
	File   Kind = "file" // neither PDF nor OFD
	Number Kind = "number"

	// Receipt is the signed receipt of an earlier verification, or its page. It
	// is evidence of nothing but itself.
	Receipt Kind = "receipt"
)

// Evidence is what was handed in proves by itself, without any records.
type Evidence struct {
	Kind      Kind
	Integrity Finding
	Issuer    Finding
	Numbers   Finding
	Claim     *Claim            // nil unless Integrity passed, and of a Receipt
	Copy      *endorsement.Copy // the embedded copy of a file; nil for a token
	SHA256    string            // hex, of the PDF or OFD as it was handed in; "" of anything else
	Signing   *Signing          // of a file whose signer is named in the trust bundle, otherwise nil
	Words     string            // of a token, what was signed: its header and payload as they stand; "" of anything else
}

// Signing is when a file was signed, as far as the file tells, and when its
// signer could sign.
type Signing struct {
	At     time.Time // as the time stamp proves, or else as the signer states
	Proven bool      // by a time stamp of a trusted authority
	Within Span      // the signer's days, with those of its certificates and of its seal
}

// Span is a stretch of time; both ends belong to it.
type Span struct{ From, Until time.Time }

// Covers reports whether a time lies within the span.
func (s Span) Covers(at time.Time) bool { return !at.Before(s.From) && !at.After(s.Until) }

// Intersect is what both spans have in common; it covers no time where that is none.
func (s Span) Intersect(o Span) Span {
	if s.From.Before(o.From) {
		s.From = o.From
	}
	if s.Until.After(o.Until) {
		s.Until = o.Until
	}
	return s
}

// Claim is what a token and a file both say.
type Claim struct {
	Endorsement, Certificate string // ids
	Number                   string
	Name                     string // masked
	Version                  string // the certificate's, of a receipt of a number alone
	From, Until              civil.Date
}

// Access says what came of asking the records.
type Access string

// The outcomes. Found does not mean that the endorsement was found too.
const (
	Found      Access = "found"
	Missing    Access = "missing"
	NotReached Access = "not-reached"

	// passedOn is Found where the certificate is no longer the copy's holder's: what
	// the registry says of it is another person's, and is not said.
	passedOn Access = "passed-on"

	// withheld is Found where the copy is dead, or is none of ours: what the registry
	// says of the certificate is later than the copy, and is not said.
	withheld Access = "withheld"
)

// Records are what the registry says now.
type Records struct {
	Access      Access
	Certificate *certificate.Certificate
	Endorsement *endorsement.Endorsement // nil: no such endorsement
	Latest      string                   // id of its holder's newest endorsement
	Scheme      *scheme.Scheme
	Holder      string // keyed hash of the certificate's present holder
	HeldFrom    string // version with which it came to them from another holder, else empty
}

// withholdFormer returns the records without what they say of another holder, where the
// copy is void because the certificate has not been its holder's ever since.
func (r Records) withholdFormer() Records {
	e := r.Endorsement
	if r.Access != Found || e == nil ||
		(endorsement.Holding{Holder: r.Holder, From: r.HeldFrom}).Covers(e.Holder, e.CertVersion) {
		return r
	}
	return Records{Access: passedOn, Endorsement: e}
}

// Question is what the verifier asks beyond "is it genuine?". Empty fields are
// not asked.
type Question struct {
	AsOf      civil.Date // the day relied on, such as a bid opening (开标日)
	Specialty string     // 注册专业
	Purpose   string     // a kind, a text or a project code
	Recipient string     // a name or a 统一社会信用代码
}

// Subject is what may be shown of the certificate: enough to hold it against
// the paper, never an ID number, a birth date or a whole name.
type Subject struct {
	Name        string // masked
	TypeName    string
	Number      string
	Identifier  string
	Issuer      string
	Employer    string
	From, Until civil.Date // zero where there is no copy
	Specialties []certificate.Specialty
	Purpose     *endorsement.Purpose
	Recipient   *endorsement.Recipient
	Test        bool // the file says it was sealed with test keys; a token does not tell
}

// Rule is what sets the last day of use: a rule of endorsement.Limit, or one of
// the certificate's own.
type Rule string

// The rules beside those of endorsement.Limit ("180D", "HOLDER" and so on).
const (
	ByWithdrawal   Rule = "WITHDRAWN"
	ByCancellation Rule = "CANCELLED"
	BySuperseding  Rule = "SUPERSEDED"
	ByHolderChange Rule = "HOLDER_CHANGED"
	BySpecialty         = Rule(endorsement.SpecialtyEnd)
	ByAge               = Rule(endorsement.Age65)
)
