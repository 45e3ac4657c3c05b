package ofd

import (
	"errors"
	"fmt"
)

// ErrRepacked reports a package whose parts are, or were, what was sealed, and packed
// otherwise: unzipped and zipped again.
var ErrRepacked = errors.New("ofd: packed otherwise than when it was sealed")

// packingName is the CustomData in OFD.xml that holds the digest of how the
// package holds the parts. It is no element of a document's own.
const packingName = "KZ_packing"

// packing digests how parts are held: their order, names and the bytes between
// the headers. It is the SM3, in base64, of one line for each part,
//
//	NAME SP METHOD SP BASE64(SM3(bytes as held)) LF
//
// where METHOD is 0 for stored and 8 for deflated. The bytes of the headers
// follow from these and from the parts.
func packing(parts []part) string {
	lines := make([]byte, 0, 96*len(parts))
	for i := range parts {
		method := " 0 "
		if parts[i].packed != nil {
			method = " 8 "
		}
		_, sum := parts[i].storedBytes()
		lines = append(append(append(append(lines, parts[i].name...), method...), sum...), '\n')
	}
	return digest(lines)
}

// checkPacking compares the package with the packing it was sealed in. Three
// parts cannot be digested there: the one that holds the digest and the two
// that are made after it. They have their places, and are stored.
func checkPacking(parts []part, sealed string) error {
	last := len(parts) - 1
	if last < 2 {
		return fmt.Errorf("%w: %d parts", ErrMissing, len(parts))
	}
	for i, name := range map[int]string{0: rootPart, last - 1: signaturePart, last: valuePart} {
		if parts[i].name != name || parts[i].packed != nil {
			return fmt.Errorf("%w: %s", ErrRepacked, name)
		}
	}
	between := parts[1 : last-1]
	for i := range between {
		p := &between[i]
		p.sum = digest(p.data)
		if p.packed != nil {
			p.packedSum = digest(p.packed)
		}
	}
	if packing(between) != sealed {
		return ErrRepacked
	}
	return nil
}
