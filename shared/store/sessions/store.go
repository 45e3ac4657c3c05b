// Package sessions stores log-in state in DynamoDB: accounts, sessions, challenges, one-time codes
// and links, machine clients' tokens, limits. The rules are in package identity; this package
// applies them correctly to concurrent requests.
//
// Every write has a condition on the state it was decided on; a write that loses to another returns
// ErrChanged or the error that now applies. Related writes are one transaction. TTL only removes
// items that have expired: expiry is always checked against the time of the request.
//
// Every item carries a tag over its content, see package tags and kinds: reading an item that
// somebody without the key has written or changed is an error.
//
// Bearer secrets are stored hashed, ID and phone numbers encrypted (package fieldcrypto). A
// password's hash is stored only in its account, which only the login function may read; the
// session holds what the identify function needs to know about the person.
package sessions

import (
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

var (
	// ErrNotFound says that the item does not exist.
	ErrNotFound = dynamo.ErrNotFound
	// ErrChanged says that another request changed the item since it was read; nothing was written.
	// Read it again and decide again.
	ErrChanged = dynamo.ErrRefused
	// ErrSessionEnded says that a session or an access token is unknown, has ended or has expired.
	ErrSessionEnded = errors.New("the session has ended")
	// ErrChallengeNotFound says that there is no such challenge.
	ErrChallengeNotFound = errors.New("there is no such challenge")
	// ErrAssertionUsed says that an assertion was used before.
	ErrAssertionUsed = errors.New("the assertion was used before")
	// ErrLinkEnded says that a password link is unknown, used, expired or replaced.
	ErrLinkEnded = errors.New("the password link has ended")
	// ErrCodeEnded says that an account has no code, or no longer has it.
	ErrCodeEnded = errors.New("there is no code")
)

// LimitError says that a limit has no token left.
type LimitError struct{ RetryIn time.Duration }

func (e *LimitError) Error() string { return fmt.Sprintf("the limit has a token in %v", e.RetryIn) }

// version is the schema version of the items written, attribute v. Once there is a second version,
// readers also accept the one before.
const version = 1

// expiryGrace is how long an expired item is kept before TTL may remove it, so that its holder is
// told "expired" rather than "unknown" for a while.
const expiryGrace = time.Hour

// Store is the sessions table. It is safe for concurrent use.
type Store struct {
	table  *dynamo.Table
	sealer *fieldcrypto.Sealer
}

// New returns the store over a table with string keys pk and sk and the TTL attribute ttl. With
// only the integrity key it can read a session or a token and report whether a phone is bound.
// Limits, codes and challenges also need the limits key; accounts, phones and opening a session
// need the field key, and accounts the names key.
func New(client *dynamodb.Client, table string, v *fieldcrypto.Sealer) *Store {
	return &Store{table: dynamo.New(client, table, tags.NewTagger(kinds(), v), func(string) int { return version }), sealer: v}
}

// The attributes with the tag of a part of an item.
const (
	tagState      = "tagState"
	tagIdentified = "tagIdentified"
)

// kinds are the kinds of items that do not have exactly one tag over all attributes.
func kinds() tags.Kinds {
	return tags.Kinds{Table: "sessions", Of: []tags.Kind{
		{PK: prefixSession, SK: skSession, Parts: []tags.Part{{Tag: tagIdentified, Attributes: []string{"identifiedUntil", "identifiedBy", "vouchedBy"}}}},
		{PK: prefixChallenge, SK: skChallenge, Parts: []tags.Part{{Tag: tagState, Attributes: []string{"state", "device", "reason", "finished"}}}},
		{PK: prefixCode, SK: skCode, Free: []string{"tries"}, Why: "a counter: who sets it back guesses a code more often, in the minutes it lives"},
		{PK: prefixLimit, SK: skLimit, Untagged: true, Why: "a counter: who sets it back tries more often than the limit allows, or keeps others from trying"},
		{PK: prefixOnce, SK: skOnce, Untagged: true, Why: "it says nothing but that it is there; who removes it may spend an assertion again, within the minute it lives"},
	}}
}

// newHeader returns the header of an item that expires at a time; zero: never.
func newHeader(at dynamo.Key, expires time.Time) dynamo.Header {
	h := dynamo.NewHeader(at, version)
	if expires.IsZero() {
		return h
	}
	return h.Until(expires.Add(expiryGrace))
}

// deleteIfExists removes an item if it exists, so ending something twice is no error. The condition
// only prevents deleting an item of another kind.
func deleteIfExists(at dynamo.Key) dynamo.Write {
	return dynamo.Delete(at).If("attribute_not_exists(pk) OR v > :zero", dynamo.Values{"zero": 0})
}

// putAlways writes an item whether or not it exists. Every write here has a condition; this one is
// always true.
func putAlways(made any) dynamo.Write {
	return dynamo.Put(made).If("attribute_not_exists(pk) OR attribute_exists(pk)", nil)
}
