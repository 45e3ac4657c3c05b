package tags

import (
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// canonical encodes the attributes that a tag covers: each name and value, sorted by name, every
// length before what it counts. Two different contents have different encodings. Numbers are
// encoded as the table returns them, which for whole numbers is as they were written.
func canonical(from Item, covers func(string) bool) ([]byte, error) {
	var into []byte
	for _, name := range slices.Sorted(maps.Keys(from)) {
		if !covers(name) {
			continue
		}
		var err error
		if into, err = value(word(into, 'a', name), from[name]); err != nil {
			return nil, fmt.Errorf("the attribute %s: %w", name, err)
		}
	}
	return into, nil
}

func value(into []byte, of types.AttributeValue) ([]byte, error) {
	switch v := of.(type) {
	case *types.AttributeValueMemberS:
		return word(into, 'S', v.Value), nil
	case *types.AttributeValueMemberN:
		return word(into, 'N', v.Value), nil
	case *types.AttributeValueMemberB:
		return word(into, 'B', v.Value), nil
	case *types.AttributeValueMemberBOOL:
		if v.Value {
			return append(into, '1'), nil
		}
		return append(into, '0'), nil
	case *types.AttributeValueMemberNULL:
		return append(into, '-'), nil
	case *types.AttributeValueMemberL:
		into = count(into, 'L', len(v.Value))
		for _, member := range v.Value {
			var err error
			if into, err = value(into, member); err != nil {
				return nil, err
			}
		}
		return into, nil
	case *types.AttributeValueMemberM:
		into = count(into, 'M', len(v.Value))
		for _, name := range slices.Sorted(maps.Keys(v.Value)) {
			var err error
			if into, err = value(word(into, 'a', name), v.Value[name]); err != nil {
				return nil, err
			}
		}
		return into, nil
	}
	return nil, fmt.Errorf("no item of this service holds a %T", of) // sets, which have no order
}

func word[T string | []byte](into []byte, kind byte, what T) []byte {
	return append(count(into, kind, len(what)), what...)
}

func count(into []byte, kind byte, n int) []byte {
	return binary.BigEndian.AppendUint32(append(into, kind), uint32(n))
}
