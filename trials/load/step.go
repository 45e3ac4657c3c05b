package main

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"github.com/jiazhu/jiazhu/trials/faultproxy"
	"github.com/jiazhu/jiazhu/trials/processes"
)

const (
	warmup   = 700 * time.Millisecond // at the same rate, before a step
	maxRate  = 4000                   // rate that is tried, a second
	inFlight = connections            // requests at a time, at most
	minPace  = 0.9                    // of the rate has to be sent for a step to count
)

// step is one rate and how it went.
type step struct {
	rate          int
	requests      int
	p50, p95, p99 time.Duration
	limited       int            // 429
	errors        map[string]int // by what was answered
	sent          float64        // requests a second
	cpu           cost           // of one request
}

// cost is processor time.
type cost struct{ gateway, function, tables, objects time.Duration }

func (c cost) subtract(d cost) cost {
	return cost{c.gateway - d.gateway, c.function - d.function, c.tables - d.tables, c.objects - d.objects}
}

func (c cost) divide(n int) cost {
	d := time.Duration(max(n, 1))
	return cost{c.gateway / d, c.function / d, c.tables / d, c.objects / d}
}

// measureCPU is what the processes have taken so far.
func (p *harness) measureCPU() cost {
	c := cost{gateway: processes.CPU(p.gateway), tables: processes.CPU(p.storage.Tables.PID()), objects: processes.CPU(p.storage.Objects.PID())}
	for _, pids := range processes.Functions(p.gateway) {
		c.function += processes.SumCPU(pids)
	}
	return c
}

// countErrors is how many answers were not what was asked for, limits apart.
func (s step) countErrors() (n int) {
	for _, one := range s.errors {
		n += one
	}
	return n
}

// holds reports whether the rate is within what the route promises.
func (s step) holds(bound time.Duration) bool {
	return s.requests > 0 && s.countErrors() == 0 && s.limited == 0 && s.p99 <= bound && s.sent >= minPace*float64(s.rate)
}

func (s step) String() string {
	text := fmt.Sprintf("%d/s %.0f", s.rate, milliseconds(s.p99))
	if s.limited > 0 {
		text += fmt.Sprintf(" (%d limited)", s.limited)
	}
	if n := s.countErrors(); n > 0 {
		text += fmt.Sprintf(" (%d errors: %v)", n, s.errors)
	}
	return text
}

// attack keeps a rate, first for a moment that does not count.
func (p *harness) attack(ctx context.Context, r route, origin string, rate int, length time.Duration, turn *atomic.Int64) (step, error) {
	if _, err := p.keepRate(ctx, r, origin, rate, warmup, turn); err != nil {
		return step{}, err
	}
	before := p.measureCPU()
	s, err := p.keepRate(ctx, r, origin, rate, length, turn)
	s.cpu = p.measureCPU().subtract(before).divide(s.requests)
	return s, err
}

func (p *harness) keepRate(ctx context.Context, r route, origin string, rate int, length time.Duration, turn *atomic.Int64) (step, error) {
	attacker := vegeta.NewAttacker(vegeta.Client(p.http), vegeta.MaxWorkers(inFlight), vegeta.Workers(uint64(min(rate, inFlight))))
	targets := func(t *vegeta.Target) error {
		*t = r.makeTarget(origin, int(turn.Add(1)))
		if t.Header == nil {
			t.Header = http.Header{}
		}
		t.Header.Set(faultproxy.ScriptHeader, r.name)
		return nil
	}
	stop := context.AfterFunc(ctx, func() { attacker.Stop() })
	defer stop()
	s := step{rate: rate, errors: map[string]int{}}
	var m vegeta.Metrics
	for res := range attacker.Attack(targets, vegeta.Rate{Freq: rate, Per: time.Second}, length, "") {
		m.Add(res)
		switch {
		case int(res.Code) == r.want:
		case res.Code == http.StatusTooManyRequests:
			s.limited++
		case res.Code == 0:
			s.errors["no answer"]++
		default:
			s.errors[fmt.Sprint(res.Code)]++
		}
	}
	m.Close()
	s.requests = int(m.Requests)
	s.sent = m.Rate
	s.p50, s.p95, s.p99 = m.Latencies.P50, m.Latencies.P95, m.Latencies.P99
	return s, ctx.Err()
}
