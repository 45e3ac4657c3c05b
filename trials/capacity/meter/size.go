package meter

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// value is a DynamoDB attribute value as it is on the wire: one member, named by its type.
type value map[string]json.RawMessage

// item is a DynamoDB item, or a key of one.
type item map[string]value

// size is what an item counts in bytes, for units and for storage: its names and its values ("DynamoDB
// item sizes and formats", Developer Guide). An item that is not there has no names and counts nothing.
func (i item) size() int {
	total := 0
	for name, v := range i {
		total += len(name) + v.size()
	}
	return total
}

// overhead of a list or a map, and of each of its members.
const (
	collection = 3
	member     = 1
)

func (v value) size() int {
	for kind, raw := range v {
		switch kind {
		case "S":
			return len(text(raw))
		case "N":
			return digits(text(raw))
		case "B":
			data, _ := base64.StdEncoding.DecodeString(text(raw))
			return len(data)
		case "SS", "NS", "BS":
			return set(kind, raw)
		case "L":
			return list(raw)
		case "M":
			return fields(raw)
		default: // BOOL, NULL
			return 1
		}
	}
	return 0
}

func text(raw json.RawMessage) (s string) {
	_ = json.Unmarshal(raw, &s) // the server has read it already
	return s
}

// digits is the size of a number: a byte for two significant digits, one more for the rest, and one
// for a sign.
func digits(n string) int {
	size := 1
	if rest, negative := strings.CutPrefix(n, "-"); negative {
		n, size = rest, size+1
	}
	if whole, fraction, ok := strings.Cut(n, "."); ok {
		n = whole + strings.TrimRight(fraction, "0")
	} else {
		n = strings.TrimRight(n, "0")
	}
	return size + (len(strings.TrimLeft(n, "0"))+1)/2
}

func set(kind string, raw json.RawMessage) int {
	var all []json.RawMessage
	_ = json.Unmarshal(raw, &all)
	total := 0
	for _, one := range all {
		total += value{kind[:1]: one}.size()
	}
	return total
}

func list(raw json.RawMessage) int {
	var all []value
	_ = json.Unmarshal(raw, &all)
	total := collection
	for _, one := range all {
		total += member + one.size()
	}
	return total
}

func fields(raw json.RawMessage) int {
	var all item
	_ = json.Unmarshal(raw, &all)
	return collection + len(all)*member + all.size()
}

func (i item) text(name string) string { return text(i[name]["S"]) }
