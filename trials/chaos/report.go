package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/jiazhu/jiazhu/client"
)

// report prints the figures, one to a line, and returns how many checks failed.
func report(to io.Writer, s settings, b *outcomeLog, t *faultSchedule, a *auditor) int {
	kills := total(t.kills)
	b.check("the servers come back", t.failure())
	b.check("acknowledged or refused", checkOutcomes(b))
	b.check("answers of the gateway for functions that died", checkDiedAnswers(b.get(diedAnswers), kills))
	b.check("archives judged", checkArchives(b))
	line := func(name string, n any) { fmt.Fprintf(to, "%s %v\n", name, n) }
	line("seconds", int(s.duration.Seconds()))
	for _, name := range []string{visitorsCount, turnedAway, gaveUp, offered} {
		line(name, b.get(name))
	}
	line("acknowledged", countAcknowledged(b))
	for _, name := range []string{
		refusedByRule, acknowledgedLate, replays, withdrawals, downloads, verifications, withoutRegistry, unrecordedVerdicts,
		calls, retried, noAnswer, unavailableAnswers, diedAnswers, busyAnswers, storageRefusals, rateLimited,
	} {
		line(name, b.get(name))
	}
	for _, name := range []string{
		archivesOffered, archivesAnnounced, archivesLeft, archivesJudged, archivesLate, entriesJudged, entriesUnjudged,
		noticesTwice, jobRuns, jobRunsDied, deadLetters,
	} {
		line(name, b.get(name))
	}
	line("kills", kills)
	line("kills of "+jobsFunction, t.kills[jobsFunction])
	line("restarts", total(t.restarts))
	for _, name := range []string{"DynamoDB", "S3"} {
		line("restarts of "+name, t.restarts[name])
	}
	line("slow spells", t.slow)
	line("busy spells", t.busy)
	line("lossy spells", t.lossy)
	line("throttles", t.counts.Throttled)
	line("calls cut", t.counts.Cut)
	line("answers lost", t.counts.Lost)
	line("lost", a.lost)
	line("duplicated", a.duplicated)
	line("unasked", a.unrequested)
	for _, f := range b.faults {
		fmt.Fprintf(to, "✗ %s: %v\n", f.what, f.err)
		if request := requestOf(f.err); request != "" {
			fmt.Fprintf(to, "  %s\n", a.harness.cause(request))
		}
	}
	fmt.Fprintf(to, "%d passed, %d failed\n", b.passed, b.failed)
	return b.failed
}

// requestOf is the id of the request whose answer an error is, or "".
func requestOf(err error) string {
	var u *unexpectedError
	var p *client.Problem
	switch {
	case errors.As(err, &u):
		return u.request
	case errors.As(err, &p):
		return p.RequestID
	}
	return ""
}

func countAcknowledged(b *outcomeLog) (n int) {
	for _, w := range b.requests {
		if w.endorsement != nil {
			n++
		}
	}
	return n
}

// checkOutcomes checks that there were requests, and that each was acknowledged or refused.
func checkOutcomes(b *outcomeLog) error {
	if n := countAcknowledged(b) + b.get(refusedByRule); n != len(b.requests) || n == 0 {
		return fmt.Errorf("%d of %d requests were acknowledged or refused", n, len(b.requests))
	}
	return nil
}

// checkArchives checks that there were archives, and that each was judged.
func checkArchives(b *outcomeLog) error {
	if n := b.get(archivesJudged); n != len(b.jobs) || n == 0 {
		return fmt.Errorf("%d of %d archives were judged", n, len(b.jobs))
	}
	return nil
}

func checkDiedAnswers(answers, kills int) error {
	if answers > kills {
		return errors.New("there are more than processes killed")
	}
	return nil
}
