package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/trials/forgeries/forgery"
)

// The judges, in the order of the table's columns.
const (
	byAPI      = "API"
	byPage     = "page"
	offline    = "offline"
	offlineDay = "-as-of"
	byRegistry = "-registry"
	byReceipt  = "receipt"
)

func judges() []string { return []string{byAPI, byPage, offline, offlineDay, byRegistry, byReceipt} }

// finding is what a judge said of a forgery.
type finding struct {
	judge string
	valid bool   // it called it valid, or took it for a receipt of the service, or showed what is hidden
	said  string // in its own words
	err   error  // why it did not judge
	took  time.Duration
}

// bench is one worker with judges of its own.
type bench struct {
	stack  *stack.Stack
	words  holding // who asks for imitating words
	agency string  // access token of an organisation that verifies
	today  string
	verify checker
	page   *page // nil without a browser

	api *seed.API // the service, by processes of its own
	end func()
}

// renew takes new processes of the service, which have counted nobody yet.
func (b *bench) renew() error {
	if b.end != nil {
		b.end()
	}
	url, end, err := b.stack.StartGateway(stack.Set{})
	if err != nil {
		return err
	}
	b.api, b.end = &seed.API{URL: url}, end
	if b.page != nil {
		return b.page.open(url)
	}
	return nil
}

func (b *bench) close() {
	if b.end != nil {
		b.end()
	}
}

// busyError says that a limit was reached and nothing was judged.
type busyError struct{ said string }

func (e busyError) Error() string { return "a limit was reached: " + e.said }

// patience is how often a judge is asked that was busy or did not answer.
const patience = 3

// ask asks a judge until it judges.
func (b *bench) ask(ctx context.Context, do func() (finding, error)) (f finding, err error) {
	for range patience {
		if f, err = do(); err == nil {
			return f, nil
		}
		if ctx.Err() != nil {
			return f, ctx.Err()
		}
		time.Sleep(10 * time.Millisecond)
		if again := b.renew(); again != nil {
			return f, again
		}
	}
	return f, err
}

// judge has a forgery judged by all.
func (b *bench) judge(ctx context.Context, f forgery.Forgery) []finding {
	if f.Form == forgery.Ask {
		found, err := b.ask(ctx, func() (finding, error) { return b.byWords(ctx, f) })
		found.judge, found.err = byAPI, err
		return []finding{found}
	}
	var all []finding
	note := func(judge string, do func() (finding, error)) {
		start := time.Now()
		found, err := b.ask(ctx, do)
		found.judge, found.err, found.took = judge, err, time.Since(start)
		all = append(all, found)
	}
	var receipt forgery.Slip
	for _, call := range calls(f) {
		note(byAPI, func() (finding, error) {
			found, r, err := b.call(ctx, f, call)
			if r.Text != "" {
				receipt.Text = r.Text
			}
			if r.Page != nil {
				receipt.Page = r.Page
			}
			return found, err
		})
	}
	if b.page != nil {
		note(byPage, func() (finding, error) { return b.page.judge(ctx, f) })
	}
	for _, mode := range b.verify.modes(f, b.api.URL, b.today) {
		note(mode.judge, func() (finding, error) {
			mode.registry(b.api.URL)
			return b.verify.judge(ctx, f, *mode)
		})
	}
	for _, r := range receiptsOf(receipt) {
		note(byReceipt, func() (finding, error) {
			found, _, err := b.call(ctx, r, calls(r)[0])
			return found, err
		})
		note(byReceipt, func() (finding, error) {
			return b.verify.judge(ctx, r, mode{judge: byReceipt, flags: []string{"-as-of", b.today}})
		})
	}
	return all
}

// receiptsOf are the receipts of a forgery's own answer, to be handed in again: they are genuine
// receipts, and no more.
func receiptsOf(r forgery.Slip) (all []forgery.Forgery) {
	if r.Text != "" {
		all = append(all, forgery.Forgery{Form: forgery.Receipt, Data: []byte(r.Text), Signed: true})
	}
	if r.Page != nil {
		all = append(all, forgery.Forgery{Form: forgery.PDF, Data: r.Page, Signed: true})
	}
	return all
}

// isFalseAccept says whether an answer to a forgery is one that only a genuine file or code may get. A genuine
// receipt may be called a receipt; a forged one, or a forged page, may not.
func isFalseAccept(f forgery.Forgery, verdict string) bool {
	return verdict == "valid" || verdict == "receipt" && !f.Signed
}

func (f finding) String() string {
	if f.err != nil {
		return fmt.Sprintf("%s: not judged: %v", f.judge, f.err)
	}
	return f.judge + ": " + f.said
}
