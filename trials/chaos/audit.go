package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
)

// auditors is how many holders are looked at side by side.
const auditors = 4

// auditor holds what the service has against what it has acknowledged, once the faults have ended.
type auditor struct {
	harness  *harness
	outcomes *outcomeLog

	nextName    int // of verifications, counted from here
	mu          sync.Mutex
	lost        int // acknowledged, and not there as acknowledged
	duplicated  int // made more than once under one key
	unrequested int // there, though nobody asked for them
}

// run asks every holder, then looks into the table and the buckets.
func (a *auditor) run(ctx context.Context) {
	turns := make(chan seed.Holder)
	var all sync.WaitGroup
	for i := range auditors {
		all.Go(func() {
			for h := range turns {
				a.outcomes.check("the copies of "+h.Username, a.holder(ctx, i, h))
			}
		})
	}
	for _, h := range a.harness.holders {
		select {
		case turns <- h:
		case <-ctx.Done():
		}
	}
	close(turns)
	all.Wait()
	if ctx.Err() == nil {
		a.outcomes.check("the table and the bucket", a.store(ctx))
		a.outcomes.check("the journal", a.journal(ctx))
	}
}

// holder looks at everything one person asked for, on the portal it was asked on.
func (a *auditor) holder(ctx context.Context, i int, h seed.Holder) error {
	portals := map[string]*caller{}
	for n, portal := range []string{seed.Ministry, seed.National} {
		c := a.harness.caller(1<<22+8*i+n, rand.New(rand.NewPCG(uint64(i), uint64(n))), portal, h)
		defer c.close()
		if err := c.loginAndIdentify(ctx); err != nil {
			return err
		}
		portals[portal] = c
	}
	wishes := a.requestsOf(h)
	for _, w := range wishes {
		c := portals[w.portal]
		c.asked = a.nextName // so that these verifications have new ones
		err := a.checkRequest(ctx, c, w)
		if !a.outcomes.check(w.key, err) {
			a.add(&a.lost, 1)
		}
	}
	if len(wishes) == 0 {
		return nil
	}
	return errors.Join(
		a.history(ctx, portals[seed.Ministry], wishes),
		a.ledger(ctx, portals[seed.Ministry], wishes[0].certificate),
	)
}

func (a *auditor) requestsOf(h seed.Holder) (wishes []*endorseRequest) {
	for _, w := range a.outcomes.requests {
		if w.holder.Username == h.Username {
			wishes = append(wishes, w)
		}
	}
	return wishes
}

// checkRequest brings what was left open to its end, and then looks at what came of it.
func (a *auditor) checkRequest(ctx context.Context, c *caller, w *endorseRequest) error {
	if w.endorsement == nil && w.refused == "" {
		if err := c.endorseOnce(ctx, w, c); err != nil {
			return err
		}
		if w.endorsement != nil {
			a.outcomes.count(acknowledgedLate)
		}
	}
	if w.endorsement == nil {
		return nil
	}
	if w.withdrawing && !w.withdrawn {
		if err := c.retryIdentified(ctx, func() error {
			_, err := c.session.Withdraw(ctx, *w.endorsement, "不再需要")
			return err
		}); err != nil {
			return err
		}
		a.outcomes.recordWithdrawal(w)
	}
	return a.copy(ctx, c, w)
}

// copy holds one copy's state, files and verdicts against what was acknowledged.
func (a *auditor) copy(ctx context.Context, c *caller, w *endorseRequest) error {
	want, verdict := client.EndorsementStateReady, client.VerdictVerdictValid
	if w.withdrawn {
		want, verdict = client.EndorsementStateWithdrawn, client.VerdictVerdictInvalid
	}
	now, err := c.session.Endorsement(ctx, *w.endorsement)
	if err != nil {
		return err
	}
	if now.State != want || now.CopyDigest != w.endorsement.CopyDigest {
		return fmt.Errorf("%s is %s with the digest %s, want %s and %s", w.endorsement.Endorsement, now.State, now.CopyDigest, want, w.endorsement.CopyDigest)
	}
	if err := a.checkVerdict(ctx, c, w, "qr", nil, verdict); err != nil {
		return err
	}
	if w.withdrawn {
		_, err := c.session.Link(ctx, *w.endorsement, "pdf")
		if !hasCode(err, "endorsement-withdrawn") {
			return fmt.Errorf("a link to what was withdrawn: %w", errors.Join(err, errors.New("endorsement-withdrawn was expected")))
		}
		return nil
	}
	for _, kind := range []string{"pdf", "ofd"} {
		data, err := c.download(ctx, w, kind)
		if err != nil {
			return fmt.Errorf("the %s: %w", kind, err)
		}
		if err := a.checkVerdict(ctx, c, w, kind, data, verdict); err != nil {
			return err
		}
	}
	return nil
}

func (a *auditor) checkVerdict(ctx context.Context, c *caller, w *endorseRequest, kind string, file []byte, want client.VerdictVerdict) error {
	v, err := c.verify(ctx, w, kind, file)
	if err == nil && v.Verdict != want {
		err = fmt.Errorf("%s verifies by %s as %s, want %s: %+v", w.endorsement.Endorsement, kind, v.Verdict, want, v.Checks)
	}
	return err
}

// listedEndorsement is an endorsement in the history.
type listedEndorsement struct {
	Endorsement string
	Purpose     struct{ ProjectCode string }
}

// history counts what stands under each key.
func (a *auditor) history(ctx context.Context, c *caller, wishes []*endorseRequest) error {
	all, err := pages[listedEndorsement](ctx, c, "/v1/certificates/"+wishes[0].certificate+"/endorsements")
	if err != nil {
		return err
	}
	under := map[string][]string{}
	for _, e := range all {
		under[e.Purpose.ProjectCode] = append(under[e.Purpose.ProjectCode], e.Endorsement)
	}
	var wrong error
	for _, w := range wishes {
		ids := under[w.key]
		delete(under, w.key)
		if len(ids) > 1 {
			a.add(&a.duplicated, len(ids)-1)
			wrong = errors.Join(wrong, fmt.Errorf("%s made %d endorsements: %v", w.key, len(ids), ids))
		}
		if w.endorsement != nil && !slices.Contains(ids, w.endorsement.Endorsement) {
			a.add(&a.lost, 1)
			wrong = errors.Join(wrong, fmt.Errorf("%s is acknowledged as %s and not in the history", w.key, w.endorsement.Endorsement))
		}
		if w.endorsement == nil && len(ids) > 0 {
			a.add(&a.unrequested, len(ids))
			wrong = errors.Join(wrong, fmt.Errorf("%s was refused and made %v", w.key, ids))
		}
	}
	for key, ids := range under {
		a.add(&a.unrequested, len(ids))
		wrong = errors.Join(wrong, fmt.Errorf("nobody asked for %v under %q", ids, key))
	}
	return wrong
}

// ledger looks for every verification of the certificate that was answered. One that is missing is
// in the function's log, as one whose entry could not be made.
func (a *auditor) ledger(ctx context.Context, c *caller, certificate string) error {
	all, err := pages[client.Sighting](ctx, c, "/v1/certificates/"+certificate+"/verifications")
	if err != nil {
		return err
	}
	entries := map[string]int{}
	for _, s := range all {
		entries[s.Asker]++
	}
	var wrong error
	a.outcomes.mu.Lock()
	asked := slices.Clone(a.outcomes.asked)
	a.outcomes.mu.Unlock()
	for _, v := range asked {
		if v.certificate != certificate {
			continue
		}
		switch n := entries[v.asker]; {
		case n == 0 && a.harness.cause(v.requestID) != "":
			a.outcomes.count(unrecordedVerdicts)
		case n != 1:
			wrong = errors.Join(wrong, fmt.Errorf("the verification by %q stands %d times in the ledger; request %s", v.asker, n, v.requestID))
		}
	}
	return wrong
}

func (a *auditor) add(what *int, n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	*what += n
}

// pages reads a list to its end.
func pages[T any](ctx context.Context, c *caller, path string) (all []T, err error) {
	for cursor := ""; ; {
		var page struct {
			Items []T
			Next  *string
		}
		ask := url.Values{"limit": {"50"}}
		if cursor != "" {
			ask.Set("cursor", cursor)
		}
		if err := c.retryIdentified(ctx, func() error {
			return c.session.Do(ctx, http.MethodGet, path+"?"+ask.Encode(), nil, &page)
		}); err != nil {
			return nil, fmt.Errorf("read %s: %w", strings.TrimPrefix(path, "/v1/"), err)
		}
		all = append(all, page.Items...)
		if page.Next == nil {
			return all, nil
		}
		cursor = *page.Next
	}
}
