package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/trials/capacity/model"
)

func life3(key string, cpu float64, bytes int64) []model.Scenario {
	return []model.Scenario{{
		Name: "login", Tables: map[string]int{"GetItem": 1}, AnswerBytes: bytes, CPU: map[string]float64{"login": cpu},
		Accesses: []model.Access{{Table: "sessions", Kind: "JTI", Whose: key, Read: 1}},
	}}
}

func TestLivesBecomeOne(t *testing.T) {
	got, err := mergeLives([][]model.Scenario{life3("JTI#a", 9, 100), life3("JTI#b", 1, 104), life3("JTI#c", 2.04, 102)})
	if err != nil {
		t.Fatal(err)
	}
	want := life3(model.Fresh, 2, 102)
	want[0].Stored = map[string]int64{}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAKeyOfTwoLivesIsEverybodys(t *testing.T) {
	got, err := mergeLives([][]model.Scenario{life3("JTI#a", 1, 1), life3("JTI#a", 1, 1)})
	if err != nil || got[0].Accesses[0].Whose != model.Everybody {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestALifeThatAsksOtherwiseIsFound(t *testing.T) {
	other := life3("JTI#b", 1, 1)
	other[0].Tables["GetItem"] = 2
	_, err := mergeLives([][]model.Scenario{life3("JTI#a", 1, 1), other})
	if err == nil || !strings.Contains(err.Error(), "login is not the same in every life: requests to DynamoDB") {
		t.Error(err)
	}
}

func TestLengthsMayDifferByChanceOnly(t *testing.T) {
	committed := model.Scenario{PutBytes: 10_000, LogBytes: 600}
	for name, c := range map[string]struct {
		counted model.Scenario
		wrong   bool
	}{
		"as committed":                  {model.Scenario{PutBytes: 10_000, LogBytes: 600}, false},
		"a signature is a byte shorter": {model.Scenario{PutBytes: 9_999, LogBytes: 597}, false},
		"a file is a tenth larger":      {model.Scenario{PutBytes: 11_000, LogBytes: 600}, true},
		"a line is a tenth longer":      {model.Scenario{PutBytes: 10_000, LogBytes: 660}, true},
	} {
		if got := findOutlier(&committed, &c.counted); (got != "") != c.wrong {
			t.Errorf("%s: %q", name, got)
		}
	}
}
