package verdict

import (
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
	"github.com/jiazhu/jiazhu/shared/domain/statuslist"
)

// Kind is the kind of evidence.
type Kind string

// The kinds. A Number is a registration number typed in with a name: it identifies a certificate
// but proves nothing about any copy of it.
const (
	Token  Kind = "token"
	PDF    Kind = "pdf"
	OFD    Kind = "ofd"
	File   Kind = "file" // neither PDF nor OFD nor Picture
	Number Kind = "number"

	// Picture is a JPEG or PNG, which proves nothing; the codes in it are tokens.
	Picture Kind = "picture"

	// Receipt is the signed receipt of an earlier verification, or its page. It proves nothing but
	// itself.
	Receipt Kind = "receipt"
)

// Evidence is what the submitted document proves by itself, without any records.
type Evidence struct {
	Kind       Kind
	Integrity  Finding
	Issuer     Finding
	Numbers    Finding
	Unread     bool              // Numbers fails for the certificate's number alone, which no kind of certificate reads
	Claim      *Claim            // nil unless Integrity passed or it is a Receipt
	Copy       *endorsement.Copy // the embedded copy of a file; nil for a token
	SHA256     string            // hex, of the PDF or OFD as submitted; "" for other kinds
	CopyDigest string            // of the copy in a file that is not here, in hex; "" with Copy, and if it is not known
	Signing    *Signing          // for a file whose signer is in the trust bundle, otherwise nil
	Words      string            // of a token: the signed text, header and payload; "" for other kinds
	Printed    Printed           // what the paper says, where the verifier states it; it is no evidence

	StatusIndex statuslist.Index // the copy's place in the status lists; 0 of a copy without one

	// Grammars are those by which a printed number is compared: an old spelling of a number and the
	// present one are one number.
	Grammars certificate.Grammars
}

// Signing says when a file was signed, as far as the file tells, and when its signer was allowed to
// sign.
type Signing struct {
	At     time.Time // as a timestamp proves, or else as the signer states
	Proven bool      // by a timestamp from a trusted authority
	Within Span      // when the signer, its certificates and its seal are all valid
}

// Span is a period of time, including both ends.
type Span struct{ From, Until time.Time }

// Covers reports whether a time is in the span.
func (s Span) Covers(at time.Time) bool { return !at.Before(s.From) && !at.After(s.Until) }

// Intersect returns the common part of both spans; if there is none, the result covers no time.
func (s Span) Intersect(o Span) Span {
	if s.From.Before(o.From) {
		s.From = o.From
	}
	if s.Until.After(o.Until) {
		s.Until = o.Until
	}
	return s
}

// Claim is what both a token and a file say.
type Claim struct {
	Endorsement, Certificate string // ids
	Number                   string
	Name                     string // masked
	Version                  string // the certificate's version, in a receipt about a number
	From, Until              civil.Date
}

// Access is the result of querying the records.
type Access string

// The results. Found does not imply that the endorsement was found too.
const (
	Found      Access = "found"
	Missing    Access = "missing"
	NotReached Access = "not-reached"

	// passedOn is Found, but the certificate no longer belongs to the copy's holder: what the
	// registry says about it concerns another person, and is not shown.
	passedOn Access = "passed-on"

	// withheld is Found, but the copy is no longer in force or is not one of ours: what the
	// registry says about the certificate is later than the copy, and is not shown.
	withheld Access = "withheld"

	// listed is NotReached, but a status list says whether the copy is in force; see ByListing.
	listed Access = "listed"
)

// Records are the present data of the registry.
type Records struct {
	Access      Access
	Certificate *certificate.Certificate
	Endorsement *endorsement.Endorsement // nil: no such endorsement
	Latest      string                   // id of its holder's newest endorsement
	Scheme      *scheme.Scheme
	Holder      string // keyed hash of the certificate's present holder
	HeldFrom    string // version with which it came to them from another holder, otherwise empty
	Seals       sealhistory.Register
	Listing     *Listing
}

// withholdFormer returns the records without data about another holder, if the copy is void because
// the certificate has not belonged to its holder without interruption.
func (r Records) withholdFormer() Records {
	e := r.Endorsement
	if r.Access != Found || e == nil ||
		(endorsement.Holding{Holder: r.Holder, From: r.HeldFrom}).Covers(e.Holder, e.CertVersion) {
		return r
	}
	return Records{Access: passedOn, Endorsement: e}
}

// Question is what the verifier asks besides whether it is genuine. Empty fields are not asked.
type Question struct {
	AsOf      civil.Date // the day relied on, such as a bid opening (开标日)
	Specialty string     // 注册专业
	Purpose   string     // a kind, a text or a project code
	Recipient string     // a name or a 统一社会信用代码
}

// Subject is what may be shown of the certificate: enough to compare it with the paper, but no ID
// number, birth date or unmasked name.
type Subject struct {
	Name        string // masked
	TypeName    string
	Number      string
	Identifier  string
	Issuer      string
	Employer    string
	Details     []certificate.Detail
	From, Until civil.Date // zero where there is no copy
	Specialties []certificate.Specialty
	Purpose     *endorsement.Purpose
	Recipient   *endorsement.Recipient
	Test        bool // sealed with test keys, as the file says, or of a token the register
}

// Rule is what sets the last day of use: a rule of endorsement.Limit, or one of the certificate's.
type Rule string

// The rules besides those of endorsement.Limit ("180D", "HOLDER" and so on).
const (
	ByWithdrawal   Rule = "WITHDRAWN"
	ByCancellation Rule = "CANCELLED"
	BySuperseding  Rule = "SUPERSEDED"
	ByHolderChange Rule = "HOLDER_CHANGED"
	BySpecialty         = Rule(endorsement.SpecialtyEnd)
)
