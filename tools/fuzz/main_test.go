package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTargetsAreReadFromTheList(t *testing.T) {
	said := "ok  \texample/a\t0.1s\nFuzzRead\nFuzzWrite\nok  \texample/b\t0.2s\n?   \texample/c\t[no test files]\nFuzzOne\nok  \texample/d\t(cached)\n"
	want := []target{{"example/b", "FuzzRead"}, {"example/b", "FuzzWrite"}, {"example/d", "FuzzOne"}}
	if diff := cmp.Diff(want, targets([]byte(said)), cmp.AllowUnexported(target{})); diff != "" {
		t.Error(diff)
	}
}

func TestTheLastProgressCounts(t *testing.T) {
	said := "fuzz: elapsed: 0s, gathering baseline coverage: 0/2 completed\n" +
		"fuzz: elapsed: 3s, execs: 4996 (1665/sec), new interesting: 111 (total: 131)\n" +
		"fuzz: elapsed: 6s, execs: 16278 (3760/sec), new interesting: 148 (total: 168)\nPASS\n"
	for text, want := range map[string]result{said: {"16278", "148"}, "PASS\n": {}, "": {}} {
		if got := readResult([]byte(text)); got != want {
			t.Errorf("%q: got %+v, want %+v", text, got, want)
		}
	}
}

func TestOnlyAFailingInputIsAFailure(t *testing.T) {
	for text, want := range map[string]bool{
		"--- FAIL: FuzzParse (10.11s)\n    context deadline exceeded\nFAIL\n":                                  true,
		"context deadline exceeded\n\n    Failing input written to testdata/fuzz/FuzzParse/4d18ccd431bbcfbf\n": false,
		"--- FAIL: FuzzParse (0.00s)\n    panic: runtime error\n":                                              false,
	} {
		if got := hasTimedOut([]byte(text)); got != want {
			t.Errorf("%q: got %t", text, got)
		}
	}
}
