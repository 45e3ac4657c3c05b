package sessions

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

const (
	prefixLimit = "LIMIT#"
	skLimit     = "LIMIT"
)

// limitKey hashes the limit's key, because it contains addresses and phone numbers.
func (s *Store) limitKey(l identity.Limit) dynamo.Key {
	return dynamo.Key{PK: prefixLimit + l.Name + "#" + s.sealer.HashPassing("limit/"+l.Name, l.Key...), SK: skLimit}
}

type limitItem struct {
	dynamo.Header
	Full dynamo.Millis `dynamodbav:"full"`
	By   string        `dynamodbav:"by,omitempty"` // random id of the take that changed it last
}

// Take takes one token from the limit's bucket, or returns a *LimitError with the time until there
// is one.
//
// A bucket is stored as one number, the time at which it will be full again. Taking a token adds
// Every to it, so a take is one conditional update: a full bucket is set to now plus Every, any
// other is increased if it then is at most Burst times Every ahead of now. Concurrent takes cannot
// take one token twice. A take that keeps losing to concurrent takes is refused too.
//
// Every take writes a random id. When the SDK repeats a write because its response was lost, the
// second attempt finds its own id and takes no further token; without it, a bucket of one token
// would refuse the repetition.
//
// No bucket is more than Burst times Every ahead of now. A later time comes from a fast clock; the
// bucket then counts as exhausted and is rewritten.
func (s *Store) Take(ctx context.Context, l identity.Limit, now time.Time) error {
	var wait time.Duration
	by := rand.Text()
	for range 8 {
		full, err := s.takeFromFull(ctx, l, now, by)
		if !errors.Is(err, ErrChanged) {
			return err
		}
		err = s.takeFromUsed(ctx, l, now, by)
		if !errors.Is(err, ErrChanged) {
			return err
		}
		if wait = full.Sub(now) - time.Duration(l.Burst-1)*l.Every; wait > l.Every {
			if err := s.exhaustLimit(ctx, l, full, now); err != nil {
				return err
			}
			wait = l.Every
		}
		if wait > 0 {
			break
		}
	}
	return &LimitError{max(wait, time.Second)}
}

// takeFromFull takes the first token of a full bucket. If the bucket is not full it returns
// ErrChanged and the time when it will be.
func (s *Store) takeFromFull(ctx context.Context, l identity.Limit, now time.Time, by string) (time.Time, error) {
	full := now.Add(l.Every)
	item := limitItem{Header: newHeader(s.limitKey(l), limitExpiry(l, full)), Full: dynamo.ToMillis(full), By: by}
	return s.take(ctx, by, dynamo.Put(item).
		If("attribute_not_exists(pk) OR #full <= :now", dynamo.Values{"now": dynamo.ToMillis(now)}))
}

// takeFromUsed takes a further token, or returns ErrChanged.
func (s *Store) takeFromUsed(ctx context.Context, l identity.Limit, now time.Time, by string) error {
	room := now.Add(time.Duration(l.Burst-1) * l.Every)
	_, err := s.take(ctx, by, dynamo.Update(s.limitKey(l), "SET #full = #full + :every, #ttl = :ttl, #by = :by", dynamo.Values{
		"every": l.Every.Milliseconds(), "by": by, "ttl": limitExpiry(l, room.Add(l.Every)).Add(expiryGrace).Unix(),
	}).If("#full > :now AND #full <= :room AND (attribute_not_exists(#by) OR #by <> :by)", dynamo.Values{
		"now": dynamo.ToMillis(now), "room": dynamo.ToMillis(room),
	}))
	return err
}

// take makes the write of a take. It returns nil if the write, or an earlier attempt of it, took a
// token; otherwise ErrChanged and the time at which the bucket will be full.
func (s *Store) take(ctx context.Context, by string, w dynamo.Write) (full time.Time, err error) {
	_, err = s.table.Do(ctx, "taking from a limit", w.ShowExisting())
	refusal := dynamo.AsRefusal(err)
	if refusal == nil {
		return time.Time{}, err
	}
	old, err := dynamo.Decode[limitItem](s.table, refusal.Existing(""))
	switch {
	case errors.Is(err, ErrNotFound): // returned or removed meanwhile
		return time.Time{}, ErrChanged
	case err != nil:
		return time.Time{}, err
	case old.By == by:
		return time.Time{}, nil
	}
	return old.Full.Time(), ErrChanged
}

// limitExpiry is when a bucket can be removed: at its Until where it has one, otherwise when it is
// full.
func limitExpiry(l identity.Limit, full time.Time) time.Time {
	if l.Until.IsZero() {
		return full
	}
	return l.Until
}

// exhaustLimit rewrites a bucket whose time comes from a fast clock as an exhausted one.
func (s *Store) exhaustLimit(ctx context.Context, l identity.Limit, full, now time.Time) error {
	exhausted := now.Add(time.Duration(l.Burst) * l.Every)
	_, err := s.table.Do(ctx, "exhausting a limit",
		dynamo.Update(s.limitKey(l), "SET #full = :exhausted", dynamo.Values{"exhausted": dynamo.ToMillis(exhausted)}).
			If("#full = :seen", dynamo.Values{"seen": dynamo.ToMillis(full)}))
	return dynamo.IgnoreRefusal(err)
}

// Return puts back one token that was not needed.
func (s *Store) Return(ctx context.Context, l identity.Limit) error {
	_, err := s.table.Do(ctx, "returning to a limit",
		dynamo.Update(s.limitKey(l), "SET #full = #full - :every", dynamo.Values{"every": l.Every.Milliseconds()}).IfPresent())
	return dynamo.IgnoreRefusal(err)
}
