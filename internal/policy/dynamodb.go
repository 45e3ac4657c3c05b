package policy

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
)

// The keys by which DynamoDB tells IAM about a request.
const (
	LeadingKeys = "dynamodb:LeadingKeys" // partition keys
	Attributes  = "dynamodb:Attributes"  // every attribute the request names
)

// partition is the name of the tables' partition key.
const partition = "pk"

// request is what matters of a request to DynamoDB.
type request struct {
	TableName                string
	Key, Item                map[string]value
	UpdateExpression         string
	ConditionExpression      string
	KeyConditionExpression   string
	ProjectionExpression     string
	FilterExpression         string
	ExpressionAttributeNames map[string]string
	Values                   map[string]value `json:"ExpressionAttributeValues"`

	RequestItems map[string]struct {
		Keys                     []map[string]value
		ProjectionExpression     string
		ExpressionAttributeNames map[string]string
	}
	TransactItems []map[string]request // by Put, Update, Delete, ConditionCheck or Get
}

type value struct{ S string }

// Calls returns the calls for which a request to DynamoDB needs permission. resource returns a table's resource by its name.
//
// A transaction needs permission for each of its parts. AWS does not document whether it also evaluates
// the parts of one action by all of their keys together, as it does the keys of a batch, so both are
// required here.
func Calls(operation string, body []byte, resource func(table string) string) ([]Call, error) {
	var r request
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, fmt.Errorf("policy: read a request: %w", err)
	}
	switch operation {
	case "BatchGetItem":
		return r.batch(resource), nil
	case "TransactWriteItems", "TransactGetItems":
		return r.transaction(resource), nil
	}
	return []Call{r.call(operation, resource)}, nil
}

func (r request) batch(resource func(string) string) (all []Call) {
	for table, asked := range r.RequestItems {
		c := Call{Action: "dynamodb:BatchGetItem", Resource: resource(table), Context: map[string][]string{}}
		for _, key := range asked.Keys {
			c.add(LeadingKeys, key[partition].S)
			if asked.ProjectionExpression != "" {
				c.add(Attributes, slices.Collect(maps.Keys(key))...)
			}
		}
		c.add(Attributes, attributeNames(asked.ProjectionExpression, asked.ExpressionAttributeNames)...)
		all = append(all, c)
	}
	return all
}

func (r request) transaction(resource func(string) string) (all []Call) {
	together := map[[2]string][]Call{}
	for _, part := range r.TransactItems {
		for kind, item := range part {
			operation := kind + "Item" // PutItem, ConditionCheckItem
			c := item.call(operation, resource)
			all = append(all, c)
			of := [2]string{c.Action, c.Resource}
			together[of] = append(together[of], c)
		}
	}
	for of, parts := range together {
		sum := Call{Action: of[0], Resource: of[1], Context: map[string][]string{}}
		for _, c := range parts {
			for key, values := range c.Context {
				sum.add(key, values...)
			}
		}
		all = append(all, sum)
	}
	return all
}

// call is a request for one item, or for the items of one partition.
func (r request) call(operation string, resource func(string) string) Call {
	c := Call{Action: "dynamodb:" + operation, Resource: resource(r.TableName), Context: map[string][]string{}}
	for _, at := range []map[string]value{r.Key, r.Item} {
		if key, ok := at[partition]; ok {
			c.add(LeadingKeys, key.S)
		}
	}
	if m := equality.FindStringSubmatch(r.KeyConditionExpression); m != nil && resolveName(m[1], r.ExpressionAttributeNames) == partition {
		c.add(LeadingKeys, r.Values[m[2]].S)
	}
	if reads := operation == "GetItem" || operation == "Query"; !reads || r.ProjectionExpression != "" {
		c.add(Attributes, slices.Collect(maps.Keys(r.Key))...)
		c.add(Attributes, slices.Collect(maps.Keys(r.Item))...)
		for _, expression := range []string{
			r.UpdateExpression, r.ConditionExpression, r.KeyConditionExpression, r.ProjectionExpression, r.FilterExpression,
		} {
			c.add(Attributes, attributeNames(expression, r.ExpressionAttributeNames)...)
		}
	}
	return c
}

// add adds values of a key; none leave the key absent.
func (c Call) add(key string, values ...string) {
	for _, v := range values {
		if !slices.Contains(c.Context[key], v) {
			c.Context[key] = append(c.Context[key], v)
		}
	}
}

var (
	equality    = regexp.MustCompile(`^\s*(#?\w+)\s*=\s*(:\w+)`)
	wordPattern = regexp.MustCompile(`[#:]?[A-Za-z_]\w*`)
)

// grammar are the words of DynamoDB's expressions that name no attribute.
var grammar = []string{
	"SET", "REMOVE", "ADD", "DELETE", "AND", "OR", "NOT", "BETWEEN", "IN", "attribute_exists", "attribute_not_exists",
	"attribute_type", "begins_with", "contains", "size", "if_not_exists", "list_append",
}

// attributeNames are the attributes that an expression names.
func attributeNames(expression string, names map[string]string) (all []string) {
	for _, w := range wordPattern.FindAllString(expression, -1) {
		if w[0] != ':' && !slices.Contains(grammar, w) {
			all = append(all, resolveName(w, names))
		}
	}
	return all
}

func resolveName(name string, names map[string]string) string {
	if full, ok := names[name]; ok {
		return full
	}
	return name
}
