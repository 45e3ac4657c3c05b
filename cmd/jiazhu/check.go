package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// check reads the tables and the journal, and lists everything that is not as the service wrote
// it. It changes nothing.
func (c console) check(ctx context.Context, args []string) error {
	f := c.flags("check", "")
	parts := partsFlag(f)
	keys := f.Bool("keys", false, "print the items' keys, which may name people, instead of their digests")
	asJSON := f.Bool("json", false, "print the findings as JSON")
	if _, err := parse(f, args, 0, 0); err != nil {
		return err
	}
	if err := checkParts(*parts); err != nil {
		return err
	}
	t, err := c.tables(ctx)
	if err != nil {
		return err
	}
	k := tableCheck{tables: t, now: c.now()}
	if err := k.checkAll(ctx, *parts); err != nil {
		return err
	}
	slices.SortFunc(k.findings, func(a, b tags.Finding) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Key, b.Key)) })
	c.audit.noteCounts(map[string]int{"findings": len(k.findings), "items": k.countItems()})
	if *asJSON {
		if err := c.print(append([]tags.Finding{}, k.findings...)); err != nil {
			return err
		}
	} else {
		for _, found := range k.findings {
			name := found.Item
			if *keys {
				name = found.Key
			}
			fmt.Fprintf(c.out, "%-22s %s  %s\n", found.Kind, name, found.Why)
		}
		fmt.Fprintf(c.out, "%d items are wrong\n", k.countItems())
	}
	if len(k.findings) > 0 {
		return errors.New("items are not as the service wrote them; docs/operations.md, Tags, says what to do")
	}
	return nil
}

type tableCheck struct {
	tables
	now      time.Time
	mu       sync.Mutex
	findings []tags.Finding
	known    map[tags.Finding]bool
}

func (k *tableCheck) addFinding(f tags.Finding) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.known[f] { // several journal entries lead to the same finding
		return
	}
	if k.known == nil {
		k.known = map[tags.Finding]bool{}
	}
	k.known[f], k.findings = true, append(k.findings, f)
}

// countItems counts the wrong items. An item can be wrong for several reasons.
func (k *tableCheck) countItems() int {
	wrong := map[string]bool{}
	for _, f := range k.findings {
		wrong[f.Kind+f.Key] = true
	}
	return len(wrong)
}

func (k *tableCheck) checkAll(ctx context.Context, parts int) error {
	ends, notes, err := k.readEnds(ctx)
	if err != nil {
		return err
	}
	err = inParts(ctx, parts, func(ctx context.Context, part int) error {
		return k.certificates.Check(ctx, part, parts, ends.ErasureTime, k.addFinding)
	})
	if err != nil {
		return err
	}
	err = inParts(ctx, parts, func(ctx context.Context, part int) error {
		return k.sessions.Check(ctx, part, parts, k.now, ends, k.addFinding)
	})
	if err != nil {
		return err
	}
	return errors.Join(k.checkWithdrawals(ctx), k.checkConsents(ctx), k.checkPasswords(ctx, notes, ends), k.checkVersions(ctx), k.checkSeals(ctx))
}

// checkEntries calls do with the content of every entry of a kind. An entry that the service did
// not write, or that do cannot read, is a finding with the error as its reason.
func checkEntries[T any](ctx context.Context, k *tableCheck, kind journal.Kind, do func(journal.Entry, T) error) error {
	return k.journal.Read(ctx, kind, time.Time{}, func(e journal.Entry) error {
		var what T
		if err := json.Unmarshal(e.What, &what); err != nil {
			k.addEntryFinding(e.Key(), err)
			return nil
		}
		err := do(e, what)
		var unread errUnread
		if errors.As(err, &unread) {
			k.addEntryFinding(e.Key(), err)
			return nil
		}
		return err
	}, k.addEntryFinding)
}

// addEntryFinding adds the finding that an entry of the journal is wrong.
func (k *tableCheck) addEntryFinding(key string, why error) {
	k.addFinding(tags.Finding{Kind: "journal", Item: key, Why: why.Error(), Key: key})
}

func (k *tableCheck) checkWithdrawals(ctx context.Context) error {
	return checkEntries(ctx, k, journal.Withdrawal, func(_ journal.Entry, w journal.Withdrawn) error {
		return k.certificates.CheckWithdrawn(ctx, w.Certificate, w.Endorsement, k.addFinding)
	})
}

func (k *tableCheck) checkConsents(ctx context.Context) error {
	return checkEntries(ctx, k, journal.ConsentRevoked, func(_ journal.Entry, r journal.Revoked) error {
		return k.certificates.CheckRevoked(ctx, r.Certificate, r.Consent, k.addFinding)
	})
}

func (k *tableCheck) checkSeals(ctx context.Context) error {
	if err := k.certificates.CheckSealReplicas(ctx, k.addFinding); err != nil {
		return err
	}
	return checkEntries(ctx, k, journal.SealStopped, func(_ journal.Entry, w journal.StoppedSeal) error {
		return k.certificates.CheckSeal(ctx, w, k.addFinding)
	})
}
