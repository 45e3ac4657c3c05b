package watch_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/internal/watch"
)

func read(t *testing.T) watch.Watched {
	t.Helper()
	w, err := watch.Read("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestTheTemplatesAlarmsAndFiltersAreRead(t *testing.T) {
	w := read(t)
	alarms := map[string][]watch.Metric{}
	for _, a := range w.Alarms {
		alarms[a.ID] = a.Metrics
	}
	for id, want := range map[string][]watch.Metric{
		"ApiFails":           {{"AWS/ApiGateway", "5xx", "ApiId", "Api"}},
		"LoginFails":         {{"Jiazhu", "fault", "function", "Login"}, {"AWS/Lambda", "Errors", "FunctionName", "Login"}},
		"SigningUnavailable": {{"Jiazhu", "${AWS::StackName}-SigningUnavailable", "", ""}},
	} {
		if diff := cmp.Diff(want, alarms[id]); diff != "" {
			t.Errorf("%s: %s", id, diff)
		}
	}
	i := slices.IndexFunc(w.Filters, func(f watch.Filter) bool { return f.ID == "NotReportedLines" })
	want := watch.Filter{
		ID: "NotReportedLines", LogGroup: "EndorseLogs", Pattern: `{ $.code = "not-reported" }`,
		Metric: watch.Metric{Namespace: "Jiazhu", Name: "${AWS::StackName}-NotReported"},
	}
	if i < 0 || w.Filters[i] != want {
		t.Errorf("the filters are %+v", w.Filters)
	}
}

func TestTheDashboardsShorthandIsWrittenOut(t *testing.T) {
	w := read(t)
	for _, want := range []watch.Metric{
		{"Jiazhu", "fault", "function", "Login"},
		{"Jiazhu", "fault", "function", "Endorse"},      // "...", and what differs
		{"Jiazhu", "rowsRefused", "function", "Intake"}, // ".", what differs, "."
		{"AWS/DynamoDB", "WriteThrottleEvents", "TableName", "Records"},
		{"AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", "Drops.QueueName"}, // an axis behind it
	} {
		if !slices.Contains(w.Dashboard, want) {
			t.Errorf("%v is not among %v", want, w.Dashboard)
		}
	}
}

func TestAMetricIsCountedOnce(t *testing.T) {
	all := read(t).Custom("Jiazhu")
	if n := len(all); n < 10 || len(slices.Compact(slices.Clone(all))) != n {
		t.Errorf("%v", all)
	}
	for _, m := range all {
		if m.Namespace != "Jiazhu" {
			t.Errorf("%v is not custom", m)
		}
	}
}

func TestAPatternFindsMembersThatEqualATextOfIt(t *testing.T) {
	for pattern, lines := range map[string]map[string]bool{
		`{ $.code = "a" }`:                   {`{"code":"a"}`: true, `{"code":"b"}`: false, `{"detail":"a"}`: false, `{"x":{"code":"a"}}`: false, `code = "a"`: false},
		`{ $.code = "a" || $.code = "b-c" }`: {`{"code":"a"}`: true, `{"code":"b-c","status":1}`: true, `{"code":"c"}`: false, `{}`: false},
	} {
		for line, want := range lines {
			if got, err := (watch.Filter{Pattern: pattern}).Matches([]byte(line)); err != nil || got != want {
				t.Errorf("%s finds %s: %t, %v", pattern, line, got, err)
			}
		}
	}
	for _, pattern := range []string{"", "ERROR", `{ $.status > 499 }`, `{ $.code = "a" && $.code = "b" }`} {
		if _, err := (watch.Filter{Pattern: pattern}).Matches([]byte(`{"code":"a"}`)); err == nil {
			t.Errorf("%q is understood", pattern)
		}
	}
}
