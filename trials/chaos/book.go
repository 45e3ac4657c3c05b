package main

import (
	"fmt"
	"sync"

	"github.com/jiazhu/jiazhu/local/seed"
)

// What is counted, in the words it is printed with.
const (
	visitorsCount      = "visitors"
	turnedAway         = "visitors turned away"
	gaveUp             = "visitors who gave up"
	calls              = "calls"
	retried            = "retried"
	noAnswer           = "calls without an answer"
	unavailableAnswers = "unavailable answers"
	diedAnswers        = "gateway answers for dead functions"
	busyAnswers        = "gateway answers for busy functions"
	storageRefusals    = "refused by storage"
	limited            = "told to wait by a limit"
	offered            = "offered"
	refusedByRule      = "refused by rule"
	late               = "acknowledged after the trouble"
	replays            = "answered again for the same key"
	withdrawals        = "withdrawn"
	downloads          = "files downloaded"
	verifications      = "verifications answered"
	withoutRegister    = "verdicts without the register"
	unnoted            = "verdicts not noted"
)

// wish is one endorsement that somebody asked for under a key, and what came of it.
type wish struct {
	key         string
	holder      seed.Holder
	portal      string
	certificate string
	ask         seed.Ask

	made      *seed.Endorsed // as acknowledged
	refused   string         // the rule's code
	withdrawn bool           // acknowledged
	taking    bool           // a withdrawal was asked for
}

// fault is something that is not as it has to be.
type fault struct {
	what string
	err  error
}

// verified is a verification that was answered by the register.
type verified struct {
	asker, certificate, requestID string
}

// book is what the service has acknowledged, and how it answered. It is safe for concurrent use.
type book struct {
	mu     sync.Mutex
	counts map[string]int
	wishes []*wish
	asked  []verified
	passed int
	faults []fault
	failed int
}

func newBook() *book { return &book{counts: map[string]int{}} }

func (b *book) count(what string) { b.add(what, 1) }

func (b *book) add(what string, n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.counts[what] += n
}

func (b *book) get(what string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.counts[what]
}

// shown is how many faults are told in words.
const shown = 20

// check counts something that has to be so, and keeps what was wrong.
func (b *book) check(what string, err error) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err == nil {
		b.passed++
		return true
	}
	b.failed++
	if len(b.faults) < shown {
		b.faults = append(b.faults, fault{what, err})
	}
	return false
}

func (b *book) open(w *wish) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wishes = append(b.wishes, w)
	b.counts[offered]++
}

// acknowledge keeps what a wish led to. Another answer to the same key must name the same.
func (b *book) acknowledge(w *wish, made seed.Endorsed) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case w.made == nil:
		w.made = &made
	case w.made.Endorsement != made.Endorsement:
		return fmt.Errorf("%s and %s were made under the key %s", w.made.Endorsement, made.Endorsement, w.key)
	}
	return nil
}

func (b *book) refuse(w *wish, code string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if w.refused == "" {
		b.counts[refusedByRule]++
	}
	w.refused = code
}

func (b *book) beginWithdrawal(w *wish) {
	b.mu.Lock()
	defer b.mu.Unlock()
	w.taking = true
}

func (b *book) recordWithdrawal(w *wish) {
	b.mu.Lock()
	defer b.mu.Unlock()
	w.withdrawn = true
	b.counts[withdrawals]++
}

func (b *book) recordVerification(v verified) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked = append(b.asked, v)
	b.counts[verifications]++
}
