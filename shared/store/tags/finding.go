package tags

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// Finding reports an item that is wrong, without its content.
type Finding struct {
	Kind string `json:"kind"` // the prefixes of its keys, "COPY#|ENDORSE#"
	Item string `json:"item"` // the first 16 digits of the SHA-256 of its key "pk|sk", in hex
	Why  string `json:"why"`
	Key  string `json:"-"` // "pk|sk", which may identify people
}

// NewFinding is the finding that an item is wrong, and why.
func (t *Tagger) NewFinding(of Item, why string) Finding {
	key := str(of, "pk") + "|" + str(of, "sk")
	sum := sha256.Sum256([]byte(key))
	return Finding{Kind: t.kindOf(of).String(), Item: hex.EncodeToString(sum[:8]), Why: why, Key: key}
}

// ErasedReason says that an item belongs to a person who was erased at a time.
func ErasedReason(at time.Time) string {
	when := at.UTC().Format(time.RFC3339)
	return fmt.Sprintf("its person was erased since, at %s: `jiazhu restore replay -since %s -yes` erases them again", when, when)
}
