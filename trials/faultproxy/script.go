package faultproxy

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// ScriptsVariable names the file of scripts, JSON by name, in a bare function's environment;
// ScriptHeader is the request's header with the name of the one to follow.
const (
	ScriptsVariable = "BARE_SCRIPTS"
	ScriptHeader    = "x-bare"
)

// Script is what a function was seen to do for one request, in groups of calls made at once.
type Script struct {
	Groups [][]SeenCall
	Status int
	Type   string
	Body   string
}

// SeenCall is a call to DynamoDB, or to S3 where Operation is empty.
type SeenCall struct {
	Operation  string // such as DynamoDB_20120810.GetItem
	Method     string // of a call to S3
	Path       string // likewise
	Body       []byte
	Start, End time.Time
}

// NewScript sorts calls into groups: a call that began before one of the group had ended was made
// beside it.
func NewScript(calls []SeenCall, status int, kind, body string) Script {
	slices.SortFunc(calls, func(a, b SeenCall) int { return a.Start.Compare(b.Start) })
	s := Script{Status: status, Type: kind, Body: body}
	var end time.Time
	for _, c := range calls {
		if n := len(s.Groups); n > 0 && c.Start.Before(end) {
			s.Groups[n-1] = append(s.Groups[n-1], c)
		} else {
			s.Groups = append(s.Groups, []SeenCall{c})
			end = time.Time{}
		}
		if c.End.After(end) {
			end = c.End
		}
	}
	return s
}

// Calls is how many calls the script makes.
func (s Script) Calls() (n int) {
	for _, g := range s.Groups {
		n += len(g)
	}
	return n
}

// NewObjectKey is the bucket of an object that was put, and a new key in it.
func (c SeenCall) NewObjectKey() (bucket, key string) {
	bucket, _, _ = strings.Cut(strings.TrimPrefix(c.Path, "/"), "/")
	return bucket, "bare/" + rand.Text()
}

// RepeatableRequest is the call so that it can be made again: a read as it was; a write of as much, in a partition
// of its own and without a condition, as a Put.
func (c SeenCall) RepeatableRequest() (operation string, body []byte, err error) {
	version, name, _ := strings.Cut(c.Operation, ".")
	var call map[string]any
	if err := json.Unmarshal(c.Body, &call); err != nil {
		return "", nil, fmt.Errorf("read a call of %s: %w", name, err)
	}
	switch name {
	case "PutItem", "UpdateItem", "DeleteItem":
		call, name = map[string]any{"TableName": call["TableName"], "Item": itemInNewPartition(call)}, "PutItem"
	case "TransactWriteItems":
		parts, _ := call["TransactItems"].([]any)
		var again []any
		for _, part := range parts {
			for _, write := range part.(map[string]any) {
				write := write.(map[string]any)
				put := map[string]any{"TableName": write["TableName"], "Item": itemInNewPartition(write)}
				again = append(again, map[string]any{"Put": put})
			}
		}
		call = map[string]any{"TransactItems": again}
	default:
		return c.Operation, c.Body, nil
	}
	body, err = json.Marshal(call)
	return version + "." + name, body, err
}

// itemInNewPartition is the item of a write, or an item as long as what it changes, in a new partition.
func itemInNewPartition(write map[string]any) map[string]any {
	item, _ := write["Item"].(map[string]any)
	if item == nil {
		values, _ := json.Marshal(write["ExpressionAttributeValues"])
		item = map[string]any{"sk": map[string]string{"S": "BARE"}, "values": map[string]string{"S": string(values)}}
	}
	item["pk"] = map[string]string{"S": "BARE#" + rand.Text()}
	return item
}
