package archtest

import (
	"go/ast"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
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

// countedMetrics are the metrics that functions count: the names in lists of api.Metric.
func countedMetrics(t *testing.T) (names []string) {
	t.Helper()
	for _, f := range slices.Concat(filesIn(t, "functions/intake"), filesIn(t, "functions/jobs"), filesIn(t, "shared/service/api")) {
		ast.Inspect(f.File, func(n ast.Node) bool {
			all, ok := n.(*ast.CompositeLit)
			if !ok || !isMetricList(all.Type) {
				return true
			}
			for _, e := range all.Elts {
				if one, ok := e.(*ast.CompositeLit); ok {
					names = append(names, firstText(one))
				}
			}
			return false
		})
	}
	return names
}

// isMetricList says whether a type is written []Metric or []api.Metric.
func isMetricList(e ast.Expr) bool {
	a, ok := e.(*ast.ArrayType)
	if !ok {
		return false
	}
	id, ok := a.Elt.(*ast.Ident)
	return selector(a.Elt) == "api.Metric" || ok && id.Name == "Metric"
}

// firstText is the text that comes first in a literal, "" where that is no text.
func firstText(l *ast.CompositeLit) (text string) {
	if len(l.Elts) == 0 {
		return ""
	}
	e := l.Elts[0]
	if pair, ok := e.(*ast.KeyValueExpr); ok {
		e = pair.Value
	}
	if basic, ok := e.(*ast.BasicLit); ok && basic.Kind == token.STRING {
		text, _ = strconv.Unquote(basic.Value)
	}
	return text
}

func TestEveryMetricOfOursThatIsWatchedIsCounted(t *testing.T) {
	d, known, filtered := parseDeployment(t, templateText(t)), countedMetrics(t), 0
	visitNodes(&d.root, func(n *yaml.Node) {
		space, name := step(n, "Namespace"), step(n, "MetricName")
		if n.Kind != yaml.MappingNode || space == nil || name == nil || space.Value != "Jiazhu" {
			return
		}
		if strings.HasPrefix(name.Value, "${") {
			filtered++ // made by a filter of log lines
			return
		}
		if !slices.Contains(known, name.Value) {
			t.Errorf("line %d: no function counts %s", name.Line, name.Value)
		}
	})
	if filtered == 0 {
		t.Error("no metric of a filter was seen")
	}
}
