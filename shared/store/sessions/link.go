package sessions

import (
	"context"
	"errors"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

const (
	prefixLink = "LINK#"
	skLink     = "LINK"
)

func linkKey(hash string) dynamo.Key { return dynamo.Key{PK: prefixLink + hash, SK: skLink} }

// linkItem leads from a password link to its account. The account decides whether the link is
// valid: it stores its newest one.
type linkItem struct {
	dynamo.Header
	Portal   string `dynamodbav:"portal"`
	Username string `dynamodbav:"username"`
	Holder   string `dynamodbav:"holder,omitempty"`
}

func newLinkItem(a identity.Account, l identity.Link) linkItem {
	return linkItem{Header: newHeader(linkKey(l.Hash), l.ExpiresAt), Portal: a.Portal, Username: a.Username, Holder: a.Holder}
}

// deleteLink returns the write that removes the item of the account's current link.
func deleteLink(a identity.Account) []dynamo.Write {
	if a.Link == nil {
		return nil
	}
	return []dynamo.Write{deleteIfExists(linkKey(a.Link.Hash))}
}

// LinkAccount finds the account whose password the link can set. Error: ErrLinkEnded for a link that
// is unknown, used, expired or replaced. SetPassword uses up the link: a second call finds the
// account changed.
func (s *Store) LinkAccount(ctx context.Context, token string, now time.Time) (identity.Account, error) {
	hash := identity.HashToken(token)
	item, err := dynamo.GetAs[linkItem](ctx, s.table, linkKey(hash))
	if errors.Is(err, ErrNotFound) {
		return identity.Account{}, ErrLinkEnded
	}
	if err != nil {
		return identity.Account{}, err
	}
	a, err := s.Account(ctx, item.Portal, item.Username)
	if err == nil && !a.IsLinkValid(hash, now) {
		err = ErrLinkEnded
	}
	return a, err
}
