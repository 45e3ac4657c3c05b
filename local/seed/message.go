package seed

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

// message is one short message, as the stand-in for the message gateway keeps it.
type message struct {
	To   string `json:"to"`
	Kind string `json:"kind"` // password-link, phone-code or phone-changed
	Portal, Username,
	Text, Code, URL string
}

// messages reads every message sent so far, whatever their order.
func messages(ctx context.Context, client *http.Client, phone string) ([]message, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, phone+"/messages.json", nil)
	if err != nil {
		return nil, err
	}
	reply, err := fetch(client, req)
	if err != nil {
		return nil, fmt.Errorf("read the messages: %w", err)
	}
	var list []message
	if reply.Status != http.StatusOK {
		return nil, fmt.Errorf("read the messages: %w", problemOf(reply))
	}
	return list, reply.Decode(&list)
}

// passwordLink finds the one-time token sent for an account.
func passwordLink(list []message, portal, username string) (string, error) {
	for _, m := range list {
		if m.Kind == "password-link" && m.Portal == portal && m.Username == username {
			if _, token, ok := strings.Cut(m.URL, "#"); ok {
				return token, nil
			}
		}
	}
	return "", fmt.Errorf("no message with a password link for %s on %s", username, portal)
}
