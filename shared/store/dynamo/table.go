// Package dynamo is the adapter between the stores and DynamoDB: it encodes items, reads and writes
// them, follows pages, repeats what DynamoDB asks to have repeated, and says with one set of errors
// what went wrong.
//
// A Table makes the tags of the items that it writes and checks those of the items that it reads
// (package tags). Every read is consistent.
//
// A Write is made by Put, Update, SetPart, Delete or Check, alone (Table.Do) or as a part of a
// transaction (Table.Transact). Its expressions name an attribute as #name, or as name where
// DynamoDB does not reserve the word, and a value as :name.
package dynamo

import (
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// Item is an item of a table.
type Item = tags.Item

// Key is the key of an item.
type Key struct{ PK, SK string }

// Item returns an item with nothing but the key.
func (k Key) Item() Item {
	return Item{"pk": &types.AttributeValueMemberS{Value: k.PK}, "sk": &types.AttributeValueMemberS{Value: k.SK}}
}

// String returns the key's prefixes, for errors: the rest may identify a person.
func (k Key) String() string {
	pk, _, _ := strings.Cut(k.PK, "#")
	sk, _, _ := strings.Cut(k.SK, "#")
	return pk + "|" + sk
}

// KeyOf returns the key of an item.
func KeyOf(item Item) Key { return Key{Text(item, "pk"), Text(item, "sk")} }

// Table is a table with string keys pk and sk, the TTL attribute ttl, and items that carry tags. It
// is safe for concurrent use.
type Table struct {
	*tags.Tagger
	client    *dynamodb.Client
	name      string
	version   func(pk string) int
	unchecked bool
}

// New returns the table with a name. The version function returns the schema version of the items
// in a partition, attribute v.
func New(client *dynamodb.Client, name string, tagger *tags.Tagger, version func(pk string) int) *Table {
	return &Table{Tagger: tagger, client: client, name: name, version: version}
}

// UncheckedTable returns the table without tag checks. Only code that tags items of earlier versions,
// and code that lists items without a valid tag, uses it.
func (t *Table) UncheckedTable() *Table {
	unchecked := *t
	unchecked.unchecked = true
	return &unchecked
}

// CheckTags checks the tags of items that were read. A table without tag checks accepts all. Error: tags.ErrTag.
func (t *Table) CheckTags(read ...Item) error {
	if t.unchecked {
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

var nameForm = regexp.MustCompile(`#[A-Za-z0-9]+`)

// attributeNames returns the attributes that expressions name as #name.
func attributeNames(expressions ...string) map[string]string {
	var names map[string]string
	for _, expression := range expressions {
		for _, name := range nameForm.FindAllString(expression, -1) {
			if names == nil {
				names = map[string]string{}
			}
			names[name] = name[1:]
		}
	}
	return names
}

// orNil returns nil for an empty expression, as the client wants it.
func orNil(expression string) *string {
	if expression == "" {
		return nil
	}
	return &expression
}
