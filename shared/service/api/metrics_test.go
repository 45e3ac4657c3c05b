package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/internal/watch"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

func succeeds(context.Context, *api.Request) (*api.Response, error) { return api.NoContent(), nil }

// lineOf returns what an App logs of its second request.
func lineOf(t *testing.T, h api.Handler, route string) string {
	t.Helper()
	app, log := appOf(h)
	for range 2 {
		log.Reset()
		if _, err := app.Handle(t.Context(), event(route, nil)); err != nil {
			t.Fatal(err)
		}
	}
	return log.String()
}

// TestALineHasWhatOperatorsAskAbout: no more of a usual request, and the metric of a fault only.
func TestALineHasWhatOperatorsAskAbout(t *testing.T) {
	const head = `{"timestamp":"2026-11-23T04:00:00.000Z","level":"INFO","requestId":"request-1","route":"GET /x","status":`
	const metric = `,"function":"test","fault":1,"_aws":{"Timestamp":1795406400000,"CloudWatchMetrics":[` +
		`{"Namespace":"Jiazhu","Dimensions":[["function"]],"Metrics":[{"Name":"fault","Unit":"Count"}]}]}}`
	warn, fault := strings.Replace(head, "INFO", "WARN", 1), strings.Replace(head, "INFO", "ERROR", 1)
	for name, c := range map[string]struct {
		handler api.Handler
		asked   string
		want    string
	}{
		"a success": {succeeds, "GET /x", head + `204,"ms":0}`},
		"a refusal": {fails(problem.New(problem.NotBound)), "GET /x", warn + `409,"ms":0,"code":"not-bound"}`},
		"a success without something": {func(context.Context, *api.Request) (*api.Response, error) {
			return &api.Response{Status: 200, Code: problem.Unavailable, Cause: errors.New("a <ledger>")}, nil
		}, "GET /x", warn + `200,"ms":0,"code":"unavailable","cause":"a <ledger>"}`},
		"our fault":                       {fails(errors.New("x")), "GET /x", fault + `500,"ms":0,"code":"internal","cause":"x"` + metric},
		"a handler that answers nothing":  {fails(nil), "GET /x", fault + `500,"ms":0,"code":"internal","cause":"the handler answered nothing"` + metric},
		"a route the function has not":    {succeeds, "GET /6217000000000000000", strings.Replace(warn, "GET /x", "none", 1) + `404,"ms":0,"code":"not-found"}`},
		"a route that is no route at all": {succeeds, "", strings.Replace(warn, "GET /x", "none", 1) + `404,"ms":0,"code":"not-found"}`},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(c.want+"\n", lineOf(t, c.handler, c.asked)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestALineSaysWhatKindOfCallerWasLetThrough(t *testing.T) {
	store := fakeSessions{map[string]identity.Session{"plain-token-00001": {ExpiresAt: noon.Add(time.Hour)}}}
	for token, c := range map[string]struct {
		handler api.Handler
		want    string
	}{
		"plain-token-00001":  {api.RequireHolder(store, succeeds), `"caller":"holder"`},
		"machine-token-0001": {api.RequireMachine(store, "accounts", succeeds), `"caller":"client"`},
	} {
		app, log := appOf(c.handler)
		if _, err := app.Handle(t.Context(), event("GET /x", map[string]string{"authorization": "Bearer " + token})); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(log.String(), c.want) || strings.Contains(log.String(), token) {
			t.Errorf("want %s: %s", c.want, log)
		}
	}
}

// TestAlarmsFindTheirLines: every filter of template.yaml finds the lines of the problems it names and no others, and every
// such line is written whatever LogLevel is.
func TestAlarmsFindTheirLines(t *testing.T) {
	watched, err := watch.Read("../../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	lines := map[problem.Code]string{"": lineOf(t, succeeds, "GET /x")}
	for _, p := range problem.Catalogue() {
		lines[p.Code] = lineOf(t, fails(problem.New(p.Code)), "GET /x")
	}
	if len(watched.Filters) < 3 {
		t.Errorf("the filters are %+v", watched.Filters)
	}
	for _, f := range watched.Filters {
		found := map[problem.Code]bool{}
		for code, line := range lines {
			matches, err := f.Matches([]byte(line))
			if err != nil {
				t.Fatal(err)
			}
			if matches {
				found[code] = true
			}
			if matches != strings.Contains(f.Pattern, `"`+string(code)+`"`) {
				t.Errorf("%s finds %t: %s", f.ID, matches, line)
			}
			if matches && !strings.Contains(line, `"level":"WARN"`) && !strings.Contains(line, `"level":"ERROR"`) {
				t.Errorf("LogLevel takes from %s: %s", f.ID, line)
			}
		}
		if len(found) == 0 || len(found) != strings.Count(f.Pattern, "$.code = ") {
			t.Errorf("%s, %s, finds %v", f.ID, f.Pattern, slices.Collect(maps.Keys(found)))
		}
	}
}

// TestAFaultIsInTheEmbeddedMetricFormat checks a record against CloudWatch's format: every metric is a number, every
// dimension a text; and the alarm of each function reads it.
func TestAFaultIsInTheEmbeddedMetricFormat(t *testing.T) {
	text := lineOf(t, fails(errors.New("x")), "GET /x")
	line := map[string]any{}
	var head struct {
		AWS api.Metrics `json:"_aws"`
	}
	if err := errors.Join(json.Unmarshal([]byte(text), &line), json.Unmarshal([]byte(text), &head)); err != nil {
		t.Fatal(err)
	}
	if head.AWS.Timestamp != noon.UnixMilli() || len(head.AWS.Sets) != 1 {
		t.Fatalf("the line's metrics are %+v", head.AWS)
	}
	set := head.AWS.Sets[0]
	for _, d := range slices.Concat(set.Dimensions...) {
		if text, ok := line[d].(string); !ok || text == "" {
			t.Errorf("dimension %s is %v", d, line[d])
		}
	}
	for _, m := range set.Metrics {
		if _, ok := line[m.Name].(float64); !ok {
			t.Errorf("metric %+v is %v", m, line[m.Name])
		}
	}
	watched, err := watch.Read("../../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range watched.Functions {
		if !slices.ContainsFunc(watched.Alarms, func(a watch.Alarm) bool {
			return a.ID == id+"Fails" && slices.Contains(a.Metrics, watch.Metric{Namespace: set.Namespace, Name: set.Metrics[0].Name, Dimension: set.Dimensions[0][0], Of: id})
		}) {
			t.Errorf("no alarm reads the faults of %s", id)
		}
	}
}
