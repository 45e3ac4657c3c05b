package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/jiazhu/jiazhu/shared/service/api"
)

func TestARunIsCountedAndNamesNobody(t *testing.T) {
	w := newFixture(t)
	made := w.endorse(t)
	w.judge(t, w.upload(t, pack(t, file{"张三.pdf", made.PDF}, file{"b.ofd", made.OFD}), nil))
	var head struct {
		AWS api.Metrics `json:"_aws"`
	}
	var line map[string]any
	text, _, _ := bytes.Cut(w.log.Bytes(), []byte("\n"))
	if err := json.Unmarshal(text, &head); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &line); err != nil {
		t.Fatal(err)
	}
	for _, m := range head.AWS.Sets[0].Metrics {
		if _, ok := line[m.Name].(float64); !ok {
			t.Errorf("%s is %v", m.Name, line[m.Name])
		}
	}
	if line["function"] != "jobs" || line["runs"] != 1.0 || line["archives"] != 1.0 || line["entriesJudged"] != 2.0 {
		t.Errorf("%s", text)
	}
	for _, planted := range []string{"张三", "京1112019202000001"} {
		if bytes.Contains(w.log.Bytes(), []byte(planted)) {
			t.Errorf("the log has %s: %s", planted, w.log)
		}
	}
}
