package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/jiazhu/jiazhu/shared/sessions"
)

// endSessions ends every session of an account, at once and in every function; the password stays. A
// link to set the password that is out is void, and the account knows no device any more.
func (c console) endSessions(ctx context.Context, args []string) error {
	f := c.flags("accounts end", "USER@PORTAL")
	alwaysJSON(f)
	names, err := parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	t, err := c.tables(ctx)
	if err != nil {
		return err
	}
	a, err := t.account(ctx, names[0])
	if err != nil {
		return err
	}
	changed, ended := a.WithPassword(a.PasswordHash, "", c.now())
	err = t.people.SetPassword(ctx, changed, ended)
	if errors.Is(err, sessions.ErrChanged) {
		return fmt.Errorf("%s was changed at the same moment, nothing has ended: give the command again", names[0])
	}
	if err != nil {
		return err
	}
	return c.print(map[string]any{"username": a.Username, "portal": a.Portal, "sessionsEnded": len(ended)})
}
