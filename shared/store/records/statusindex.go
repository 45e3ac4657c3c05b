package records

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"
	"sync"

	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/statuslist"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// StatusCounters is how many counters the places come from, so that no key is written for everybody. Each counts through
// lists of its own: the first through 1, 9 and so on. It never changes.
const StatusCounters = 8

// leaseSize is how many numbers a program takes at a time: one write for so many copies. Those that it has
// left when it ends are never used.
const leaseSize = 64

// indexLease is what a program has left of its numbers.
type indexLease struct {
	mu        sync.Mutex
	counter   int64 // that they were taken from
	next, end int64
}

// counterItem is the number of the next copy that gets a place by this counter. Key tells under which key the numbers are
// scattered: under another one, two numbers of a list could get one place.
type counterItem struct {
	dynamo.Header
	Next int64  `dynamodbav:"next"`
	Key  string `dynamodbav:"key"`
}

// NextStatusIndex returns a place in the status lists that no other copy has or gets; none, 0, while items
// are written as the version before reads them.
func (s *Store) NextStatusIndex(ctx context.Context) (statuslist.Index, error) {
	if s.formerItems {
		return 0, nil
	}
	l := s.lease
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.next == l.end {
		counter := drawCounter()
		next, err := s.moveCounter(ctx, counter, func(next int64) (from, after int64) { return next, next + leaseSize })
		if err != nil {
			return 0, err
		}
		l.counter, l.next, l.end = counter, next, next+leaseSize
	}
	l.next++
	return statuslist.Scatter([]byte(s.scatterKey()), numberOf(l.counter, l.next-1)), nil
}

// drawCounter returns one of the counters.
func drawCounter() int64 {
	var drawn [1]byte
	_, _ = rand.Read(drawn[:]) // never fails
	return int64(drawn[0] % StatusCounters)
}

// numberOf returns the number of a copy among all, of its number by a counter.
func numberOf(counter, n int64) int64 {
	return (n/statuslist.Places*StatusCounters+counter)*statuslist.Places + n%statuslist.Places
}

// SkipStatusLists has the next copies get places in other lists than all before. A table that was restored
// does not know which places were given since its backup.
func (s *Store) SkipStatusLists(ctx context.Context) error {
	for counter := range int64(StatusCounters) {
		if _, err := s.moveCounter(ctx, counter, func(next int64) (from, after int64) {
			if next == 0 { // no place was ever given, or the counter is not in the backup: the first list is left out
				next = 1
			}
			next = startOfNextList(next)
			return next, next
		}); err != nil {
			return err
		}
	}
	return nil
}

// startOfNextList is the first number of the list after that of the last number given.
func startOfNextList(next int64) int64 {
	return (next + statuslist.Places - 1) / statuslist.Places * statuslist.Places
}

func (s *Store) scatterKey() string { return s.sealer.Hash("status-index") }

// moveCounter moves a counter, and returns the number that move takes.
func (s *Store) moveCounter(ctx context.Context, counter int64, move func(next int64) (from, after int64)) (int64, error) {
	check := s.sealer.Hash("status-index-check")
	for range moveAttempts {
		at := counterKey(counter)
		got, err := s.table.BatchGet(ctx, at)
		if err != nil {
			return 0, err
		}
		var before counterItem
		if got[at] != nil {
			if before, err = dynamo.Decode[counterItem](s.table, got[at]); err != nil {
				return 0, err
			}
		}
		next := before.Next
		if before.Key != check {
			next = startOfNextList(next)
		}
		from, after := move(next)
		write := dynamo.Put(counterItem{newHeader(at), after, check})
		if got[at] == nil {
			write = write.IfAbsent()
		} else {
			write = write.If("#next = :before", dynamo.Values{"before": before.Next})
		}
		_, err = s.table.Do(ctx, "taking places of the status lists", write)
		if dynamo.AsRefusal(err) == nil {
			return from, err
		}
	}
	return 0, dynamo.NewUnavailable("taking places of the status lists: others were quicker each time")
}

// moveAttempts is how often the counter is read again when another program was quicker.
const moveAttempts = 20

func counterKey(counter int64) dynamo.Key {
	return dynamo.Key{PK: prefixStatus + strconv.FormatInt(counter, 10), SK: skCounter}
}

// StatusLists returns the number of the last status list in which a copy may have a place, 0 if none has.
func (s *Store) StatusLists(ctx context.Context) (last int64, err error) {
	var keys []dynamo.Key
	for counter := range int64(StatusCounters) {
		keys = append(keys, counterKey(counter))
	}
	got, err := s.table.BatchGet(ctx, keys...)
	if err != nil {
		return 0, fmt.Errorf("reading the counters of the status lists: %w", err)
	}
	for counter, at := range keys {
		if got[at] == nil {
			continue
		}
		c, err := dynamo.Decode[counterItem](s.table, got[at])
		if err != nil {
			return 0, fmt.Errorf("reading the counters of the status lists: %w", err)
		}
		if c.Next > 0 {
			last = max(last, numberOf(int64(counter), c.Next-1)/statuslist.Places+1)
		}
	}
	return last, nil
}

// VisitListed calls do with each endorsement that has a place in the status lists, of one of so many equal
// parts of the table, counted from 0.
func (s *Store) VisitListed(ctx context.Context, part, parts int, do func(endorsement.Endorsement) error) error {
	for item, err := range s.table.Scan(ctx, dynamo.Scan{
		Part: part, Parts: parts, Filter: "begins_with(pk, :copies) AND begins_with(sk, :endorsement)",
		Values: dynamo.Values{"copies": prefixCopies, "endorsement": prefixEndorsement},
	}) {
		if err != nil {
			return err
		}
		e, err := s.readEndorsement(item)
		if err == nil && e.StatusIndex != 0 {
			err = do(*e)
		}
		if err != nil {
			return fmt.Errorf("the copy %s: %w", dynamo.KeyOf(item), err)
		}
	}
	return nil
}
