package main

import (
	"encoding/binary"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/reporting"
)

// A byte order mark costs no row, and a body in another encoding is named as that, once.
func TestABodyInAnotherEncodingIsNamedOnce(t *testing.T) {
	const row = `{"scheme":"constructor-1","holder":{"name":"张三"}}`
	wide := func(order binary.AppendByteOrder) string {
		var b []byte
		for _, unit := range utf16.Encode([]rune("\uFEFF" + row)) {
			b = order.AppendUint16(b, unit)
		}
		return string(b)
	}
	gbk := func(text string) string {
		encoded, err := simplifiedchinese.GBK.NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		return encoded
	}
	for body, want := range map[[2]string]int{
		{"application/x-ndjson", "\uFEFF" + row + "\r\n\uFEFF" + row}: 2, {"application/json", "\uFEFF[" + row + "]"}: 1,
		{"application/x-ndjson", gbk(row + "\n" + row)}: 0, {"application/json", gbk("[" + row + "]")}: 0,
		{"application/json", gbk("[\n" + row + "]")}:        0,
		{"application/x-ndjson", wide(binary.LittleEndian)}: 0, {"application/json", wide(binary.BigEndian)}: 0,
		{"application/x-ndjson", "\x1f\x8b\x08"}: 0, {"application/x-ndjson", "number,name\r\n1,2"}: 0, {"application/x-ndjson", "[" + row + "]"}: 0,
	} {
		rows, err := split(&api.Request{Header: map[string]string{"content-type": body[0]}, Sent: body[1]})
		if want > 0 {
			if err != nil || len(rows) != want || string(rows[0]) != row {
				t.Errorf("%+q: %d rows, %v", body, len(rows), err)
			}
			continue
		}
		if p, ok := problem.As(err); !ok || len(p.Fields) != 1 || !strings.HasPrefix(p.Fields[0].Rule, "file.") ||
			!strings.Contains(p.Fields[0].Detail.ZH, "重新上报") || rows != nil {
			t.Errorf("%+q: %d rows, %v", body, len(rows), err)
		}
	}
}

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
