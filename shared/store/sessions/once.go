package sessions

import (
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
)

const onceSK = "JTI"

// OneTimeToken is the id of something signed that may be used one time: the jti of a
// JWT. Until is when it expires by itself.
type OneTimeToken struct {
	Issuer, ID string
	Until      time.Time
}

type oneTimeTokenItem struct {
	itemHeader
}

// spend gives the write that fails if the id was spent before. It remains
// until its JWT has expired, and longer.
func (s *Store) spend(o OneTimeToken) (writeItem, error) {
	pk := "JTI#" + identity.HashToken(o.Issuer+"\n"+o.ID)
	return s.put(oneTimeTokenItem{itemHeader: newItemHeader(pk, onceSK, o.Until)}, absent, nil)
}
