package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"
)

// warm is how many requests of each kind come before the measured ones.
const warmupRequests = 60

// benchCase is one thing that is measured.
type benchCase struct {
	name string
	do   func(ctx context.Context, i int) error
	pid  func() int // of the process whose CPU time counts; nil for none
}

// result is what measuring it gave.
type result struct {
	name  string
	times []time.Duration // sorted
	cpu   time.Duration   // of one request; 0 where it is not known
}

func (r result) quantile(q float64) time.Duration {
	return r.times[min(int(q*float64(len(r.times))), len(r.times)-1)]
}

// String is a line of the table.
func (r result) String() string {
	cpu := "–"
	if r.cpu > 0 {
		cpu = fmt.Sprintf("%.2f", milliseconds(r.cpu))
	}
	return fmt.Sprintf("%-44s %8.2f %8.2f %8s", r.name, milliseconds(r.quantile(0.5)), milliseconds(r.quantile(0.95)), cpu)
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// measure does all kinds in turn, so that whatever else the machine is doing slows them alike. The
// first result is the bare read, the last the verification.
func (b *bench) measure(ctx context.Context, rounds int) ([]result, error) {
	kinds := b.kinds()
	results := make([]result, len(kinds))
	for i := range warmupRequests + rounds {
		for k, one := range kinds {
			start := time.Now()
			if err := one.do(ctx, i); err != nil {
				return nil, fmt.Errorf("%s: %w", one.name, err)
			}
			if took := time.Since(start); i >= warmupRequests {
				results[k].times = append(results[k].times, took)
			}
		}
	}
	for k, one := range kinds {
		results[k].name = one.name
		slices.Sort(results[k].times)
		var err error
		if results[k].cpu, err = one.cost(ctx); err != nil {
			return nil, fmt.Errorf("%s: %w", one.name, err)
		}
	}
	return results, nil
}

// counted is over how many requests processor time is taken: its unit is coarse.
const countedRequests = 200

// cost is the processor time of one request in the function's process.
func (k benchCase) cost(ctx context.Context) (time.Duration, error) {
	if k.pid == nil {
		return 0, nil
	}
	pid := k.pid()
	before := cpuTime(pid)
	for i := range countedRequests {
		if err := k.do(ctx, i); err != nil {
			return 0, err
		}
	}
	return (cpuTime(pid) - before) / countedRequests, nil
}

// kinds are what is measured: the parts first, the whole last.
func (b *bench) kinds() []benchCase {
	return []benchCase{
		{"DynamoDB: BatchGetItem of both items, bare", b.read, nil},
		{"DynamoDB: PutItem of a ledger entry, bare", b.write, nil},
		{"DynamoDB: the read, then the write, bare", b.readAndWrite, nil},
		{"gateway and function without DynamoDB", b.keys, b.function},
		{"POST /v1/verifications with a token", b.verify, b.function},
	}
}

func (b *bench) verify(ctx context.Context, i int) error {
	body, err := json.Marshal(map[string]string{"token": b.tokens[i%len(b.tokens)]})
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, b.url+"/v1/verifications", bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := b.send(r)
	if err == nil && !bytes.Contains(answer, []byte(`"verdict":"valid"`)) {
		err = fmt.Errorf("answered %s", answer)
	}
	return err
}

// keys asks for what the function has in its memory.
func (b *bench) keys(ctx context.Context, _ int) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, b.url+"/.well-known/jwks.json", http.NoBody)
	if err != nil {
		return err
	}
	_, err = b.send(r)
	return err
}

func (b *bench) send(r *http.Request) ([]byte, error) {
	res, err := b.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("status %d: %s", res.StatusCode, body)
	}
	return body, err
}
