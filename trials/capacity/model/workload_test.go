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

// TestThePollsOfAnIdentification: as many as the page is seen to send (trials/browser), and it is not long until it knows.
func TestThePollsOfAnIdentification(t *testing.T) {
	if n, late := (Identification{Scanned: 14, Done: 32}).Polls(); n != 10 || late != 0 {
		t.Errorf("%d polls, the last %v s late", n, late)
	}
	total, tried := 0.0, 0
	for scanned := 6.0; scanned < 30; scanned += 0.1 {
		for face := 5.0; face < 60; face += 0.1 {
			_, late := Identification{Scanned: scanned, Done: scanned + face}.Polls()
			if late > 4 {
				t.Fatalf("scanned after %v s, done %v s later: known after %v s more", scanned, face, late)
			}
			total += late
			tried++
		}
	}
	if mean := total / float64(tried); mean > 1.5 {
		t.Errorf("the page knows %v s late on average", mean)
	}
	w, err := ParseWorkload([]byte(`{"peak":1,"zipf":1,"scales":[{}],"holders":{"PerOrganisation":1,"PerNetwork":1},"perVerification":{"verify-code":1},
		"perHolderYear":{"identify":14},"identification":{"scanned":14,"done":32}}`))
	if err != nil || w.PerHolderYear["poll"] != 14*9 {
		t.Errorf("%v polls a year beside the last ones, %v", w.PerHolderYear["poll"], err)
	}
}

func TestAFunctionWaitsForEachRequestOnce(t *testing.T) {
	w := Workload{Wait: Wait{Read: 1, Write: 10, Transaction: 100, Puts: 1000, Sign: 10_000}, Signs: 2}
	j := Scenario{Name: "endorse", Operations: map[string]int{"GetItem": 2, "Query": 1, "PutItem": 1, "TransactWriteItems": 1}, Puts: 3}
	if got := w.waitMillis(&j); got != 3+10+100+1000+20_000 {
		t.Errorf("%v ms", got)
	}
}
