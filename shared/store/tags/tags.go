// Package tags detects changes to the tables made without the integrity key: every item carries a
// tag over its key and attributes (HMAC-SHA-256, package fieldcrypto). A Table makes the tag when
// it writes and checks it when it reads. Reading an item without a valid tag is an error.
//
// By default a tag covers all of an item except its TTL. Every exception is declared with its
// reason: an attribute that no tag covers, an item without a tag, a part that is changed by itself
// and has its own tag.
//
// A tag does not protect against replay: an earlier state of an item, put back at its key, is
// valid. `jiazhu check` finds such an item where another item or the journal contradicts it, see
// docs/threat-model.md.
package tags

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
)

// Attribute is the name of the attribute with an item's tag.
const Attribute = "tag"

// ErrTag says that this service did not write the item as it is, or wrote it before there were
// tags.
var ErrTag = errors.New("an item of the table is not as the service wrote it: `jiazhu check` lists such items (docs/operations.md, Tags)")

// Item is an item of a table, with its key pk and sk.
type Item = map[string]types.AttributeValue

// Kinds are the kinds of items of one table that have exceptions from the default tag.
type Kinds struct {
	Table string // "records" or "sessions", independent of the deployed table's name
	Of    []Kind
}

// Kind is a kind of items.
type Kind struct {
	PK, SK   string   // the prefixes of its keys
	Untagged bool     // it carries no tag
	Free     []string // attributes that no tag covers, besides ttl
	Parts    []Part   // attributes that are changed without the rest
	Why      string   // why it is untagged or has free attributes: what an attacker gains by changing them
}

// Part is a set of attributes that are changed together, without the rest of the item, and have
// their own tag. An item with none of these attributes has no such tag.
type Part struct {
	Tag        string // the attribute with its tag
	Attributes []string
}

// KindOf returns the kind of the item with a key.
func (k Kinds) KindOf(pk, sk string) Kind {
	for _, kind := range k.Of {
		if strings.HasPrefix(pk, kind.PK) && strings.HasPrefix(sk, kind.SK) {
			return kind
		}
	}
	return Kind{PK: keyPrefix(pk), SK: keyPrefix(sk)}
}

func keyPrefix(key string) string {
	head, _, more := strings.Cut(key, "#")
	if more {
		return head + "#"
	}
	return head
}

// String is the kind's name in errors and logs. It contains nothing of an item.
func (k Kind) String() string { return k.PK + "|" + k.SK }

// covers reports whether the tag of the whole item covers an attribute.
func (k Kind) covers(name string) bool {
	if name == Attribute || name == "ttl" || name == "pk" || name == "sk" || slices.Contains(k.Free, name) {
		return false
	}
	return !slices.ContainsFunc(k.Parts, func(p Part) bool { return p.Tag == name || slices.Contains(p.Attributes, name) })
}

// Tagger makes and checks the tags of one table.
type Tagger struct {
	kinds  Kinds
	sealer *fieldcrypto.Sealer
}

// NewTagger returns the tagger of the table with these kinds.
func NewTagger(kinds Kinds, v *fieldcrypto.Sealer) *Tagger { return &Tagger{kinds, v} }

// Tags returns the tags that an item should have, by attribute name.
func (t *Tagger) Tags(from Item) (map[string]string, error) {
	kind := t.kindOf(from)
	if kind.Untagged {
		return nil, nil
	}
	whole, err := t.tag(from, "", kind.covers)
	if err != nil {
		return nil, err
	}
	all := map[string]string{Attribute: whole}
	for _, part := range kind.Parts {
		if !part.isPresentIn(from) {
			continue
		}
		if all[part.Tag], err = t.tag(from, part.Tag, part.covers); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// Part returns the tag of a part of an item. It covers the item's key and only the part's
// attributes. The part with the tag Attribute is the whole item.
func (t *Tagger) Part(from Item, tag string) (string, error) {
	if tag == Attribute {
		all, err := t.Tags(from)
		return all[Attribute], err
	}
	for _, part := range t.kindOf(from).Parts {
		if part.Tag == tag {
			return t.tag(from, tag, part.covers)
		}
	}
	return "", fmt.Errorf("%s has no part with the tag %s", t.kindOf(from), tag)
}

func (p Part) covers(name string) bool { return slices.Contains(p.Attributes, name) }

func (p Part) isPresentIn(from Item) bool {
	return slices.ContainsFunc(p.Attributes, func(name string) bool { return from[name] != nil })
}

func (t *Tagger) tag(from Item, part string, covers func(string) bool) (string, error) {
	content, err := canonical(from, covers)
	if err != nil {
		return "", err
	}
	return t.sealer.Tag(content, t.place(from, part)...)
}

func (t *Tagger) place(from Item, part string) []string {
	return []string{t.kinds.Table, part, str(from, "pk"), str(from, "sk")}
}

// Put returns a copy of the item with its tags.
func (t *Tagger) Put(made Item) (Item, error) {
	all, err := t.Tags(made)
	if err != nil {
		return nil, fmt.Errorf("tagging %s: %w", t.kindOf(made), err)
	}
	tagged := make(Item, len(made)+len(all))
	for name, value := range made {
		tagged[name] = value
	}
	for name, tag := range all {
		tagged[name] = &types.AttributeValueMemberS{Value: tag}
	}
	return tagged, nil
}

// Check checks the tags of an item that was read. Error: ErrTag.
func (t *Tagger) Check(read Item) error {
	kind := t.kindOf(read)
	if kind.Untagged {
		return nil
	}
	if err := t.check(read, Attribute, "", kind.covers); err != nil {
		return err
	}
	for _, part := range kind.Parts {
		if !part.isPresentIn(read) && read[part.Tag] == nil {
			continue
		}
		if err := t.check(read, part.Tag, part.Tag, part.covers); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tagger) check(read Item, name, part string, covers func(string) bool) error {
	tag := str(read, name)
	if tag == "" {
		return fmt.Errorf("%s has no %s: %w", t.kindOf(read), name, ErrTag)
	}
	content, err := canonical(read, covers)
	if err == nil {
		err = t.sealer.Check(tag, content, t.place(read, part)...)
	}
	if errors.Is(err, fieldcrypto.ErrTag) {
		return fmt.Errorf("%s has a wrong %s: %w", t.kindOf(read), name, ErrTag)
	}
	return err
}

// HasCurrentTags reports whether every tag of an item was made with the current key.
func (t *Tagger) HasCurrentTags(read Item) bool {
	kind := t.kindOf(read)
	fresh := kind.Untagged || t.sealer.IsCurrentTag(str(read, Attribute))
	for _, part := range kind.Parts {
		fresh = fresh && (!part.isPresentIn(read) || t.sealer.IsCurrentTag(str(read, part.Tag)))
	}
	return fresh
}

// KindOf returns the kind of the item with a key.
func (t *Tagger) KindOf(pk, sk string) Kind { return t.kinds.KindOf(pk, sk) }

func (t *Tagger) kindOf(of Item) Kind { return t.KindOf(str(of, "pk"), str(of, "sk")) }

func str(from Item, name string) string {
	if v, ok := from[name].(*types.AttributeValueMemberS); ok {
		return v.Value
	}
	return ""
}
