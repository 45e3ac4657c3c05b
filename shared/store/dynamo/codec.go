package dynamo

import (
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// KeyTime is the format of a time in a sort key, in UTC. Its width is fixed, so keys sort as time
// does.
const KeyTime = "2006-01-02T15:04:05.000Z"

// Header has the attributes that every item has. The struct of an item embeds it.
type Header struct {
	PK      string `dynamodbav:"pk"`
	SK      string `dynamodbav:"sk"`
	Version int    `dynamodbav:"v"`
	TTL     int64  `dynamodbav:"ttl,omitempty"` // epoch seconds; none: no expiry
}

// Key returns the item's key.
func (h Header) Key() Key { return Key{h.PK, h.SK} }

// NewHeader returns the header of an item that does not expire.
func NewHeader(at Key, version int) Header { return Header{PK: at.PK, SK: at.SK, Version: version} }

// Until returns the header with a TTL.
func (h Header) Until(at time.Time) Header {
	h.TTL = at.Unix()
	return h
}

// Encode returns the item of a struct.
func Encode(made any) (Item, error) {
	if item, ok := made.(Item); ok {
		return item, nil
	}
	item, err := attributevalue.MarshalMap(made)
	if err != nil {
		return nil, fmt.Errorf("encoding an item: %w", err)
	}
	return item, nil
}

// Decode reads an item into a struct. Errors: ErrNotFound for no item; an error for an item of
// another schema version than this program's.
func Decode[T any](t *Table, item Item) (T, error) {
	var read T
	if len(item) == 0 {
		return read, ErrNotFound
	}
	if err := t.CheckVersion(item); err != nil {
		return read, err
	}
	return read, unmarshal(item, &read)
}

// DecodeAny is Decode for an item of any schema version.
func DecodeAny[T any](item Item) (read T, err error) { return read, unmarshal(item, &read) }

func unmarshal(item Item, to any) error {
	if err := attributevalue.UnmarshalMap(item, to); err != nil {
		return fmt.Errorf("reading %s: %w", KeyOf(item), err)
	}
	return nil
}

// CheckVersion returns an error for an item of another schema version than this program's.
func (t *Table) CheckVersion(item Item) error {
	at := KeyOf(item)
	if is, want := Number(item, "v"), t.version(at.PK); is != int64(want) {
		return fmt.Errorf("item %s has schema version %d, this program reads %d", at, is, want)
	}
	return nil
}

// Values are the values of an expression, by name without the colon, or attributes.
type Values map[string]any

// encodeValues returns values for an expression, nil if there are none.
func encodeValues(all ...Values) (Item, error) {
	var encoded Item
	for _, values := range all {
		for name, value := range values {
			v, err := encodeValue(value)
			if err != nil {
				return nil, fmt.Errorf("encoding the value %s: %w", name, err)
			}
			if encoded == nil {
				encoded = Item{}
			}
			encoded[":"+name] = v
		}
	}
	return encoded, nil
}

func encodeValue(value any) (types.AttributeValue, error) {
	if encoded, ok := value.(types.AttributeValue); ok {
		return encoded, nil
	}
	return attributevalue.Marshal(value)
}

// String returns a text as an attribute.
func String(text string) types.AttributeValue { return &types.AttributeValueMemberS{Value: text} }

// Int returns a whole number as an attribute.
func Int[T ~int | ~int64](n T) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: strconv.FormatInt(int64(n), 10)}
}

// Text returns an attribute that is a text, "" if it is none.
func Text(item Item, name string) string {
	if v, ok := item[name].(*types.AttributeValueMemberS); ok {
		return v.Value
	}
	return ""
}

// Number returns an attribute that is a whole number, 0 if it is none.
func Number(item Item, name string) int64 {
	v, ok := item[name].(*types.AttributeValueMemberN)
	if !ok {
		return 0
	}
	n, err := strconv.ParseInt(v.Value, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// Millis is a time as an attribute: epoch milliseconds, 0 for none.
type Millis int64

// ToMillis returns the attribute of a time.
func ToMillis(t time.Time) Millis {
	if t.IsZero() {
		return 0
	}
	return Millis(t.UnixMilli())
}

// Time returns the time in UTC.
func (m Millis) Time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(m)).UTC()
}
