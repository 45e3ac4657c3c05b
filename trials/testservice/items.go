package testservice

import (
	"context"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/local/template"
)

// Item is an item of a table.
type Item map[string]types.AttributeValue

// Text returns a string attribute, "" where there is none.
func (i Item) Text(name string) string {
	if v, ok := i[name].(*types.AttributeValueMemberS); ok {
		return v.Value
	}
	return ""
}

// Number returns a whole number, 0 where there is none.
func (i Item) Number(name string) int64 {
	if v, ok := i[name].(*types.AttributeValueMemberN); ok {
		n, err := strconv.ParseInt(v.Value, 10, 64)
		if err == nil {
			return n
		}
	}
	return 0
}

// Map returns a map attribute, nil where there is none.
func (i Item) Map(name string) map[string]types.AttributeValue {
	if v, ok := i[name].(*types.AttributeValueMemberM); ok {
		return v.Value
	}
	return nil
}

// Key is the item's primary key.
func (i Item) Key() Item { return Item{"pk": i["pk"], "sk": i["sk"]} }

// NewKey is a primary key.
func NewKey(pk, sk string) Item { return Item{"pk": Text(pk), "sk": Text(sk)} }

// Text is a string attribute.
func Text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// Tables reads and writes items past the service. A table is named as in template.yaml: Records, Ledger or Sessions.
type Tables struct{ *dynamodb.Client }

func tableName(table string) *string { return aws.String(template.TableName(table)) }

// Get reads an item; nil where there is none.
func (t Tables) Get(ctx context.Context, table, pk, sk string) (Item, error) {
	out, err := t.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: tableName(table), Key: NewKey(pk, sk), ConsistentRead: aws.Bool(true),
	})
	if err != nil || len(out.Item) == 0 {
		return nil, err
	}
	return out.Item, nil
}

// Partition reads all items under a partition key, by sort key.
func (t Tables) Partition(ctx context.Context, table, pk string) (all []Item, err error) {
	pages := dynamodb.NewQueryPaginator(t.Client, &dynamodb.QueryInput{
		TableName: tableName(table), ConsistentRead: aws.Bool(true),
		KeyConditionExpression: aws.String("pk = :pk"), ExpressionAttributeValues: Item{":pk": Text(pk)},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, i := range page.Items {
			all = append(all, i)
		}
	}
	return all, nil
}

// ReadAll reads a whole table.
func (t Tables) ReadAll(ctx context.Context, table string) (all []Item, err error) {
	pages := dynamodb.NewScanPaginator(t.Client, &dynamodb.ScanInput{
		TableName: tableName(table), ConsistentRead: aws.Bool(true),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, i := range page.Items {
			all = append(all, i)
		}
	}
	return all, nil
}

// Put writes an item and returns the one that it replaced, nil where there was none.
func (t Tables) Put(ctx context.Context, table string, i Item) (replaced Item, err error) {
	out, err := t.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: tableName(table), Item: i, ReturnValues: types.ReturnValueAllOld,
	})
	if err != nil {
		return nil, err
	}
	return out.Attributes, nil
}

// Remove removes an item and returns it.
func (t Tables) Remove(ctx context.Context, table string, key Item) (removed Item, err error) {
	out, err := t.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: tableName(table), Key: key, ReturnValues: types.ReturnValueAllOld,
	})
	if err != nil {
		return nil, err
	}
	return out.Attributes, nil
}
