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

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/trials/capacity/meter"
	"github.com/jiazhu/jiazhu/trials/capacity/model"
	"github.com/jiazhu/jiazhu/trials/processes"
	"github.com/jiazhu/jiazhu/trials/testservice"
)

// maxRetried is how many lives may be left out because the SDK sent a request again.
const maxRetried = 40

// countLives counts so many lives in a service of its own.
func countLives(ctx context.Context, wanted int) (all []*model.Scenario, err error) {
	defer must.Catch(&err)
	m := meter.New()
	defer m.Close()
	s := must.Get(testservice.Start(ctx, stack.Options{
		Output: os.Stderr, DynamoDBEndpoint: os.Getenv("DYNAMODB_ENDPOINT"), Environment: m.Environment(),
	}))
	defer s.Stop()
	must.Do(m.SetTargets(s.Storage.DynamoDB, s.Storage.S3))
	c := &counter{Service: s, meter: m, sealer: must.Get(s.Sealer())}
	must.Do(c.openRegister(s.Storage.Tables()).SkipStatusLists(ctx)) // so that each counter of places is there
	must.Get(c.countLife(ctx, 0))                                    // the functions' first requests are not counted
	var lives [][]countedScenario
	for order := 1; len(lives) < wanted; order++ {
		before := m.RetryCount()
		life := must.Get(c.countLife(ctx, order))
		switch {
		case m.RetryCount() == before:
			lives = append(lives, life)
		case order-len(lives) > maxRetried:
			return nil, errors.New("this machine is too busy: the SDK keeps sending requests to DynamoDB or S3 again")
		default:
			fmt.Printf("life %d is left out: a request was sent again\n", order)
		}
	}
	return mergeLives(lives)
}

// counter counts what the scenarios of a life take.
type counter struct {
	*testservice.Service
	meter  *meter.Meter
	sealer *fieldcrypto.Sealer

	requests, answered atomic.Int64 // to the API, and bytes of its answers
}

// countedScenario is a scenario with the accesses it is made of. The owner of one that belongs to no owner of this
// life is "" until the lives are compared.
type countedScenario struct {
	model.Scenario
	accesses []countedAccess
}

type countedAccess struct {
	key string
	model.Access
}

// countLife goes through one life and counts each scenario.
func (c *counter) countLife(ctx context.Context, order int) (all []countedScenario, err error) {
	defer must.Catch(&err)
	l := c.newLife(ctx, order)
	for _, s := range l.steps() {
		one, err := c.count(ctx, s)
		if err != nil {
			return nil, fmt.Errorf("life %d, %s: %w", order, s.name, err)
		}
		all = append(all, one)
	}
	owners := c.owners(l)
	for i := range all {
		for k := range all[i].accesses {
			if err := owners.identify(&all[i].accesses[k]); err != nil {
				return nil, fmt.Errorf("%s: %w", all[i].Name, err)
			}
		}
	}
	return all, nil
}

func (c *counter) count(ctx context.Context, s step) (one countedScenario, err error) {
	defer must.Catch(&err)
	before := c.readLogs(ctx)
	must.Get(c.meter.Take())
	cpu, answered := cpuTimes(), c.answered.Load()
	s.do(ctx)
	after := c.readLogs(ctx)
	one.Scenario = model.Scenario{
		Name: s.name, What: s.what, Routes: map[string]int{}, Operations: map[string]int{},
		Bytes: map[string]int64{model.Answers: c.answered.Load() - answered},
	}
	for function, log := range after {
		written := log[len(before[function]):]
		one.Bytes[model.Logs] += int64(len(written))
		if s.name == "places" {
			one.Function = "endorse" // whose code ran in this process
		}
		for _, route := range routes(written) {
			if one.Function != "" && one.Function != function {
				return one, fmt.Errorf("%s and %s answered", one.Function, function)
			}
			one.Function = function
			one.Routes[route]++
		}
	}
	one.CPU = float64(cpuTimes()[one.Function]-cpu[one.Function]) / float64(time.Millisecond)
	for _, call := range must.Get(c.meter.Take()) {
		one.add(call)
	}
	return one, nil
}

// takePlaces takes places in the status lists as endorse does, through the meter.
func (c *counter) takePlaces(ctx context.Context) {
	cloud := c.Storage.Config()
	cloud.BaseEndpoint = &c.meter.URL
	must.Get(c.openRegister(dynamodb.NewFromConfig(cloud)).NextStatusIndex(ctx))
}

func (c *counter) openRegister(client *dynamodb.Client) *records.Store {
	tables := records.Tables{Records: template.TableName("Records"), Ledger: template.TableName("Ledger")}
	return records.New(client, tables, c.sealer, nil)
}

func (one *countedScenario) add(call meter.Call) {
	switch {
	case call.Operation != "":
		one.Operations[call.Operation]++
	case call.Method == http.MethodGet:
		one.Gets++
		one.Bytes[model.Got] += call.Bytes
	default:
		one.Puts++
		one.Bytes[model.Put] += call.Bytes
	}
	for _, a := range call.Accesses {
		table := shortName(a.Table)
		one.accesses = append(one.accesses, countedAccess{a.Key, model.Access{Table: table, Read: a.Read, Write: a.Write}})
		if a.Stored != 0 {
			one.Bytes[table] += a.Stored
		}
	}
}

// cpuTimes is the processor time of each function's processes so far.
func cpuTimes() map[string]time.Duration {
	all := map[string]time.Duration{}
	for name, pids := range processes.Functions(os.Getpid()) {
		all[name] = processes.SumCPU(pids)
	}
	return all
}

// readLogs waits until every request has its line in the functions' logs, and returns the logs by function.
func (c *counter) readLogs(ctx context.Context) map[string][]byte {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		logs, requests := map[string][]byte{}, int64(0)
		for _, file := range must.Get(filepath.Glob(filepath.Join(c.Data, "logs", "*.log"))) {
			data := must.Get(os.ReadFile(file))
			data = data[:bytes.LastIndexByte(data, '\n')+1]
			logs[strings.TrimSuffix(filepath.Base(file), ".log")] = data
			requests += int64(len(routes(data)))
		}
		if requests >= c.requests.Load() {
			return logs
		}
		select {
		case <-ctx.Done():
			must.Do(fmt.Errorf("%d requests, but %d lines in the logs", c.requests.Load(), requests))
		case <-time.After(2 * time.Millisecond):
		}
	}
}

// routes are the routes of the requests in a log.
func routes(log []byte) (all []string) {
	for line := range bytes.Lines(log) {
		var entry struct{ Route string }
		if json.Unmarshal(line, &entry) == nil && entry.Route != "" {
			all = append(all, entry.Route)
		}
	}
	return all
}

// transport counts the requests of a client to the API.
func (c *counter) transport(next http.RoundTripper) http.RoundTripper {
	return roundTripFunc(func(r *http.Request) (*http.Response, error) {
		res, err := next.RoundTrip(r)
		if err != nil || "http://"+r.URL.Host != c.URL || strings.HasPrefix(r.URL.Path, "/messages") {
			return res, err
		}
		c.requests.Add(1)
		c.answered.Add(max(0, res.ContentLength))
		return res, nil
	})
}

type roundTripFunc func(*http.Request) (*http.Response, error)

func (t roundTripFunc) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }
