package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/trials/capacity/meter"
	"github.com/jiazhu/jiazhu/trials/capacity/model"
)

// requestCounter counts what the journeys of one life take.
type requestCounter struct {
	stack *stack.Stack
	meter *meter.Meter
	keys  *keyMaker

	requests, answered atomic.Int64 // the API's, and bytes of its answers
}

// countedScenario is a journey with the keys it touched, before it is known whose they are.
type countedScenario struct {
	model.Scenario
	accesses []meter.Access
}

// countLife goes through one life and counts each journey.
func (c *requestCounter) countLife(ctx context.Context, order int) ([]model.Scenario, error) {
	l, err := newLifecycle(c.stack, order, c.carry)
	if err != nil {
		return nil, err
	}
	if err := l.before(ctx); err != nil {
		return nil, err
	}
	if _, err := c.settle(ctx); err != nil {
		return nil, err
	}
	if _, err := c.meter.Take(); err != nil {
		return nil, err
	}
	var all []countedScenario
	for _, j := range scenarios() {
		one, err := c.count(ctx, j, l)
		if err != nil {
			return nil, fmt.Errorf("life %d, %s: %w", order, j.name, err)
		}
		all = append(all, one)
	}
	return c.attribute(all, l.identities())
}

func (c *requestCounter) count(ctx context.Context, j scenario, l *lifecycle) (countedScenario, error) {
	logs, err := c.settle(ctx)
	if err != nil {
		return countedScenario{}, err
	}
	cpu, answered := processors(), c.answered.Load()
	if err := j.do(l, ctx); err != nil {
		return countedScenario{}, err
	}
	one := countedScenario{Scenario: model.Scenario{
		Name: j.name, What: j.what, AnswerBytes: c.answered.Load() - answered,
		API: map[string]int{}, Routes: map[string]int{}, Tables: map[string]int{}, Stored: map[string]int64{}, CPU: map[string]float64{},
	}}
	later, err := c.settle(ctx)
	if err != nil {
		return countedScenario{}, err
	}
	now := processors()
	for function, log := range later {
		written := log[len(logs[function]):]
		for _, route := range routes(written) {
			one.Routes[route]++
			one.API[function]++
		}
		if len(written) > 0 {
			one.LogBytes += int64(len(written))
			one.CPU[function] = float64(now[function]-cpu[function]) / float64(time.Millisecond)
		}
	}
	calls, err := c.meter.Take()
	one.add(calls)
	return one, err
}

func (one *countedScenario) add(calls []meter.Call) {
	for _, call := range calls {
		switch {
		case call.Service == "dynamodb":
			one.Tables[call.Operation]++
			one.accesses = append(one.accesses, call.Accesses...)
		case call.Operation == http.MethodGet:
			one.Gets++
			one.GetBytes += call.Bytes
		default:
			one.Puts++
			one.PutBytes += call.Bytes
		}
	}
	for _, a := range one.accesses {
		if a.Stored != 0 {
			one.Stored[table(a.Table)] += a.Stored
		}
	}
}

// table is a table's name without where it is.
func table(name string) string { return strings.TrimPrefix(name, "jiazhu-") }

// attribute says of every key whose it is. A key of no known kind is an error.
func (c *requestCounter) attribute(all []countedScenario, i identities) ([]model.Scenario, error) {
	var journeys []model.Scenario
	var errs []error
	for _, one := range all {
		for _, a := range one.accesses {
			kind, whose, known := c.keys.owner(a.Key, i)
			if !known {
				errs = append(errs, fmt.Errorf("%s: nobody knows whose %s is", one.Name, a.Key))
			}
			if whose == model.Fresh {
				whose = a.Key // until it is known whether another life has it too
			}
			one.Accesses = append(one.Accesses, model.Access{Table: table(a.Table), Kind: kind, Whose: whose, Read: a.Read, Write: a.Write})
		}
		journeys = append(journeys, one.Scenario)
	}
	return journeys, errors.Join(errs...)
}

// settle waits until every request has its line in the functions' logs, and returns the logs.
func (c *requestCounter) settle(ctx context.Context) (map[string][]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		logs, total, err := readLogs(filepath.Join(c.stack.Data, "logs"))
		if err != nil || total >= int(c.requests.Load()) {
			return logs, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%d requests, but %d lines in the logs", c.requests.Load(), total)
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// readLogs reads what each function has written, and how many lines of requests there are.
func readLogs(folder string) (logs map[string][]byte, requests int, err error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.log"))
	if err != nil {
		return nil, 0, err
	}
	logs = map[string][]byte{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, 0, err
		}
		data = data[:bytes.LastIndexByte(data, '\n')+1]
		logs[strings.TrimSuffix(filepath.Base(file), ".log")] = data
		requests += len(routes(data))
	}
	return logs, requests, nil
}

// routes are those of the requests that lines of a log are about.
func routes(log []byte) (all []string) {
	for line := range bytes.Lines(log) {
		var about struct{ Msg, Route string }
		if json.Unmarshal(line, &about) == nil && about.Msg == "request" {
			all = append(all, about.Route)
		}
	}
	return all
}

// carry counts the requests to the API that pass a client.
func (c *requestCounter) carry(next http.RoundTripper) http.RoundTripper {
	return roundTripFunc(func(r *http.Request) (*http.Response, error) {
		res, err := next.RoundTrip(r)
		if err != nil || "http://"+r.URL.Host != c.stack.URL || strings.HasPrefix(r.URL.Path, "/messages") {
			return res, err
		}
		c.requests.Add(1)
		c.answered.Add(max(0, res.ContentLength))
		return res, nil
	})
}

type roundTripFunc func(*http.Request) (*http.Response, error)

func (t roundTripFunc) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }
