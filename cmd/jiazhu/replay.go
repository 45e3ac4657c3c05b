package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

const (
	// inFlight is longer than any function runs: a journal entry that is older than this at the
	// time of the backup had reached the tables, or never will.
	inFlight = time.Minute
	// maxReplays is how many entries are applied concurrently.
	maxReplays = 16
	// shownFailures is how many failed entries are listed one by one.
	shownFailures = 10
)

// outcomes counts entries by outcome.
type outcomes struct {
	Applied int `json:"applied"` // without -yes: would be applied
	Already int `json:"already"` // already in the tables
	Gone    int `json:"gone"`    // their item is missing: it is newer than the backup, or was erased
}

func (o *outcomes) count(is journal.Outcome) {
	switch is {
	case journal.Applied:
		o.Applied++
	case journal.Already:
		o.Already++
	case journal.Gone:
		o.Gone++
	}
}

// replayResult is what a replay did, or would do.
type replayResult struct {
	Since    time.Time                  `json:"since"`
	Entries  map[journal.Kind]*outcomes `json:"entries"`
	Ended    sessions.TemporaryCounts   `json:"ended"`
	Failed   int                        `json:"failed"`
	Failures []string                   `json:"failures,omitempty"`
	SetAside []string                   `json:"setAside,omitempty"` // keys of excepted entries that cannot be applied
	Foreign  []string                   `json:"foreign,omitempty"`  // keys of entries that the service did not write
}

// replay applies the journal to tables that were restored to an earlier time. Afterwards nothing
// that is final (withdrawals, revocations, erasures, password changes) is undone, and everything
// that gave access at that time has ended. It can be repeated.
func (c console) replay(ctx context.Context, args []string) error {
	f := c.flags("restore replay", "")
	since := f.String("since", "", "the `TIME` to which the tables were restored, or an earlier one, such as 2026-11-23T10:00:00Z; required")
	sure := f.Bool("yes", false, "do it; without it, the command only counts what it would do")
	parts := partsFlag(f)
	asJSON := f.Bool("json", false, "print the counts as JSON")
	var except []string
	f.Func("except", "`KEY` of a journal entry that cannot be applied and is to be skipped; may be repeated", func(key string) error {
		except = append(except, key)
		return nil
	})
	if _, err := parse(f, args, 0, 0); err != nil {
		return err
	}
	restoredTo, err := time.Parse(time.RFC3339, *since)
	if err != nil || restoredTo.After(c.now()) {
		return fmt.Errorf("%w: -since must be a past time, such as 2026-11-23T10:00:00Z: %q", errUsage, *since)
	}
	if err := checkParts(*parts); err != nil {
		return err
	}
	if _, err := config.Load(c.getenv, config.LimitsKey); err != nil {
		return fmt.Errorf("%w: this command also removes the limits of erased people: %w", errUsage, err)
	}
	targets := []target{onThing("since", restoredTo.UTC().Format(time.RFC3339))}
	for _, key := range except {
		targets = append(targets, onThing("except", key))
	}
	t, err := c.tables(ctx, targets...)
	if err != nil {
		return err
	}
	span, err := t.journal.Span(ctx)
	if err != nil {
		return err
	}
	if oldest := c.now().Add(-span); restoredTo.Before(oldest) {
		return fmt.Errorf("the journal is kept from %s on; earlier entries are incomplete, so tables of %s cannot be brought forward",
			oldest.UTC().Format(time.RFC3339), restoredTo.UTC().Format(time.RFC3339))
	}
	r := replayer{tables: t, dry: !*sure, except: except, result: replayResult{Since: restoredTo.UTC(), Entries: map[journal.Kind]*outcomes{}}}
	for _, kind := range replayedKinds() {
		r.result.Entries[kind] = &outcomes{}
	}
	if r.names, err = namesOf(ctx, t.journal, t.sealer, r.noteForeign); err != nil {
		return err
	}
	err = r.replayJournal(ctx, restoredTo.Add(-inFlight), *parts)
	if err == nil && !r.dry {
		err = t.certificates.SkipStatusLists(ctx)
	}
	c.audit.noteCounts(r.result)
	if *asJSON {
		err = errors.Join(err, c.print(r.result))
	} else {
		c.printReplay(r.result, r.dry)
	}
	if err == nil && r.result.Failed > 0 {
		err = fmt.Errorf("%d entries could not be applied; -except KEY skips one whose cause is known (docs/operations.md)", r.result.Failed)
	}
	if err != nil {
		return fmt.Errorf("%w\n  not done: let no function use these tables; the same command applies the rest", err)
	}
	return nil
}

// replayedKinds returns the kinds of entries that are applied, in this order. Erasures come first,
// because an erased person has no password.
func replayedKinds() []journal.Kind {
	return []journal.Kind{journal.Withdrawal, journal.ConsentRevoked, journal.Erasure, journal.Password, journal.SealStopped}
}

func (c console) printReplay(done replayResult, dry bool) {
	verb := map[bool]string{true: "would be applied, with -yes", false: "applied"}[dry]
	for _, kind := range replayedKinds() {
		n := done.Entries[kind]
		fmt.Fprintf(c.out, "%-16s %6d %s, %d applied already, %d without an item in the tables\n", kind, n.Applied, verb, n.Already, n.Gone)
	}
	verb = map[bool]string{true: "would be ended, with -yes", false: "ended"}[dry]
	e := done.Ended
	fmt.Fprintf(c.out, "%s: %d sessions, %d tokens, %d codes, %d challenges, %d password links\n", verb, e.Sessions, e.Tokens, e.Codes, e.Challenges, e.Links)
	for _, failure := range done.Failures {
		fmt.Fprintf(c.out, "not applied: %s\n", failure)
	}
	for _, key := range done.SetAside {
		fmt.Fprintf(c.out, "skipped: %s\n", key)
	}
	for _, key := range done.Foreign {
		fmt.Fprintf(c.out, "not written by the service, and not applied: %s\n", key)
	}
}

// replayer applies entries.
type replayer struct {
	tables
	dry    bool
	names  tags.Names
	except []string // keys of entries that may fail

	mu     sync.Mutex
	result replayResult
}

func (r *replayer) replayJournal(ctx context.Context, since time.Time, parts int) error {
	if err := r.endPassing(ctx, parts); err != nil {
		return err
	}
	if err := r.replayKind(ctx, journal.Withdrawal, since, r.replayWithdrawal); err != nil {
		return err
	}
	if err := r.replayKind(ctx, journal.ConsentRevoked, since, r.replayRevocation); err != nil {
		return err
	}
	err := r.journal.Read(ctx, journal.SealStopped, since, func(e journal.Entry) error { // in their order
		is, err := r.replaySeal(ctx, e)
		r.note(e, is, err)
		return ctx.Err()
	}, r.noteForeign)
	if err != nil {
		return err
	}
	last := lastPasswords{}
	for kind, apply := range map[journal.Kind]func(context.Context, journal.Entry, lastPasswords){journal.Erasure: r.erasure, journal.Password: r.password} {
		err := r.journal.Read(ctx, kind, since, func(e journal.Entry) error {
			apply(ctx, e, last)
			return ctx.Err()
		}, r.noteForeign)
		if err != nil {
			return err
		}
	}
	return r.setPasswords(ctx, last)
}

func (r *replayer) endPassing(ctx context.Context, parts int) error {
	return inParts(ctx, parts, func(ctx context.Context, part int) error {
		ended, err := r.sessions.EndPassing(ctx, part, parts, r.dry)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.result.Ended.Add(ended)
		return err
	})
}

// replayKind applies the entries of a kind whose order does not matter.
func (r *replayer) replayKind(outer context.Context, kind journal.Kind, since time.Time, apply func(context.Context, journal.Entry) (journal.Outcome, error)) error {
	group, ctx := errgroup.WithContext(outer)
	group.SetLimit(maxReplays)
	err := r.journal.Read(ctx, kind, since, func(e journal.Entry) error {
		group.Go(func() error {
			is, err := apply(ctx, e)
			r.note(e, is, err)
			return ctx.Err()
		})
		return nil
	}, r.noteForeign)
	return errors.Join(group.Wait(), err)
}

// note counts the outcome of applying an entry. An entry that cannot be applied does not stop the
// others.
func (r *replayer) note(e journal.Entry, is journal.Outcome, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		r.result.Entries[e.Kind].count(is)
		return
	}
	if slices.Contains(r.except, e.Key()) {
		r.result.SetAside = append(r.result.SetAside, e.Key())
		return
	}
	if r.result.Failed++; r.result.Failed <= shownFailures {
		r.result.Failures = append(r.result.Failures, fmt.Sprintf("%s: %v", e.Key(), err))
	}
}

// noteForeign records an entry that the service did not write.
func (r *replayer) noteForeign(key string, _ error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.result.Foreign = append(r.result.Foreign, key)
}

func (r *replayer) replayWithdrawal(ctx context.Context, e journal.Entry) (journal.Outcome, error) {
	var w journal.Withdrawn
	if err := json.Unmarshal(e.What, &w); err != nil {
		return journal.Gone, err
	}
	why := ""
	if w.Why != "" {
		var err error
		if why, err = r.sealer.Open(w.Why, w.Place()); err != nil {
			return journal.Gone, err
		}
	}
	w.Holder = r.names.CurrentName(w.Holder)
	return r.certificates.ReplayWithdrawal(ctx, w, why, e.At, r.dry)
}

func (r *replayer) replaySeal(ctx context.Context, e journal.Entry) (journal.Outcome, error) {
	var w journal.StoppedSeal
	if err := json.Unmarshal(e.What, &w); err != nil {
		return journal.Gone, err
	}
	return r.certificates.ReplaySeal(ctx, w, r.dry)
}

func (r *replayer) replayRevocation(ctx context.Context, e journal.Entry) (journal.Outcome, error) {
	var w journal.Revoked
	if err := json.Unmarshal(e.What, &w); err != nil {
		return journal.Gone, err
	}
	w.Holder = r.names.CurrentName(w.Holder)
	return r.certificates.ReplayRevocation(ctx, w, e.At, r.dry)
}
