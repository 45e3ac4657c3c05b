// Package listing makes the status lists of the register: what each place says, and the signed lists.
package listing

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/statuslist"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/service/verifying"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// Life is for how long a list is believed. What happens after a list was fetched is not in it, so this is
// also how long a withdrawal may stay unknown to who has no network.
const Life = 24 * time.Hour

// Type is the media type of a signed list.
const Type = "application/statuslist+jwt"

// store reads which copies have places.
type store interface {
	StatusLists(ctx context.Context) (int64, error)
	VisitListed(ctx context.Context, part, parts int, do func(endorsement.Endorsement) error) error
}

// Lists makes lists from the register.
type Lists struct {
	Store    store
	Register verifying.Register
	Origin   string // of the service
	Signer   credential.Signer
}

// All is every list by its number, and how many copies have which state. Expired are copies that state
// themselves that they have expired, and that no list is asked about. Shared are copies whose place another
// one has, which only who writes the table can bring about.
type All struct {
	Lists   map[int64]statuslist.List
	Copies  map[statuslist.State]int
	Expired int
	Shared  int

	taken map[statuslist.Index]bool
}

// add notes the state of a copy. A place that two copies share says the worse.
func (a *All) add(at statuslist.Index, s statuslist.State) {
	a.Copies[s]++
	list := a.list(at.List())
	if a.taken[at] {
		a.Shared++
		s = statuslist.Worse(s, list.At(at.Place()))
	}
	a.taken[at] = true
	list.Set(at.Place(), s)
}

// Rebuild makes every list anew from the register. It reads the table in so many parts, of which it is
// given a function that goes through all.
func (l Lists) Rebuild(ctx context.Context, parts int, inParts func(context.Context, int, func(context.Context, int) error) error, now time.Time) (All, error) {
	all := All{Lists: map[int64]statuslist.List{}, Copies: map[statuslist.State]int{}, taken: map[statuslist.Index]bool{}}
	var mu sync.Mutex
	err := inParts(ctx, parts, func(ctx context.Context, part int) error {
		return l.Store.VisitListed(ctx, part, parts, func(e endorsement.Endorsement) error {
			state, listed, err := l.stateOf(ctx, e, now)
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			if !listed {
				all.Expired++
				return nil
			}
			all.add(e.StatusIndex, state)
			return nil
		})
	})
	if err != nil {
		return all, err
	}
	// A copy that was made meanwhile is in force: its place says so unless it is set.
	last, err := l.Store.StatusLists(ctx)
	for n := int64(1); n <= last; n++ {
		all.list(n)
	}
	return all, err
}

func (a All) list(n int64) statuslist.List {
	if a.Lists[n] == nil {
		a.Lists[n] = statuslist.NewList()
	}
	return a.Lists[n]
}

// stateOf returns what the lists have to say of a copy, and whether they are asked about it at all.
func (l Lists) stateOf(ctx context.Context, e endorsement.Endorsement, now time.Time) (statuslist.State, bool, error) {
	if !verdict.IsListedOn(e, civil.Of(now)) {
		return statuslist.Live, false, nil
	}
	found := l.Register.Read(ctx, records.Presented{Certificate: e.CertID, Endorsement: e.ID})
	switch {
	case found.Failed != nil:
		return 0, false, found.Failed
	case found.Records.Access == verdict.NotReached:
		return 0, false, fmt.Errorf("the register cannot be read for the copy %s", e.ID)
	case found.Records.Endorsement == nil: // it has no certificate, or was removed meanwhile
		return statuslist.Ended, true, nil
	}
	return verdict.ListedState(found.Records, now), true, nil
}

// Sign signs a list at a time.
func (l Lists) Sign(ctx context.Context, number int64, list statuslist.List, now time.Time) (string, error) {
	now = now.Truncate(time.Second)
	return credential.IssueStatusList(ctx, l.Signer, credential.StatusList{
		Origin: l.Origin, Number: number, List: list, IssuedAt: now, Life: Life, Expires: now.Add(Life),
	})
}
