package records

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// keySetItem is a key set. Its number is in its key: the first has 1, and each later one the next, so that
// an endorsement's record needs one byte to name what sealed it. A key set is only ever added.
type keySetItem struct {
	dynamo.Header
	Issuer string `dynamodbav:"issuer"`
	Seal   string `dynamodbav:"seal"`
	PDF    string `dynamodbav:"pdf"`
	OFD    string `dynamodbav:"ofd"`
}

func (i keySetItem) keySet() sealhistory.KeySet {
	return sealhistory.KeySet{Issuer: i.Issuer, Seal: i.Seal, PDF: i.PDF, OFD: i.OFD}
}

func keySetKey(number int) dynamo.Key {
	return dynamo.Key{PK: prefixKeySets, SK: fmt.Sprintf("%s%06d", prefixSet, number)}
}

// ReadKeySets reads all key sets, in the order of their numbers.
func (s *Store) ReadKeySets(ctx context.Context) (all []sealhistory.KeySet, err error) {
	for item, err := range dynamo.QueryAs[keySetItem](ctx, s.table, dynamo.Query{PK: prefixKeySets, Prefix: prefixSet}) {
		if err != nil {
			return nil, err
		}
		all = append(all, item.keySet())
		if item.SK != keySetKey(len(all)).SK {
			return nil, fmt.Errorf("reading the key sets: %s is in the place of number %d", item.SK, len(all))
		}
	}
	return all, nil
}

// maxTries is how often a key set is given the next number while others get theirs.
const maxTries = 10

// NumberKeySet returns the number of a key set, and adds the key set if it has none. It may be called at
// the same time by many: whoever comes second finds what the first added.
func (s *Store) NumberKeySet(ctx context.Context, k sealhistory.KeySet) (int, error) {
	for range maxTries {
		all, err := s.ReadKeySets(ctx)
		if err != nil {
			return 0, err
		}
		for i, other := range all {
			if other == k {
				return i + 1, nil
			}
		}
		next := len(all) + 1
		made := dynamo.Put(keySetItem{Header: newHeader(keySetKey(next)), Issuer: k.Issuer, Seal: k.Seal, PDF: k.PDF, OFD: k.OFD})
		_, err = s.table.Do(ctx, "adding a key set", made.IfAbsent())
		if err == nil {
			return next, nil
		}
		if dynamo.AsRefusal(err) == nil {
			return 0, err
		}
	}
	return 0, dynamo.NewUnavailable("adding a key set: others kept adding theirs")
}

// keySetFault says what is wrong with a key set.
func (s *Store) keySetFault(ctx context.Context, read dynamo.Item) (string, error) {
	item, err := dynamo.Decode[keySetItem](s.table, read)
	if err != nil {
		return unreadable, nil
	}
	number, err := strconv.Atoi(strings.TrimPrefix(item.SK, prefixSet))
	if err != nil || number < 1 || item.SK != keySetKey(number).SK {
		return "it has no number", nil
	}
	for _, n := range item.keySet().Names() {
		if n.CheckName() != nil {
			return "it names no seal or certificate", nil
		}
	}
	if number == 1 {
		return "", nil
	}
	got, err := s.table.BatchGet(ctx, keySetKey(number-1))
	if err == nil && got[keySetKey(number-1)] == nil {
		return "the key set before it is missing", nil
	}
	return "", err
}
