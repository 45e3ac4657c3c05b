package seed

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/jiazhu/jiazhu/local/phone"
)

// Messages returns every text message that the test phone has received.
func (t Target) Messages(ctx context.Context) (all []phone.Message, err error) {
	if err := t.PhoneAPI().Do(ctx, Call{Method: http.MethodGet, Path: "/messages.json"}, &all); err != nil {
		return nil, fmt.Errorf("read the messages: %w", err)
	}
	return all, nil
}

// findPasswordLink returns the one-time token that was sent for an account.
func findPasswordLink(all []phone.Message, portal, username string) (string, error) {
	for _, m := range all {
		if m.Kind == "password-link" && m.Portal == portal && m.Username == username {
			if _, token, ok := strings.Cut(m.URL, "#"); ok {
				return token, nil
			}
		}
	}
	return "", fmt.Errorf("no message with a password link for %s on %s", username, portal)
}
