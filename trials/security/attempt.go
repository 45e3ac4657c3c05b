package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
)

// scenario is what one attacker tries, in this order.
type scenario struct {
	attacker string
	attempts func(context.Context) []attempt
}

// attempt is one thing that is tried.
type attempt struct {
	what string
	// trusted says why reaching it is no failure, such as that it is the client's own task; "" = nobody is
	// trusted with it. What is trusted has to be reached, or the run shows nothing.
	trusted string
	// try returns what was reached in words, "" for nothing. Where it stops (package must) with the service's
	// problem or with rowErrors, it was refused; any other error fails the attempt.
	try func(context.Context) (reached string)
}

// grantedRole is why a key reaches what its client is there for.
const grantedRole = "its office"

// result is what became of an attempt.
type result struct {
	attacker string
	attempt
	reached string
	refused string // with what; "" = with nothing
	broken  error  // the attempt could not be made, or an operator's command failed
}

// failureReason says why the result is a failure, or "".
func (r result) failureReason() string {
	switch {
	case r.broken != nil:
		return "the attempt is broken"
	case r.trusted == "" && r.reached != "":
		return "nobody is trusted with this"
	case r.trusted != "" && r.reached == "":
		return "this is trusted, and was not reached"
	}
	return ""
}

// String is the result as the table tells it.
func (r result) String() string {
	switch {
	case r.broken != nil:
		return fmt.Sprintf("**%.300s**", strings.Join(strings.Fields(r.broken.Error()), " "))
	case r.reached != "" && r.trusted != "":
		return "reached (" + r.trusted + "): " + r.reached
	case r.reached != "":
		return "**reached: " + r.reached + "**"
	case r.refused != "":
		return "refused: " + r.refused
	}
	return "nothing"
}

// rowErrors is a refused row of a report: the rules it breaks.
type rowErrors []string

func (r rowErrors) Error() string { return strings.Join(r, ", ") }

// refusal is an error as the table tells it; false for one that is none of the service's.
func refusal(err error) (string, bool) {
	var rules rowErrors
	var p *client.Problem
	switch {
	case errors.As(err, &rules):
		return "row `" + rules.Error() + "`", true
	case errors.As(err, &p) && p.Code != "":
		said := fmt.Sprintf("%d `%s`", p.Status, p.Code)
		for _, f := range p.Fields {
			said += " `" + f.Rule + "`"
		}
		return said, true
	}
	return "", false
}

// runScenarios runs the scenarios whose attacker's name begins with only, and prints as it goes.
func (s *fixture) runScenarios(ctx context.Context, out io.Writer, only string) (all []result, err error) {
	for _, p := range s.scenarios() {
		if !strings.HasPrefix(p.attacker, only) {
			continue
		}
		fmt.Fprintf(out, "\n%s\n", p.attacker)
		attempts, err := p.prepare(ctx)
		if err != nil {
			return nil, fmt.Errorf("%s: prepare: %w", p.attacker, err)
		}
		for _, a := range attempts {
			r := a.run(ctx, p.attacker)
			mark := "✓"
			if r.failureReason() != "" {
				mark = "✗"
			}
			fmt.Fprintf(out, "  %s %s\n      %s\n", mark, a.what, r)
			all = append(all, r)
		}
	}
	return all, nil
}

func (p scenario) prepare(ctx context.Context) (all []attempt, err error) {
	defer must.Catch(&err)
	return p.attempts(ctx), nil
}

func (a attempt) run(ctx context.Context, attacker string) result {
	r := result{attacker: attacker, attempt: a}
	reached, err := a.catch(ctx)
	if err == nil {
		r.reached = reached
		return r
	}
	var ok bool
	if r.refused, ok = refusal(err); !ok {
		r.broken = err
	}
	return r
}

// catch makes the attempt and returns what stopped it as an error.
func (a attempt) catch(ctx context.Context) (reached string, err error) {
	defer must.Catch(&err)
	return a.try(ctx), nil
}

// textIf is the words where they are true.
func textIf(words string, is bool) string {
	if is {
		return words
	}
	return ""
}
