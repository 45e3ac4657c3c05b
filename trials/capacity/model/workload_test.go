package model

import (
	"strings"
	"testing"
)

func TestWorkloadsThatAreRefused(t *testing.T) {
	const rest = `"peak":4,"zipf":1,"scales":[{"name":"x"}],"holders":{"PerOrganisation":1,"PerNetwork":1}`
	for name, c := range map[string]struct{ data, want string }{
		"kinds that do not add up":  {`{` + rest + `,"perVerification":{"verify-code":0.9}}`, "add up to 0.9"},
		"pages are no verification": {`{` + rest + `,"perVerification":{"verify-page":1}}`, "add up to 0"},
		"a word that is not known":  {`{` + rest + `,"wiat":1}`, "unknown field"},
		"no peak":                   {`{"perVerification":{"verify-code":1}}`, "lacks a peak"},
	} {
		if _, err := ParseWorkload([]byte(c.data)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestWhatHappensInADayComesOfHoldersAndOfVerifications(t *testing.T) {
	w := Workload{PerHolderYear: map[string]float64{"token": 3.65}, PerVerification: map[string]float64{"token": 0.5}}
	if got := w.DailyCount("token", Scale{Holders: 100, Verifications: 8}); got != 5 {
		t.Errorf("%v a day, want 1 of holders and 4 of verifications", got)
	}
}

func TestAFunctionWaitsForEachRequestOnce(t *testing.T) {
	w := Workload{Wait: Wait{Read: 1, Write: 10, Transaction: 100, Puts: 1000, Sign: 10_000}, Signs: 2}
	j := Scenario{Operations: map[string]int{"GetItem": 2, "Query": 1, "PutItem": 1, "TransactWriteItems": 1}, Puts: 3}
	if got := w.waitMillis(&j); got != 3+10+100+1000+20_000 {
		t.Errorf("%v ms", got)
	}
}
