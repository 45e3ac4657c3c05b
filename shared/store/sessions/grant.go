package sessions

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

const prefixGrant = "TOKEN#"

func grantKey(hash string) dynamo.Key { return dynamo.Key{PK: prefixGrant + hash, SK: "TOKEN"} }

type grantItem struct {
	dynamo.Header
	Client    string        `dynamodbav:"client"`
	Name      string        `dynamodbav:"name,omitempty"`
	Kind      string        `dynamodbav:"kind"`
	Portal    string        `dynamodbav:"portal,omitempty"`
	Areas     []string      `dynamodbav:"areas,omitempty"`
	Schemes   []string      `dynamodbav:"schemes,omitempty"`
	Issuer    string        `dynamodbav:"issuer,omitempty"`
	Scopes    []string      `dynamodbav:"scopes"`
	ExpiresAt dynamo.Millis `dynamodbav:"expires"`

	Purposes    []string `dynamodbav:"purposes,omitempty"`
	NamesPerDay int      `dynamodbav:"namesPerDay,omitempty"`
}

const partGrant = "grant"

// PutGrant stores an access token and marks its assertion as used, in one transaction. ErrChanged
// says that the assertion was used before. Tokens are random: one that is there is our own, whose
// response was lost.
func (s *Store) PutGrant(ctx context.Context, g identity.Grant, assertion OneTimeToken) error {
	grant := dynamo.Put(grantItem{
		Header: newHeader(grantKey(g.Hash), g.ExpiresAt),
		Client: g.Client.ID, Name: g.Client.Name, Kind: g.Client.Kind, Portal: g.Client.Portal,
		Areas: g.Client.Areas, Schemes: g.Client.Schemes, Issuer: g.Client.Issuer, Scopes: g.Client.Scopes, ExpiresAt: dynamo.ToMillis(g.ExpiresAt),
		Purposes: g.Client.Purposes, NamesPerDay: g.Client.NamesPerDay,
	}).IfAbsent().WithName(partGrant)
	err := s.table.Transact(ctx, "granting a token", grant, spend(assertion))
	if refusal := dynamo.AsRefusal(err); refusal != nil && refusal.IsOf(partGrant) {
		return nil
	}
	return err
}

// ErrOtherClient says that an access token was issued to another client.
var ErrOtherClient = errors.New("sessions: the access token is another client's")

// EndGrant ends an access token of a client and marks the client's assertion as used, in one transaction. A token that
// is unknown or has ended already is no error. Errors: ErrAssertionUsed, ErrOtherClient.
func (s *Store) EndGrant(ctx context.Context, token, client string, assertion OneTimeToken) error {
	end := dynamo.Delete(grantKey(identity.HashToken(token))).
		If("attribute_not_exists(#client) OR #client = :client", dynamo.Values{"client": client}).WithName(partGrant)
	err := s.table.Transact(ctx, "ending a token", end, spend(assertion))
	switch refusal := dynamo.AsRefusal(err); {
	case refusal == nil:
		return err
	case refusal.IsOf(partGrant):
		return ErrOtherClient
	}
	return ErrAssertionUsed
}

// Client finds the machine client of an access token, with the scopes granted to it and without
// keys, in one consistent read. Error: ErrSessionEnded for a token that is unknown, has expired
// at now, or was given before authorities had schemes, whose client requests a new one.
func (s *Store) Client(ctx context.Context, token string, now time.Time) (identity.Client, error) {
	item, err := dynamo.GetAs[grantItem](ctx, s.table, grantKey(identity.HashToken(token)))
	if errors.Is(err, ErrNotFound) || err == nil && !now.Before(item.ExpiresAt.Time()) {
		return identity.Client{}, ErrSessionEnded
	}
	if err != nil {
		return identity.Client{}, err
	}
	if slices.Contains(item.Scopes, identity.ScopeReport) && len(item.Schemes) == 0 {
		return identity.Client{}, ErrSessionEnded
	}
	return identity.Client{
		ID: item.Client, Name: item.Name, Kind: item.Kind, Portal: item.Portal, Areas: item.Areas, Schemes: item.Schemes, Issuer: item.Issuer, Scopes: item.Scopes,
		Purposes: item.Purposes, NamesPerDay: item.NamesPerDay,
	}, nil
}
