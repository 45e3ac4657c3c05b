// Package journal keeps a second record of everything that must not be undone, outside the tables,
// so that a table restored from a backup can be brought up to date: a withdrawn copy stays
// withdrawn, an erased person stays erased, an old password stays invalid. It also records what
// operators' commands changed.
//
// An entry is one JSON object in a bucket with object lock: during the bucket's retention period
// nobody can change or remove it, not even with the account's own key. Its key is
//
//	journal/<kind>/<day>/<id>.json    journal/withdrawal/2026-11-23/01JDB7W8R0T3E5KQ9Z2M4N6P8S.json
//
// where day is the UTC day of the entry's time, YYYY-MM-DD, and id a ULID of that time. Keys of one
// kind sort by time to the millisecond, as far as the writers' clocks agree. Its content is
//
//	{"kind":"withdrawal","id":"01JDB7W8R0T3E5KQ9Z2M4N6P8S","at":"2026-11-23T02:00:00.123456789Z","what":{…},"tag":"k1.…"}
//
// with at in UTC and what as the kind defines it (Withdrawn, Revoked, PasswordSet, Erased, Names,
// NamedVersions, StoppedSeal). An entry does not identify anybody: it has keyed hashes of people, and personal
// data in it is encrypted (package fieldcrypto). The tag is an HMAC of the other members under the
// integrity key. Whoever can write to the bucket without that key can add entries; readers reject
// them.
//
// An entry is written before the table is, except for one of kind Versions, which names what is
// already in the table. An entry therefore says what was requested, and the change may have failed;
// the caller then got an error and repeats the request. Applying an entry twice has the effect of
// applying it once.
package journal

import (
	"encoding/json"
	"fmt"
	"time"
)

// Kind says what an entry is about. A writer's permission can be limited to one kind.
type Kind string

// The kinds.
const (
	Withdrawal     Kind = "withdrawal"      // a holder withdrew a copy
	ConsentRevoked Kind = "consent-revoked" // a holder ended a consent
	Password       Kind = "password"        // a password was set or changed
	Erasure        Kind = "erasure"         // an operator erased a person or an account
	Audit          Kind = "audit"           // an operator's command changed something
	Tagged         Kind = "tagged"          // since then every item of the tables has a tag
	Renamed        Kind = "renamed"         // since then the tables have other keyed hashes for some people
	Versions       Kind = "versions"        // which version of each certificate was the newest after a report
	SealStopped    Kind = "seal-stopped"    // a seal was suspended, replaced or revoked
)

// Kinds returns all kinds.
func Kinds() []Kind {
	return []Kind{Withdrawal, ConsentRevoked, Password, Erasure, Audit, Tagged, Renamed, Versions, SealStopped}
}

// Day is the format of the day in a key, UTC.
const Day = "2006-01-02"

// Entry is one entry of the journal.
type Entry struct {
	Kind Kind            `json:"kind"`
	ID   string          `json:"id"`
	At   time.Time       `json:"at"` // UTC
	What json.RawMessage `json:"what"`
	Tag  string          `json:"tag"` // see package fieldcrypto
}

// Key is the entry's key in the bucket.
func (e Entry) Key() string {
	return fmt.Sprintf("journal/%s/%s/%s.json", e.Kind, e.At.UTC().Format(Day), e.ID)
}

// Place is what the entry's tag covers besides its content.
func (e Entry) Place() []string {
	return []string{"journal", string(e.Kind), e.ID, e.At.UTC().Format(time.RFC3339Nano)}
}
