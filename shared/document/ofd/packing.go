package ofd

import (
	"errors"
	"fmt"
)

// ErrRepacked reports a package that was unzipped and zipped again after sealing.
var ErrRepacked = errors.New("ofd: packed again after sealing")

// packingName is the name of the CustomData in OFD.xml that has the digest of the packing.
// Documents must not use it.
const packingName = "KZ_packing"

// packing returns the digest of how the package stores the parts: their order, their names
// and their stored bytes. It is the SM3, in base64, of one line for each part,
//
//	NAME SP METHOD SP BASE64(SM3(stored bytes)) LF
//
// where METHOD is 0 for stored and 8 for deflated. These and the parts' content determine
// the bytes of the headers.
func packing(parts []part) string {
	lines := make([]byte, 0, 96*len(parts))
	for i := range parts {
		method := " 0 "
		if parts[i].compressed != nil {
			method = " 8 "
		}
		_, sum := parts[i].storedBytes()
		lines = append(append(append(append(lines, parts[i].name...), method...), sum...), '\n')
	}
	return digest(lines)
}

// checkPacking compares the package with the digest of the packing at sealing. The digest
// does not cover three parts: the one that contains it and the two that are made after it.
// These must be in their positions and not compressed.
func checkPacking(parts []part, sealed string) error {
	last := len(parts) - 1
	if last < 2 {
		return fmt.Errorf("%w: %d parts", ErrMissing, len(parts))
	}
	for i, name := range map[int]string{0: rootPart, last - 1: signaturePart, last: valuePart} {
		if parts[i].name != name || parts[i].compressed != nil {
			return fmt.Errorf("%w: %s", ErrRepacked, name)
		}
	}
	between := parts[1 : last-1]
	for i := range between {
		p := &between[i] // its content was digested to compare it with the signed list
		if p.compressed != nil {
			p.compressedSum = digest(p.compressed)
		}
	}
	if packing(between) != sealed {
		return ErrRepacked
	}
	return nil
}
