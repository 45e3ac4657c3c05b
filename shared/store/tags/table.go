package tags

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Table is the DynamoDB client of a table whose items carry tags. It has only the client's methods
// that handle tags: it tags the items it puts and checks the items it returns, including those in a
// failed condition. For an UpdateItem, the caller sets the tag of the part it changes.
type Table struct {
	*Tagger
	client  *dynamodb.Client
	believe bool
}

// New returns a table with items of these kinds.
func New(client *dynamodb.Client, tagger *Tagger) *Table {
	return &Table{Tagger: tagger, client: client}
}

// UncheckedTable returns the table without tag checks. Only code that tags items of earlier
// versions, and code that lists items without a valid tag, uses it.
func (t *Table) UncheckedTable() *Table {
	return &Table{Tagger: t.Tagger, client: t.client, believe: true}
}

func (t *Table) checkAll(read ...Item) error {
	if t.believe {
		return nil
	}
	for _, item := range read {
		if len(item) == 0 {
			continue
		}
		if err := t.Check(item); err != nil {
			return err
		}
	}
	return nil
}

// GetItem reads an item.
func (t *Table) GetItem(ctx context.Context, in *dynamodb.GetItemInput) (*dynamodb.GetItemOutput, error) {
	out, err := t.client.GetItem(ctx, in)
	if err != nil {
		return nil, err
	}
	return out, t.checkAll(out.Item)
}

// BatchGetItem reads items.
func (t *Table) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput) (*dynamodb.BatchGetItemOutput, error) {
	out, err := t.client.BatchGetItem(ctx, in)
	if err != nil {
		return nil, err
	}
	for _, read := range out.Responses {
		if err := t.checkAll(read...); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Query reads a page of a partition. The results of a query with a projection are not whole items
// and are not checked; they are used to find keys.
func (t *Table) Query(ctx context.Context, in *dynamodb.QueryInput, options ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	out, err := t.client.Query(ctx, in, options...)
	if err != nil || in.ProjectionExpression != nil {
		return out, err
	}
	return out, t.checkAll(out.Items...)
}

// Scan reads a page of the table; see Query.
func (t *Table) Scan(ctx context.Context, in *dynamodb.ScanInput, options ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error) {
	out, err := t.client.Scan(ctx, in, options...)
	if err != nil || in.ProjectionExpression != nil {
		return out, err
	}
	return out, t.checkAll(out.Items...)
}

// PutItem writes an item with its tags.
func (t *Table) PutItem(ctx context.Context, in *dynamodb.PutItemInput) (*dynamodb.PutItemOutput, error) {
	tagged, err := t.Put(in.Item)
	if err != nil {
		return nil, err
	}
	with := *in
	with.Item = tagged
	out, err := t.client.PutItem(ctx, &with)
	if err != nil {
		return nil, t.checkRefusal(err)
	}
	return out, t.checkAll(out.Attributes)
}

// UpdateItem changes a part of an item, or an attribute that no tag covers.
func (t *Table) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput) (*dynamodb.UpdateItemOutput, error) {
	out, err := t.client.UpdateItem(ctx, in)
	if err != nil {
		return nil, t.checkRefusal(err)
	}
	if in.ReturnValues != types.ReturnValueAllNew && in.ReturnValues != types.ReturnValueAllOld {
		return out, nil
	}
	return out, t.checkAll(out.Attributes)
}

// DeleteItem removes an item.
func (t *Table) DeleteItem(ctx context.Context, in *dynamodb.DeleteItemInput) (*dynamodb.DeleteItemOutput, error) {
	out, err := t.client.DeleteItem(ctx, in)
	if err != nil {
		return nil, t.checkRefusal(err)
	}
	return out, t.checkAll(out.Attributes)
}

// TransactWriteItems writes items in one transaction, with tags on those it puts.
func (t *Table) TransactWriteItems(ctx context.Context, in *dynamodb.TransactWriteItemsInput) (*dynamodb.TransactWriteItemsOutput, error) {
	with := *in
	with.TransactItems = make([]types.TransactWriteItem, len(in.TransactItems))
	for i, part := range in.TransactItems {
		if part.Put != nil {
			put := *part.Put
			var err error
			if put.Item, err = t.Put(put.Item); err != nil {
				return nil, err
			}
			part.Put = &put
		}
		with.TransactItems[i] = part
	}
	out, err := t.client.TransactWriteItems(ctx, &with)
	if err != nil {
		return nil, t.checkRefusal(err)
	}
	return out, nil
}

// checkRefusal checks the items returned with a failed condition.
func (t *Table) checkRefusal(err error) error {
	var single *types.ConditionalCheckFailedException
	if errors.As(err, &single) {
		if wrong := t.checkAll(single.Item); wrong != nil {
			return wrong
		}
	}
	var together *types.TransactionCanceledException
	if errors.As(err, &together) {
		for _, reason := range together.CancellationReasons {
			if wrong := t.checkAll(reason.Item); wrong != nil {
				return wrong
			}
		}
	}
	return err
}
