package sessions

import (
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

const (
	prefixOnce = "JTI#"
	skOnce     = "JTI"
)

// OneTimeToken is the id of a signed statement that can be used once: the jti of a JWT. Until is
// when the JWT expires.
type OneTimeToken struct {
	Issuer, ID string
	Until      time.Time
}

// spend returns the write that fails if the id was used before. The item is kept until after its
// JWT has expired.
func spend(o OneTimeToken) dynamo.Write {
	at := dynamo.Key{PK: prefixOnce + identity.HashToken(o.Issuer+"\n"+o.ID), SK: skOnce}
	return dynamo.Put(newHeader(at, o.Until)).IfAbsent()
}
