package main

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/store/journal"
)

// journalWriter keeps what happened apart from the table, so that restoring the table does not take it back.
type journalWriter interface {
	Append(ctx context.Context, kind journal.Kind, at time.Time, what any) error
}

// sealer seals a text for its place.
type sealer interface {
	Seal(plain, place string) (string, error)
}

// commitPassword decides on an account's new password once the journal has it: where it cannot be written, the old one stays. Call
// it when the caller has proved that they may set it. The newest in the journal counts after a restore, so if another request
// was faster, the journal is told once more what the password is. Link is the hash of the link that sets it, if one does.
func (a *app) commitPassword(ctx context.Context, account identity.Account, phc, link string, at time.Time, set func() error) error {
	if err := a.notePassword(ctx, account, phc, link, at); err != nil {
		return err
	}
	refused := decide(ctx, set)
	if !problem.Is(refused, problem.AccountConflict) && !problem.Is(refused, problem.PasswordLinkInvalid) {
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
