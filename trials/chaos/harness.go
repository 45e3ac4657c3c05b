package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/trials/faultproxy"
	"github.com/jiazhu/jiazhu/trials/testservice"
)

// harness is a service whose storage fails on demand, and its holders.
type harness struct {
	*testservice.Service
	outcomes *outcomeLog
	data     string
	storage  faultproxy.Storage
	proxy    *faultproxy.Proxy
	faults   *faultproxy.Random
	people   []seed.Holder
	stock    copyStock
	signer   *client.Signer // of the identity app

	cleanups []func()
}

// redelivery is the pause before a message is delivered again, after a run that died or failed.
const redelivery = time.Second

func open(ctx context.Context, s settings, b *outcomeLog) (p *harness, err error) {
	p = &harness{outcomes: b}
	defer func() {
		if err != nil {
			p.close()
		}
	}()
	defer must.Catch(&err)
	root := must.Get(testservice.FindRoot())
	p.data = must.Get(os.MkdirTemp("", "jiazhu-chaos-"))
	p.addCleanup(func() { _ = os.RemoveAll(p.data) })
	p.startStorage(ctx, root, s.seed)
	p.Service = must.Get(testservice.Start(ctx, stack.Options{
		Root: root, Data: p.data, Functions: s.functions, DynamoDBEndpoint: p.proxy.URL, S3Endpoint: p.proxy.URL,
		Redelivery: redelivery,
	}))
	p.addCleanup(p.Stop)
	p.signer = must.Get(p.App(seed.Person{})).Signer
	p.people = seed.SimpleHolders(s.holders, p.Today)
	p.UseClient(faultproxy.NewPooledClient(0, s.holders, 16))
	must.Do(p.Target.Enter(ctx, p.people))
	return p, nil
}

// startStorage starts DynamoDB and S3, with a proxy before them, and one that sends notices before S3.
func (p *harness) startStorage(ctx context.Context, root string, seed uint64) {
	p.storage = must.Get(faultproxy.NewStorage(root, p.data))
	p.addCleanup(p.storage.Stop)
	must.Do(p.storage.Start(ctx))
	p.faults = faultproxy.NewRandom(seed)
	p.proxy = faultproxy.New(p.faults.Handle)
	objects := httptest.NewServer(must.Get(newUploadNotices(p, p.storage.Objects.URL, seed)))
	p.addCleanup(objects.Close)
	p.addCleanup(p.proxy.Close)
	must.Do(p.proxy.SetTargets(p.storage.Tables.URL, objects.URL))
}

func (p *harness) addCleanup(do func()) { p.cleanups = append(p.cleanups, do) }

func (p *harness) close() {
	for _, do := range slices.Backward(p.cleanups) {
		do()
	}
}

// findLogLine is the line that a function wrote of a request, or nil.
func (p *harness) findLogLine(request string) []byte {
	logs, _ := filepath.Glob(filepath.Join(p.data, "logs", "*.log"))
	for _, name := range logs {
		text, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		for line := range bytes.Lines(text) {
			if bytes.Contains(line, []byte(`"requestId":"`+request+`"`)) {
				return line
			}
		}
	}
	return nil
}

// cause is what a function wrote of what went wrong with a request, or "".
func (p *harness) cause(request string) string {
	var line struct{ Cause string }
	_ = json.Unmarshal(p.findLogLine(request), &line)
	return line.Cause
}

// diedRuns is how many runs of a job wrote no record before its latest one that did: they were killed, or the answer to
// their beginning was lost.
func (p *harness) diedRuns(job string) int {
	text, err := os.ReadFile(filepath.Join(p.data, "logs", jobsFunction+".log"))
	if err != nil {
		return 0
	}
	latest, written := 0, map[int]bool{}
	for line := range bytes.Lines(text) {
		var record struct {
			Job string
			Run int
		}
		if json.Unmarshal(line, &record) == nil && record.Job == job && record.Run > 0 {
			latest, written[record.Run] = max(latest, record.Run), true
		}
	}
	return latest - len(written)
}

// api is the service for a client at the i-th address; the answers are counted and checked.
func (p *harness) api(i int) *seed.API {
	client := faultproxy.Client(faultproxy.Address(1000 + i))
	client.Transport = &responseChecker{next: client.Transport, service: p.URL, outcomes: p.outcomes}
	return &seed.API{URL: p.URL, HTTP: client}
}
