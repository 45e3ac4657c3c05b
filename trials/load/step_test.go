package main

import (
	"testing"
	"time"
)

func TestARateHoldsWhenEveryAnswerIsRightAndInTime(t *testing.T) {
	good := step{rate: 100, requests: 200, sent: 100, p99: 50 * time.Millisecond}
	for name, c := range map[string]struct {
		change func(*step)
		want   bool
	}{
		"it is as it should be":              {func(*step) {}, true},
		"at the bound":                       {func(s *step) { s.p99 = 200 * time.Millisecond }, true},
		"one of a hundred is late":           {func(s *step) { s.p99 = 201 * time.Millisecond }, false},
		"one answer is wrong":                {func(s *step) { s.errors = map[string]int{"503": 1} }, false},
		"one was told that it asks too much": {func(s *step) { s.limited = 1 }, false},
		"the rate was not kept":              {func(s *step) { s.sent = 80 }, false},
		"nothing was sent":                   {func(s *step) { s.requests = 0 }, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := good
			c.change(&s)
			if got := s.holds(200 * time.Millisecond); got != c.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestARouteWithoutAKneeOrWithALimitInItsWayFails(t *testing.T) {
	held := step{rate: 10, requests: 10}
	limited := step{rate: 20, requests: 10, limited: 3}
	for name, c := range map[string]struct {
		measured routeResult
		failed   int
	}{
		"all is well":        {routeResult{triedSteps: []step{held}, knee: held, bare: held}, 0},
		"no rate held":       {routeResult{triedSteps: []step{{rate: 10}}, bare: held}, 1},
		"a limit":            {routeResult{triedSteps: []step{held, limited}, knee: held, bare: held}, 1},
		"bare answers wrong": {routeResult{triedSteps: []step{held}, knee: held, bare: step{requests: 1, errors: map[string]int{"500": 1}}}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			failed := 0
			for _, check := range c.measured.checks() {
				if !check.OK {
					failed++
				}
			}
			if failed != c.failed {
				t.Errorf("%d failed: %+v", failed, c.measured.checks())
			}
		})
	}
}
