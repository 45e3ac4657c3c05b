package sessions

import (
	"context"
	"errors"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
)

const faceSK = "FACE"

func facePK(portal, username string) string { return "FACE#" + portal + "#" + username }

// faceItem says that the account's person showed their face in a session. A link that sets the
// password removes it, because whoever has the link need not be the person.
type faceItem struct {
	itemHeader
	Holder string `dynamodbav:"holder"`
	At     millis `dynamodbav:"at"`
}

// FaceShown reports whether the account's person has shown their face in a session since a link
// last set the password. Call it after reading the account: PutSession of that account then returns
// ErrChanged if a link has set the password meanwhile.
func (s *Store) FaceShown(ctx context.Context, a identity.Account) (bool, error) {
	item, err := get[faceItem](ctx, s, facePK(a.Portal, a.Username), faceSK)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return item.Holder == a.Holder, err
}

// FaceShownAt is when the account's person last showed their face in a session since a link last
// set the password; zero if never.
func (s *Store) FaceShownAt(ctx context.Context, a identity.Account) (time.Time, error) {
	item, err := get[faceItem](ctx, s, facePK(a.Portal, a.Username), faceSK)
	if errors.Is(err, ErrNotFound) || err == nil && item.Holder != a.Holder {
		return time.Time{}, nil
	}
	return item.At.time(), err
}

// showFace returns the write that records that the person of a challenge showed their face.
func (s *Store) showFace(c identity.Challenge) (writeItem, error) {
	return s.put(faceItem{
		itemHeader: newItemHeader(facePK(c.Portal, c.Username), faceSK, time.Time{}), Holder: c.Holder, At: toMillis(c.FinishedAt),
	}, absentOrPresent, nil)
}

// forgetFace returns the write that removes the record of a face shown.
func (s *Store) forgetFace(a identity.Account) writeItem {
	return s.forget(facePK(a.Portal, a.Username), faceSK)
}
