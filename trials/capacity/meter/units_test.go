package meter

import (
	"encoding/json"
	"strconv"
	"testing"
	"time"
)

func TestUnitsAreRoundedUpAsDynamoDBDoes(t *testing.T) {
	for name, c := range map[string]struct{ got, want float64 }{
		"nothing found is one read":                   {ReadUnits(0, true), 1},
		"4096 bytes are one read":                     {ReadUnits(4096, true), 1},
		"one byte more is a second":                   {ReadUnits(4097, true), 2},
		"of a moment ago costs half":                  {ReadUnits(1, false), 0.5},
		"half of three is one and a half":             {ReadUnits(8193, false), 1.5},
		"nothing written is one write":                {WriteUnits(0, 0), 1},
		"1024 bytes are one write":                    {WriteUnits(0, 1024), 1},
		"one byte more is a second write":             {WriteUnits(0, 1025), 2},
		"the larger of before and after counts":       {WriteUnits(3000, 10), 3},
		"removing takes what was there":               {WriteUnits(2049, 0), 3},
		"an item that grows takes what it has become": {WriteUnits(10, 5000), 5},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v, want %v", name, c.got, c.want)
		}
	}
}

func TestItemsWeighWhatTheDeveloperGuideSays(t *testing.T) {
	for name, c := range map[string]struct {
		item string
		want int
	}{
		"no item":                             {`{}`, 0},
		"a text counts its UTF-8 bytes":       {`{"pk":{"S":"证照"}}`, 2 + 6},
		"a number counts its digits by pairs": {`{"n":{"N":"12345"}}`, 1 + 4},
		"zeros at the ends are free":          {`{"n":{"N":"0012000"}}`, 1 + 2},
		"zeros of a fraction too":             {`{"n":{"N":"1.50"}}`, 1 + 2},
		"a sign is a byte":                    {`{"n":{"N":"-7"}}`, 1 + 3},
		"zero is a byte":                      {`{"n":{"N":"0"}}`, 1 + 1},
		"bytes count as they are":             {`{"b":{"B":"AAAA"}}`, 1 + 3},
		"yes or no is a byte":                 {`{"t":{"BOOL":true}}`, 1 + 1},
		"nothing is a byte":                   {`{"t":{"NULL":true}}`, 1 + 1},
		"an empty list is three":              {`{"l":{"L":[]}}`, 1 + 3},
		"a list has one for each member":      {`{"l":{"L":[{"S":"ab"},{"S":"c"}]}}`, 1 + 3 + 2 + 3},
		"a map counts its names too":          {`{"m":{"M":{"ab":{"S":"c"}}}}`, 1 + 3 + 1 + 2 + 1},
		"a set is its members":                {`{"s":{"SS":["ab","c"]}}`, 1 + 3},
	} {
		var i item
		if err := json.Unmarshal([]byte(c.item), &i); err != nil {
			t.Fatal(err)
		}
		if got := i.size(); got != c.want {
			t.Errorf("%s: %d bytes, want %d", name, got, c.want)
		}
	}
}

func TestWhatATableSoonRemovesIsNotStored(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	ending := func(after time.Duration) item {
		return item{"pk": map[string]any{"S": "x"}, "ttl": map[string]any{"N": strconv.FormatInt(now.Add(after).Unix(), 10)}}
	}
	for name, c := range map[string]struct {
		item item
		want bool
	}{
		"an item without an end":           {item{"pk": map[string]any{"S": "x"}}, true},
		"one that is kept for years":       {ending(1000 * 24 * time.Hour), true},
		"one that ends tomorrow":           {ending(24 * time.Hour), false},
		"none":                             {nil, false},
		"an end that is no number of ours": {item{"pk": map[string]any{"S": "x"}, "ttl": map[string]any{"S": "1"}}, true},
	} {
		want := itemSize{size: c.item.size()}
		if c.want {
			want.stored = int64(want.size) + itemOverhead
		}
		if got := c.item.measure(now); got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}
