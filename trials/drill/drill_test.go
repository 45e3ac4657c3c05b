package main

import (
	"strings"
	"testing"
)

func TestTheDrillBringsEverythingBack(t *testing.T) {
	var out strings.Builder
	failed, err := runDrill(t.Context(), &out, false)
	if err != nil || failed > 0 || !strings.HasSuffix(out.String(), " passed, 0 failed\n") {
		t.Errorf("%v\n%s", err, &out)
	}
}

// TestADrillWithoutTheReplayFails and says what restored tables take back.
func TestADrillWithoutTheReplayFails(t *testing.T) {
	var out strings.Builder
	failed, err := runDrill(t.Context(), &out, true)
	if err != nil || failed != 1 || !strings.Contains(out.String(), lostError(losses()).Error()) {
		t.Errorf("%d failed, %v\n%s", failed, err, &out)
	}
}

func TestWhatIsNotAsBeforeIsTold(t *testing.T) {
	before := observation{
		Verdicts: map[string]verdictSummary{"token": {"valid", 0, []string{"integrity pass"}}}, History: []string{"one ready"},
		Account: `{"name":"张三"}`, Downloads: map[string]string{"pdf": "aa"}, ledger: []string{"1"},
	}
	change := func(do func(o *observation)) observation {
		o := before
		do(&o)
		return o
	}
	for name, test := range map[string]struct {
		now  observation
		same bool
	}{
		"the same":              {before, true},
		"more verifications":    {change(func(o *observation) { o.ledger = []string{"2", "1"} }), true},
		"a verification forgot": {change(func(o *observation) { o.ledger = []string{"2"} }), false},
		"another verdict": {change(func(o *observation) {
			o.Verdicts = map[string]verdictSummary{"token": {"unknown", 0, []string{"integrity pass"}}}
		}), false},
		"a shorter history":        {change(func(o *observation) { o.History = nil }), false},
		"another account":          {change(func(o *observation) { o.Account = "{}" }), false},
		"another file":             {change(func(o *observation) { o.Downloads = map[string]string{"pdf": "bb"} }), false},
		"a file that is not there": {change(func(o *observation) { o.Downloads = nil }), false},
	} {
		t.Run(name, func(t *testing.T) {
			if err := before.compareAll(test.now); (err == nil) != test.same {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestCopiesThatDifferAreTold(t *testing.T) {
	copied := map[string][]byte{"records.jsonl": []byte("{}\n"), "object-000000": []byte("{}")}
	for name, test := range map[string]struct {
		now  map[string][]byte
		same bool
	}{
		"the same":        {map[string][]byte{"records.jsonl": []byte("{}\n"), "object-000000": []byte("{}")}, true},
		"another item":    {map[string][]byte{"records.jsonl": []byte("[]\n"), "object-000000": []byte("{}")}, false},
		"an object fewer": {map[string][]byte{"records.jsonl": []byte("{}\n")}, false},
		"an object more":  {map[string][]byte{"records.jsonl": []byte("{}\n"), "object-000000": []byte("{}"), "object-000001": nil}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if err := differences(copied, test.now); (err == nil) != test.same {
				t.Errorf("%v", err)
			}
		})
	}
}
