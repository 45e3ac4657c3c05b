package records

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"iter"
	"math"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/oklog/ulid/v2"

	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// ledgerItem is an entry of the ledger in the ledger's own table. Its identifier is its sort key, and
// what every entry has has a short name: an entry is kept for three years, and its size is what it costs.
type ledgerItem struct {
	dynamo.Header
	Holder       hashValue `dynamodbav:"h"`
	Version      string    `dynamodbav:"n"`
	Endorsement  string    `dynamodbav:"e,omitempty"`
	Channel      string    `dynamodbav:"by"`
	Verdict      string    `dynamodbav:"is"`
	Organisation string    `dynamodbav:"organisation,omitempty"`
	Client       string    `dynamodbav:"client,omitempty"`
	Asker        string    `dynamodbav:"asker,omitempty"`
	Purpose      string    `dynamodbav:"purpose,omitempty"`
	Consent      string    `dynamodbav:"consent,omitempty"`
	Shown        []string  `dynamodbav:"shown,omitempty"`
}

func newLedgerItem(certID string, e VerificationEntry) (ledgerItem, error) {
	if _, err := TimeOf(e.ID); err != nil {
		return ledgerItem{}, err
	}
	return ledgerItem{
		Header: dynamo.NewHeader(ledgerKey(certID, e.ID), firstVersion).Until(e.Time().Add(VerificationEntryLife)),
		Holder: hashValue(e.Holder), Version: e.Version, Endorsement: e.Endorsement, Channel: e.Channel, Verdict: e.Verdict,
		Organisation: e.Organisation, Client: e.Client, Asker: e.Asker, Purpose: e.Purpose, Consent: e.Consent, Shown: e.Shown,
	}, nil
}

func (l ledgerItem) entry() VerificationEntry {
	return VerificationEntry{
		ID: l.SK, Holder: string(l.Holder), Version: l.Version, Endorsement: l.Endorsement, Channel: l.Channel, Verdict: l.Verdict,
		Organisation: l.Organisation, Client: l.Client, Asker: l.Asker, Purpose: l.Purpose, Consent: l.Consent, Shown: l.Shown,
	}
}

func ledgerKey(certID, id string) dynamo.Key { return dynamo.Key{PK: prefixSeen + certID, SK: id} }

// ledgerKinds are the kinds of items of the ledger: all have one tag. A sort key is an identifier, so
// the kind's name leaves it out.
func ledgerKinds() tags.Kinds {
	return tags.Kinds{Table: "ledger", Of: []tags.Kind{{PK: prefixSeen}}}
}

// hashValue is a keyed hash as an attribute: its 32 bytes. Any other text, such as UnknownHolder, stays a text.
type hashValue string

const hashBytes = 32

// MarshalDynamoDBAttributeValue implements attributevalue.Marshaler.
func (h hashValue) MarshalDynamoDBAttributeValue() (types.AttributeValue, error) {
	if raw, err := base64.RawURLEncoding.Strict().DecodeString(string(h)); err == nil && len(raw) == hashBytes {
		return &types.AttributeValueMemberB{Value: raw}, nil
	}
	return dynamo.String(string(h)), nil
}

// UnmarshalDynamoDBAttributeValue implements attributevalue.Unmarshaler.
func (h *hashValue) UnmarshalDynamoDBAttributeValue(v types.AttributeValue) error {
	switch v := v.(type) {
	case *types.AttributeValueMemberB:
		*h = hashValue(base64.RawURLEncoding.EncodeToString(v.Value))
	case *types.AttributeValueMemberS:
		*h = hashValue(v.Value)
	}
	return nil
}

// withinLedger returns the identifiers that bound the period, both included.
func (p Period) withinLedger() (from, to string) {
	from, to = "0", "~"
	if !p.From.IsZero() {
		from = boundOf(p.From.Start().UnixMilli(), 0)
	}
	if !p.To.IsZero() && p.To.Year < 9999 {
		to = boundOf(p.To.End().UnixMilli()-1, math.MaxUint8)
	}
	return from, to
}

// boundOf returns the first or the last identifier of a millisecond. No identifier is older than 1970.
func boundOf(millis int64, fill byte) string {
	var id ulid.ULID
	for i := range id {
		id[i] = fill
	}
	if id.SetTime(uint64(max(0, millis))) != nil {
		return "~"
	}
	return id.String()
}

// ledgerEntries reads a holder's entries in the ledger's table, newest first.
func (s *Store) ledgerEntries(ctx context.Context, certID, holder string, p Period) iter.Seq2[VerificationEntry, error] {
	from, to := p.withinLedger()
	q := dynamo.Query{
		PK: prefixSeen + certID, From: from, To: to, Newest: true, Limit: p.Limit + 1,
		Filter: "h = :holder", Values: dynamo.Values{"holder": hashValue(holder)},
	}
	if p.Cursor != "" {
		q.After = ledgerKey(certID, p.Cursor)
	}
	return mapEntries(dynamo.QueryAs[ledgerItem](ctx, s.ledger, q), ledgerItem.entry)
}

// mapEntries converts what is read.
func mapEntries[T, U any](read iter.Seq2[T, error], convert func(T) U) iter.Seq2[U, error] {
	return func(yield func(U, error) bool) {
		for item, err := range read {
			if !yield(convert(item), err) || err != nil {
				return
			}
		}
	}
}

// mergeEntries merges two lists of entries, each with the newest first. An entry that is in both is
// in the result once: a move of entries that was interrupted leaves such.
func mergeEntries(a, b iter.Seq2[VerificationEntry, error]) iter.Seq2[VerificationEntry, error] {
	return func(yield func(VerificationEntry, error) bool) {
		nextOfB, stop := iter.Pull2(b)
		defer stop()
		waiting, err, more := nextOfB()
		for entry, failure := range a {
			for ; more && (err != nil || failure == nil && waiting.ID > entry.ID); waiting, err, more = nextOfB() {
				if !yield(waiting, err) || err != nil {
					return
				}
			}
			if !yield(entry, failure) || failure != nil {
				return
			}
			if more && waiting.ID == entry.ID {
				waiting, err, more = nextOfB()
			}
		}
		for ; more; waiting, err, more = nextOfB() {
			if !yield(waiting, err) || err != nil {
				return
			}
		}
	}
}

// MoveLedger moves the entries that earlier programs wrote into the table of records, in one of so
// many equal parts of that table, counted from 0, to the ledger, and returns how many. With Keep it
// moves none: programs before read only the old ones. It can be interrupted and run again at any time.
// An entry without a valid tag is left where it is, see Check. So is one whose place in the ledger has
// another item: MoveLedger calls left with an error that names it and is ErrPlaceTaken.
func (s *Store) MoveLedger(ctx context.Context, part, parts int, m Migration, left func(error)) (moved int, err error) {
	if m.Keep {
		return 0, nil
	}
	for read, err := range s.table.UncheckedTable().Scan(ctx, dynamo.Scan{
		Part: part, Parts: parts, Filter: "begins_with(pk, :seen)", Values: dynamo.Values{"seen": prefixSeen},
	}) {
		if err == nil {
			err = s.table.CheckTags(read)
		}
		if errors.Is(err, tags.ErrTag) {
			continue
		}
		if err == nil && !m.Dry {
			err = s.moveEntry(ctx, read)
		}
		if errors.Is(err, ErrPlaceTaken) {
			left(err)
			continue
		}
		if err != nil {
			return moved, err
		}
		moved++
	}
	return moved, nil
}

// moveEntry writes an entry to the ledger, and then removes the old one. Error: ErrPlaceTaken.
func (s *Store) moveEntry(ctx context.Context, read dynamo.Item) error {
	from, err := dynamo.Decode[verificationItem](s.table, read)
	if err != nil {
		return err
	}
	certID := strings.TrimPrefix(from.PK, prefixSeen)
	made, err := newLedgerItem(certID, from.VerificationEntry)
	if err != nil {
		return err
	}
	if err := s.putMoved(ctx, made); err != nil {
		return fmt.Errorf("entry %s of the ledger of certificate %s: %w", from.ID, certID, err)
	}
	_, err = s.table.Do(ctx, "removing a moved entry of the ledger", dynamo.Delete(from.Key()))
	return err
}

// putMoved writes an entry to the ledger, unless an interrupted run has written it. Error:
// ErrPlaceTaken if anything else is in its place, even if only the ttl differs.
func (s *Store) putMoved(ctx context.Context, made ledgerItem) error {
	_, err := s.ledger.Do(ctx, "moving an entry of the ledger", dynamo.Put(made).IfAbsent().ShowExisting())
	refused := dynamo.AsRefusal(err)
	if refused == nil && !errors.Is(err, tags.ErrTag) {
		return err
	}
	if refused != nil {
		existing, err := dynamo.Decode[ledgerItem](s.ledger, refused.Existing(""))
		if err == nil && reflect.DeepEqual(existing, made) {
			return nil
		}
	}
	return ErrPlaceTaken
}

// renameLedger gives the holders of entries in one part of the ledger their present names.
func (s *Store) renameLedger(ctx context.Context, part, parts int, names tags.Names, dry bool) (int, error) {
	return s.ledger.Rename(ctx, part, parts, dry, func(read dynamo.Item) (*dynamo.Renamed, error) {
		item, err := dynamo.Decode[ledgerItem](s.ledger, read)
		if err != nil {
			return nil, err
		}
		name := hashValue(names.CurrentName(string(item.Holder)))
		if name == item.Holder {
			return nil, nil
		}
		item.Holder = name
		made, err := dynamo.Encode(item)
		return &dynamo.Renamed{Item: made}, err
	})
}
