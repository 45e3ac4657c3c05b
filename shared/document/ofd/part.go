package ofd

import (
	"encoding/base64"
	"hash/crc32"

	"github.com/emmansun/gmsm/sm3"

	"github.com/jiazhu/jiazhu/shared/document/deflate"
)

// part is one entry of the package.
type part struct {
	name string // path in the package, without a leading slash
	data []byte
	sum  string // SM3 of data in base64, as Signature.xml holds it
	crc  uint32 // of data

	compressed    []byte // raw DEFLATE; nil if data is stored uncompressed
	compressedSum string // SM3 of compressed in base64
}

// newPart returns an uncompressed part that Signature.xml lists.
func newPart(name string, data []byte) part {
	p := newUnsignedPart(name, data)
	p.sum = digest(data)
	return p
}

// newUnsignedPart returns an uncompressed part that Signature.xml does not list.
func newUnsignedPart(name string, data []byte) part {
	return part{name: name, data: data, crc: crc32.ChecksumIEEE(data)}
}

// newCompressedPart returns a part that Signature.xml lists, compressed unless that makes
// it longer.
func newCompressedPart(name string, s *deflate.Stream) part {
	p := part{name: name, data: s.Data, sum: digest(s.Data), crc: s.CRC32}
	if len(s.Compressed) < len(s.Data) {
		p.compressed, p.compressedSum = s.Compressed, digest(s.Compressed)
	}
	return p
}

// storedBytes returns the bytes of the part in the package, and their SM3 in base64.
func (p *part) storedBytes() (data []byte, sum string) {
	if p.compressed != nil {
		return p.compressed, p.compressedSum
	}
	return p.data, p.sum
}

func digest(data []byte) string {
	sum := sm3.Sum(data)
	return base64.StdEncoding.EncodeToString(sum[:])
}
