package main

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/stack"
	"github.com/jiazhu/jiazhu/trials/forgeries/forgery"
	"github.com/jiazhu/jiazhu/trials/testservice"
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
	judge   string
	valid   bool   // it called it valid, or took it for a receipt of the service, or showed what is hidden
	message string // in its own words
	err     error  // why it did not judge
}

// judgeWorker has judges of its own.
type judgeWorker struct {
	service   *testservice.Service
	imitating identifiedHolder // asks for imitating words
	agency    string           // access token of an organisation that verifies
	checker   checker
	page      *page // nil without a browser

	api      *seed.API // the service, by processes of its own
	closeAPI func()
}

// renew starts new processes of the service, whose limits are unused.
func (b *judgeWorker) renew() error {
	if b.closeAPI != nil {
		b.closeAPI()
	}
	url, end, err := b.service.StartGateway(stack.FunctionSet{})
	if err != nil {
		return err
	}
	b.api, b.closeAPI = &seed.API{URL: url}, end
	if b.page != nil {
		return b.page.open(url)
	}
	return nil
}

func (b *judgeWorker) close() {
	if b.closeAPI != nil {
		b.closeAPI()
	}
}

// busyError says that a limit was reached and nothing was judged.
type busyError struct{ message string }

func (e busyError) Error() string { return "a limit was reached: " + e.message }

// maxTries is how often a judge is asked that was busy or did not answer.
const maxTries = 3

// ask asks a judge until it judges.
func (b *judgeWorker) ask(ctx context.Context, do func() (finding, error)) (f finding, err error) {
	for range maxTries {
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
func (b *judgeWorker) judge(ctx context.Context, f forgery.Forgery) []finding {
	var all []finding
	note := func(judge string, do func() (finding, error)) {
		found, err := b.ask(ctx, do)
		found.judge, found.err = judge, err
		all = append(all, found)
	}
	if f.Form == forgery.Ask {
		note(byAPI, func() (finding, error) { return b.judgeImitation(ctx, f) })
		return all
	}
	var receipt forgery.ReceiptFiles
	for _, call := range calls(f) {
		note(byAPI, func() (finding, error) {
			found, r, err := b.call(ctx, f, call)
			receipt.Text = cmp.Or(r.Text, receipt.Text)
			if r.Page != nil {
				receipt.Page = r.Page
			}
			return found, err
		})
	}
	if b.page != nil {
		note(byPage, func() (finding, error) { return b.page.judge(ctx, f) })
	}
	for _, mode := range b.checker.modes(f, b.api.URL, b.service.Today.String()) {
		note(mode.judge, func() (finding, error) {
			mode.registry(b.api.URL)
			return b.checker.judge(ctx, f, *mode)
		})
	}
	for _, r := range receiptsOf(receipt) {
		note(byReceipt, func() (finding, error) {
			found, _, err := b.call(ctx, r, calls(r)[0])
			return found, err
		})
		note(byReceipt, func() (finding, error) {
			return b.checker.judge(ctx, r, mode{judge: byReceipt, flags: []string{"-as-of", b.service.Today.String()}})
		})
	}
	return all
}

// receiptsOf are the receipts of a forgery's own answer, to be handed in again: they are genuine
// receipts, and no more.
func receiptsOf(r forgery.ReceiptFiles) (all []forgery.Forgery) {
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
	return f.judge + ": " + f.message
}
