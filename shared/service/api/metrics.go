package api

import (
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// Namespace is the CloudWatch namespace of all functions' metrics.
const Namespace = "Jiazhu"

// unknownRoute replaces every route that the function does not have, so that no record repeats what
// a caller sent.
const unknownRoute = "none"

// Metrics is the member "_aws" of a log record. It tells CloudWatch which members of the record are
// metrics (Embedded Metric Format, version 0). Counting needs no call, no library and no second
// record.
type Metrics struct {
	Timestamp int64       // milliseconds since 1970, UTC
	Sets      []MetricSet `json:"CloudWatchMetrics"`
}

// MetricSet is a set of metrics with the same dimensions.
type MetricSet struct {
	Namespace  string
	Dimensions [][]string // members of the record that are dimensions; one list for each combination
	Metrics    []Metric
}

// Metric is a numeric member of the record, and its unit as CloudWatch names it.
type Metric struct {
	Name string // member of the record
	Unit string
}

// faultMetric is what the record of a fault has beside the others: the metric that an alarm reads.
// A request that is no fault has no metric, because each record would repeat it.
type faultMetric struct {
	Function string  `json:"function"`
	Fault    int     `json:"fault"`
	AWS      Metrics `json:"_aws"`
}

func countFault(function string, at time.Time) *faultMetric {
	return &faultMetric{Function: FunctionName(function), Fault: 1, AWS: functionMetrics(at, "fault")}
}

// functionMetrics counts members of a record, with the function's name as the only dimension.
func functionMetrics(at time.Time, members ...string) Metrics {
	set := MetricSet{Namespace: Namespace, Dimensions: [][]string{{"function"}}}
	for _, m := range members {
		set.Metrics = append(set.Metrics, Metric{Name: m, Unit: "Count"})
	}
	return Metrics{Timestamp: at.UnixMilli(), Sets: []MetricSet{set}}
}

// FunctionName returns the name used as a dimension: that of the deployed function, which
// distinguishes two deployments in one account, or else name.
func FunctionName(name string) string {
	if lambdacontext.FunctionName != "" {
		return lambdacontext.FunctionName
	}
	return name
}

// route returns the request's route key if the function has it, unknownRoute otherwise.
func (a *App) route(key string) string {
	if _, ok := a.Routes[key]; ok {
		return key
	}
	return unknownRoute
}
