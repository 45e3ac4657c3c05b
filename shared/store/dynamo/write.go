package dynamo

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Write is one write and the condition on which it is made. Its methods return a changed copy.
type Write struct {
	kind      writeKind
	name      string // in a transaction
	key       Key
	item      Item   // to put
	update    string // expression
	part      Item   // of an update: attributes with a tag
	tag       string // of an update: the attribute with the tag of part
	once      bool   // of an update: keep the attributes that exist
	condition string
	names     map[string]string // by which the expressions name attributes; nil: as #name
	values    Item
	shows     types.ReturnValuesOnConditionCheckFailure
	returns   bool
	err       error // of encoding
}

type writeKind int

const (
	put writeKind = iota
	update
	remove
	check
)

// Put writes a whole item, a struct or an Item, with its tags.
func Put(made any) Write {
	item, err := Encode(made)
	return Write{kind: put, item: item, key: KeyOf(item), err: err}
}

// Update changes an item by an expression. It must not change what a tag covers.
func Update(at Key, expression string, values Values) Write {
	return Write{kind: update, key: at, update: expression}.with(values)
}

// SetPart sets the attributes of a part of an item that has its own tag, and the tag; see
// tags.Part. With tags.Attribute, the tag of the whole item, it sets the whole item. A condition may
// refer to the values as :name.
func SetPart(at Key, tag string, part Values) Write {
	w := Write{kind: update, key: at, tag: tag, part: at.Item()}
	for name, value := range part {
		encoded, err := encodeValue(value)
		w.part[name], w.err = encoded, errors.Join(w.err, err)
	}
	return w
}

// Delete removes an item.
func Delete(at Key) Write { return Write{kind: remove, key: at} }

// Check writes nothing: it adds a condition to a transaction.
func Check(at Key) Write { return Write{kind: check, key: at} }

// If sets the condition and its values.
func (w Write) If(condition string, values Values) Write {
	w.condition = condition
	return w.with(values)
}

// IfAbsent sets the condition that the item does not exist.
func (w Write) IfAbsent() Write { return w.If("attribute_not_exists(pk)", nil) }

// IfPresent sets the condition that the item exists.
func (w Write) IfPresent() Write { return w.If("attribute_exists(pk)", nil) }

// WithName names the write within its transaction; see Refusal.
func (w Write) WithName(name string) Write {
	w.name = name
	return w
}

// ShowExisting makes a refusal contain the item that exists; see Refusal.Existing.
func (w Write) ShowExisting() Write {
	w.shows = types.ReturnValuesOnConditionCheckFailureAllOld
	return w
}

// ReturnItem makes Do return the item after an update, or the item that was removed.
func (w Write) ReturnItem() Write {
	w.returns = true
	return w
}

// KeepExisting makes SetPart keep the attributes that exist, with their tag.
func (w Write) KeepExisting() Write {
	w.once = true
	return w
}

// AddExpression adds an expression to that of SetPart, for attributes that no tag covers.
func (w Write) AddExpression(expression string, values Values) Write {
	w.update = expression
	return w.with(values)
}

func (w Write) with(values Values) Write {
	encoded, err := encodeValues(values)
	return w.addValues(encoded, err)
}

func (w Write) addValues(values Item, err error) Write {
	w.err = errors.Join(w.err, err)
	all := maps.Clone(values)
	if all == nil {
		all = w.values
	} else {
		maps.Copy(all, w.values)
	}
	w.values = all
	return w
}

// prepare returns the write with its tags and attribute names.
func (t *Table) prepare(w Write) (_ Write, err error) {
	switch {
	case w.err != nil:
		return w, w.err
	case w.kind == put:
		w.item, err = t.Tagger.Put(w.item)
	case w.tag != "":
		w, err = t.setPart(w)
	}
	if w.names == nil {
		w.names = attributeNames(w.update, w.condition)
	}
	return w, err
}

// setPart makes the expression of SetPart.
func (t *Table) setPart(w Write) (Write, error) {
	tag, err := t.Part(w.part, w.tag)
	if err != nil {
		return w, err
	}
	values := Item{":" + w.tag: String(tag)}
	var set []string
	for _, name := range append(slices.Sorted(maps.Keys(w.part)), w.tag) {
		if name == "pk" || name == "sk" {
			continue
		}
		if w.part[name] != nil {
			values[":"+name] = w.part[name]
		}
		form := "#%[1]s = :%[1]s"
		if w.once {
			form = "#%[1]s = if_not_exists(#%[1]s, :%[1]s)"
		}
		set = append(set, fmt.Sprintf(form, name))
	}
	w.update = "SET " + strings.Join(set, ", ") + w.update
	return w.addValues(values, nil), nil
}

// transactPart returns the write as a part of a transaction.
func (w Write) transactPart(table *string) types.TransactWriteItem {
	condition := orNil(w.condition)
	switch w.kind {
	case put:
		return types.TransactWriteItem{Put: &types.Put{
			TableName: table, Item: w.item, ConditionExpression: condition, ExpressionAttributeNames: w.names,
			ExpressionAttributeValues: w.values, ReturnValuesOnConditionCheckFailure: w.shows,
		}}
	case update:
		return types.TransactWriteItem{Update: &types.Update{
			TableName: table, Key: w.key.Item(), UpdateExpression: &w.update, ConditionExpression: condition, ExpressionAttributeNames: w.names,
			ExpressionAttributeValues: w.values, ReturnValuesOnConditionCheckFailure: w.shows,
		}}
	case remove:
		return types.TransactWriteItem{Delete: &types.Delete{
			TableName: table, Key: w.key.Item(), ConditionExpression: condition, ExpressionAttributeNames: w.names,
			ExpressionAttributeValues: w.values, ReturnValuesOnConditionCheckFailure: w.shows,
		}}
	}
	return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: table, Key: w.key.Item(), ConditionExpression: condition, ExpressionAttributeNames: w.names,
		ExpressionAttributeValues: w.values, ReturnValuesOnConditionCheckFailure: w.shows,
	}}
}
