package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func smallContract(t *testing.T) *contract {
	t.Helper()
	path := filepath.Join(t.TempDir(), "openapi.yaml")
	if err := os.WriteFile(path, []byte(`
paths:
  /reports: {post: {operationId: report}}
  /reports/drops: {post: {operationId: drop}}
  /reports/{report}: {post: {operationId: again}, get: {operationId: read}}
`), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := readContract(path)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestARequestBelongsToTheOperationWhosePathSaysMost(t *testing.T) {
	c := smallContract(t)
	for request, want := range map[string]string{
		"POST /reports": "report", "POST /reports/drops": "drop", "POST /reports/7": "again", "GET /reports/drops": "read",
		"GET /reports": "", "POST /reports/": "", "POST /reports/7/8": "", "PUT /reports/7": "",
	} {
		method, path, _ := strings.Cut(request, " ")
		if got := c.operation(method, path); got != want {
			t.Errorf("%s is %q, want %q", request, got, want)
		}
	}
}

func TestFindingsAndOperationsNeverAskedForFail(t *testing.T) {
	tally := newTally(smallContract(t))
	tally.count("POST", "/reports", 200)
	tally.count("POST", "/reports/drops", 422)
	tally.count("GET", "/reports/7", 200)
	var out strings.Builder
	failed := tally.print(&out, map[string][]string{"GET /reports/{report}": {"F1 a status that is not there"}, "Stateful tests": {"F2 lost"}})
	if failed != 3 { // the finding, the operation that was never asked for, and the way through several
		t.Errorf("%d failed:\n%s", failed, out.String())
	}
	for _, want := range []string{
		"✓ POST /reports ", "200×1", "✗ GET /reports/{report}", "✗ POST /reports/{report}", "✗ Stateful tests", "F1", "F2",
		"3 requests to 4 operations, 2 of them with a success", "contract-fuzz: 2 passed, 3 failed",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing:\n%s", want, out.String())
		}
	}
}

func TestAReportThatIsNotWholeIsNoAnswer(t *testing.T) {
	for name, c := range map[string]struct {
		report string
		want   map[string][]string
		broken bool
	}{
		"nothing found": {`{"complete":true,"failures":[],"errors":[]}`, map[string][]string{}, false},
		"one thing, at two operations": {
			`{"complete":true,"failures":[{"code":"F1","title":"Oops","operations":["GET /a","POST /b"]}]}`,
			map[string][]string{"GET /a": {"F1 Oops"}, "POST /b": {"F1 Oops"}}, false,
		},
		"stopped halfway": {`{"complete":false}`, nil, true},
		"could not send":  {`{"complete":true,"errors":[{"title":"Network Error"}]}`, nil, true},
		"no report":       {``, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "report.json")
			if err := os.WriteFile(path, []byte(c.report), 0o600); err != nil {
				t.Fatal(err)
			}
			got, err := findings(path)
			if (err != nil) != c.broken {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
