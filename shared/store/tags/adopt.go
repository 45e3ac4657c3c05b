package tags

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/store/outage"
)

// AdoptOptions says how Adopt treats items.
type AdoptOptions struct {
	// Believe tags an item without a valid tag and accepts its content, because programs before
	// tags wrote such items. Without it such an item counts as wrong.
	Believe bool
	// Sound returns what is wrong with an item besides its tag; such an item is never tagged. It
	// may be nil.
	Sound func(Item) error
	Dry   bool // count, and write nothing
}

// AdoptResult counts what Adopt did, or would do.
type AdoptResult struct {
	Tagged  int // had no valid tag
	Renewed int // had a tag of an earlier key
	Wrong   int // have no valid tag, or are not sound
}

// Add adds other counts.
func (a *AdoptResult) Add(b AdoptResult) {
	a.Tagged, a.Renewed, a.Wrong = a.Tagged+b.Tagged, a.Renewed+b.Renewed, a.Wrong+b.Wrong
}

// Adopt tags the items in one of so many equal parts of a table, counted from 0, with the current
// key. An item that changes meanwhile is skipped; a later run tags it.
func (t *Table) Adopt(ctx context.Context, table string, part, parts int, how AdoptOptions) (AdoptResult, error) {
	var done AdoptResult
	err := t.UncheckedTable().ScanItems(ctx, table, part, parts, func(read Item) error {
		var one AdoptResult
		right := t.Check(read)
		switch {
		case right != nil && !errors.Is(right, ErrTag):
			return right
		case right != nil && !how.Believe, how.Sound != nil && how.Sound(read) != nil:
			one.Wrong = 1
		case right != nil:
			one.Tagged = 1
		case !t.HasCurrentTags(read):
			one.Renewed = 1
		}
		if one.Tagged+one.Renewed > 0 && !how.Dry {
			if changed, err := t.adopt(ctx, table, read); changed || err != nil {
				return err
			}
		}
		done.Add(one)
		return nil
	})
	return done, err
}

// HasTags reports whether any item of a table carries a tag, valid or not.
func (t *Table) HasTags(ctx context.Context, table string) (bool, error) {
	pages := dynamodb.NewScanPaginator(t.client, &dynamodb.ScanInput{
		TableName: &table, ConsistentRead: aws.Bool(true), Select: types.SelectCount,
		FilterExpression: aws.String("attribute_exists(#tag)"), ExpressionAttributeNames: map[string]string{"#tag": Attribute},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return false, outage.Wrap("looking for tags", err)
		}
		if page.Count > 0 {
			return true, nil
		}
	}
	return false, nil
}

// ScanItems calls do for every item in one of so many equal parts of a table, counted from 0.
func (t *Table) ScanItems(ctx context.Context, table string, part, parts int, do func(Item) error) error {
	pages := dynamodb.NewScanPaginator(t, &dynamodb.ScanInput{
		TableName: &table, ConsistentRead: aws.Bool(true),
		Segment: aws.Int32(int32(part)), TotalSegments: aws.Int32(int32(parts)),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return outage.Wrap("reading the table", err)
		}
		for _, read := range page.Items {
			if err := do(read); err != nil {
				return err
			}
		}
	}
	return nil
}

// adopt writes the tags of an item, unless the item has changed since it was read.
func (t *Table) adopt(ctx context.Context, table string, read Item) (changed bool, err error) {
	all, err := t.Tags(read)
	if err != nil {
		return false, err
	}
	same, names, values := asRead(read)
	var set []string
	for n, name := range slices.Sorted(maps.Keys(all)) {
		names[fmt.Sprintf("#t%d", n)], values[fmt.Sprintf(":t%d", n)] = name, &types.AttributeValueMemberS{Value: all[name]}
		set = append(set, fmt.Sprintf("#t%d = :t%d", n, n))
		if read[name] == nil {
			same = append(same, fmt.Sprintf("attribute_not_exists(#t%d)", n))
		}
	}
	_, err = t.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &table, Key: Item{"pk": read["pk"], "sk": read["sk"]},
		UpdateExpression: aws.String("SET " + strings.Join(set, ", ")), ConditionExpression: aws.String(strings.Join(same, " AND ")),
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	})
	var moved *types.ConditionalCheckFailedException
	if errors.As(err, &moved) {
		return true, nil
	}
	if err != nil {
		return false, outage.Wrap("tagging an item", err)
	}
	return false, nil
}

// asRead is the condition that an item is unchanged since it was read, except for its TTL.
func asRead(read Item) (same []string, names map[string]string, values Item) {
	names, values = map[string]string{}, Item{}
	for n, name := range slices.Sorted(maps.Keys(read)) {
		if name == "pk" || name == "sk" || name == "ttl" {
			continue
		}
		names[fmt.Sprintf("#a%d", n)], values[fmt.Sprintf(":a%d", n)] = name, read[name]
		same = append(same, fmt.Sprintf("#a%d = :a%d", n, n))
	}
	return same, names, values
}
