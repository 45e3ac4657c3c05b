package journal

import (
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
)

// Withdrawn is the content of an entry of kind Withdrawal. The entry's time is when the copy was
// withdrawn.
type Withdrawn struct {
	Certificate string `json:"certificate"`
	Endorsement string `json:"endorsement"`
	Holder      string `json:"holder"`        // keyed hash of the holder who withdrew it
	Why         string `json:"why,omitempty"` // the holder's reason, sealed for Place
}

// Place is the additional data of the sealed reason.
func (w Withdrawn) Place() string {
	return "journal/" + string(Withdrawal) + "/" + w.Certificate + "/" + w.Endorsement
}

// Revoked is the content of an entry of kind ConsentRevoked. The entry's time is when the consent
// ended.
type Revoked struct {
	Certificate string `json:"certificate"`
	Endorsement string `json:"endorsement"`
	Consent     string `json:"consent"`
	Holder      string `json:"holder"` // keyed hash of the holder who ended it
}

// Erased is the content of an entry of kind Erasure. The entry's time is when the erasure began. It
// covers everything of the person, or of one account, that existed then.
type Erased struct {
	Holder  string `json:"holder"`            // keyed hash of the person
	Account string `json:"account,omitempty"` // an Account as JSON, sealed for Place: only this account was revoked
}

// Account identifies an account.
type Account struct {
	Portal   string `json:"portal"`
	Username string `json:"username"`
	Sessions bool   `json:"sessions,omitempty"` // only its sessions were ended: the password stays
}

// Place is the additional data of the sealed account in an entry of this time. It differs for every
// entry.
func (e Erased) Place(at time.Time) string {
	return "journal/" + string(Erasure) + "/" + e.Holder + "/" + at.UTC().Format(time.RFC3339Nano)
}

// PasswordSet is the content of an entry of kind Password. The entry's time is when the password
// was set.
type PasswordSet struct {
	Holder  string `json:"holder"`  // keyed hash of the account's person
	Account string `json:"account"` // a Credential as JSON, sealed for Place
}

// Credential is an account and the password it was given.
type Credential struct {
	Portal   string    `json:"portal"`
	Username string    `json:"username"`
	Password string    `json:"password"`          // its hash, in the PHC form
	Link     string    `json:"link,omitempty"`    // the hash of the link that set it, where one did
	LinkMade time.Time `json:"linkMade,omitzero"` // when that link was made
}

// Place is the additional data of the sealed account in an entry of this time. It differs for every
// entry.
func (p PasswordSet) Place(at time.Time) string {
	return "journal/" + string(Password) + "/" + p.Holder + "/" + at.UTC().Format(time.RFC3339Nano)
}

// Names is the content of an entry of kind Renamed: earlier entries refer to these people by former
// keyed hashes.
type Names struct {
	Names string `json:"names"` // JSON object of the present keyed hashes by the former ones, sealed for Place, so that only a key holder can add one
}

// Place is the additional data of the sealed names in an entry of this time.
func (n Names) Place(at time.Time) string {
	return "journal/" + string(Renamed) + "/" + at.UTC().Format(time.RFC3339Nano)
}

// NamedVersions is the content of an entry of kind Versions: the newest versions, at the entry's
// time, of the certificates that a report or a command changed. They were in the table before the
// entry was written.
type NamedVersions struct {
	Report   string    `json:"report,omitempty"` // the report's id
	Versions []Version `json:"versions"`         // at most MaxNamed
}

// MaxNamed is how many versions one entry names at most; it keeps the entry within its maximum
// length.
const MaxNamed = 8000

// Version identifies one version of a certificate.
type Version struct {
	Certificate string `json:"c"`
	Revision    int64  `json:"r"`
	Digest      string `json:"d"` // SHA-256, in hex
}

// StoppedSeal is the content of an entry of kind SealStopped: a change after which a seal may not be
// used. The entry's time is when the change was recorded.
type StoppedSeal struct {
	Issuer string             `json:"issuer"` // code of the issuing authority
	Seal   string             `json:"seal"`
	Change sealhistory.Change `json:"change"`
}

// Name is the seal's.
func (s StoppedSeal) Name() sealhistory.Name { return sealhistory.Name{Issuer: s.Issuer, ID: s.Seal} }
