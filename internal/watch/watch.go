// Package watch reads what template.yaml has CloudWatch watch: alarms, metric filters, and the metrics of the
// dashboard.
package watch

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/jiazhu/jiazhu/internal/must"
)

// Metric is a metric with at most one dimension.
type Metric struct {
	Namespace, Name string
	Dimension       string // such as function
	Of              string // the dimension's value: the logical id of a resource, or an attribute of one
}

// Alarm is an AWS::CloudWatch::Alarm.
type Alarm struct {
	ID      string
	Metrics []Metric // which it reads: one, or those of its expression
}

// Filter is an AWS::Logs::MetricFilter.
type Filter struct {
	ID       string
	LogGroup string // logical id
	Pattern  string
	Metric   Metric
}

// Watched is what a template has watched.
type Watched struct {
	Functions []string // logical ids
	Alarms    []Alarm
	Filters   []Filter
	Dashboard []Metric
}

// resource is a resource of the template, as far as it watches.
type resource struct {
	Properties struct {
		metricStat `yaml:",inline"`
		Metrics    []struct {
			MetricStat *struct {
				Metric metricStat `yaml:"Metric"`
			} `yaml:"MetricStat"`
		} `yaml:"Metrics"`
		LogGroupName          string `yaml:"LogGroupName"`
		FilterPattern         string `yaml:"FilterPattern"`
		MetricTransformations []struct {
			MetricNamespace string `yaml:"MetricNamespace"`
			MetricName      string `yaml:"MetricName"`
		} `yaml:"MetricTransformations"`
		DashboardBody string `yaml:"DashboardBody"`
	} `yaml:"Properties"`
}

type metricStat struct {
	Namespace  string `yaml:"Namespace"`
	MetricName string `yaml:"MetricName"`
	Dimensions []struct {
		Name  string `yaml:"Name"`
		Value string `yaml:"Value"`
	} `yaml:"Dimensions"`
}

func (s metricStat) metric() Metric {
	m := Metric{Namespace: s.Namespace, Name: s.MetricName}
	if len(s.Dimensions) > 0 {
		m.Dimension, m.Of = s.Dimensions[0].Name, s.Dimensions[0].Value
	}
	return m
}

// Read reads the template of a file.
func Read(file string) (w Watched, err error) {
	defer must.Catch(&err)
	var t struct {
		Resources map[string]yaml.Node `yaml:"Resources"`
	}
	must.Do(yaml.Unmarshal(must.Get(os.ReadFile(file)), &t))
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		node := t.Resources[id]
		var kind struct {
			Type string `yaml:"Type"`
		}
		must.Do(node.Decode(&kind))
		switch kind.Type {
		case "AWS::Serverless::Function":
			w.Functions = append(w.Functions, id)
			continue
		case "AWS::CloudWatch::Alarm", "AWS::Logs::MetricFilter", "AWS::CloudWatch::Dashboard":
		default:
			continue
		}
		var r resource
		must.Do(node.Decode(&r))
		must.Do(w.add(id, kind.Type, r))
	}
	return w, nil
}

func (w *Watched) add(id, kind string, r resource) error {
	p := r.Properties
	switch kind {
	case "AWS::CloudWatch::Alarm":
		a := Alarm{ID: id}
		if p.MetricName != "" {
			a.Metrics = append(a.Metrics, p.metric())
		}
		for _, m := range p.Metrics {
			if m.MetricStat != nil {
				a.Metrics = append(a.Metrics, m.MetricStat.Metric.metric())
			}
		}
		if len(a.Metrics) == 0 {
			return fmt.Errorf("%s reads no metric", id)
		}
		w.Alarms = append(w.Alarms, a)
	case "AWS::Logs::MetricFilter":
		if len(p.MetricTransformations) != 1 {
			return fmt.Errorf("%s makes no metric, or several", id)
		}
		made := p.MetricTransformations[0]
		w.Filters = append(w.Filters, Filter{id, p.LogGroupName, p.FilterPattern, Metric{Namespace: made.MetricNamespace, Name: made.MetricName}})
	case "AWS::CloudWatch::Dashboard":
		metrics, err := dashboardMetrics(p.DashboardBody)
		if err != nil {
			return fmt.Errorf("%s: %w", id, err)
		}
		w.Dashboard = append(w.Dashboard, metrics...)
	}
	return nil
}

// dashboardMetrics are the metrics of a dashboard's widgets. In a metric, "." is what stands there in the one before,
// and "..." is all that stands there before what follows.
func dashboardMetrics(body string) (all []Metric, err error) {
	var board struct {
		Widgets []struct{ Properties struct{ Metrics [][]any } }
	}
	if err := json.Unmarshal([]byte(body), &board); err != nil {
		return nil, err
	}
	for _, widget := range board.Widgets {
		var before []string
		for _, said := range widget.Properties.Metrics {
			var texts []string
			for _, part := range said {
				if text, ok := part.(string); ok { // else its statistic, or its axis
					texts = append(texts, text)
				}
			}
			if len(texts) > 0 && texts[0] == "..." {
				texts = append(slices.Clone(before[:len(before)-len(texts)+1]), texts[1:]...)
			}
			for i, text := range texts {
				if text == "." {
					texts[i] = before[i]
				}
			}
			if len(texts) != 4 {
				return nil, fmt.Errorf("the metric %v has not one dimension", said)
			}
			before = texts
			all = append(all, Metric{texts[0], texts[1], texts[2], strings.Trim(texts[3], "${}")})
		}
	}
	return all, nil
}

// Custom are the metrics of a namespace that anything reads or makes, each once.
func (w Watched) Custom(namespace string) []Metric {
	seen := map[Metric]bool{}
	for _, a := range w.Alarms {
		for _, m := range a.Metrics {
			seen[m] = true
		}
	}
	for _, f := range w.Filters {
		seen[f.Metric] = true
	}
	for _, m := range w.Dashboard {
		seen[m] = true
	}
	return slices.DeleteFunc(slices.SortedFunc(maps.Keys(seen), func(a, b Metric) int {
		return strings.Compare(fmt.Sprint(a), fmt.Sprint(b))
	}), func(m Metric) bool { return m.Namespace != namespace })
}

var errPattern = errors.New("the pattern is not a disjunction of members that equal texts")

// comparison is a term of a pattern: a member of the line's object that equals a text.
var comparison = regexp.MustCompile(`^\$\.(\w+) = "([^"]*)"$`)

// Matches reports whether the filter counts a line, for patterns such as { $.code = "a" || $.code = "b" }.
func (f Filter) Matches(line []byte) (found bool, err error) {
	inside, begun := strings.CutPrefix(f.Pattern, "{ ")
	inside, ended := strings.CutSuffix(inside, " }")
	if !begun || !ended {
		return false, fmt.Errorf("%s: %w", f.ID, errPattern)
	}
	var members map[string]any
	if err := json.Unmarshal(line, &members); err != nil {
		return false, nil // the filter is for JSON
	}
	for term := range strings.SplitSeq(inside, " || ") {
		m := comparison.FindStringSubmatch(term)
		if m == nil {
			return false, fmt.Errorf("%s: %w", f.ID, errPattern)
		}
		found = found || members[m[1]] == m[2]
	}
	return found, nil
}
