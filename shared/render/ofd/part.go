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

func newPart(name string, data []byte) part {
	return part{name: name, data: data, sum: digest(data), crc: crc32.ChecksumIEEE(data)}
}

func digest(data []byte) string {
	sum := sm3.Sum(data)
	return base64.StdEncoding.EncodeToString(sum[:])
}
