package main

import (
	"context"
	"encoding/json"

	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

// lastPasswords has the journal's newest statement about each account's password.
type lastPasswords map[sessions.AccountKey]lastPassword

type lastPassword struct {
	password string // empty: the account was revoked
	from     journal.Entry
}

// remember keeps an entry's statement about an account if it is the newest. Older ones count as
// applied.
func (r *replayer) remember(last lastPasswords, of sessions.AccountKey, c lastPassword) {
	before, ok := last[of]
	if ok && c.from.At.Before(before.from.At) {
		before, c = c, before
	}
	last[of] = c
	if ok {
		r.note(before.from, journal.Already, nil)
	}
}

// password remembers a password that was set.
func (r *replayer) password(_ context.Context, e journal.Entry, last lastPasswords) {
	var set journal.PasswordSet
	var c journal.Credential
	err := json.Unmarshal(e.What, &set)
	if err == nil {
		err = r.unseal(set.Account, set.Place(e.At), &c)
	}
	if err != nil {
		r.note(e, journal.Gone, err)
		return
	}
	r.remember(last, sessions.AccountKey{Holder: r.names.CurrentName(set.Holder), Portal: c.Portal, Username: c.Username}, lastPassword{c.Password, e})
}

// erasure erases a person, and remembers the revocation of a single account.
func (r *replayer) erasure(ctx context.Context, e journal.Entry, last lastPasswords) {
	var erased journal.Erased
	if err := json.Unmarshal(e.What, &erased); err != nil {
		r.note(e, journal.Gone, err)
		return
	}
	if erased.Account == "" {
		is, err := r.erase(ctx, r.names.CurrentName(erased.Holder), e)
		r.note(e, is, err)
		return
	}
	var a journal.Account
	if err := r.unseal(erased.Account, erased.Place(e.At), &a); err != nil {
		r.note(e, journal.Gone, err)
		return
	}
	if a.Sessions { // all sessions and links end
		r.note(e, journal.Already, nil)
		return
	}
	r.remember(last, sessions.AccountKey{Holder: r.names.CurrentName(erased.Holder), Portal: a.Portal, Username: a.Username}, lastPassword{"", e})
}

func (r *replayer) erase(ctx context.Context, holder string, e journal.Entry) (journal.Outcome, error) {
	kept, err := r.certificates.ReplayErasure(ctx, holder, e.At, r.dry)
	if err != nil {
		return journal.Gone, err
	}
	is, err := r.sessions.ReplayErasure(ctx, holder, e.At, r.dry)
	if kept == journal.Applied {
		is = journal.Applied
	}
	return is, err
}

// setPasswords sets the newest password of each account. Erased people have no account, so theirs
// are skipped.
func (r *replayer) setPasswords(ctx context.Context, last lastPasswords) error {
	for of, c := range last {
		is, err := r.sessions.ReplayPassword(ctx, of.Holder, journal.Credential{Portal: of.Portal, Username: of.Username, Password: c.password}, c.from.At, r.dry)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		r.note(c.from, is, err)
	}
	return nil
}
