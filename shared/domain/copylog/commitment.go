package copylog

import (
	"crypto/hmac"
	"crypto/sha256"
)

// Digest is a SHA-256.
type Digest = [sha256.Size]byte

// Commitment is the salted digest of a copy, which stands in the log.
type Commitment Digest

// Salt makes the entries of equal copies unequal, and a commitment useless to who guesses a copy.
type Salt [16]byte

// Copy is what the log says of a copy to who has it.
type Copy struct {
	Content Digest // of the copy's canonical JSON
	PDF     Digest // of the files that the register holds
	OFD     Digest
}

// commitmentLabel and saltLabel keep each digest from being one of the other kind.
const (
	commitmentLabel = "jiazhu-copylog/1 commitment\n"
	saltLabel       = "jiazhu-copylog/1 salt\n"
)

// Commit returns the commitment to a copy: SHA-256(label ‖ salt ‖ content ‖ PDF ‖ OFD).
func (c Copy) Commit(salt Salt) Commitment {
	h := sha256.New()
	h.Write([]byte(commitmentLabel))
	h.Write(salt[:])
	h.Write(c.Content[:])
	h.Write(c.PDF[:])
	h.Write(c.OFD[:])
	return Commitment(h.Sum(nil))
}

// DeriveSalt returns the salt of the copy with an id: the first half of an HMAC-SHA-256 under a key that
// only the service has. It can be made again, so no record has to keep it.
func DeriveSalt(key []byte, copyID string) Salt {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(saltLabel))
	h.Write([]byte(copyID))
	return Salt(h.Sum(nil))
}
