package ofd

import (
	"encoding/base64"
	"hash/crc32"

	"github.com/emmansun/gmsm/sm3"

	"github.com/jiazhu/jiazhu/shared/document/deflate"
)

// part is one entry of the package. A part that never changes is made once,
// with its digests, and used in every document.
type part struct {
	name string // path in the package, without a leading slash
	data []byte
	sum  string // SM3 of data in base64, as Signature.xml holds it
	crc  uint32 // of data, as the package holds it

	packed    []byte // raw DEFLATE; nil where the package holds data as it is
	packedSum string // SM3 of packed in base64
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

// newPackedPart makes a part that Signature.xml names of what is compressed
// already. It is stored nevertheless where that is no longer.
func newPackedPart(name string, s *deflate.Stream) part {
	p := part{name: name, data: s.Data, sum: digest(s.Data), crc: s.CRC32}
	if len(s.Packed) < len(s.Data) {
		p.packed, p.packedSum = s.Packed, digest(s.Packed)
	}
	return p
}

// storedBytes is what the package holds of the part, and its SM3 in base64.
func (p *part) storedBytes() (data []byte, sum string) {
	if p.packed != nil {
		return p.packed, p.packedSum
	}
	return p.data, p.sum
}

func digest(data []byte) string {
	sum := sm3.Sum(data)
	return base64.StdEncoding.EncodeToString(sum[:])
}
