package faults

import (
	"context"
	"errors"
	"fmt"

	"github.com/jiazhu/jiazhu/local/seed"
)

// scenario is something a client does, with its tries.
type scenario struct {
	name             string
	prepare          func(ctx context.Context, l *worker) (*preparedScenario, error)
	usesOwnFunctions bool // woken by the queue: it has the stack's own functions, which have minutes

	// spares is an operation the journey's answer does not wait for to succeed: where it failed
	// throughout, what it writes may be missing.
	optionalCall string
	// withholds tells that an answer may withhold what is asked for again: each answer leaves an entry.
	mayWithhold bool
}

// preparedScenario is a journey about to be made, on things of its own.
type preparedScenario struct {
	certificate string // whose shape is compared afterwards; "" = none
	run         func(ctx context.Context, c *caller) error
	check       func(ctx context.Context) error
}

// scenarios are all of them.
func scenarios() []scenario {
	return []scenario{
		{name: "login", prepare: login},
		{name: "logout", prepare: logout},
		{name: "token", prepare: token},
		{name: "identify", prepare: identify},
		{name: "detail", prepare: detail},
		{name: "bind", prepare: bind},
		{name: "unbind", prepare: unbind},
		{name: "endorse", prepare: endorse},
		{name: "withdraw", prepare: withdraw},
		{name: "history", prepare: history},
		{name: "download", prepare: download},
		{name: "verify", prepare: verify, mayWithhold: true},
		{name: "receipt", prepare: receipt, optionalCall: "PutItem"},
		{name: "consent", prepare: consent},
		{name: "revoke", prepare: revoke},
		{name: "ledger", prepare: ledger},
		{name: "report", prepare: report},
		{name: "change", prepare: change},
		{name: "announce", prepare: announce},
		{name: "intake", prepare: importFile, usesOwnFunctions: true},
	}
}

func expect[T comparable](what string, got, want T) error {
	if got != want {
		return fmt.Errorf("%s is %v, want %v", what, got, want)
	}
	return nil
}

// wantCode checks that something was refused for this reason.
func wantCode(what string, err error, code string) error {
	if got := problemCode(err); got != code {
		return fmt.Errorf("%s: %v, want the problem %s", what, err, code)
	}
	return nil
}

// attempt is one journey with its faults.
func (l *worker) attempt(ctx context.Context, j scenario, plan ...Fault) (o outcome, err error) {
	s, err := j.prepare(ctx, l)
	if err != nil {
		return o, fmt.Errorf("prepare: %w", err)
	}
	l.proxy.Arm(plan...)
	acted := s.run(ctx, l.caller())
	o.calls, o.injected = l.proxy.Disarm()
	if acted != nil {
		return o, fmt.Errorf("it could not be done: %w", acted)
	}
	err = s.check(ctx)
	if s.certificate == "" {
		return o, err
	}
	var shapeErr error
	o.shape, shapeErr = l.harness.store.shape(ctx, s.certificate)
	return o, errors.Join(err, shapeErr)
}

// outcome is what an attempt left behind.
type outcome struct {
	calls    []string
	injected int
	shape    []string
}

// as is a call of the session.
func as(s *seed.Session, method, path string, body any) seed.Call {
	return seed.Call{Method: method, Path: path, Token: s.Token, JSON: body}
}
