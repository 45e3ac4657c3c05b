package faultproxy

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func at(name string, start, end int) SeenCall {
	day := time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)
	return SeenCall{Operation: name, Start: day.Add(time.Duration(start)), End: day.Add(time.Duration(end))}
}

func TestCallsMadeBesideEachOtherAreOneGroup(t *testing.T) {
	s := NewScript([]SeenCall{at("c", 20, 30), at("a", 0, 10), at("b", 5, 15), at("d", 25, 28), at("e", 31, 32)}, 200, "", "")
	var got []string
	for _, group := range s.Groups {
		names := ""
		for _, c := range group {
			names += c.Operation
		}
		got = append(got, names)
	}
	if strings.Join(got, " ") != "ab cd e" || s.Calls() != 5 {
		t.Errorf("the groups are %v", got)
	}
}

func TestAWriteIsMadeAgainInAPartitionOfItsOwnWithoutConditions(t *testing.T) {
	for name, c := range map[string]struct{ operation, body, again string }{
		"a read is made word for word": {"V.GetItem", `{"Key":{"pk":{"S":"X"}},"TableName":"t"}`, "V.GetItem"},
		"a put":                        {"V.PutItem", `{"TableName":"t","Item":{"pk":{"S":"X"},"sk":{"S":"Y"}},"ConditionExpression":"x"}`, "V.PutItem"},
		"an update is put":             {"V.UpdateItem", `{"TableName":"t","Key":{"pk":{"S":"X"}},"UpdateExpression":"SET a = :a","ExpressionAttributeValues":{":a":{"S":"1"}}}`, "V.PutItem"},
		"a transaction": {"V.TransactWriteItems", `{"TransactItems":[{"Put":{"TableName":"t","Item":{"pk":{"S":"X"},"sk":{"S":"Y"}},"ConditionExpression":"x"}},
			{"ConditionCheck":{"TableName":"t","Key":{"pk":{"S":"X"}},"ConditionExpression":"x"}}]}`, "V.TransactWriteItems"},
	} {
		t.Run(name, func(t *testing.T) {
			operation, body, err := SeenCall{Operation: c.operation, Body: []byte(c.body)}.RepeatableRequest()
			if err != nil || operation != c.again {
				t.Fatalf("got %s, %v", operation, err)
			}
			if c.operation == "V.GetItem" {
				if string(body) != c.body {
					t.Errorf("the read is %s", body)
				}
				return
			}
			if !json.Valid(body) || strings.Contains(string(body), "Condition") || strings.Contains(string(body), `"S":"X"`) || !strings.Contains(string(body), "BARE#") {
				t.Errorf("the write is %s", body)
			}
			if want := strings.Count(c.body, "TableName"); strings.Count(string(body), "BARE#") != want {
				t.Errorf("%d parts, want %d", strings.Count(string(body), "BARE#"), want)
			}
		})
	}
}
