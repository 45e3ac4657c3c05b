package sessions

import (
	"context"
	"errors"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

const linkSK = "LINK"

func linkPK(hash string) string { return "LINK#" + hash }

// linkItem leads from a password link to its account. The account decides whether the link is
// valid: it stores its newest one.
type linkItem struct {
	itemHeader
	Portal   string `dynamodbav:"portal"`
	Username string `dynamodbav:"username"`
	Holder   string `dynamodbav:"holder,omitempty"`
}

func newLinkItem(a identity.Account, l identity.Link) linkItem {
	return linkItem{itemHeader: newItemHeader(linkPK(l.Hash), linkSK, l.ExpiresAt), Portal: a.Portal, Username: a.Username, Holder: a.Holder}
}

// forgetLink returns the write that removes the item of the account's current link.
func (s *Store) forgetLink(a identity.Account) []writeItem {
	if a.Link == nil {
		return nil
	}
	return []writeItem{s.forget(linkPK(a.Link.Hash), linkSK)}
}

// LinkAccount finds the account whose password the link can set. Problem: password-link-invalid for
// a link that is unknown, used, expired or replaced. SetPassword uses up the link: a second call
// finds the account changed.
func (s *Store) LinkAccount(ctx context.Context, token string, now time.Time) (identity.Account, error) {
	hash := identity.HashToken(token)
	item, err := get[linkItem](ctx, s, linkPK(hash), linkSK)
	if errors.Is(err, ErrNotFound) {
		return identity.Account{}, problem.New(problem.PasswordLinkInvalid)
	}
	if err != nil {
		return identity.Account{}, err
	}
	a, err := s.Account(ctx, item.Portal, item.Username)
	if err == nil && !a.IsLinkValid(hash, now) {
		err = problem.New(problem.PasswordLinkInvalid)
	}
	return a, err
}
