package api

import (
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// Namespace is the CloudWatch namespace of all functions' metrics.
const Namespace = "Jiazhu"

// unknownRoute replaces every route that the function does not have, so that callers cannot add
// dimensions.
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

// requestMetrics returns the metrics of a request: its duration and whether the service failed, by
// function and by route, each also by the class of the status. A function of R routes has at most
// 2+5R metrics, since 3 classes are answered.
func requestMetrics(at time.Time) Metrics {
	return Metrics{
		Timestamp: at.UnixMilli(),
		Sets: []MetricSet{
			{
				Namespace:  Namespace,
				Dimensions: [][]string{{"function"}, {"function", "route"}},
				Metrics:    []Metric{{"ms", "Milliseconds"}, {"fault", "Count"}},
			},
			{
				Namespace:  Namespace,
				Dimensions: [][]string{{"function", "route", "class"}},
				Metrics:    []Metric{{"request", "Count"}},
			},
		},
	}
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

// class returns the class of a status, such as "2xx".
func class(status int) string { return strconv.Itoa(status/100) + "xx" }

// fault is 1 if the status says that the service failed.
func fault(status int) int {
	if status >= 500 {
		return 1
	}
	return 0
}
