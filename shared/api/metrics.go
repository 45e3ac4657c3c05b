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

// metrics is the member "_aws" of a log line. It tells CloudWatch which members of
// the line are metrics (Embedded Metric Format, version 0): no call, no library and
// no second line is needed to be counted.
type metrics struct {
	Timestamp int64       // milliseconds since 1970, UTC
	Sets      []metricSet `json:"CloudWatchMetrics"`
}

type metricSet struct {
	Namespace  string
	Dimensions [][]string // members of the line that are dimensions, one list a metric is kept by
	Metrics    []metric
}

type metric struct {
	Name string // member of the line
	Unit string
}

// measured says what is counted of a request: its time and whether it was our
// fault, by function and by route; and each by the class of its answer. A function
// of R routes has 2+5R metrics at most, 3 classes being answered.
func measured(at time.Time) metrics {
	return metrics{
		Timestamp: at.UnixMilli(),
		Sets: []metricSet{
			{
				Namespace:  Namespace,
				Dimensions: [][]string{{"function"}, {"function", "route"}},
				Metrics:    []metric{{"ms", "Milliseconds"}, {"fault", "Count"}},
			},
			{
				Namespace:  Namespace,
				Dimensions: [][]string{{"function", "route", "class"}},
				Metrics:    []metric{{"request", "Count"}},
			},
		},
	}
}

// function is the name the line is kept by: the deployed function's own, which
// tells two deployments in one account apart, or else the App's.
func (a *App) function() string {
	if lambdacontext.FunctionName != "" {
		return lambdacontext.FunctionName
	}
	return a.Name
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
