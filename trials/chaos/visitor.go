package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

const (
	maxVisitors    = 200             // at a time
	visitorTimeout = 2 * time.Minute // of one visitor, from arriving to leaving
)

// visitors arrive whether or not those before them have left: an open workload model.
type visitors struct {
	harness *harness
	seed    uint64
	stop    context.CancelFunc
	slots   chan struct{}
	all     sync.WaitGroup
}

// startVisitors has visitors arrive until finish.
func (p *harness) startVisitors(ctx context.Context, s settings) *visitors {
	arriving, stop := context.WithCancel(ctx)
	v := &visitors{harness: p, seed: s.seed, stop: stop, slots: make(chan struct{}, maxVisitors)}
	r := rand.New(rand.NewPCG(s.seed, 4))
	v.all.Go(func() {
		next := time.Now()
		for order := 0; wait(arriving, time.Until(next)); order++ {
			next = next.Add(time.Duration(r.ExpFloat64() / s.rate * float64(time.Second)))
			select {
			case v.slots <- struct{}{}:
				v.all.Go(func() { v.receive(ctx, order) })
			default:
				p.outcomes.count(turnedAway)
			}
		}
	})
	return v
}

// finish ends arrivals and waits for the visitors who are there.
func (v *visitors) finish() {
	v.stop()
	v.all.Wait()
}

func (v *visitors) receive(ctx context.Context, order int) {
	defer func() { <-v.slots }()
	ctx, cancel := context.WithTimeout(ctx, visitorTimeout)
	defer cancel()
	r := rand.New(rand.NewPCG(v.seed, 1000+uint64(order)))
	portal := []string{seed.Ministry, seed.National}[r.IntN(2)]
	h := v.harness.people[r.IntN(len(v.harness.people))]
	c := v.harness.caller(order, r, portal, h)
	defer c.close()
	v.harness.outcomes.count(visitorsCount)
	err := c.visit(ctx, order)
	if ctx.Err() != nil || err != nil && isTransient(err) {
		v.harness.outcomes.count(gaveUp)
		return
	}
	v.harness.outcomes.check(fmt.Sprintf("visitor %d, %s on %s", order, h.Username, portal), err)
}

// visit goes from the log-in to the files and, for some, to a withdrawal.
func (c *caller) visit(ctx context.Context, order int) error {
	if err := c.loginAndIdentify(ctx); err != nil {
		return fmt.Errorf("arrive: %w", err)
	}
	w := &endorseRequest{key: fmt.Sprintf("chaos-%06d", order), holder: c.holder, portal: c.portal}
	if err := c.choose(ctx, w); err != nil {
		return fmt.Errorf("look at the certificate: %w", err)
	}
	overlong := c.random.IntN(20) == 0
	if overlong {
		w.ask.UseUntil = civil.Of(time.Now()).AddDays(181).String()
	}
	c.harness.outcomes.open(w)
	if err := c.endorse(ctx, w); err != nil {
		return fmt.Errorf("endorse: %w", err)
	}
	if overlong || w.refused != "" {
		return checkRefusal(w, overlong)
	}
	if err := c.use(ctx, w, ""); err != nil {
		return fmt.Errorf("use %s: %w", w.endorsement.Endorsement, err)
	}
	if c.random.IntN(4) > 0 {
		return nil
	}
	if err := c.withdraw(ctx, w); err != nil {
		return fmt.Errorf("withdraw %s: %w", w.endorsement.Endorsement, err)
	}
	return nil
}

func checkRefusal(w *endorseRequest, overlong bool) error {
	if overlong && w.refused != "window-too-long" {
		return fmt.Errorf("181 days were answered %q", w.refused)
	}
	if !overlong {
		return fmt.Errorf("an endorsement with nothing in its way was refused: %s", w.refused)
	}
	return nil
}

// choose finds the holder's certificate and checks that it can be endorsed.
func (c *caller) choose(ctx context.Context, w *endorseRequest) error {
	return c.retryIdentified(ctx, func() error {
		items, _, err := c.session.Certificates(ctx)
		if err != nil {
			return err
		}
		if len(items) != 1 {
			return fmt.Errorf("the list has %d certificates", len(items))
		}
		w.certificate = items[0].Certificate
		w.ask.Purpose = client.Purpose{Kind: "投标", ProjectCode: w.key}
		p, err := c.session.Preflight(ctx, w.certificate)
		if err == nil && !p.Ready {
			err = fmt.Errorf("something is in the way: %+v", p.Blockers)
		}
		return err
	})
}

// endorse asks until there is an answer; one in four asks twice at the same moment, as a double click does.
func (c *caller) endorse(ctx context.Context, w *endorseRequest) error {
	if c.random.IntN(4) > 0 {
		return c.endorseOnce(ctx, w, c)
	}
	second := c.harness.caller(1<<20+c.random.IntN(1<<20), rand.New(rand.NewPCG(c.random.Uint64(), 0)), c.portal, c.holder)
	defer second.close()
	session := *c.session
	session.API = second.api
	second.session = &session
	errs := make([]error, 2)
	var both sync.WaitGroup
	for i, by := range []*caller{c, second} {
		both.Go(func() { errs[i] = c.endorseOnce(ctx, w, by) })
	}
	both.Wait()
	return errors.Join(errs...)
}

// endorseOnce has one caller ask under the request's key.
func (c *caller) endorseOnce(ctx context.Context, w *endorseRequest, by *caller) error {
	var made client.Endorsement
	err := by.retryIdentified(ctx, func() (err error) {
		var again bool
		made, again, err = by.session.EndorseOnce(ctx, w.certificate, w.key, w.ask)
		if again {
			c.harness.outcomes.count(replays)
		}
		return err
	})
	var p *client.Problem
	switch {
	case err == nil:
		return c.harness.outcomes.acknowledge(w, made)
	case errors.As(err, &p) && !isTransient(err):
		c.harness.outcomes.refuse(w, string(p.Code))
		return nil
	}
	return err
}

// withdraw withdraws the copy, and has its code verified after that.
func (c *caller) withdraw(ctx context.Context, w *endorseRequest) error {
	c.harness.outcomes.beginWithdrawal(w)
	if err := c.completeWithdrawal(ctx, w); err != nil {
		return err
	}
	kind := []string{"qr", "batch"}[c.asked%2]
	v, err := c.verify(ctx, w, kind, nil)
	if err == nil && v.Verdict == "valid" {
		err = errors.New("a copy whose withdrawal was acknowledged is valid")
	}
	return err
}

// completeWithdrawal withdraws until that is acknowledged.
func (c *caller) completeWithdrawal(ctx context.Context, w *endorseRequest) error {
	err := c.retryIdentified(ctx, func() error {
		_, err := c.session.Withdraw(ctx, *w.endorsement, "不再需要")
		return err
	})
	if err == nil {
		c.harness.outcomes.recordWithdrawal(w)
	}
	return err
}

// use downloads both files and has the code and the files verified. A verdict is want; "" = any that an acknowledged
// copy may get while storage fails: unknown where the registry was not reached, and otherwise valid.
func (c *caller) use(ctx context.Context, w *endorseRequest, want client.VerdictVerdict) error {
	if err := c.checkVerdict(ctx, w, "qr", nil, want); err != nil {
		return err
	}
	files := map[string][]byte{}
	for _, kind := range []string{"pdf", "ofd"} {
		data, err := c.download(ctx, w, kind)
		if err != nil {
			return err
		}
		files[kind] = data
		if err := c.checkVerdict(ctx, w, kind, data, want); err != nil {
			return err
		}
	}
	c.harness.stock.add(copyFiles{w, files["pdf"], files["ofd"]})
	return nil
}

func (c *caller) checkVerdict(ctx context.Context, w *endorseRequest, kind string, file []byte, want client.VerdictVerdict) error {
	v, err := c.verify(ctx, w, kind, file)
	if err != nil || v.Verdict == want || want == "" && (v.Verdict == "valid" || v.Verdict == "unknown") {
		return err
	}
	return fmt.Errorf("%s verifies by %s as %s, want %s: %+v", w.endorsement.Endorsement, kind, v.Verdict, want, v.Checks)
}
