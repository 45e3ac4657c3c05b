package meter

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// Sizes in bytes that one unit covers ("DynamoDB read and write operations", Developer Guide).
const (
	readBlock  = 4096
	writeBlock = 1024
)

// itemOverhead is what an item takes in a table beyond its size.
const itemOverhead = 100

// ReadUnits is what reading so many bytes takes: one unit for each 4 KB begun, half of that for an eventually
// consistent read. Finding nothing takes one read.
func ReadUnits(bytes int, consistent bool) float64 {
	units := float64(blocks(bytes, readBlock))
	if !consistent {
		units /= 2
	}
	return units
}

// WriteUnits is what writing an item takes: one unit for each KB begun of the item before or after, whichever is
// larger. A write whose condition fails takes as much.
func WriteUnits(before, after int) float64 { return float64(blocks(max(before, after), writeBlock)) }

func blocks(bytes, block int) int { return max(1, (bytes+block-1)/block) }

// item is a DynamoDB item, or its key, as it is in a request: attribute values by name.
type item map[string]any

// size is the size of an item in bytes, for units and for storage: its names and its values ("DynamoDB item sizes
// and formats", Developer Guide).
func (i item) size() (total int) {
	for name, value := range i {
		total += len(name) + valueSize(value)
	}
	return total
}

// valueSize is the size of an attribute value, which has one member, named by its type. A list or a map takes three
// bytes, and one for each member.
func valueSize(value any) int {
	typed, _ := value.(map[string]any)
	for kind, content := range typed {
		text, _ := content.(string)
		members, _ := content.([]any)
		switch kind {
		case "S":
			return len(text)
		case "N":
			return numberSize(text)
		case "B":
			data, _ := base64.StdEncoding.DecodeString(text)
			return len(data)
		case "SS", "NS", "BS":
			total := 0
			for _, member := range members {
				total += valueSize(map[string]any{kind[:1]: member})
			}
			return total
		case "L":
			total := 3
			for _, member := range members {
				total += 1 + valueSize(member)
			}
			return total
		case "M":
			fields, _ := content.(map[string]any)
			return 3 + len(fields) + item(fields).size()
		}
	}
	return 1 // BOOL, NULL
}

// numberSize is a byte for each two significant digits, one more, and one for a minus sign.
func numberSize(n string) int {
	size := 1
	if digits, negative := strings.CutPrefix(n, "-"); negative {
		n, size = digits, size+1
	}
	if whole, fraction, ok := strings.Cut(n, "."); ok {
		n = whole + strings.TrimRight(fraction, "0")
	} else {
		n = strings.TrimRight(n, "0")
	}
	return size + (len(strings.TrimLeft(n, "0"))+1)/2
}

func (i item) text(name string) string {
	value, _ := i[name].(map[string]any)
	text, _ := value["S"].(string)
	return text
}

// key is the primary key of an item of either table.
func (i item) key() item { return item{"pk": i["pk"], "sk": i["sk"]} }

func (i item) keyText() string { return i.text("pk") + "\n" + i.text("sk") }

// itemRef is one item of one table.
type itemRef struct {
	table string
	key   item
}

// write is a write of one item.
type write struct {
	TableName string
	Key, Item item // one of them
}

func (w write) ref() itemRef {
	if w.Key == nil {
		return itemRef{w.TableName, w.Item.key()}
	}
	return itemRef{w.TableName, w.Key}
}

// request has the members of DynamoDB's requests that say which items are read or written.
type request struct {
	write
	ConsistentRead         bool
	KeyConditionExpression string
	Values                 item `json:"ExpressionAttributeValues"`
	FilterExpression       string
	ProjectionExpression   string
	RequestItems           map[string]struct {
		Keys                 []item
		ConsistentRead       bool
		ProjectionExpression string
	}
	TransactItems []map[string]write
}

// response has the items that DynamoDB returned.
type response struct {
	Item      item
	Items     []item
	Responses map[string][]item

	Count, ScannedCount int // of a query: items returned, and items read
}

// writtenItems are the items that a request writes, in its order.
func (r request) writtenItems(operation string) (all []itemRef) {
	switch operation {
	case "PutItem", "UpdateItem", "DeleteItem":
		return []itemRef{r.ref()}
	case "TransactWriteItems":
		for _, part := range r.TransactItems {
			for _, w := range part {
				all = append(all, w.ref())
			}
		}
	}
	return all
}

// accesses returns what a request took, from the request, the answer, and the sizes of the items that it writes,
// before and after. It is an error where the units cannot be known.
func (r request) accesses(operation string, found response, before, after []int) (all []Access, err error) {
	partial := r.ProjectionExpression != "" || r.FilterExpression != "" && found.ScannedCount != found.Count
	factor := 1.0
	switch operation {
	case "GetItem":
		all = []Access{{Table: r.TableName, Key: r.Key.text("pk"), Read: ReadUnits(found.Item.size(), r.ConsistentRead)}}
	case "Query": // adds the sizes up before it rounds
		_, name, ok := strings.Cut(r.KeyConditionExpression, "pk = ")
		if !ok {
			return nil, fmt.Errorf("a query without pk: %s", r.KeyConditionExpression)
		}
		name, _, _ = strings.Cut(name, " ")
		total := 0
		for _, i := range found.Items {
			total += i.size()
		}
		all = []Access{{Table: r.TableName, Key: r.Values.text(name), Read: ReadUnits(total, r.ConsistentRead)}}
	case "BatchGetItem":
		for table, asked := range r.RequestItems {
			partial = partial || asked.ProjectionExpression != ""
			sizes := map[string]int{}
			for _, i := range found.Responses[table] {
				sizes[i.keyText()] = i.size()
			}
			for _, k := range asked.Keys {
				all = append(all, Access{Table: table, Key: k.text("pk"), Read: ReadUnits(sizes[k.keyText()], asked.ConsistentRead)})
			}
		}
	case "TransactWriteItems": // is prepared, then carried out
		factor = 2
		fallthrough
	case "PutItem", "UpdateItem", "DeleteItem":
		for i, ref := range r.writtenItems(operation) {
			all = append(all, Access{
				Table: ref.table, Key: ref.key.text("pk"), Write: factor * WriteUnits(before[i], after[i]),
				Stored: storedSize(after[i]) - storedSize(before[i]),
			})
		}
	default:
		return nil, fmt.Errorf("the operation %s is not known to this meter", operation)
	}
	if partial {
		return nil, fmt.Errorf("%s reads more than it returns: its units cannot be known", operation)
	}
	return all, nil
}

func storedSize(size int) int64 {
	if size == 0 {
		return 0
	}
	return int64(size) + itemOverhead
}
