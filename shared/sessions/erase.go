package sessions

import (
	"context"
	"time"

	"github.com/jiazhu/jiazhu/shared/identity"
)

// Erase removes an account as it was read, ends its sessions and forgets its person's phone:
// one transaction. ErrChanged says that the account changed meanwhile.
func (s *Store) Erase(ctx context.Context, a identity.Account, at time.Time) error {
	phone, err := s.putPhone(identity.Phone{Holder: a.Holder, BoundAt: at})
	if err != nil {
		return err
	}
	writes := []writeItem{
		s.remove(accountPK(a.Portal, a.Username), accountSK, "rev = :seen", attributes{":seen": number(a.Revision)}),
		phone,
	}
	for hash := range a.Sessions {
		writes = append(writes, s.forget(sessionPK(hash), sessionSK))
	}
	return s.write(ctx, "erase an account", writes...)
}
