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

// auditors is how many holders are audited in parallel.
const auditors = 4

// auditor compares what the service has with what it acknowledged, after the faults have ended.
type auditor struct {
	harness  *harness
	outcomes *outcomeLog

	nextName    int // of verifications, counted from here
	mu          sync.Mutex
	lost        int // acknowledged, and not there as acknowledged
	duplicated  int // made more than once under one key
	unrequested int // there, though nobody asked for them
}

// run completes the jobs, asks every holder, then looks into the table and the buckets.
func (a *auditor) run(ctx context.Context) {
	a.outcomes.check("the jobs", a.jobs(ctx))
	turns := make(chan seed.Holder)
	var all sync.WaitGroup
	for i := range auditors {
		all.Go(func() {
			for h := range turns {
				a.outcomes.check("the copies of "+h.Username, a.holder(ctx, i, h))
			}
		})
	}
	for _, h := range a.harness.people {
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

// holder audits everything that one holder asked for, on the portal where they asked.
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
	requests := a.requestsOf(h)
	for _, w := range requests {
		c := portals[w.portal]
		c.asked = a.nextName // so that these verifications have new ones
		err := a.checkRequest(ctx, c, w)
		if !a.outcomes.check(w.key, err) {
			a.add(&a.lost, 1)
		}
	}
	if len(requests) == 0 {
		return nil
	}
	return errors.Join(
		a.history(ctx, portals[seed.Ministry], requests),
		a.ledger(ctx, portals[seed.Ministry], requests[0].certificate),
	)
}

func (a *auditor) requestsOf(h seed.Holder) (requests []*endorseRequest) {
	for _, w := range a.outcomes.requests {
		if w.holder.Username == h.Username {
			requests = append(requests, w)
		}
	}
	return requests
}

// checkRequest completes what was left open, and then checks the result.
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
		if err := c.completeWithdrawal(ctx, w); err != nil {
			return err
		}
	}
	return a.copy(ctx, c, w)
}

// copy compares one copy's state, files and verdicts with what was acknowledged.
func (a *auditor) copy(ctx context.Context, c *caller, w *endorseRequest) error {
	want := client.EndorsementStateReady
	if w.withdrawn {
		want = client.EndorsementStateWithdrawn
	}
	now, err := c.session.Endorsement(ctx, *w.endorsement)
	if err != nil {
		return err
	}
	if now.State != want || now.CopyDigest != w.endorsement.CopyDigest {
		return fmt.Errorf("%s is %s with the digest %s, want %s and %s", w.endorsement.Endorsement, now.State, now.CopyDigest, want, w.endorsement.CopyDigest)
	}
	if !w.withdrawn {
		return c.use(ctx, w, "valid")
	}
	if err := c.checkVerdict(ctx, w, "qr", nil, "invalid"); err != nil {
		return err
	}
	if _, err := c.session.Link(ctx, *w.endorsement, "pdf"); !hasCode(err, "endorsement-withdrawn") {
		return fmt.Errorf("a link to what was withdrawn: %w", errors.Join(err, errors.New("endorsement-withdrawn was expected")))
	}
	return nil
}

// listedEndorsement is an endorsement in the history.
type listedEndorsement struct {
	Endorsement string
	Purpose     struct{ ProjectCode string }
}

// history counts the endorsements under each key.
func (a *auditor) history(ctx context.Context, c *caller, requests []*endorseRequest) error {
	all, err := pages[listedEndorsement](ctx, c, "/v1/certificates/"+requests[0].certificate+"/endorsements")
	if err != nil {
		return err
	}
	under := map[string][]string{}
	for _, e := range all {
		under[e.Purpose.ProjectCode] = append(under[e.Purpose.ProjectCode], e.Endorsement)
	}
	var wrong error
	for _, w := range requests {
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
	return errors.Join(wrong, a.jobsInLedger(certificate, all))
}

// jobsInLedger counts the entries of each copy that were made by jobs: one for each job that has the copy.
func (a *auditor) jobsInLedger(certificate string, all []client.Sighting) (wrong error) {
	want, entries := map[string]int{}, map[string]int{}
	for _, j := range a.outcomes.jobs {
		for _, w := range j.copies {
			if w.certificate == certificate {
				want[w.endorsement.Endorsement]++
			}
		}
	}
	for _, s := range all {
		if s.Organisation != "" {
			entries[s.Endorsement]++
			want[s.Endorsement] += 0
		}
	}
	for id, n := range want {
		if entries[id] != n {
			wrong = errors.Join(wrong, fmt.Errorf("%d entries of jobs are in the ledger of %s, which %d jobs have", entries[id], id, n))
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
