package main

import (
	"fmt"
	"sync"
	"time"

	"github.com/jiazhu/jiazhu/client"
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
	rateLimited        = "told to wait by a limit"
	offered            = "offered"
	refusedByRule      = "refused by rule"
	acknowledgedLate   = "acknowledged after the trouble"
	replays            = "answered again for the same key"
	withdrawals        = "withdrawn"
	downloads          = "files downloaded"
	verifications      = "verifications answered"
	withoutRegistry    = "verdicts without the register"
	unrecordedVerdicts = "verdicts not noted"
	archivesOffered    = "archives offered"
	archivesAnnounced  = "archives announced"
	archivesLeft       = "archives left to the audit"
	archivesJudged     = "archives judged"
	archivesLate       = "archives judged after the trouble"
	entriesJudged      = "entries judged"
	entriesUnjudged    = "entries passed over"
	noticesTwice       = "archives with two notices"
	jobRuns            = "runs of archives"
	jobRunsDied        = "runs of archives that died"
	deadLetters        = "dead letters"
)

// endorseRequest is one endorsement that a holder asked for under a key, and its outcome.
type endorseRequest struct {
	key         string
	holder      seed.Holder
	portal      string
	certificate string
	ask         client.EndorsementAsk

	endorsement *client.Endorsement // as acknowledged
	refused     string              // the rule's code
	withdrawn   bool                // acknowledged
	withdrawing bool                // a withdrawal was asked for

	withdrawingAt, withdrawnAt time.Time
}

// violation is a failed check.
type violation struct {
	what string
	err  error
}

// verification is a verification that was answered with the registry.
type verification struct {
	asker, certificate, requestID string
}

// outcomeLog is what the service has acknowledged, and how it answered. It is safe for concurrent use.
type outcomeLog struct {
	mu       sync.Mutex
	counts   map[string]int
	requests []*endorseRequest
	asked    []verification
	jobs     []*jobRequest
	passed   int
	faults   []violation
	failed   int
}

func newOutcomeLog() *outcomeLog { return &outcomeLog{counts: map[string]int{}} }

func (b *outcomeLog) count(what string) { b.add(what, 1) }

func (b *outcomeLog) add(what string, n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.counts[what] += n
}

func (b *outcomeLog) get(what string) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.counts[what]
}

// maxShownFaults is how many violations are printed.
const maxShownFaults = 20

// check counts a check and keeps the violation.
func (b *outcomeLog) check(what string, err error) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err == nil {
		b.passed++
		return true
	}
	b.failed++
	if len(b.faults) < maxShownFaults {
		b.faults = append(b.faults, violation{what, err})
	}
	return false
}

func (b *outcomeLog) open(w *endorseRequest) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.requests = append(b.requests, w)
	b.counts[offered]++
}

// acknowledge keeps what a request led to. Another answer to the same key must name the same.
func (b *outcomeLog) acknowledge(w *endorseRequest, made client.Endorsement) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case w.endorsement == nil:
		w.endorsement = &made
	case w.endorsement.Endorsement != made.Endorsement:
		return fmt.Errorf("%s and %s were made under the key %s", w.endorsement.Endorsement, made.Endorsement, w.key)
	}
	return nil
}

func (b *outcomeLog) refuse(w *endorseRequest, code string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if w.refused == "" {
		b.counts[refusedByRule]++
	}
	w.refused = code
}

func (b *outcomeLog) beginWithdrawal(w *endorseRequest) {
	b.mu.Lock()
	defer b.mu.Unlock()
	w.withdrawing, w.withdrawingAt = true, time.Now()
}

func (b *outcomeLog) recordWithdrawal(w *endorseRequest) {
	b.mu.Lock()
	defer b.mu.Unlock()
	w.withdrawn, w.withdrawnAt = true, time.Now()
	b.counts[withdrawals]++
}

func (b *outcomeLog) recordVerification(v verification) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked = append(b.asked, v)
	b.counts[verifications]++
}

// withdrawalOf returns when a withdrawal was first asked for, and when it was acknowledged; zero where it was not.
func (b *outcomeLog) withdrawalOf(w *endorseRequest) (begun, acknowledged time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return w.withdrawingAt, w.withdrawnAt
}

func (b *outcomeLog) openJob(j *jobRequest) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.jobs = append(b.jobs, j)
	b.counts[archivesOffered]++
}

// acknowledgeJob keeps the job that a request led to. Another answer to the same key must name the same.
func (b *outcomeLog) acknowledgeJob(j *jobRequest, job string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case j.job == "":
		j.job = job
		b.counts[archivesAnnounced]++
	case j.job != job:
		return fmt.Errorf("the jobs %s and %s were made under the key %s", j.job, job, j.key)
	}
	return nil
}
