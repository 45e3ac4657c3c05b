package api

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// SessionReader finds the session of a bearer token. Error: sessions.ErrSessionEnded for a token
// that is unknown, ended or expired at now.
type SessionReader interface {
	Session(ctx context.Context, token string, now time.Time) (identity.Session, error)
}

// GrantReader finds the machine client of an access token, with the scopes granted to that token.
// Error: sessions.ErrSessionEnded for a token that is unknown or expired at now.
type GrantReader interface {
	Client(ctx context.Context, token string, now time.Time) (identity.Client, error)
}

// RequireHolder requires a live session and sets r.Session.
func RequireHolder(store SessionReader, h Handler) Handler {
	return func(ctx context.Context, r *Request) (*Response, error) {
		token, err := bearer(r)
		if err != nil {
			return nil, err
		}
		session, err := store.Session(ctx, token, r.Time)
		if err != nil {
			return nil, err
		}
		r.Session = &session
		return h(ctx, r)
	}
}

// RequireIdentified is RequireHolder, and requires that the holder has identified within the last
// quarter of an hour; otherwise identity-required.
func RequireIdentified(store SessionReader, h Handler) Handler {
	return RequireHolder(store, func(ctx context.Context, r *Request) (*Response, error) {
		if !r.Session.IsIdentified(r.Time) {
			return nil, problem.New(problem.IdentityRequired)
		}
		return h(ctx, r)
	})
}

// RequireFaceShown is RequireHolder, and requires that the account's person has shown their face
// since a link last set its password, however long ago; otherwise identity-required.
func RequireFaceShown(store SessionReader, h Handler) Handler {
	return RequireHolder(store, func(ctx context.Context, r *Request) (*Response, error) {
		if !r.Session.HasShownFace() {
			return nil, problem.New(problem.IdentityRequired)
		}
		return h(ctx, r)
	})
}

// RequireMachine requires an access token with the scope, and sets r.Client, without its keys.
func RequireMachine(store GrantReader, scope string, h Handler) Handler {
	return func(ctx context.Context, r *Request) (*Response, error) {
		token, err := bearer(r)
		if err != nil {
			return nil, err
		}
		client, err := store.Client(ctx, token, r.Time)
		if err != nil {
			return nil, err
		}
		if !client.May(scope) {
			return nil, problem.New(problem.Forbidden)
		}
		r.Client = &client
		return h(ctx, r)
	}
}

// The form of a bearer token: 16 to 128 of these characters. The expression bounds no length,
// because that costs time at every start.
const shortestToken, longestToken = 16, 128

var tokenCharacters = regexp.MustCompile(`^[A-Za-z0-9._~+/=-]*$`)

// bearer returns the token of the Authorization header (RFC 6750, 2.1).
func bearer(r *Request) (string, error) {
	header := r.Header["authorization"]
	if header == "" {
		return "", problem.New(problem.SessionRequired)
	}
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "bearer") {
		return "", problem.New(problem.SessionRequired)
	}
	token = strings.TrimSpace(token)
	if len(token) < shortestToken || len(token) > longestToken || !tokenCharacters.MatchString(token) {
		return "", problem.New(problem.SessionExpired)
	}
	return token, nil
}
