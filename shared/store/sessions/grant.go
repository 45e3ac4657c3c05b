package sessions

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

const grantSK = "TOKEN"

func grantPK(hash string) string { return "TOKEN#" + hash }

type grantItem struct {
	itemHeader
	Client    string   `dynamodbav:"client"`
	Name      string   `dynamodbav:"name,omitempty"`
	Kind      string   `dynamodbav:"kind"`
	Portal    string   `dynamodbav:"portal,omitempty"`
	Areas     []string `dynamodbav:"areas,omitempty"`
	Schemes   []string `dynamodbav:"schemes,omitempty"`
	Scopes    []string `dynamodbav:"scopes"`
	ExpiresAt millis   `dynamodbav:"expires"`

	Purposes    []string `dynamodbav:"purposes,omitempty"`
	NamesPerDay int      `dynamodbav:"namesPerDay,omitempty"`
}

// PutGrant stores an access token and marks its assertion as used, in one transaction. ErrChanged
// says that the assertion was used before.
func (s *Store) PutGrant(ctx context.Context, g identity.Grant, assertion OneTimeToken) error {
	grant, err := s.put(grantItem{
		itemHeader: newItemHeader(grantPK(g.Hash), grantSK, g.ExpiresAt),
		Client:     g.Client.ID, Name: g.Client.Name, Kind: g.Client.Kind, Portal: g.Client.Portal,
		Areas: g.Client.Areas, Schemes: g.Client.Schemes, Scopes: g.Client.Scopes, ExpiresAt: toMillis(g.ExpiresAt),
		Purposes: g.Client.Purposes, NamesPerDay: g.Client.NamesPerDay,
	}, absent, nil)
	if err != nil {
		return err
	}
	spent, err := s.spend(assertion)
	if err != nil {
		return err
	}
	return s.write(ctx, "grant a token", grant, spent)
}

// Client finds the machine client of an access token, with the scopes granted to it and without
// keys, in one consistent read. Problem: session-expired for a token that is unknown, has expired
// at now, or was given before authorities had schemes, whose client requests a new one.
func (s *Store) Client(ctx context.Context, token string, now time.Time) (identity.Client, error) {
	item, err := get[grantItem](ctx, s, grantPK(identity.HashToken(token)), grantSK)
	if errors.Is(err, ErrNotFound) || err == nil && !now.Before(item.ExpiresAt.time()) {
		return identity.Client{}, problem.New(problem.SessionExpired)
	}
	if err != nil {
		return identity.Client{}, err
	}
	if slices.Contains(item.Scopes, identity.ScopeReport) && len(item.Schemes) == 0 {
		return identity.Client{}, problem.New(problem.SessionExpired)
	}
	return identity.Client{
		ID: item.Client, Name: item.Name, Kind: item.Kind, Portal: item.Portal, Areas: item.Areas, Schemes: item.Schemes, Scopes: item.Scopes,
		Purposes: item.Purposes, NamesPerDay: item.NamesPerDay,
	}, nil
}
