package main

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jiazhu/jiazhu/shared/identity"
	"github.com/jiazhu/jiazhu/shared/journal"
)

// journaler keeps what happened apart from the table, so that restoring the table does not take it back.
type journaler interface {
	Append(ctx context.Context, kind journal.Kind, at time.Time, what any) error
}

// sealer seals a text for its place.
type sealer interface {
	Seal(plain, place string) (string, error)
}

// notePassword writes an account's new password to the journal, before the table: where that fails, the old one stays. Call
// it once the caller has proved that they may set it.
func (a *app) notePassword(ctx context.Context, account identity.Account, phc string, at time.Time) error {
	plain, err := json.Marshal(journal.Credential{Portal: account.Portal, Username: account.Username, Password: phc})
	if err != nil {
		return err
	}
	p := journal.PasswordSet{Holder: account.Holder}
	if p.Account, err = a.vault.Seal(string(plain), p.Place(at)); err != nil {
		return err
	}
	return a.journal.Append(ctx, journal.Password, at, p)
}
