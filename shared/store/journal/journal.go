// Package journal keeps what only ever moves one way a second time, beside the tables, so that a table
// restored to an earlier moment can be brought forward again: a copy that was withdrawn stays
// withdrawn, a person who was erased stays erased, an old password opens nothing. It also keeps
// what operators' commands changed.
//
// An entry is one JSON object in a bucket of its own, which has object lock: for the time the bucket
// keeps it, nobody can change or remove it, not even with the account's own key. Its key is
//
//	journal/<kind>/<day>/<id>.json    journal/withdrawal/2026-11-23/01JDB7W8R0T3E5KQ9Z2M4N6P8S.json
//
// where day is the UTC day of the entry's time, YYYY-MM-DD, and id a ULID of that time. Keys of one kind
// sort by time to the millisecond, as far as the clocks of those who write agree. Its content is
//
//	{"kind":"withdrawal","id":"01JDB7W8R0T3E5KQ9Z2M4N6P8S","at":"2026-11-23T02:00:00.123456789Z","what":{…},"tag":"k1.…"}
//
// with at in UTC and what as the kind has it (Withdrawn, Revoked, PasswordSet, Erased, Names, Named). Nothing in it tells who somebody is: people stand in it
// by their keyed hash, and what would be personal data is sealed (package vault). The tag is an HMAC under the integrity key over
// the rest. Who can write to the bucket and has no key adds entries that nobody removes and nobody believes.
//
// An entry is written before the table is, but for one of kind Versions, which names what stands in it. It therefore says what was asked and may not have come about; whoever
// asked was told so, and asks again. Applying an entry twice is applying it once.
package journal

import (
	"encoding/json"
	"fmt"
	"time"
)

// Kind is what an entry says. A writer may be granted a kind alone.
type Kind string

// The kinds.
const (
	Withdrawal     Kind = "withdrawal"      // a holder withdrew a copy
	ConsentRevoked Kind = "consent-revoked" // a holder ended a consent
	Password       Kind = "password"        // a password was set or changed
	Erasure        Kind = "erasure"         // an operator erased a person or an account
	Audit          Kind = "audit"           // an operator's command changed something
	Tagged         Kind = "tagged"          // every item of the tables has its tag since
	Renamed        Kind = "renamed"         // people go by another keyed hash in the tables since
	Versions       Kind = "versions"        // which version of each certificate was the newest after a report
)

// Kinds returns every kind.
func Kinds() []Kind {
	return []Kind{Withdrawal, ConsentRevoked, Password, Erasure, Audit, Tagged, Renamed, Versions}
}

// Day is the form of the day in a key, UTC.
const Day = "2006-01-02"

// Entry is one entry as it is read.
type Entry struct {
	Kind Kind            `json:"kind"`
	ID   string          `json:"id"`
	At   time.Time       `json:"at"` // UTC
	What json.RawMessage `json:"what"`
	Tag  string          `json:"tag"` // see package vault
}

// Key is where the entry lies in the bucket.
func (e Entry) Key() string {
	return fmt.Sprintf("journal/%s/%s/%s.json", e.Kind, e.At.UTC().Format(Day), e.ID)
}

// Place is what an entry's tag is over besides what it says.
func (e Entry) Place() []string {
	return []string{"journal", string(e.Kind), e.ID, e.At.UTC().Format(time.RFC3339Nano)}
}
