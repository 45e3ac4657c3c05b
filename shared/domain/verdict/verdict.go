// Package verdict decides the result of a verification of an endorsed certificate.
//
// It compares the evidence, which is what the file or the QR token proves by itself, with the
// records, which are what the registry says today. The result is ten findings, one more where the
// state of its seal was ever changed, and one where what a paper says was asked. Each is pass, fail, unknown or not asked, with a reason; and there is one
// overall answer.
//
// Three rules apply. If the signature does not match, nothing else is shown, because nothing else
// is proven. A check that could not be made never passes. And the overall answer 有效 requires the
// registry, because only the registry knows whether the copy was withdrawn after it was signed, or a
// status list that the registry signed a short time ago; the answer then says as of when.
package verdict

import (
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// Overall is the answer in one word.
type Overall string

// The three answers about a certificate or a copy. None of them is a default.
const (
	Valid   Overall = "valid"   // 有效
	Invalid Overall = "invalid" // 无效
	Unknown Overall = "unknown" // 无法确认
)

// GenuineReceipt is the answer for a receipt of this service only: it is genuine. It says nothing
// about a certificate.
const GenuineReceipt Overall = "receipt" // 核验回执

// Check is the name of a row of the verdict. Rows are shown in the order of Checks.
type Check string

// The rows.
const (
	Integrity   Check = "integrity"   // the signature matches the content
	Issuer      Check = "issuer"      // the signing key is trusted
	Numbers     Check = "numbers"     // check characters of 证照标识 and numbers
	Certificate Check = "certificate" // the certificate's state in the registry
	Copy        Check = "copy"        // the endorsed copy's (加注件) state
	Specialty   Check = "specialty"   // the specialty asked about
	Purpose     Check = "purpose"     // the purpose and recipient asked about
	Reliance    Check = "reliance"    // the day asked about
	Freshness   Check = "freshness"   // how current the records are
	Paper       Check = "paper"       // what a person has to check on paper
	SealState   Check = "seal"        // the seal's state when it sealed; only where it was ever changed

	PrintedWords Check = "printed" // what the paper says against what is registered; only where it is asked
)

// Checks lists the rows of a verdict in order.
func Checks() []Check {
	return []Check{Integrity, Issuer, Numbers, Certificate, Copy, Specialty, Purpose, Reliance, Freshness, SealState, PrintedWords, Paper}
}

// The row beside a verdict.
const (
	Consent Check = "consent" // whether the consent given with the copy holds; the verdict is the same without it
)

// Result is the outcome of one check.
type Result string

// The results. Unknown means that the check applied but could not be made.
const (
	Pass     Result = "pass"
	Fail     Result = "fail"
	Unsure   Result = "unknown"
	NotAsked Result = "not-asked"
)

// Reason is a stable word for the reason of a result; reasons are only added, never renamed.
type Reason string

// The reasons.
const (
	Fine          Reason = "fine"
	Omitted       Reason = "omitted"
	Altered       Reason = "altered"
	Unsigned      Reason = "unsigned" // in receipts of before 1.2; now it is NotOriginal
	Unreadable    Reason = "unreadable"
	Contradicts   Reason = "contradicts"
	UnknownKey    Reason = "unknown-key"
	Untrusted     Reason = "untrusted"
	WrongNumber   Reason = "wrong-number"
	Registered    Reason = "registered"
	NoRecord      Reason = "no-record"
	Unreachable   Reason = "unreachable"
	Cancelled     Reason = "cancelled"
	Lapsed        Reason = "lapsed"
	Restricted    Reason = "restricted"
	Withdrawn     Reason = "withdrawn"
	Expired       Reason = "expired"
	NotYet        Reason = "not-yet"
	Superseded    Reason = "superseded"
	Changed       Reason = "changed"
	Mismatch      Reason = "mismatch"
	NotRegistered Reason = "not-registered"
	Undeclared    Reason = "undeclared"
	Live          Reason = "live"
	Offline       Reason = "offline"
	SignByHand    Reason = "sign-by-hand"
	NotOnThatDay  Reason = "not-on-that-day"
	TooLarge      Reason = "too-large"
	Foreign       Reason = "foreign"
	Truncated     Reason = "truncated"
	Prefixed      Reason = "prefixed"
	Appended      Reason = "appended"
	Updated       Reason = "updated"
	Repacked      Reason = "repacked"
	Unsupported   Reason = "unsupported"
	SealDiffers   Reason = "seal-differs"
	SealForged    Reason = "seal-forged"
	SealExpired   Reason = "seal-expired"
	SealUnlisted  Reason = "seal-unlisted"
	SignerExpired Reason = "signer-expired"
	HolderChanged Reason = "holder-changed"
	PageDiffers   Reason = "page-differs"
	StatedInvalid Reason = "stated-invalid"
	WrongIssuer   Reason = "wrong-issuer"
	OutsideDays   Reason = "outside-days"
	TimeUnproven  Reason = "time-unproven"
	TimeDiffers   Reason = "time-differs"

	TimestampMissing Reason = "timestamp-missing"

	FileNotRegistered Reason = "file-not-registered"
	FileUnrecorded    Reason = "file-unrecorded"
	RecordEnded       Reason = "record-ended"
	Unrecognised      Reason = "unrecognised"
	Several           Reason = "several"
	CopyDead          Reason = "copy-dead"
	NotOriginal       Reason = "not-original"
	SealSuspended     Reason = "seal-suspended"
	SealReplaced      Reason = "seal-replaced"
	SealRevoked       Reason = "seal-revoked"
	Listed            Reason = "listed"     // as a status list says
	ListStale         Reason = "list-stale" // the status list is too old, or of a time to come
)

// Finding is one row: a check, its result, and the reason.
type Finding struct {
	Check  Check
	Result Result
	Reason Reason
	Text   problem.Text
}

// Code is the corresponding return code of the share service (GB/T 36906), for programs that know
// those codes. Zero only means that no other code applies; it is not a verdict.
type Code int

// The codes.
const (
	CodeNone       Code = 0
	CodeNotFound   Code = 10 // 未找到匹配的证照信息
	CodeCancelled  Code = 21 // 该电子证照已废止或已注销
	CodeExpired    Code = 22 // 该电子证照已过期
	CodeRestricted Code = 23 // 该电子证照已受限使用
)

// Ending is the last day of use and the rule that sets it.
type Ending struct {
	On   civil.Date // usable to the end of this day; zero if the day is not known
	Rule Rule
	Text problem.Text
}

// Verdict is the result of a verification.
type Verdict struct {
	Overall   Overall
	Code      Code
	AsOf      civil.Date // the day for which the calendar was checked
	CheckedAt time.Time
	Findings  []Finding // in the order of Checks, PrintedWords only if it is asked, SealState only if the seal was changed; Integrity alone if it did not pass, and also Issuer for a receipt
	Subject   *Subject  // nil when nothing may be shown
	Newer     bool      // a later copy of the same certificate exists
	Ends      *Ending   // nil when there is no copy or nothing may be shown
	Unread    bool      // as in Evidence
	ListedAt  time.Time // when the status list was signed by which the copy was judged; zero for any other
}

// Name is the answer as it is shown. By a status list, 有效 says as of when. Of a number with its
// holder's name it says what was confirmed: the registration, and that no copy was verified.
func (v Verdict) Name() problem.Text {
	if v.Overall == Valid && !v.ListedAt.IsZero() {
		return fillText("verdict listed", textValues{"time": nameMinute(v.ListedAt, civil.Of(v.CheckedAt))})
	}
	number := v.Reason(Integrity) == Omitted && v.Overall == Unknown
	for _, c := range []Check{Numbers, Certificate, Freshness} {
		number = number && v.Result(c) == Pass
	}
	for _, c := range []Check{Specialty, Purpose, Reliance, PrintedWords} {
		number = number && v.Result(c) != Unsure
	}
	if number {
		return TextOf("verdict registration")
	}
	return v.Overall.Name()
}

// Result returns the result of one check, NotAsked if the row is missing.
func (v Verdict) Result(c Check) Result { return v.row(c).Result }

// Reminder is what has to be looked at on a printed copy, see the function of this name.
func (v Verdict) Reminder() problem.Text {
	if paper := v.row(Paper); paper.Check != "" {
		return paper.Text
	}
	return Reminder()
}

// Reason returns the reason of one check's result, "" if the row is missing.
func (v Verdict) Reason(c Check) Reason { return v.row(c).Reason }

func (v Verdict) row(c Check) Finding {
	for _, f := range v.Findings {
		if f.Check == c {
			return f
		}
	}
	return Finding{Check: c, Result: NotAsked}
}
