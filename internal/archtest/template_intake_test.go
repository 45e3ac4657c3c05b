package archtest

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/jiazhu/jiazhu/internal/watch"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

// intakeWatched demands alarms of files that fail, wait, are given up, or are refused, and that they and
// their rows are on the dashboard.
func intakeWatched(d deployment) (f faults) {
	for id, want := range map[string]map[string]string{
		"IntakeStuck": {"Namespace": "AWS/SQS", "MetricName": "ApproximateNumberOfMessagesVisible", "Dimensions.0.Value": "StuckDrops.QueueName", "Threshold": "1"},
		"IntakeLate":  {"Namespace": "AWS/SQS", "MetricName": "ApproximateAgeOfOldestMessage", "Dimensions.0.Value": "Drops.QueueName"},
		"IntakeFails": {"Metrics.1.MetricStat.Metric.MetricName": "fault", "Metrics.2.MetricStat.Metric.MetricName": "Errors"},
		"JobsStuck":   {"Namespace": "AWS/SQS", "MetricName": "ApproximateNumberOfMessagesVisible", "Dimensions.0.Value": "StuckArchives.QueueName", "Threshold": "1"},
		"JobsLate":    {"Namespace": "AWS/SQS", "MetricName": "ApproximateAgeOfOldestMessage", "Dimensions.0.Value": "Archives.QueueName"},
		"JobsFails":   {"Metrics.1.MetricStat.Metric.MetricName": "fault", "Metrics.2.MetricStat.Metric.MetricName": "Errors"},
		"IntakeRefuses": {
			"Metrics.1.MetricStat.Metric.MetricName": "rowsLanded", "Metrics.2.MetricStat.Metric.MetricName": "rowsUnchanged",
			"Metrics.3.MetricStat.Metric.MetricName": "rowsRefused",
		},
	} {
		f.want(d, id, want)
	}
	board := d.get("Dashboard", "DashboardBody")
	for _, shown := range []string{`"rowsLanded", "function", "${Intake}"`, `"rowsRefused"`, `"ApproximateAgeOfOldestMessage"`, `"${StuckDrops.QueueName}"`} {
		if !strings.Contains(board, shown) {
			f.add("the dashboard does not show %s", shown)
		}
	}
	return f
}

// countedMetrics are the metrics in the log lines of the functions: faults of each, and the members that the lines of
// runs name.
func countedMetrics(t *testing.T, functions []string) (all []watch.Metric) {
	t.Helper()
	for _, id := range functions {
		names := []string{"fault"}
		for _, f := range filesIn(t, "functions/"+strings.ToLower(id)) {
			ast.Inspect(f.File, func(n ast.Node) bool {
				if call, ok := n.(*ast.CallExpr); ok && selector(call.Fun) == "api.WriteRunRecord" {
					names = append(names, texts(call.Args[4:])...) // behind the function's name
				}
				return true
			})
		}
		for _, name := range names {
			all = append(all, watch.Metric{Namespace: api.Namespace, Name: name, Dimension: "function", Of: id})
		}
	}
	return all
}

// texts are the literal texts among expressions.
func texts(of []ast.Expr) (all []string) {
	for _, e := range of {
		if basic, ok := e.(*ast.BasicLit); ok && basic.Kind == token.STRING {
			text, _ := strconv.Unquote(basic.Value)
			all = append(all, text)
		}
	}
	return all
}

// TestTheMetricsOfOursAreThoseThatAreWatched: an alarm or the dashboard reads each, because each has its price, and no
// other.
func TestTheMetricsOfOursAreThoseThatAreWatched(t *testing.T) {
	watched, err := watch.Read("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	ofFilters := func(m watch.Metric) bool { return m.Dimension == "" }
	read := watched.Custom(api.Namespace)
	if n := len(read); len(slices.DeleteFunc(slices.Clone(read), ofFilters)) != n-len(watched.Filters) {
		t.Errorf("of %v, %d are not made by filters", read, len(watched.Filters))
	}
	want := slices.DeleteFunc(read, ofFilters)
	got := countedMetrics(t, watched.Functions)
	less := func(a, b watch.Metric) bool { return a.Of+a.Name < b.Of+b.Name }
	if diff := cmp.Diff(want, got, cmpopts.SortSlices(less)); diff != "" {
		t.Error(diff)
	}
}
