package main

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/jiazhu/jiazhu/shared/store/journal"
)

// errUnread says that what an entry of the journal says cannot be read.
type errUnread struct{ error }

// passwordNote is what the journal says of an account at a time: the password that was set, or none where it was revoked.
type passwordNote struct {
	of  owned
	set journal.Credential
	at  time.Time
}

// checkAccounts compares accounts and phones with what the journal says of their persons: who was erased has none from
// before, and an account has the password that was set last, or none where it was revoked after. A link that set two
// passwords was used, and the account put back to before.
func (k *checker) checkAccounts(ctx context.Context) error {
	var notes []passwordNote
	erased := map[string]time.Time{}
	names, err := namesOf(ctx, k.journal, k.secrets, k.addEntryFinding)
	if err != nil {
		return err
	}
	err = checkEntries(ctx, k, journal.Erasure, func(e journal.Entry, x journal.Erased) error {
		if x.Account == "" {
			holder := names.CurrentName(x.Holder)
			erased[holder] = maxTime(erased[holder], e.At)
			return nil
		}
		var a journal.Account
		if err := k.unseal(x.Account, x.Place(e.At), &a); err != nil {
			return err
		}
		notes = append(notes, passwordNote{owned{names.CurrentName(x.Holder), a.Portal, a.Username}, journal.Credential{Portal: a.Portal, Username: a.Username}, e.At})
		return nil
	})
	if err != nil {
		return err
	}
	err = checkEntries(ctx, k, journal.Password, func(e journal.Entry, p journal.PasswordSet) error {
		var c journal.Credential
		if err := k.unseal(p.Account, p.Place(e.At), &c); err != nil {
			return err
		}
		notes = append(notes, passwordNote{owned{names.CurrentName(p.Holder), c.Portal, c.Username}, c, e.At})
		return nil
	})
	if err != nil {
		return err
	}
	for holder, at := range erased {
		if err := k.people.CheckErased(ctx, holder, at, k.addFinding); err != nil {
			return err
		}
	}
	slices.SortStableFunc(notes, func(a, b passwordNote) int { return a.at.Compare(b.at) })
	return k.checkPasswords(ctx, notes, erased)
}

// checkPasswords holds accounts to what the journal says of them, the oldest first.
func (k *checker) checkPasswords(ctx context.Context, notes []passwordNote, erased map[string]time.Time) error {
	last, again := map[owned]passwordNote{}, map[owned]bool{}
	first := map[string]passwordNote{} // by the hash of the link
	for _, n := range notes {
		if !n.at.After(erased[n.of.holder]) {
			continue
		}
		last[n.of] = n
		switch before, used := first[n.set.Link]; {
		case n.set.Password == "":
			again[n.of] = false
		case n.set.Link != "" && !used:
			first[n.set.Link] = n
		case used && n.at.Sub(before.at) > inFlight:
			again[n.of] = true
		}
	}
	for of, n := range last {
		if err := k.people.CheckPassword(ctx, of.holder, n.set, n.at, k.addFinding); err != nil {
			return err
		}
		if again[of] {
			k.addFinding(k.people.FoundAccount(of.portal, of.username, "one password link set its password twice"))
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

// unseal opens a sealed text for its place, and reads it as JSON. Error: errUnread.
func (t tables) unseal(sealed, place string, into any) error {
	plain, err := t.secrets.Open(sealed, place)
	if err == nil {
		err = json.Unmarshal([]byte(plain), into)
	}
	if err != nil {
		return errUnread{err}
	}
	return nil
}
