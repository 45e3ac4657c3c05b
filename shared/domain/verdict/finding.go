package verdict

import (
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// newFinding makes a finding with the text that the catalogue has for its check and reason.
func newFinding(c Check, r Result, why Reason, values textValues) Finding {
	return newVariant(c, r, why, string(c)+" "+string(why), values)
}

// newVariant makes a finding with another text of the catalogue.
func newVariant(c Check, r Result, why Reason, key string, values textValues) Finding {
	return Finding{Check: c, Result: r, Reason: why, Text: fillText(key, values)}
}

// The following functions make the findings about the evidence.

// IntactContent says that the signature matches the content.
func IntactContent() Finding { return newFinding(Integrity, Pass, Fine, nil) }

// UnknownTokenKey says that this service does not know the key that a token names, so its signature
// can be neither confirmed nor refuted.
func UnknownTokenKey() Finding { return newFinding(Integrity, Unsure, UnknownKey, nil) }

// NoDocument is the Integrity finding if only a number was given.
func NoDocument() Finding { return newFinding(Integrity, NotAsked, Omitted, nil) }

// TrustedIssuer names the owner of the trusted key that signed.
func TrustedIssuer(name string) Finding {
	return newVariant(Issuer, Pass, Fine, "issuer fine named", textValues{"name": sameValue(name)})
}

// TrustedIssuerAt is TrustedIssuer with the time of signing that a trusted timestamp proves. A time
// that only the file states is never shown as the time of signing.
func TrustedIssuerAt(name string, at time.Time) Finding {
	return newVariant(Issuer, Pass, Fine, "issuer fine timed", textValues{
		"name": sameValue(name), "time": sameValue(at.In(civil.Zone()).Format(time.DateTime)),
	})
}

// TrustedKey says that a token was signed with a key we publish; a token names no signer.
func TrustedKey() Finding { return newFinding(Issuer, Pass, Fine, nil) }

// UntrustedIssuer says that the signing key is on no trust list. That does not make the document
// invalid.
func UntrustedIssuer() Finding { return newFinding(Issuer, Fail, Untrusted, nil) }

// ForeignIssuer says that the signer is on the trust list, but not for the issuing authority that
// the certificate names.
func ForeignIssuer() Finding { return newFinding(Issuer, Fail, WrongIssuer, nil) }

// OutsideKeyDays says that the signer is on the trust list, but the signature or the seal was made
// on a day outside its period.
func OutsideKeyDays() Finding { return newFinding(Issuer, Fail, OutsideDays, nil) }

// UntrustedTime says that the signature's timestamp is from an authority we do not trust, so the
// time of signing is not proven.
func UntrustedTime() Finding {
	return newVariant(Issuer, Fail, Untrusted, "issuer untrusted time", nil)
}

// MissingTimestamp says that the signer's signatures carry a trusted timestamp of a kind that this one
// lacks, so the time of signing is not proven.
func MissingTimestamp() Finding { return newFinding(Issuer, Fail, TimestampMissing, nil) }

// NoIssuer is the Issuer finding if only a number was given.
func NoIssuer() Finding { return newFinding(Issuer, NotAsked, Omitted, nil) }

// SoundNumbers says that every check character is right.
func SoundNumbers() Finding { return newFinding(Numbers, Pass, Fine, nil) }

// RegisteredNumber says that the register has the certificate under exactly this number, which the kinds
// of certificate in use do not read: an earlier form of its kind did.
func RegisteredNumber() Finding { return newFinding(Numbers, Pass, Registered, nil) }

// UnsoundNumber says what is wrong with a number.
func UnsoundNumber(text problem.Text) Finding {
	return Finding{Numbers, Fail, WrongNumber, text}
}
