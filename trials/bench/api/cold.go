package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/jiazhu/jiazhu/local/lambda"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/trials/checks"
)

// bare is the name of the function that does nothing.
const bareFunction = "bare"

// coldStart is a function that is started again and again, with what it is asked and has to answer.
type coldStart struct {
	lambda.Settings
	event     []byte
	status    int // of the answer; 0 for one that is not asked by HTTP
	durations []time.Duration
	cpuTimes  []time.Duration
	mismatch  string // the first answer that was not what it should be
}

// firstRequests are requests that a function answers without asking anybody, so that what is measured is its
// start: one without a session is refused, a page or a key is in the program.
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
		bareFunction:   {"GET /", http.StatusNoContent},
	}
}

// coldStarts starts every function so many times, in turn with the bare one, so that whatever else the
// machine is doing slows them alike.
func coldStarts(s *stack.Stack, program string, times int) ([]*coldStart, error) {
	all, err := starters(s, program)
	if err != nil {
		return nil, err
	}
	for i := range times + 1 { // the first has the program read from the disk
		for _, one := range all {
			if err := one.measureStart(i > 0); err != nil {
				return nil, fmt.Errorf("start %s: %w", one.Name, err)
			}
		}
	}
	return all, nil
}

func starters(s *stack.Stack, program string) (all []*coldStart, err error) {
	settings := append(s.Settings(stack.FunctionSet{}), lambda.Settings{
		Name: bareFunction, Program: program, Handler: "bootstrap", Memory: 128, Timeout: 10 * time.Second,
		Environment: s.Storage.Environment(), Log: io.Discard, Trouble: io.Discard,
	})
	for _, f := range settings {
		one := &coldStart{Settings: f}
		if ask, ok := firstRequests()[f.Name]; ok {
			one.status = ask.status
			one.event, err = request(ask.route)
		} else { // it is woken by a queue: S3's test message tells of no file
			one.event, err = json.Marshal(events.SQSEvent{Records: []events.SQSMessage{{MessageId: "1", Body: `{"Event":"s3:TestEvent"}`}}})
		}
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// request is the event of a request by this route, as the HTTP API makes it, with
// identifiers that nobody has.
func request(route string) ([]byte, error) {
	const id = "00000000000000000000000000"
	method, path, _ := strings.Cut(route, " ")
	path = strings.NewReplacer("{certificate}", id, "{endorsement}", id).Replace(path)
	e := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: route, RawPath: path, PathParameters: map[string]string{"certificate": id, "endorsement": id}, Headers: map[string]string{"content-type": "application/json"}, Body: "{}",
	}
	e.RequestContext.RouteKey, e.RequestContext.RequestID = route, "bench"
	e.RequestContext.HTTP = events.APIGatewayV2HTTPRequestContextHTTPDescription{Method: method, Path: path, SourceIP: "127.0.0.1"}
	return json.Marshal(e)
}

func (s *coldStart) measureStart(counts bool) error {
	got, err := lambda.Cold(s.Settings, s.event)
	if err != nil {
		return err
	}
	if counts {
		s.durations, s.cpuTimes = append(s.durations, got.Took), append(s.cpuTimes, got.CPU)
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

func median(times []time.Duration) float64 {
	sorted := slices.Sorted(slices.Values(times))
	return milliseconds(sorted[len(sorted)/2])
}

// printStarts writes the figures, a name and a value to a line, and returns the checks.
func printStarts(to io.Writer, all []*coldStart) (done []checks.Check) {
	floor := all[len(all)-1]
	for _, s := range all {
		name := "cold start, " + s.Name
		fmt.Fprintf(to, "%-44s %8.1f\n%-44s %8.1f\n", name+", ms", median(s.durations), name+", CPU ms", median(s.cpuTimes))
		if s.Name != bareFunction {
			fmt.Fprintf(to, "%-44s %8.1f\n", name+" / bare", median(s.durations)/median(floor.durations))
		}
		done = append(done, checks.Check{
			Name: s.Name + " answers its first request as it should, at every start", OK: s.mismatch == "", Got: s.mismatch,
		})
	}
	return done
}
