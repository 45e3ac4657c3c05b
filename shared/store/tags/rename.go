package tags

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/store/outage"
)

// Names maps former names of people to later ones. A name is a keyed hash, see
// fieldcrypto.Sealer.Hash. Who was renamed twice has two former names, and the later one maps to the present name.
type Names map[string]string

// CurrentName returns the present name of the person who has or had this name.
func (n Names) CurrentName(name string) string {
	for now, ok := n[name]; ok; now, ok = n[name] {
		name = now
	}
	return name
}

// RenameItem returns a copy of the item with present names in its key and as its holder, and
// whether that changed anything.
func (n Names) RenameItem(read Item) (Item, bool) {
	made, changed := maps.Clone(read), false
	for _, name := range []string{"pk", "sk", "holder"} {
		parts := strings.Split(str(read, name), "#")
		for i, part := range parts {
			parts[i] = n.CurrentName(part)
			changed = changed || parts[i] != part
		}
		if made[name] != nil {
			made[name] = &types.AttributeValueMemberS{Value: strings.Join(parts, "#")}
		}
	}
	return made, changed
}

// Renamed is what replaces an item.
type Renamed struct {
	Item Item // nil: the item is removed
	// Over is the condition on which it replaces an existing item at its new key. Empty: the
	// existing item stays.
	Over   string
	Values Item // values of Over
}

// Rename calls rename for every item in one of so many equal parts of a table, counted from 0, and
// puts the result in the item's place; nil leaves the item unchanged. It returns how many items
// changed, or with dry would change. An item without a valid tag is skipped, unless the table is
// unchecked.
func (t *Table) Rename(ctx context.Context, table string, part, parts int, dry bool, rename func(Item) (*Renamed, error)) (done int, err error) {
	err = t.UncheckedTable().ScanItems(ctx, table, part, parts, func(read Item) error {
		for range renameTries {
			if err := t.checkAll(read); errors.Is(err, ErrTag) || len(read) == 0 {
				return nil
			} else if err != nil {
				return err
			}
			to, err := rename(read)
			if to == nil || err != nil {
				return err
			}
			moved := dry
			if !dry {
				moved, err = t.move(ctx, table, read, *to)
			}
			if err != nil {
				return err
			}
			if moved {
				done++
				return nil
			}
			if read, err = t.readAgain(ctx, table, read); err != nil {
				return err
			}
		}
		return outage.NewUnavailable(fmt.Sprintf("%s kept changing", t.kindOf(read)))
	})
	return done, err
}

// readAgain reads an item a second time.
func (t *Table) readAgain(ctx context.Context, table string, read Item) (Item, error) {
	out, err := t.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &table, Key: Item{"pk": read["pk"], "sk": read["sk"]}, ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return nil, outage.Wrap("reading the table", err)
	}
	return out.Item, nil
}

const renameTries = 5

// move replaces an item by another in one transaction. It reports false if the item has changed
// since it was read.
func (t *Table) move(ctx context.Context, table string, read Item, to Renamed) (bool, error) {
	same, names, values := asRead(read)
	for _, part := range t.kindOf(read).Parts {
		for _, name := range part.Attributes {
			if read[name] == nil { // and has not received a part meanwhile
				names["#"+name] = name
				same = append(same, "attribute_not_exists(#"+name+")")
			}
		}
	}
	at := Item{"pk": read["pk"], "sk": read["sk"]}
	condition := strings.Join(same, " AND ")
	remove := types.TransactWriteItem{Delete: &types.Delete{
		TableName: &table, Key: at, ConditionExpression: &condition, ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	}}
	there := "attribute_not_exists(pk)"
	if to.Over != "" {
		there += " OR " + to.Over
	}
	writes := []types.TransactWriteItem{remove}
	switch {
	case to.Item == nil:
	case str(to.Item, "pk") == str(read, "pk") && str(to.Item, "sk") == str(read, "sk"):
		writes = []types.TransactWriteItem{{Put: &types.Put{
			TableName: &table, Item: to.Item, ConditionExpression: &condition, ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		}}}
	default:
		writes = append(writes, types.TransactWriteItem{Put: &types.Put{
			TableName: &table, Item: to.Item, ConditionExpression: &there, ExpressionAttributeValues: to.Values,
		}})
	}
	_, err := t.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: writes})
	if err == nil {
		return true, nil
	}
	var cancelled *types.TransactionCanceledException
	if !errors.As(err, &cancelled) {
		return false, outage.Wrap("renaming an item", err)
	}
	code := func(part int) string { return aws.ToString(cancelled.CancellationReasons[part].Code) }
	switch {
	case len(writes) == 2 && code(0) == "None" && code(1) == "ConditionalCheckFailed": // the existing item stays
		return t.move(ctx, table, read, Renamed{})
	case code(0) == "ConditionalCheckFailed", code(0) == "TransactionConflict":
		return false, nil
	}
	return false, outage.Wrap("renaming an item", err)
}
