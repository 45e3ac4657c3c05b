package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/trials/checks"
)

// routeResult is what was found out about a route.
type routeResult struct {
	route      route
	triedSteps []step // in order
	knee       step   // the last that held; rate 0 = none did
	halfKnee   step   // about half the knee
	bare       step   // the bare function at the same rate
}

// measure raises the rate until it does not hold, tries one in between, and then the bare function.
func (p *harness) measure(ctx context.Context, r route, length time.Duration) (m routeResult, err error) {
	defer must.Catch(&err)
	m.route = r
	var turn atomic.Int64
	try := func(rate int) bool {
		s := must.Get(p.attack(ctx, r, p.URL, rate, length, &turn))
		m.triedSteps = append(m.triedSteps, s)
		held := s.holds(r.bound)
		if held && s.rate > m.knee.rate {
			m.knee = s
		}
		return held
	}
	findStartRate(r.first, try)
	for rate := 2 * m.knee.rate; m.knee.rate > 0 && rate <= maxRate && try(rate); rate *= 2 {
	}
	if m.knee.rate > 0 {
		try(m.knee.rate * 3 / 2)
	}
	m.halfKnee = m.triedSteps[0]
	for _, s := range m.triedSteps {
		if s.holds(r.bound) && (s.rate <= max(m.knee.rate/2, r.first) && s.rate > m.halfKnee.rate || !m.halfKnee.holds(r.bound)) {
			m.halfKnee = s
		}
	}
	return m, p.measureBare(ctx, r, length, &m)
}

// tries is how often a step is tried that everything else depends on: where the machine does other
// work too, one may go wrong for reasons that are not the service's.
const stepTries = 2

// findStartRate finds a rate to begin with: the first, or a half of it, or a half of that.
func findStartRate(first int, try func(rate int) bool) {
	for rate := first; rate > 0 && rate >= first/4; rate /= 2 {
		for range stepTries {
			if try(rate) {
				return
			}
		}
	}
}

// measureBare has the bare function keep the easy rate. Nothing has called it yet: it starts as gently as
// the route did.
func (p *harness) measureBare(ctx context.Context, r route, length time.Duration, m *routeResult) (err error) {
	var turn atomic.Int64
	for range stepTries {
		if _, err := p.keepRate(ctx, r, p.Bare, r.first, warmup, &turn); err != nil {
			return err
		}
		if m.bare, err = p.attack(ctx, r, p.Bare, m.halfKnee.rate, length, &turn); err != nil || m.bare.holds(r.bound) {
			return err
		}
	}
	return nil
}

// steps is a line with every rate that was tried.
func (m routeResult) steps() string {
	said := make([]string, len(m.triedSteps))
	for i, s := range m.triedSteps {
		said[i] = s.String()
	}
	return fmt.Sprintf("%-16s p99: %s", m.route.name, strings.Join(said, ", "))
}

// table prints what was found out, a line for each route.
func table(to io.Writer, all []routeResult) {
	fmt.Fprintf(to, "\n%-16s %6s %6s %7s %7s %7s %6s %6s | %6s %5s %5s %5s %5s | %6s %5s %5s\n",
		"route", "bound", "knee/s", "p50", "p95", "p99", "errors", "429", "at/s", "gw", "func", "table", "files", "bare", "÷ p50", "÷ CPU")
	for _, m := range all {
		k, e, b := m.knee, m.halfKnee, m.bare
		fmt.Fprintf(to, "%-16s %6.0f %6d %7.2f %7.2f %7.2f %6d %6d | %6d %5.2f %5.2f %5.2f %5.2f | %6.2f %5.2f %5.2f\n",
			m.route.name, milliseconds(m.route.bound), k.rate, milliseconds(k.p50), milliseconds(k.p95), milliseconds(k.p99), k.countErrors(), k.limited,
			e.rate, milliseconds(e.cpu.gateway), milliseconds(e.cpu.function), milliseconds(e.cpu.tables), milliseconds(e.cpu.objects),
			milliseconds(b.p50), ratio(e.p50, b.p50), ratio(e.cpu.gateway+e.cpu.function, b.cpu.gateway+b.cpu.function))
	}
	fmt.Fprintln(to)
}

func ratio(a, b time.Duration) float64 {
	if b <= 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// checks ask for a knee, for right answers of the bare function, and for no limit in the way of a crowd.
func (m routeResult) checks() []checks.Check {
	limited := 0
	for _, s := range m.triedSteps {
		limited += s.limited
	}
	return []checks.Check{
		{Name: m.route.name, OK: m.knee.rate > 0, Got: fmt.Sprintf("%d a second is more than holds: %s", m.route.first, m.steps())},
		{
			Name: m.route.name + ", bare", OK: m.bare.requests > 0 && m.bare.countErrors() == 0,
			Got: fmt.Sprintf("%d of %d answers were wrong: %v", m.bare.countErrors(), m.bare.requests, m.bare.errors),
		},
		{Name: m.route.name + ", limits", OK: limited == 0, Got: fmt.Sprintf("%d requests were answered with 429: %s", limited, m.steps())},
	}
}
