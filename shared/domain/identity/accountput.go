package identity

import "time"

// AccountPut records that a machine client put an account.
type AccountPut struct {
	Client   string // its id
	At       time.Time
	Portal   string
	Username string
	Holder   string
	Did      []string // what the put did, of PutKinds; empty: it changed other fields only
}

// The effects of a put on an account.
const (
	PutCreated = "created" // the account is new
	PutPhone   = "phone"   // the portal's statement of the phone changed
	PutLink    = "link"    // a link to set the password was made

	PutOrganisation = "organisation" // the person now acts for another organisation, or for none
)

// PutKinds lists them.
var PutKinds = []string{PutCreated, PutPhone, PutLink, PutOrganisation}

// PutsKept is how long it is recorded which client put an account when. Within this time the
// effects of a stolen key can be found and undone.
const PutsKept = 400 * 24 * time.Hour
