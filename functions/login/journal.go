package main

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/journal"
)

// journalWriter writes changes to a journal outside the table, so that restoring the table does not
// undo them.
type journalWriter interface {
	Append(ctx context.Context, kind journal.Kind, at time.Time, what any) error
}

// sealer encrypts a text for the place where it is stored.
type sealer interface {
	Seal(plain, place string) (string, error)
}

// commitPassword sets an account's new password after writing it to the journal; if the journal
// cannot be written, the old password stays. The caller must have proved that they may set it.
// After a restore the newest password in the journal counts, so if another request was faster, the
// password that the table has is written to the journal once more. Link is the hash of the one-time
// link that sets it, if one does.
func (a *app) commitPassword(ctx context.Context, account identity.Account, phc, link string, at time.Time, set func() error) error {
	if err := a.notePassword(ctx, account, phc, link, at); err != nil {
		return err
	}
	refused := decide(ctx, set)
	if !api.IsProblem(refused, problem.AccountConflict) && !api.IsProblem(refused, problem.PasswordLinkInvalid) {
		return refused
	}
	now, err := a.store.Account(ctx, account.Portal, account.Username)
	if err == nil {
		err = a.notePassword(ctx, now, now.PasswordHash, "", at.Add(time.Millisecond))
	}
	if err != nil {
		return err
	}
	return refused
}

// notePassword writes an account's password to the journal.
func (a *app) notePassword(ctx context.Context, account identity.Account, phc, link string, at time.Time) error {
	c := journal.Credential{Portal: account.Portal, Username: account.Username, Password: phc, Link: link}
	if link != "" && account.Link != nil {
		c.LinkMade = account.Link.CreationTime().UTC()
	}
	plain, err := json.Marshal(c)
	if err != nil {
		return err
	}
	p := journal.PasswordSet{Holder: account.Holder}
	if p.Account, err = a.sealer.Seal(string(plain), p.Place(at)); err != nil {
		return err
	}
	return a.journal.Append(ctx, journal.Password, at, p)
}
