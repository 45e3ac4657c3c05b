package fieldcrypto

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
)

var (
	// ErrTag says that this service did not make the tag for this content at this place.
	ErrTag = errors.New("fieldcrypto: the tag is not of this content at this place")
	// ErrNoIntegrityKey says that the program was not given the integrity key.
	ErrNoIntegrityKey = errors.New("fieldcrypto: this program has no integrity key")
)

// Tag authenticates content at a place: "<key id>.<base64url of HMAC-SHA-256>". The place is the
// list of words that say what the content is and where it is stored; a tag is valid at its own
// place only. Error: ErrNoIntegrityKey.
func (v *Sealer) Tag(content []byte, place ...string) (string, error) {
	if v == nil || len(v.integrity) == 0 {
		return "", ErrNoIntegrityKey
	}
	return v.integrity[0].tag(content, place), nil
}

// Check returns nil if Tag made the tag for this content at this place, with any key of the file.
// Errors: ErrNoIntegrityKey, ErrTag.
func (v *Sealer) Check(tag string, content []byte, place ...string) error {
	if v == nil || len(v.integrity) == 0 {
		return ErrNoIntegrityKey
	}
	id, _, _ := strings.Cut(tag, ".")
	for _, k := range v.integrity {
		if k.id != id {
			continue
		}
		if !hmac.Equal([]byte(tag), []byte(k.tag(content, place))) {
			return ErrTag
		}
		return nil
	}
	return fmt.Errorf("%w: no key of the file made it", ErrTag)
}

// IsCurrentTag reports whether the tag was made with the key that Tag uses now, and not an earlier
// one.
func (v *Sealer) IsCurrentTag(tag string) bool {
	return v != nil && len(v.integrity) > 0 && strings.HasPrefix(tag, v.integrity[0].id+".")
}

func (k namedKey) tag(content []byte, place []string) string {
	mac := hmac.New(sha256.New, k.secret)
	for _, part := range append([]string{"jiazhu/tag/1"}, place...) {
		mac.Write(binary.BigEndian.AppendUint32(nil, uint32(len(part))))
		mac.Write([]byte(part))
	}
	mac.Write([]byte{0xff, 0xff, 0xff, 0xff}) // no part has this length: it marks the end of the place
	mac.Write(content)
	return k.id + "." + encoding.EncodeToString(mac.Sum(nil))
}
