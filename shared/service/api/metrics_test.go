package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

func TestALineCountsTheRequestByFunctionRouteAndClass(t *testing.T) {
	for name, c := range map[string]struct {
		handler             api.Handler
		asked, route, class string
		fault               float64
	}{
		"a handler that answers nothing":  {handler: fails(nil), asked: "GET /x", route: "GET /x", class: "5xx", fault: 1},
		"a success":                       {handler: func(context.Context, *api.Request) (*api.Response, error) { return api.NoContent(), nil }, asked: "GET /x", route: "GET /x", class: "2xx"},
		"a refusal":                       {handler: fails(problem.New(problem.NotBound)), asked: "GET /x", route: "GET /x", class: "4xx"},
		"our fault":                       {handler: fails(errors.New("x")), asked: "GET /x", route: "GET /x", class: "5xx", fault: 1},
		"a route the function has not":    {handler: fails(nil), asked: "GET /6217000000000000000", route: "none", class: "4xx"},
		"a route that is no route at all": {handler: fails(nil), asked: "", route: "none", class: "4xx"},
	} {
		t.Run(name, func(t *testing.T) {
			app, log := appOf(c.handler)
			if _, err := app.Handle(t.Context(), event(c.asked, nil)); err != nil {
				t.Fatal(err)
			}
			line := map[string]any{}
			if err := json.Unmarshal(log.Bytes(), &line); err != nil {
				t.Fatal(err)
			}
			got := map[string]any{}
			for _, member := range []string{"function", "route", "class", "request", "fault"} {
				got[member] = line[member]
			}
			want := map[string]any{"function": "test", "route": c.route, "class": c.class, "request": 1.0, "fault": c.fault}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestALineIsInTheEmbeddedMetricFormat checks a record against CloudWatch's format: every metric is
// a number, every dimension a text, and a set has at most 30 dimensions.
func TestALineIsInTheEmbeddedMetricFormat(t *testing.T) {
	app, log := appOf(fails(problem.New(problem.NotBound)))
	if _, err := app.Handle(t.Context(), event("GET /x", nil)); err != nil {
		t.Fatal(err)
	}
	line := map[string]any{}
	var head struct {
		AWS struct {
			Timestamp         int64
			CloudWatchMetrics []struct {
				Namespace  string
				Dimensions [][]string
				Metrics    []struct{ Name, Unit string }
			}
		} `json:"_aws"`
	}
	if err := errors.Join(json.Unmarshal(log.Bytes(), &line), json.Unmarshal(log.Bytes(), &head)); err != nil {
		t.Fatal(err)
	}
	if head.AWS.Timestamp != noon.UnixMilli() || len(head.AWS.CloudWatchMetrics) == 0 {
		t.Fatalf("the line's metrics are %+v", head.AWS)
	}
	bounded := []string{"function", "route", "class"}
	for _, set := range head.AWS.CloudWatchMetrics {
		if set.Namespace != api.Namespace {
			t.Errorf("the namespace is %q", set.Namespace)
		}
		for _, d := range slices.Concat(set.Dimensions...) {
			if text, ok := line[d].(string); !ok || text == "" || !slices.Contains(bounded, d) {
				t.Errorf("dimension %s is %v", d, line[d])
			}
		}
		for _, m := range set.Metrics {
			if _, ok := line[m.Name].(float64); !ok || (m.Unit != "Count" && m.Unit != "Milliseconds") {
				t.Errorf("metric %+v is %v", m, line[m.Name])
			}
		}
	}
}
