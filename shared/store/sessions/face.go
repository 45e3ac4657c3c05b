package sessions

import (
	"context"
	"errors"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
)

const faceSK = "FACE"

func facePK(portal, username string) string { return "FACE#" + portal + "#" + username }

// faceItem says that a session of the account showed its person's face. It is gone
// once a link has set the password: who has the link need not be the person.
type faceItem struct {
	itemHeader
	Holder string `dynamodbav:"holder"`
	At     millis `dynamodbav:"at"`
}

// FaceShown reports whether a session of the account showed its person's face
// since a link last set the password. Ask after reading the account: PutSession of
// that account then says ErrChanged if a link has set it meanwhile.
func (s *Store) FaceShown(ctx context.Context, a identity.Account) (bool, error) {
	item, err := get[faceItem](ctx, s, facePK(a.Portal, a.Username), faceSK)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return item.Holder == a.Holder, err
}

// FaceShownAt is when a session of the account last showed its person's face since a link last set the password;
// zero if none did.
func (s *Store) FaceShownAt(ctx context.Context, a identity.Account) (time.Time, error) {
	item, err := get[faceItem](ctx, s, facePK(a.Portal, a.Username), faceSK)
	if errors.Is(err, ErrNotFound) || err == nil && item.Holder != a.Holder {
		return time.Time{}, nil
	}
	return item.At.time(), err
}

// showFace gives the write that notes the face of who answered a challenge.
func (s *Store) showFace(c identity.Challenge) (writeItem, error) {
	return s.put(faceItem{
		itemHeader: newItemHeader(facePK(c.Portal, c.Username), faceSK, time.Time{}), Holder: c.Holder, At: toMillis(c.FinishedAt),
	}, absentOrPresent, nil)
}

// forgetFace gives the write after which the account counts as one that never showed a face.
func (s *Store) forgetFace(a identity.Account) writeItem {
	return s.forget(facePK(a.Portal, a.Username), faceSK)
}
