// Package sessions stores log-in state in DynamoDB: accounts, sessions, challenges, one-time codes
// and links, machine clients' tokens, limits. The rules are in package identity; this package
// applies them correctly to concurrent requests.
//
// Every write has a condition on the state it was decided on; a write that loses to another returns
// ErrChanged or the problem that now applies. Related writes are one transaction. Every read that a
// decision depends on is consistent. TTL only removes items that have expired: expiry is always
// checked against the time of the request.
//
// Every item carries a tag over its content, see package tags and kinds: reading an item that
// somebody without the key has written or changed is an error.
//
// Bearer secrets are stored hashed, ID and phone numbers encrypted (package fieldcrypto). A
// password's hash is stored only in its account, which only the login function may read; the
// session holds what the identify function needs to know about the person.
package sessions

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
	"github.com/jiazhu/jiazhu/shared/store/outage"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

var (
	// ErrNotFound says that the item does not exist.
	ErrNotFound = errors.New("sessions: not found")
	// ErrChanged says that another request changed the record since it was
	// read; nothing was written. Read it again and decide again.
	ErrChanged = errors.New("sessions: changed by another request")
)

// version is the schema version of the items written, attribute v. Once there is a second version,
// readers also accept the one before.
const version = 1

// expiryGrace is how long an expired item is kept before TTL may remove it, so that its holder is
// told "expired" rather than "unknown" for a while.
const expiryGrace = time.Hour

// Store is the sessions table. It is safe for concurrent use.
type Store struct {
	db     *tags.Table
	table  string
	sealer *fieldcrypto.Sealer
}

// New returns the store over a table with string keys pk and sk and the TTL attribute ttl. With
// only the integrity key it can read a session or a token and report whether a phone is bound.
// Limits, codes and challenges also need the limits key; accounts, phones and opening a session
// need the field key, and accounts the names key.
func New(client *dynamodb.Client, table string, v *fieldcrypto.Sealer) *Store {
	return &Store{db: tags.New(client, tags.NewTagger(kinds(), v)), table: table, sealer: v}
}

// The attributes with the tag of a part of an item.
const (
	tagState      = "tagState"
	tagIdentified = "tagIdentified"
)

// kinds are the kinds of items that do not have exactly one tag over all attributes.
func kinds() tags.Kinds {
	return tags.Kinds{Table: "sessions", Of: []tags.Kind{
		{PK: "SESSION#", SK: sessionSK, Parts: []tags.Part{{Tag: tagIdentified, Attributes: []string{"identifiedUntil", "identifiedBy", "vouchedBy"}}}},
		{PK: "CHALLENGE#", SK: challengeSK, Parts: []tags.Part{{Tag: tagState, Attributes: []string{"state", "device", "reason", "finished"}}}},
		{PK: "CODE#", SK: codeSK, Free: []string{"tries"}, Why: "a counter: who sets it back guesses a code more often, in the minutes it lives"},
		{PK: "LIMIT#", SK: limitSK, Untagged: true, Why: "a counter: who sets it back tries more often than the limit allows, or keeps others from trying"},
		{PK: "JTI#", SK: onceSK, Untagged: true, Why: "it says nothing but that it is there; who removes it may spend an assertion again, within the minute it lives"},
	}}
}

// itemHeader has the attributes of every item.
type itemHeader struct {
	PK      string `dynamodbav:"pk"`
	SK      string `dynamodbav:"sk"`
	Version int    `dynamodbav:"v"`
	TTL     int64  `dynamodbav:"ttl,omitempty"` // epoch seconds; none: no expiry
}

func newItemHeader(pk, sk string, dies time.Time) itemHeader {
	h := itemHeader{PK: pk, SK: sk, Version: version}
	if !dies.IsZero() {
		h.TTL = dies.Add(expiryGrace).Unix()
	}
	return h
}

func (h itemHeader) schema() int { return h.Version }

type versioned interface{ schema() int }

type attributes = map[string]types.AttributeValue

func key(pk, sk string) attributes {
	return attributes{"pk": &types.AttributeValueMemberS{Value: pk}, "sk": &types.AttributeValueMemberS{Value: sk}}
}

// get reads one item consistently into one of the item types.
func get[T versioned](ctx context.Context, s *Store, pk, sk string) (T, error) {
	var zero T
	out, err := s.db.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &s.table, Key: key(pk, sk), ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return zero, outage.Wrap("sessions: read "+sk, err)
	}
	return decode[T](out.Item, sk)
}

func decode[T versioned](item attributes, sk string) (T, error) {
	var got T
	if len(item) == 0 {
		return got, ErrNotFound
	}
	if err := attributevalue.UnmarshalMap(item, &got); err != nil {
		return got, fmt.Errorf("sessions: read %s: %w", sk, err)
	}
	if got.schema() != version {
		return got, fmt.Errorf("sessions: %s has schema version %d; this program reads %d", sk, got.schema(), version)
	}
	return got, nil
}

func encode(item any) (attributes, error) {
	m, err := attributevalue.MarshalMap(item)
	if err != nil {
		return nil, fmt.Errorf("sessions: encode: %w", err)
	}
	return m, nil
}

// millis is a time as stored in the table: epoch milliseconds, 0 for none.
type millis int64

func toMillis(t time.Time) millis {
	if t.IsZero() {
		return 0
	}
	return millis(t.UnixMilli())
}

func (m millis) time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(m)).UTC()
}

func number[T ~int | ~int64](n T) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(int64(n), 10)}
}

func text(v string) types.AttributeValue { return &types.AttributeValueMemberS{Value: v} }
