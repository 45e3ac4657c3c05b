package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/trials/capacity/model"
)

func life3(key string, cpu float64, bytes int64) []countedScenario {
	return []countedScenario{{
		Scenario: model.Scenario{
			Name: "login", Operations: map[string]int{"GetItem": 1}, Bytes: map[string]int64{model.Answers: bytes}, CPU: cpu,
		},
		accesses: []countedAccess{{key, model.Access{Table: "sessions", Kind: "JTI", Read: 1}}},
	}}
}

func TestLivesBecomeOne(t *testing.T) {
	got, err := mergeLives([][]countedScenario{life3("JTI#a", 9, 100), life3("JTI#b", 1, 104), life3("JTI#c", 2.04, 102)})
	if err != nil {
		t.Fatal(err)
	}
	want := life3("", 2, 102)[0].Scenario
	want.Accesses = []model.Access{{Table: "sessions", Kind: "JTI", Owner: model.Fresh, Read: 1}}
	if diff := cmp.Diff([]*model.Scenario{&want}, got); diff != "" {
		t.Error(diff)
	}
}

func TestAKeyOfTwoLivesIsEverybodys(t *testing.T) {
	got, err := mergeLives([][]countedScenario{life3("JTI#a", 1, 1), life3("JTI#a", 1, 1)})
	if err != nil || got[0].Accesses[0].Owner != model.Everybody {
		t.Errorf("%+v, %v", got, err)
	}
	if c := checkKeys(got); c.OK {
		t.Errorf("%+v", c)
	}
}

func TestALifeThatAsksOtherwiseIsFound(t *testing.T) {
	other := life3("JTI#b", 1, 1)
	other[0].Operations["GetItem"] = 2
	_, err := mergeLives([][]countedScenario{life3("JTI#a", 1, 1), other})
	if err == nil || !strings.Contains(err.Error(), "login is not the same in every life") || !strings.Contains(err.Error(), "GetItem") {
		t.Error(err)
	}
}

func TestLengthsMayDifferByChanceOnly(t *testing.T) {
	committed := model.Scenario{Bytes: map[string]int64{model.Put: 10_000, model.Logs: 600}}
	for name, c := range map[string]struct {
		put, logs int64
		wrong     bool
	}{
		"as committed":                  {10_000, 600, false},
		"a signature is a byte shorter": {9_999, 597, false},
		"a file is a tenth larger":      {11_000, 600, true},
		"a line is a tenth longer":      {10_000, 660, true},
	} {
		counted := model.Scenario{Bytes: map[string]int64{model.Put: c.put, model.Logs: c.logs}}
		if got := compareScenario(&committed, &counted); (got != "") != c.wrong {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestTheDrawingOfAQRCodeMayDifferByATenth(t *testing.T) {
	committed := &model.Scenario{Routes: map[string]int{"POST /v1/identity/challenges": 1}, Bytes: map[string]int64{model.Answers: 5600, model.Logs: 2000}}
	for answers, wrong := range map[int64]bool{5100: false, 6100: false, 5000: true, 6200: true} {
		counted := &model.Scenario{Routes: committed.Routes, Bytes: map[string]int64{model.Answers: answers, model.Logs: 2000}}
		if got := compareScenario(committed, counted); (got != "") != wrong {
			t.Errorf("answers of %d bytes: %q", answers, got)
		}
	}
	counted := &model.Scenario{Routes: committed.Routes, Bytes: map[string]int64{model.Answers: 5600, model.Logs: 2150}}
	if compareScenario(committed, counted) == "" {
		t.Error("logs of such a scenario vary as others do")
	}
}
