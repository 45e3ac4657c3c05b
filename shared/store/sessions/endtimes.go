package sessions

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// AccountKey identifies an account of a person. After an erasure another person may have an account
// of the same name.
type AccountKey struct{ Holder, Portal, Username string }

// EndTimes are the times, from the journal, at which things ended. An item from before such a time
// came back with a restored table.
type EndTimes struct {
	Names    tags.Names
	Erased   map[string]time.Time     // persons, by their present keyed hash: everything of them
	Closed   map[AccountKey]time.Time // accounts: their sessions and links, ended by jiazhu accounts revoke and end
	Faceless map[AccountKey]time.Time // accounts: the record that their person showed a face
}

// ErasureTime is when a person was erased, whichever of their keyed hashes is given; zero if never.
func (e EndTimes) ErasureTime(holder string) time.Time { return e.Erased[e.Names.CurrentName(holder)] }

// accountOf returns the account that an item belongs to.
func (e EndTimes) accountOf(read dynamo.Item) AccountKey {
	return AccountKey{e.Names.CurrentName(dynamo.Text(read, "holder")), dynamo.Text(read, "portal"), dynamo.Text(read, "username")}
}

const (
	closedReason = "it is from before its account was revoked or its sessions were ended: do that again"
	noFaceReason = "it is from before a link set its account's password, or the account was revoked: remove it"
)

// endedFault says that an item is older than the end of what it belongs to, "" if it is not. A
// phone has no time of creation, and no tag covers the expiry that tells a link's: both count as
// older unless their person has an account from after the erasure.
func (s *Store) endedFault(ctx context.Context, read dynamo.Item, ends EndTimes) (why string, err error) {
	kind, rest, _ := strings.Cut(dynamo.Text(read, "pk"), "#")
	holder := dynamo.Text(read, "holder")
	if kind == "PHONE" {
		holder = rest
	}
	if erased := ends.ErasureTime(holder); !erased.IsZero() {
		before := kind != "PHONE" && !creationTime(read).After(erased)
		if kind == "PHONE" || kind == "LINK" && !before {
			back, err := s.hasReturned(ctx, ends.Names.CurrentName(holder), erased)
			if err != nil {
				return "", err
			}
			before = !back
		}
		if before {
			return tags.ErasedReason(erased), nil
		}
	}
	switch kind {
	case "FACE":
		portal, username, _ := strings.Cut(rest, "#")
		if at := ends.Faceless[AccountKey{ends.Names.CurrentName(holder), portal, username}]; !at.IsZero() && !creationTime(read).After(at) {
			return noFaceReason, nil
		}
	case "SESSION":
		if at := ends.Closed[ends.accountOf(read)]; !at.IsZero() && !creationTime(read).After(at) {
			return closedReason, nil
		}
	case "ACCOUNT":
		a, err := dynamo.DecodeAny[accountItem](read)
		if err != nil {
			return "", nil // fault reports these
		}
		at := ends.Closed[ends.accountOf(read)]
		if a.Link != nil && !at.IsZero() && !(identity.Link{ExpiresAt: a.Link.ExpiresAt.Time()}).CreationTime().After(at) {
			return closedReason, nil
		}
	}
	return "", nil
}

// creationTime is when an item was made, as far as the item says. For a link it follows from its
// expiry.
func creationTime(item dynamo.Item) time.Time {
	for _, name := range []string{"created", "at"} {
		if item[name] != nil {
			return time.UnixMilli(dynamo.Number(item, name))
		}
	}
	if end := dynamo.Number(item, "ttl"); end > 0 && strings.HasPrefix(dynamo.Text(item, "pk"), prefixLink) {
		return identity.Link{ExpiresAt: time.Unix(end, 0).Add(-expiryGrace)}.CreationTime()
	}
	return time.Time{}
}

// hasReturned reports whether a person has an account opened after they were erased.
func (s *Store) hasReturned(ctx context.Context, holder string, erased time.Time) (back bool, err error) {
	for entry, err := range dynamo.QueryAs[holderItem](ctx, s.table, dynamo.Query{PK: prefixHolder + holder, Prefix: prefixAccount}) {
		if err != nil {
			return false, err
		}
		a, err := dynamo.GetAs[accountItem](ctx, s.table, accountKey(entry.Portal, entry.Username))
		if err != nil && !errors.Is(err, ErrNotFound) {
			return false, err
		}
		back = back || err == nil && a.Holder == holder && a.CreatedAt.Time().After(erased)
	}
	return back, nil
}
