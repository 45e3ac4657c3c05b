package main

import (
	"encoding/json"
	"testing"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/reporting"
)

func FuzzReport(f *testing.F) {
	schemes, err := scheme.Load()
	if err != nil {
		f.Fatal(err)
	}
	a := &app{deps{schemes: schemes}}
	f.Add(`[{"scheme":"constructor-1","number":"京1112019202000001"}]`, true)
	f.Add("{\"scheme\":\"constructor-1\"}\n{\"photo\":\"iVBORw0KGgo=\"}\n", false)
	f.Add(`[{"a":1,"a":2},null,5,"",[]]`, true)
	f.Fuzz(func(t *testing.T, body string, array bool) {
		media := "application/x-ndjson"
		if array {
			media = "application/json"
		}
		rows, err := split(&api.Request{Header: map[string]string{"content-type": media}, Sent: body})
		if err != nil {
			if _, ours := problem.As(err); !ours {
				t.Fatal(err)
			}
			return
		}
		for _, raw := range rows {
			var o reporting.Outcome
			p, passed := reporting.Open(a.schemes, raw, &o, api.Chinese)
			if passed == (o.Result == reporting.Refused) {
				t.Fatalf("%s: passed %v with %+v", raw, passed, o)
			}
			if !passed && len(o.Errors) == 0 {
				t.Fatalf("%s was refused without a reason", raw)
			}
			if _, err := json.Marshal(p.Certificate); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestByteOrderMarksBeforeRowsAreIgnored(t *testing.T) {
	const mark = "\xef\xbb\xbf"
	for media, body := range map[string]string{
		"application/json":     mark + `[{"a":1},{"a":2}]`,
		"application/x-ndjson": mark + "{\"a\":1}\n" + mark + "{\"a\":2}\n",
	} {
		rows, err := split(&api.Request{Header: map[string]string{"content-type": media}, Sent: body})
		if err != nil || len(rows) != 2 || string(rows[0]) != `{"a":1}` || string(rows[1]) != `{"a":2}` {
			t.Errorf("%s: %s, %v", media, rows, err)
		}
	}
}
