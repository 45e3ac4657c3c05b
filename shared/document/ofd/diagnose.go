package ofd

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// What may have happened to a file that Read refuses. Each also is an error of
// its own; the file is refused whichever it is.
var (
	ErrForeign   = errors.New("ofd: not a package of this service")
	ErrTruncated = errors.New("ofd: a package without its end")
	ErrPrefixed  = errors.New("ofd: a package with something before its beginning")
	ErrAppended  = errors.New("ofd: a package with something behind its end")
	ErrForm      = errors.New("ofd: written in a form that is not known here")
)

// longestComment is the longest comment of a zip: its end is looked for in this
// much of a file and no further.
const longestComment = 1<<16 - 1

// Diagnose says what most likely happened to a file that Read refuses:
// ErrForeign, ErrTruncated, ErrPrefixed, ErrAppended, ErrRepacked, ErrTooLarge,
// or ErrPackage where nothing shows from outside. It looks at the package's
// directory and unpacks nothing, so it believes nothing in it, and serves to
// say what to do, never to accept.
func Diagnose(data []byte) error {
	if len(data) > maxFile {
		return ErrTooLarge
	}
	end := bytes.LastIndex(data, []byte("PK\x05\x06"))
	begins := bytes.HasPrefix(data, []byte("PK\x03\x04"))
	switch {
	case end < 0 && !begins:
		return ErrForeign
	case end < 0 || len(data)-end < endSize:
		return ErrTruncated
	case len(data)-end-endSize > longestComment:
		return ErrAppended
	}
	le := binary.LittleEndian
	record := data[end:]
	size, start := uint64(le.Uint32(record[12:])), uint64(le.Uint32(record[16:]))
	names := directoryNames(data[:end], size)
	switch {
	case size+start > uint64(end) && begins:
		return ErrTruncated // something is missing in the middle
	case !hasOurParts(names):
		return ErrForeign
	case size+start < uint64(end) || !begins:
		return ErrPrefixed
	case len(record) > endSize+int(le.Uint16(record[20:])):
		return ErrAppended
	case len(record) == endSize && hasSameForm(data, int(start), names):
		return ErrPackage
	}
	return ErrRepacked
}

// directoryNames lists the names in the directory that ends data and has size
// bytes; at most one more than a package of this service has.
func directoryNames(data []byte, size uint64) []string {
	if size > uint64(len(data)) {
		return nil
	}
	le := binary.LittleEndian
	var names []string
	for rest := data[uint64(len(data))-size:]; len(rest) >= centralSize && len(names) <= maxParts; {
		name, extra, comment := int(le.Uint16(rest[28:])), int(le.Uint16(rest[30:])), int(le.Uint16(rest[32:]))
		length := centralSize + name + extra + comment
		if le.Uint32(rest) != centralMark || length > len(rest) {
			break
		}
		names = append(names, string(rest[centralSize:centralSize+name]))
		rest = rest[length:]
	}
	return names
}

// hasOurParts reports whether a package has the parts, by name, that every package of
// this service has.
func hasOurParts(names []string) bool {
	has := make(map[string]bool, len(names))
	for _, name := range names {
		has[name] = true
	}
	for _, name := range []string{rootPart, documentPart, templatePart, pagePart, signaturesPart, signaturePart, sealPart, valuePart} {
		if !has[name] {
			return false
		}
	}
	return true
}

// hasSameForm reports whether the package has at least the outer form that Write
// gives it: one header per part with no extra field and no flag, in the order
// of the directory.
func hasSameForm(data []byte, start int, names []string) bool {
	if len(data) < localSize || len(names) == 0 {
		return false
	}
	le := binary.LittleEndian
	rest := data[start:]
	for range names {
		at := int(le.Uint32(rest[42:]))
		length := centralSize + int(le.Uint16(rest[28:])) + int(le.Uint16(rest[30:])) + int(le.Uint16(rest[32:]))
		if at > start-localSize || le.Uint16(rest[8:]) != 0 || le.Uint16(rest[30:]) != 0 || le.Uint16(rest[32:]) != 0 ||
			le.Uint32(data[at:]) != localMark || le.Uint16(data[at+28:]) != 0 || le.Uint16(data[at+12:]) != firstDay {
			return false
		}
		rest = rest[length:]
	}
	return true
}
