package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

// endSessions ends every session of an account, immediately and in every function; the password
// stays. An open link to set the password becomes void, and the account forgets its devices. The
// change is written to the journal first.
func (c console) endSessions(ctx context.Context, args []string) error {
	t, a, err := c.oneAccount(ctx, "accounts end", args)
	if err != nil {
		return err
	}
	at := c.now().UTC().Truncate(time.Millisecond)
	if err := t.noteAccount(ctx, a, true, at); err != nil {
		return fmt.Errorf("nothing has ended, since the journal cannot be written: %w", err)
	}
	ended, err := t.sessions.EndSessions(ctx, a, at)
	if errors.Is(err, sessions.ErrChanged) {
		return fmt.Errorf("%s was changed at the same time; nothing has ended, repeat the command", a.Username)
	}
	if err != nil {
		return err
	}
	return c.print(map[string]any{"username": a.Username, "portal": a.Portal, "sessionsEnded": ended})
}
