package identity

import "time"

// AccountPut is one time that a machine client put an account.
type AccountPut struct {
	Client   string // its id
	At       time.Time
	Portal   string
	Username string
	Holder   string
	Did      []string // what became of it: PutCreated, PutPhone, PutLink; empty: the rest alone
}

// What a put did to an account.
const (
	PutCreated = "created" // the account is new
	PutPhone   = "phone"   // the portal's statement of the phone changed
	PutLink    = "link"    // a link to set the password was made
)

// PutDid lists them.
var PutKinds = []string{PutCreated, PutPhone, PutLink}

// PutsKept is how long it is known which client put an account when. In this
// time what a stolen key did can be found and undone.
const PutsKept = 400 * 24 * time.Hour
