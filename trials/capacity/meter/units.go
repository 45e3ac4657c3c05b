package meter

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
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

// itemUse is how a request uses one item of one table.
type itemUse struct {
	table      string
	key        item
	written    float64 // how often: a transaction is prepared, then carried out; 0 = it is only read
	consistent bool    // likewise for a read
}

// access is what the use takes of an item that had so many bytes before and after it.
func (u itemUse) access(before, after itemSize) Access {
	a := Access{Table: u.table, Key: u.key.text("pk"), Stored: after.stored - before.stored}
	if u.written == 0 {
		a.Read = ReadUnits(before.size, u.consistent)
	} else {
		a.Write = u.written * WriteUnits(before.size, after.size)
	}
	return a
}

// itemSize is how large an item is, and how many bytes it adds to a table; nothing for an item that does not exist.
type itemSize struct {
	size   int
	stored int64
}

// briefly is how long an item lies in a table that is not counted as stored.
const briefly = 7 * 24 * time.Hour

func (i item) measure(now time.Time) itemSize {
	all := itemSize{size: i.size()}
	ttl, _ := i["ttl"].(map[string]any)
	ends, _ := ttl["N"].(string)
	end, err := strconv.ParseInt(ends, 10, 64)
	if all.size > 0 && (err != nil || end > now.Add(briefly).Unix()) {
		all.stored = int64(all.size) + itemOverhead
	}
	return all
}

// keyedItem is an item in a request, whole or by its key.
type keyedItem struct {
	TableName string
	Key, Item item // one of them
}

func (k keyedItem) use(written float64, consistent bool) itemUse {
	if k.Key == nil {
		k.Key = item{"pk": k.Item["pk"], "sk": k.Item["sk"]}
	}
	return itemUse{k.TableName, k.Key, written, consistent}
}

// request has the members of DynamoDB's requests that say which items are read or written.
type request struct {
	keyedItem
	ConsistentRead         bool
	KeyConditionExpression string
	Values                 item `json:"ExpressionAttributeValues"`
	ProjectionExpression   string
	RequestItems           map[string]struct {
		Keys           []item
		ConsistentRead bool
	}
	TransactItems []map[string]keyedItem
}

// items are the items that a request reads or writes by their keys, in its order.
func (r request) items(operation string) (all []itemUse, err error) {
	switch operation {
	case "GetItem":
		all = []itemUse{r.use(0, r.ConsistentRead)}
	case "PutItem", "UpdateItem", "DeleteItem":
		all = []itemUse{r.use(1, false)}
	case "BatchGetItem":
		for table, asked := range r.RequestItems {
			for _, key := range asked.Keys {
				all = append(all, itemUse{table, key, 0, asked.ConsistentRead})
			}
		}
	case "TransactWriteItems":
		for _, part := range r.TransactItems {
			for _, i := range part {
				all = append(all, i.use(2, false))
			}
		}
	case "Query":
	default:
		err = fmt.Errorf("the operation %s is not known to this meter", operation)
	}
	return all, err
}

// query is what a query took, which adds the sizes up before it rounds. It is an error where the query read more than
// it returned.
func (r request) query(answer []byte) (a Access, err error) {
	var found struct {
		Items               []item
		Count, ScannedCount int // returned, and read
	}
	err = json.Unmarshal(answer, &found)
	_, name, ok := strings.Cut(r.KeyConditionExpression, "pk = ")
	if !ok || r.ProjectionExpression != "" || found.ScannedCount != found.Count {
		return a, errors.New("a query without pk, or that reads more than it returns: its units cannot be known")
	}
	name, _, _ = strings.Cut(name, " ")
	total := 0
	for _, i := range found.Items {
		total += i.size()
	}
	return Access{Table: r.TableName, Key: r.Values.text(name), Read: ReadUnits(total, r.ConsistentRead)}, err
}
