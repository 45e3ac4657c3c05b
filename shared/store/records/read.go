package records

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/store/outage"
)

const (
	batchLimit    = 100 // BatchGetItem takes at most 100 keys
	batchAttempts = 5
)

// batchItems are the items a batch read returned, by key.
type batchItems map[key]item

// batch reads the items with these keys, each consistently, and requests unprocessed keys again.
// The items together are not a snapshot: a caller that combines two of them must check that they
// match.
func (s *Store) batch(ctx context.Context, keys []key) (batchItems, error) {
	got := make(batchItems, len(keys))
	for start := 0; start < len(keys); start += batchLimit {
		part := keys[start:min(start+batchLimit, len(keys))]
		if err := s.batchPart(ctx, part, got); err != nil {
			return nil, err
		}
	}
	return got, nil
}

func (s *Store) batchPart(ctx context.Context, keys []key, got batchItems) error {
	ask := types.KeysAndAttributes{ConsistentRead: aws.Bool(true)}
	for _, k := range keys {
		ask.Keys = append(ask.Keys, k.item())
	}
	left := map[string]types.KeysAndAttributes{s.table: ask}
	for attempt := 0; len(left) > 0; attempt++ {
		if attempt == batchAttempts {
			return outage.NewUnavailable("the table left reads unprocessed")
		}
		if attempt > 0 {
			if err := pause(ctx, attempt); err != nil {
				return err
			}
		}
		out, err := s.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: left})
		if err != nil {
			return outage.Wrap("reading a batch of items", err)
		}
		for _, read := range out.Responses[s.table] {
			got[key{str(read, "pk"), str(read, "sk")}] = read
		}
		left = out.UnprocessedKeys
	}
	return nil
}

func str(from item, name string) string {
	if v, ok := from[name].(*types.AttributeValueMemberS); ok {
		return v.Value
	}
	return ""
}

func list(from item, name string) []string {
	v, ok := from[name].(*types.AttributeValueMemberL)
	if !ok {
		return nil
	}
	all := make([]string, 0, len(v.Value))
	for _, value := range v.Value {
		if t, ok := value.(*types.AttributeValueMemberS); ok {
			all = append(all, t.Value)
		}
	}
	return all
}

func num(from item, name string) int64 {
	v, ok := from[name].(*types.AttributeValueMemberN)
	if !ok {
		return 0
	}
	n, err := strconv.ParseInt(v.Value, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func blob(from item, name string) []byte {
	if v, ok := from[name].(*types.AttributeValueMemberB); ok {
		return v.Value
	}
	return nil
}

// checkSchema refuses an item with another schema version than this program's.
func checkSchema(from item) error {
	at := key{str(from, "pk"), str(from, "sk")}
	if v := num(from, "v"); v != at.schema() {
		return fmt.Errorf("item %s|%s has schema version %d, this program reads %d", at.pk, at.sk, v, at.schema())
	}
	return nil
}
