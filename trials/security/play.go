package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/jiazhu/jiazhu/local/seed"
)

// scenario is what one attacker tries, in this order.
type scenario struct {
	attacker string
	attempts func(context.Context) ([]attempt, error)
}

// attempt is one thing that is tried.
type attempt struct {
	what string
	// trusted says why reaching it is no failure, such as that it is the client's office; "" = nobody is
	// trusted with it. What is trusted has to be reached, or else the play does not show anything.
	trusted string
	// try returns what was reached in words, "" for nothing. A *demo.Problem and a ruled are refusals;
	// any other error fails the attempt.
	try func(context.Context) (reached string, err error)
}

// office is why what a client is there for is reached by its key.
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
		return "the play is broken"
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
	var p *seed.Problem
	var rules rowErrors
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

// runScenarios plays everybody, and prints as it goes.
func (s *fixture) runScenarios(ctx context.Context, out io.Writer, only string) (all []result, err error) {
	for _, p := range s.scenarios() {
		if !strings.HasPrefix(p.attacker, only) {
			continue
		}
		fmt.Fprintf(out, "\n%s\n", p.attacker)
		attempts, err := p.attempts(ctx)
		if err != nil {
			return nil, fmt.Errorf("%s: prepare: %w", p.attacker, err)
		}
		for _, a := range attempts {
			r := result{attacker: p.attacker, attempt: a}
			if r.reached, err = a.try(ctx); err != nil {
				var ok bool
				if r.refused, ok = refusal(err); !ok {
					r.broken = err
				}
				r.reached = ""
			}
			mark, why := "✓", r.failureReason()
			if why != "" {
				mark = "✗"
			}
			fmt.Fprintf(out, "  %s %s\n      %s\n", mark, a.what, r)
			all = append(all, r)
		}
	}
	return all, nil
}

// textIf is the words where they are true.
func textIf(words string, is bool) string {
	if is {
		return words
	}
	return ""
}
