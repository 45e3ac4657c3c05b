package ofd

import (
	"encoding/base64"
	"hash/crc32"

	"github.com/emmansun/gmsm/sm3"
)

// part is one entry of the package. A part that never changes is made once,
// with its digests, and used in every document.
type part struct {
	name string // path in the package, without a leading slash
	data []byte
	sum  string // SM3 in base64, as Signature.xml holds it
	crc  uint32 // as the package holds it
}

// newPart makes a part that Signature.xml names.
func newPart(name string, data []byte) part {
	p := newBarePart(name, data)
	p.sum = digest(data)
	return p
}

// newBarePart makes a part that Signature.xml does not name.
func newBarePart(name string, data []byte) part {
	return part{name: name, data: data, crc: crc32.ChecksumIEEE(data)}
}

func digest(data []byte) string {
	sum := sm3.Sum(data)
	return base64.StdEncoding.EncodeToString(sum[:])
}
