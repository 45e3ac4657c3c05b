package meter

import (
	"encoding/json"
	"fmt"
	"strings"
)

// itemRef is one item of one table.
type itemRef struct {
	Table string
	Key   item
}

// request holds those members of DynamoDB's requests that say what is touched.
type request struct {
	TableName              string
	Key                    item
	Item                   item
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
	TransactItems []map[string]struct {
		TableName string
		Key       item
		Item      item
	}
}

// answer holds the items that DynamoDB found.
type answer struct {
	Item      item
	Items     []item
	Responses map[string][]item

	Count, ScannedCount int // of a query: items answered, and items read
}

// keyOf is the key within an item: both tables name theirs pk and sk.
func keyOf(i item) item { return item{"pk": i["pk"], "sk": i["sk"]} }

// writtenKeys are the places a request may write, in the order of the request.
func (r request) writtenKeys(operation string) []itemRef {
	switch operation {
	case "PutItem":
		return []itemRef{{r.TableName, keyOf(r.Item)}}
	case "UpdateItem", "DeleteItem":
		return []itemRef{{r.TableName, r.Key}}
	case "TransactWriteItems":
		var all []itemRef
		for _, part := range r.TransactItems {
			for _, p := range part {
				k := p.Key
				if k == nil {
					k = keyOf(p.Item)
				}
				all = append(all, itemRef{p.TableName, k})
			}
		}
		return all
	}
	return nil
}

// accesses says what a request took, from what it said, what was answered, and how large each item it
// writes was before and is after. An operation it does not know is an error: nothing goes uncounted.
func (r request) accesses(operation string, a answer, before, after []int) ([]Access, error) {
	if r.FilterExpression != "" && a.ScannedCount != a.Count || r.ProjectionExpression != "" {
		return nil, fmt.Errorf("%s reads more than it answers with: its units cannot be told", operation)
	}
	switch operation {
	case "GetItem":
		return []Access{{Table: r.TableName, Key: r.Key.text("pk"), Read: ReadUnits(a.Item.size(), r.ConsistentRead)}}, nil
	case "BatchGetItem":
		return r.batch(a)
	case "Query":
		return r.query(a)
	case "PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems":
		return r.writes(operation, before, after), nil
	}
	return nil, fmt.Errorf("the operation %s is not known to this meter", operation)
}

func (r request) batch(a answer) ([]Access, error) {
	var all []Access
	for table, asked := range r.RequestItems {
		if asked.ProjectionExpression != "" {
			return nil, fmt.Errorf("a batch reads more than it answers with: its units cannot be told")
		}
		sizes := map[string]int{}
		for _, found := range a.Responses[table] {
			sizes[found.text("pk")+"\n"+found.text("sk")] = found.size()
		}
		for _, k := range asked.Keys {
			size := sizes[k.text("pk")+"\n"+k.text("sk")]
			all = append(all, Access{Table: table, Key: k.text("pk"), Read: ReadUnits(size, asked.ConsistentRead)})
		}
	}
	return all, nil
}

// query adds the items up before it rounds.
func (r request) query(a answer) ([]Access, error) {
	_, name, ok := strings.Cut(r.KeyConditionExpression, "pk = ")
	if !ok {
		return nil, fmt.Errorf("a query without pk: %s", r.KeyConditionExpression)
	}
	name, _, _ = strings.Cut(name, " ")
	total := 0
	for _, found := range a.Items {
		total += found.size()
	}
	return []Access{{Table: r.TableName, Key: r.Values.text(name), Read: ReadUnits(total, r.ConsistentRead)}}, nil
}

func (r request) writes(operation string, before, after []int) []Access {
	times := 1.0
	if operation == "TransactWriteItems" {
		times = transactional
	}
	var all []Access
	for i, p := range r.writtenKeys(operation) {
		all = append(all, Access{
			Table: p.Table, Key: p.Key.text("pk"), Write: times * WriteUnits(before[i], after[i]),
			Stored: storedSize(after[i]) - storedSize(before[i]),
		})
	}
	return all
}

// storedSize is what an item takes in a table: 100 bytes more than its size.
func storedSize(size int) int64 {
	if size == 0 {
		return 0
	}
	return int64(size) + 100
}

func read[T any](data []byte) (v T, err error) {
	if len(data) > 0 {
		err = json.Unmarshal(data, &v)
	}
	return v, err
}
