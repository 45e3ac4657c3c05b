package journal

import "time"

// Withdrawn is what an entry of kind Withdrawal says: its time is when the copy was withdrawn.
type Withdrawn struct {
	Certificate string `json:"certificate"`
	Endorsement string `json:"endorsement"`
	Holder      string `json:"holder"`        // keyed hash of who withdrew it
	Why         string `json:"why,omitempty"` // the holder's reason, sealed for Place
}

// Place is where the sealed reason belongs.
func (w Withdrawn) Place() string {
	return "journal/" + string(Withdrawal) + "/" + w.Certificate + "/" + w.Endorsement
}

// Revoked is what an entry of kind ConsentRevoked says: its time is when the consent ended.
type Revoked struct {
	Certificate string `json:"certificate"`
	Endorsement string `json:"endorsement"`
	Consent     string `json:"consent"`
	Holder      string `json:"holder"` // keyed hash of who ended it
}

// Erased is what an entry of kind Erasure says: its time is when the erasing began. Everything of the person that
// was there before goes, or of one account.
type Erased struct {
	Holder  string `json:"holder"`            // keyed hash of who was erased
	Account string `json:"account,omitempty"` // an Account as JSON, sealed for Place: it alone was revoked
}

// Account names an account.
type Account struct {
	Portal   string `json:"portal"`
	Username string `json:"username"`
	Sessions bool   `json:"sessions,omitempty"` // its sessions alone were ended: the password stays
}

// Place is where the sealed account of an entry of this time belongs. No other entry's fits.
func (e Erased) Place(at time.Time) string {
	return "journal/" + string(Erasure) + "/" + e.Holder + "/" + at.UTC().Format(time.RFC3339Nano)
}

// PasswordSet is what an entry of kind Password says: its time is when the password was set.
type PasswordSet struct {
	Holder  string `json:"holder"`  // keyed hash of whose account it is
	Account string `json:"account"` // a Credential as JSON, sealed for Place
}

// Credential is an account with the password it was given.
type Credential struct {
	Portal   string    `json:"portal"`
	Username string    `json:"username"`
	Password string    `json:"password"`          // its hash, in the PHC form
	Link     string    `json:"link,omitempty"`    // the hash of the link that set it, where one did
	LinkMade time.Time `json:"linkMade,omitzero"` // when that link was made
}

// Place is where the sealed account of an entry of this time belongs. No other entry's fits.
func (p PasswordSet) Place(at time.Time) string {
	return "journal/" + string(Password) + "/" + p.Holder + "/" + at.UTC().Format(time.RFC3339Nano)
}

// Names is what an entry of kind Renamed says: entries of before name these people by a keyed hash that is no longer theirs.
type Names struct {
	Names string `json:"names"` // the keyed hashes of now by those of before, as a JSON object, sealed for Place: nobody without the key adds one
}

// Place is where the sealed names of an entry of this time belong.
func (n Names) Place(at time.Time) string {
	return "journal/" + string(Renamed) + "/" + at.UTC().Format(time.RFC3339Nano)
}

// NamedVersions is what an entry of kind Versions says: at its time, these were the newest versions of the certificates that
// a report or a command was about. They stood in the table before the entry was written.
type NamedVersions struct {
	Report   string    `json:"report,omitempty"` // the report's id
	Versions []Version `json:"versions"`         // at most MostNamed
}

// MostNamed is how many versions an entry names at most, within its length.
const MaxNamed = 8000

// Version names one version of a certificate.
type Version struct {
	Certificate string `json:"c"`
	Revision    int64  `json:"r"`
	Digest      string `json:"d"` // SHA-256, in hex
}
