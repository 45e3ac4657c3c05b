package faults

import (
	"context"
	"fmt"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
)

// scenario is something a client does, with its retries.
type scenario struct {
	name             string
	prepare          func(ctx context.Context, l *worker) *preparedScenario
	usesOwnFunctions bool // the queue invokes the stack's own functions, which have minutes

	// optionalCall is an operation whose success the answer does not wait for: where it failed throughout, what
	// it writes may be missing.
	optionalCall string
	// mayWithhold says that an answer may withhold what is then asked for again: each answer leaves an entry.
	mayWithhold bool
}

// preparedScenario is a scenario about to run, on items of its own. Its steps stop at an error (package must).
type preparedScenario struct {
	certificate string // whose shape is compared afterwards; "" = none
	run         func(ctx context.Context)
	check       func(ctx context.Context)
}

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
		{name: "batch", prepare: batch, optionalCall: "PutItem"},
		{name: "consent", prepare: consent},
		{name: "revoke", prepare: revoke},
		{name: "ledger", prepare: ledger},
		{name: "report", prepare: report},
		{name: "change", prepare: change},
		{name: "announce", prepare: announce},
		{name: "intake", prepare: importFile, usesOwnFunctions: true},
		{name: "job", prepare: judgeArchive, usesOwnFunctions: true},
	}
}

// expect stops the steps unless two values are the same.
func expect[T comparable](what string, got, want T) {
	if got != want {
		must.Do(fmt.Errorf("%s is %v, want %v", what, got, want))
	}
}

// wantCode stops the steps unless something was refused for this reason.
func wantCode(what string, err error, code client.ProblemCode) {
	if got := problemCode(err); got != code {
		must.Do(fmt.Errorf("%s: %v, want the problem %s", what, err, code))
	}
}

// attempt runs a scenario once, with its faults.
func (l *worker) attempt(ctx context.Context, j scenario, plan ...Fault) (o outcome, err error) {
	defer must.Catch(&err)
	s := j.prepare(ctx, l)
	l.proxy.Arm(plan...)
	failed := func() (err error) {
		defer must.Catch(&err)
		s.run(ctx)
		return nil
	}()
	o.calls, o.injected = l.proxy.Disarm()
	if failed != nil {
		return o, fmt.Errorf("it could not be done: %w", failed)
	}
	s.check(ctx)
	if s.certificate != "" {
		o.shape = l.harness.store.shape(ctx, s.certificate)
	}
	return o, nil
}

// outcome is what an attempt left behind.
type outcome struct {
	calls    []string
	injected int
	shape    []string
}
