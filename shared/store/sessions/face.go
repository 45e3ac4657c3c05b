package sessions

import (
	"context"
	"errors"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

func faceKey(portal, username string) dynamo.Key {
	return dynamo.Key{PK: "FACE#" + portal + "#" + username, SK: "FACE"}
}

// faceItem says that the account's person showed their face in a session. A link that sets the
// password removes it, because whoever has the link need not be the person.
type faceItem struct {
	dynamo.Header
	Holder string        `dynamodbav:"holder"`
	At     dynamo.Millis `dynamodbav:"at"`
}

// FaceShown reports whether the account's person has shown their face in a session since a link
// last set the password. Call it after reading the account: PutSession of that account then returns
// ErrChanged if a link has set the password meanwhile.
func (s *Store) FaceShown(ctx context.Context, a identity.Account) (bool, error) {
	item, err := dynamo.GetAs[faceItem](ctx, s.table, faceKey(a.Portal, a.Username))
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return item.Holder == a.Holder, err
}

// FaceShownAt is when the account's person last showed their face in a session since a link last
// set the password; zero if never.
func (s *Store) FaceShownAt(ctx context.Context, a identity.Account) (time.Time, error) {
	item, err := dynamo.GetAs[faceItem](ctx, s.table, faceKey(a.Portal, a.Username))
	if errors.Is(err, ErrNotFound) || err == nil && item.Holder != a.Holder {
		return time.Time{}, nil
	}
	return item.At.Time(), err
}

// putFace returns the write that records that the person of a challenge showed their face.
func putFace(c identity.Challenge) dynamo.Write {
	return putAlways(faceItem{
		Header: newHeader(faceKey(c.Portal, c.Username), time.Time{}), Holder: c.Holder, At: dynamo.ToMillis(c.FinishedAt),
	})
}
