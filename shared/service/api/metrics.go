package api

import (
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
)

// Namespace is where CloudWatch keeps the metrics of every function.
const Namespace = "Jiazhu"

// unknownRoute stands for every route the function does not have, so that what
// callers send can never add a dimension.
const unknownRoute = "none"

// Metrics is the member "_aws" of a log line. It tells CloudWatch which members of
// the line are metrics (Embedded Metric Format, version 0): no call, no library and
// no second line is needed to be counted.
type Metrics struct {
	Timestamp int64       // milliseconds since 1970, UTC
	Sets      []MetricSet `json:"CloudWatchMetrics"`
}

// MetricSet is some metrics that are kept by the same dimensions.
type MetricSet struct {
	Namespace  string
	Dimensions [][]string // members of the line that are dimensions, one list a metric is kept by
	Metrics    []Metric
}

// Metric is a member of the line that is a number, and its unit as CloudWatch names it.
type Metric struct {
	Name string // member of the line
	Unit string
}

// requestMetrics says what is counted of a request: its time and whether it was our
// fault, by function and by route; and each by the class of its answer. A function
// of R routes has 2+5R metrics at most, 3 classes being answered.
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

// FunctionName is the name that lines are kept by: the deployed function's own, which
// tells two deployments in one account apart, or else name.
func FunctionName(name string) string {
	if lambdacontext.FunctionName != "" {
		return lambdacontext.FunctionName
	}
	return name
}

// route is the request's route where the function has it.
func (a *App) route(key string) string {
	if _, ok := a.Routes[key]; ok {
		return key
	}
	return unknownRoute
}

// class is the first digit of a status: "2xx".
func class(status int) string { return strconv.Itoa(status/100) + "xx" }

// fault is 1 where the answer says that the service failed.
func fault(status int) int {
	if status >= 500 {
		return 1
	}
	return 0
}
