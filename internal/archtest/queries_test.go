package archtest

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	codeSpan   = regexp.MustCompile("(?s)`{1,3}([^`]+)`{1,3}")
	literal    = regexp.MustCompile(`"[^"]*"|/[^/]*/`)
	memberName = regexp.MustCompile(`[@A-Za-z][\w.]*`)
	jsonMember = regexp.MustCompile("`json:\"(\\w+)")
)

// queryWords are what Logs Insights itself names, and the members of Lambda's own lines.
var queryWords = strings.Fields(`
	fields filter stats sort display by as and or not like in desc asc limit count sum max min avg pct bin h m ispresent
	@timestamp @log @message type record.status record.errorType`)

// TestQueriesNameWhatLinesHave: each member that a query of the runbooks names is one of the functions' lines or of Lambda's.
func TestQueriesNameWhatLinesHave(t *testing.T) {
	known := slices.Clone(queryWords)
	for _, file := range []string{"shared/service/api/log.go", "shared/service/api/metrics.go", "shared/service/api/run.go", "functions/intake/log.go", "functions/jobs/log.go"} {
		text, err := os.ReadFile("../../" + file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range jsonMember.FindAllStringSubmatch(string(text), -1) {
			known = append(known, m[1])
		}
	}
	queries := 0
	for _, document := range []string{"docs/operations.md", "docs/zh/operations.md", "docs/decisions/0057-a-request-has-one-line.md"} {
		text, err := os.ReadFile("../../" + document)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range codeSpan.FindAllStringSubmatch(string(text), -1) {
			query := strings.TrimSpace(m[1])
			if command, _, _ := strings.Cut(query, " "); !slices.Contains([]string{"fields", "filter", "stats"}, command) {
				continue
			}
			queries++
			for _, name := range memberName.FindAllString(literal.ReplaceAllString(query, ""), -1) {
				if !slices.Contains(known, name) {
					t.Errorf("%s: no line has the member %s of %s", document, name, query)
				}
			}
		}
	}
	if queries < 10 {
		t.Errorf("%d queries were found", queries)
	}
}
