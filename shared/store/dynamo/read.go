package dynamo

import (
	"context"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// Get reads one item. It returns nil if there is none.
func (t *Table) Get(ctx context.Context, at Key) (Item, error) {
	out, err := t.client.GetItem(ctx, &dynamodb.GetItemInput{TableName: &t.name, Key: at.Item(), ConsistentRead: aws.Bool(true)})
	if err != nil {
		return nil, Wrap("reading "+at.String(), err)
	}
	return out.Item, t.CheckTags(out.Item)
}

// GetAs reads one item into a struct. Error: ErrNotFound.
func GetAs[T any](ctx context.Context, t *Table, at Key) (T, error) {
	item, err := t.Get(ctx, at)
	if err != nil {
		var none T
		return none, err
	}
	return Decode[T](t, item)
}

// batchLimit is the most keys that BatchGetItem takes.
const batchLimit = 100

// BatchGet reads the items with these different keys, and requests unprocessed keys again. The
// items together are not a snapshot: a caller that combines two of them checks that they match.
func (t *Table) BatchGet(ctx context.Context, keys ...Key) (map[Key]Item, error) {
	got := make(map[Key]Item, len(keys))
	for start := 0; start < len(keys); start += batchLimit {
		if err := t.getBatch(ctx, keys[start:min(start+batchLimit, len(keys))], got); err != nil {
			return nil, err
		}
	}
	return got, nil
}

func (t *Table) getBatch(ctx context.Context, keys []Key, got map[Key]Item) error {
	ask := types.KeysAndAttributes{ConsistentRead: aws.Bool(true)}
	for _, at := range keys {
		ask.Keys = append(ask.Keys, at.Item())
	}
	left := map[string]types.KeysAndAttributes{t.name: ask}
	for attempt := range maxAttempts {
		if err := pause(ctx, attempt); err != nil {
			return err
		}
		out, err := t.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: left})
		if err != nil {
			return Wrap("reading a batch of items", err)
		}
		for _, item := range out.Responses[t.name] {
			if err := t.CheckTags(item); err != nil {
				return err
			}
			got[KeyOf(item)] = item
		}
		if left = out.UnprocessedKeys; len(left) == 0 {
			return nil
		}
	}
	return NewUnavailable("reading a batch of items: the table left keys unprocessed")
}

// Query says which items of a partition to read, in which order.
type Query struct {
	PK     string
	Prefix string // of the sort keys
	// From and To, if given, are the first and the last sort key; without them Prefix counts.
	From, To string
	Filter   string // an expression, empty for none
	Values   Values // of Filter
	Newest   bool   // in descending order
	Limit    int    // how many items the first page has at most; 0: as many as fit
	After    Key    // the first item comes after this key; zero: none does
}

// Query reads the items, page by page. The items are whole and their tags are checked.
func (t *Table) Query(ctx context.Context, q Query) iter.Seq2[Item, error] {
	in := &dynamodb.QueryInput{
		TableName: &t.name, ConsistentRead: aws.Bool(true), ScanIndexForward: aws.Bool(!q.Newest),
		FilterExpression: orNil(q.Filter), ExpressionAttributeNames: attributeNames(q.Filter),
	}
	values := Values{"pk": q.PK}
	condition := "pk = :pk"
	switch {
	case q.From != "" || q.To != "":
		condition += " AND sk BETWEEN :from AND :to"
		values["from"], values["to"] = q.From, q.To
	case q.Prefix != "":
		condition += " AND begins_with(sk, :prefix)"
		values["prefix"] = q.Prefix
	}
	in.KeyConditionExpression = &condition
	if q.Limit > 0 {
		in.Limit = aws.Int32(int32(q.Limit))
	}
	if q.After != (Key{}) {
		in.ExclusiveStartKey = q.After.Item()
	}
	all, encoding := encodeValues(values, q.Values)
	in.ExpressionAttributeValues = all
	return followPages("reading "+Key{PK: q.PK, SK: q.Prefix + q.From}.String(), func(start Item) ([]Item, Item, error) {
		if encoding != nil {
			return nil, nil, encoding
		}
		if start != nil {
			in.ExclusiveStartKey, in.Limit = start, nil
		}
		out, err := t.client.Query(ctx, in)
		if err != nil {
			return nil, nil, err
		}
		return out.Items, out.LastEvaluatedKey, t.CheckTags(out.Items...)
	})
}

// Scan says which items of the table to read.
type Scan struct {
	Part, Parts int    // one of so many equal parts of the table, counted from 0; without Parts, all
	Filter      string // an expression, empty for none
	Values      Values // of Filter
	KeysOnly    bool   // return only the keys; no tag is checked then
}

// Scan reads the items, page by page.
func (t *Table) Scan(ctx context.Context, s Scan) iter.Seq2[Item, error] {
	in := &dynamodb.ScanInput{
		TableName: &t.name, ConsistentRead: aws.Bool(true),
		FilterExpression: orNil(s.Filter), ExpressionAttributeNames: attributeNames(s.Filter),
	}
	if s.Parts > 0 {
		in.Segment, in.TotalSegments = aws.Int32(int32(s.Part)), aws.Int32(int32(s.Parts))
	}
	if s.KeysOnly {
		in.ProjectionExpression = aws.String("pk, sk")
	}
	all, encoding := encodeValues(s.Values)
	in.ExpressionAttributeValues = all
	return followPages("scanning the table", func(start Item) ([]Item, Item, error) {
		if encoding != nil {
			return nil, nil, encoding
		}
		in.ExclusiveStartKey = start
		out, err := t.client.Scan(ctx, in)
		if err != nil {
			return nil, nil, err
		}
		if s.KeysOnly {
			return out.Items, out.LastEvaluatedKey, nil
		}
		return out.Items, out.LastEvaluatedKey, t.CheckTags(out.Items...)
	})
}

// HasTags reports whether any item of the table carries a tag, valid or not.
func (t *Table) HasTags(ctx context.Context) (bool, error) {
	for _, err := range t.Scan(ctx, Scan{KeysOnly: true, Filter: "attribute_exists(#" + tags.Attribute + ")"}) {
		return err == nil, err
	}
	return false, nil
}

// followPages calls read for each page, with the key after which it starts, until a page has no
// last key.
func followPages(doing string, read func(start Item) (page []Item, last Item, err error)) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		for start := Item(nil); ; {
			page, last, err := read(start)
			if err != nil {
				yield(nil, Wrap(doing, err))
				return
			}
			for _, item := range page {
				if !yield(item, nil) {
					return
				}
			}
			if start = last; len(last) == 0 {
				return
			}
		}
	}
}

// Collect converts what is read, and returns all of it.
func Collect[T, U any](read iter.Seq2[T, error], convert func(T) (U, error)) (all []U, err error) {
	for from, err := range read {
		if err != nil {
			return nil, err
		}
		to, err := convert(from)
		if err != nil {
			return nil, err
		}
		all = append(all, to)
	}
	return all, nil
}

// QueryAs is Query that decodes the items.
func QueryAs[T any](ctx context.Context, t *Table, q Query) iter.Seq2[T, error] {
	return DecodeAll[T](t, t.Query(ctx, q))
}

// DecodeAll decodes items as they are read.
func DecodeAll[T any](t *Table, read iter.Seq2[Item, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for item, err := range read {
			var decoded T
			if err == nil {
				decoded, err = Decode[T](t, item)
			}
			if !yield(decoded, err) || err != nil {
				return
			}
		}
	}
}
