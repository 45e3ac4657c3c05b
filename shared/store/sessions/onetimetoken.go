package sessions

import (
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
)

const onceSK = "JTI"

// OneTimeToken is the id of a signed statement that can be used once: the jti of a JWT. Until is
// when the JWT expires.
type OneTimeToken struct {
	Issuer, ID string
	Until      time.Time
}

type oneTimeTokenItem struct {
	itemHeader
}

// spend returns the write that fails if the id was used before. The item is kept until after its
// JWT has expired.
func (s *Store) spend(o OneTimeToken) (writeItem, error) {
	pk := "JTI#" + identity.HashToken(o.Issuer+"\n"+o.ID)
	return s.put(oneTimeTokenItem{itemHeader: newItemHeader(pk, onceSK, o.Until)}, absent, nil)
}
