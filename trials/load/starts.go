package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/lambda"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/trials/checks"
)

// emptyFunction is the name of the function that does nothing.
const emptyFunction = "bare"

// coldStart is a function that is started again and again, the request that it gets and the status that it answers.
type coldStart struct {
	lambda.Settings
	event    []byte
	status   int // 0 = it does not answer by HTTP
	wall     durations
	cpu      durations
	mismatch string // a wrong answer
}

// firstRequests are requests that a function answers by itself, so that its start is measured: without a session it
// refuses, and a page or a key is part of the program.
func firstRequests() map[string]struct {
	route  string
	status int
} {
	return map[string]struct {
		route  string
		status int
	}{
		"login":        {"GET /v1/account", http.StatusUnauthorized},
		"identify":     {"POST /v1/identity/challenges", http.StatusUnauthorized},
		"certificates": {"GET /v1/certificates", http.StatusUnauthorized},
		"endorse":      {"GET /v1/certificates/{certificate}/endorsements", http.StatusUnauthorized},
		"download":     {"POST /v1/certificates/{certificate}/endorsements/{endorsement}/links", http.StatusUnauthorized},
		"verify":       {"GET /.well-known/jwks.json", http.StatusOK},
		"report":       {"POST /v1/reports", http.StatusUnauthorized},
		emptyFunction:  {"GET /", http.StatusNoContent},
	}
}

// measureStarts starts every function so many times, in turn, so that other programs disturb all alike. It prints the
// figures and returns the checks.
func measureStarts(to io.Writer, s *stack.Stack, program string, times int) (done []checks.Check, err error) {
	defer must.Catch(&err)
	var all []*coldStart
	for _, f := range append(s.Settings(stack.FunctionSet{}), lambda.Settings{
		Name: emptyFunction, Program: program, Handler: "bootstrap", Memory: 128, Timeout: 10 * time.Second,
		Environment: s.Storage.Environment(), Log: io.Discard, ErrorLog: io.Discard,
	}) {
		one := &coldStart{Settings: f}
		if ask, ok := firstRequests()[f.Name]; ok {
			one.event, one.status = requestEvent(ask.route), ask.status
		} else { // a queue invokes it: S3's test message names no file
			one.event = must.Get(json.Marshal(events.SQSEvent{Records: []events.SQSMessage{{MessageId: "1", Body: `{"Event":"s3:TestEvent"}`}}}))
		}
		all = append(all, one)
	}
	for i := range times + 1 { // the first reads the program from the disk
		for _, one := range all {
			if err := one.measure(i > 0); err != nil {
				return nil, fmt.Errorf("start %s: %w", one.Name, err)
			}
		}
	}
	floor := all[len(all)-1]
	for _, one := range all {
		name := "cold start, " + one.Name
		printFigure(to, name+", ms", "%.1f", one.wall.quantile(0.5))
		printFigure(to, name+", CPU ms", "%.1f", one.cpu.quantile(0.5))
		if one != floor {
			printFigure(to, name+" / bare", "%.1f", one.wall.quantile(0.5)/floor.wall.quantile(0.5))
		}
		done = append(done, checks.Check{Name: one.Name + " answers its first request as it should, at every start", OK: one.mismatch == "", Got: one.mismatch})
	}
	return done, nil
}

// requestEvent is the event of a request by this route, as the HTTP API makes it, with identifiers that do not exist.
func requestEvent(route string) []byte {
	const id = "00000000000000000000000000"
	method, path, _ := strings.Cut(route, " ")
	path = strings.NewReplacer("{certificate}", id, "{endorsement}", id).Replace(path)
	e := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: route, RawPath: path, PathParameters: map[string]string{"certificate": id, "endorsement": id},
		Headers: map[string]string{"content-type": "application/json"}, Body: "{}",
	}
	e.RequestContext.RouteKey, e.RequestContext.RequestID = route, "bench"
	e.RequestContext.HTTP = events.APIGatewayV2HTTPRequestContextHTTPDescription{Method: method, Path: path, SourceIP: "127.0.0.1"}
	return must.Get(json.Marshal(e))
}

func (s *coldStart) measure(counts bool) error {
	got, err := lambda.Cold(s.Settings, s.event)
	if err != nil {
		return err
	}
	if counts {
		s.wall, s.cpu = append(s.wall, got.Took), append(s.cpu, got.CPU)
	}
	var answer struct {
		StatusCode int
		Failures   []any `json:"batchItemFailures"`
	}
	if err := json.Unmarshal(got.Answer, &answer); err != nil || answer.StatusCode != s.status || len(answer.Failures) > 0 {
		s.mismatch = fmt.Sprintf("answered %.200s, wanted the status %d", got.Answer, s.status)
	}
	return nil
}
