package main

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

// errUnread says that the content of a journal entry cannot be read.
type errUnread struct{ error }

// passwordNote is the journal's statement about an account at a time: the password that was set, or
// none if the account was revoked.
type passwordNote struct {
	of     sessions.AccountKey
	set    journal.Credential
	at     time.Time
	closes bool // its sessions and links ended
	keeps  bool // the password stayed
}

// readEnds reads from the journal what has ended, and its statements about accounts.
func (k *tableCheck) readEnds(ctx context.Context) (ends sessions.EndTimes, notes []passwordNote, err error) {
	ends = sessions.EndTimes{Erased: map[string]time.Time{}, Closed: map[sessions.AccountKey]time.Time{}, Faceless: map[sessions.AccountKey]time.Time{}}
	if ends.Names, err = namesOf(ctx, k.journal, k.sealer, k.addEntryFinding); err != nil {
		return ends, nil, err
	}
	err = checkEntries(ctx, k, journal.Erasure, func(e journal.Entry, x journal.Erased) error {
		holder := ends.Names.CurrentName(x.Holder)
		if x.Account == "" {
			ends.Erased[holder] = maxTime(ends.Erased[holder], e.At)
			return nil
		}
		var a journal.Account
		if err := k.unseal(x.Account, x.Place(e.At), &a); err != nil {
			return err
		}
		of := sessions.AccountKey{Holder: holder, Portal: a.Portal, Username: a.Username}
		ends.Closed[of] = maxTime(ends.Closed[of], e.At)
		if !a.Sessions {
			ends.Faceless[of] = maxTime(ends.Faceless[of], e.At)
		}
		notes = append(notes, passwordNote{of: of, at: e.At, closes: true, set: journal.Credential{Portal: a.Portal, Username: a.Username}, keeps: a.Sessions})
		return nil
	})
	if err != nil {
		return ends, nil, err
	}
	err = checkEntries(ctx, k, journal.Password, func(e journal.Entry, p journal.PasswordSet) error {
		var c journal.Credential
		if err := k.unseal(p.Account, p.Place(e.At), &c); err != nil {
			return err
		}
		of := sessions.AccountKey{Holder: ends.Names.CurrentName(p.Holder), Portal: c.Portal, Username: c.Username}
		if c.Link != "" {
			ends.Faceless[of] = maxTime(ends.Faceless[of], e.At)
		}
		notes = append(notes, passwordNote{of: of, set: c, at: e.At})
		return nil
	})
	slices.SortStableFunc(notes, func(a, b passwordNote) int { return a.at.Compare(b.at) })
	return ends, notes, err
}

// checkPasswords compares accounts with the journal's statements, oldest first: an account has the
// password that was set last, or none if it was revoked after that. Two passwords set by one link
// show that a used link was accepted again; a password set by a link from before a revocation or
// the end of the sessions shows that a void link was accepted. In both cases the account had been
// put back to an earlier state.
func (k *tableCheck) checkPasswords(ctx context.Context, notes []passwordNote, ends sessions.EndTimes) error {
	last, wrong := map[sessions.AccountKey]passwordNote{}, map[sessions.AccountKey]string{}
	first := map[string]passwordNote{} // by the hash of the link
	closed := map[sessions.AccountKey]time.Time{}
	for _, n := range notes {
		if !n.at.After(ends.Erased[n.of.Holder]) {
			continue
		}
		if n.closes {
			closed[n.of] = n.at
		}
		if n.keeps {
			continue
		}
		last[n.of] = n
		switch before, used := first[n.set.Link]; {
		case n.set.Password == "":
			delete(wrong, n.of)
		case !n.set.LinkMade.IsZero() && !n.set.LinkMade.After(closed[n.of]):
			wrong[n.of] = "its password was set by a link from before it was revoked or its sessions were ended: jiazhu accounts revoke"
		case n.set.Link != "" && !used:
			first[n.set.Link] = n
		case used && n.at.Sub(before.at) > inFlight:
			wrong[n.of] = "one password link set its password twice: jiazhu accounts revoke"
		}
	}
	for of, n := range last {
		if err := k.sessions.CheckPassword(ctx, of.Holder, n.set, n.at, k.now, k.addFinding); err != nil {
			return err
		}
		if wrong[of] != "" {
			k.addFinding(k.sessions.FoundAccount(of.Portal, of.Username, wrong[of]))
		}
	}
	return nil
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// unseal decrypts a text for its place and reads it as JSON. Error: errUnread.
func (t tables) unseal(sealed, place string, into any) error {
	plain, err := t.sealer.Open(sealed, place)
	if err == nil {
		err = json.Unmarshal([]byte(plain), into)
	}
	if err != nil {
		return errUnread{err}
	}
	return nil
}
