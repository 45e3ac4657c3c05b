package ofd

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// Results of Diagnose: what has happened to a file that Read refuses.
var (
	ErrForeign   = errors.New("ofd: not a package of this service")
	ErrTruncated = errors.New("ofd: a package whose end is missing")
	ErrPrefixed  = errors.New("ofd: a package with data before its beginning")
	ErrAppended  = errors.New("ofd: a package with data after its end")
	ErrFormat    = errors.New("ofd: an unknown version of this service's format")
)

// longestComment is the length of the longest comment of a zip, which follows the end
// record.
const longestComment = 1<<16 - 1

// Diagnose returns what most likely happened to a file that Read refuses: ErrForeign,
// ErrTruncated, ErrPrefixed, ErrAppended, ErrRepacked, ErrTooLarge, or ErrPackage if none
// of these can be seen. It looks only at the zip headers and inflates nothing. Its result
// is for an explanation and must not be used to accept a file.
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
	case len(record) == endSize && hasOurHeaders(data, int(start), names):
		return ErrPackage
	}
	return ErrRepacked
}

// Names returns the names in a zip of any kind: of its first part, and those in its directory, of
// which it reads at most one more than a package of this service can have. Of a zip whose end is missing,
// it returns those of the parts that are left.
func Names(data []byte) []string {
	end := bytes.LastIndex(data, []byte("PK\x05\x06"))
	if end < 0 || len(data)-end < endSize {
		return partNames(data)
	}
	names := directoryNames(data[:end], uint64(binary.LittleEndian.Uint32(data[end+12:])))
	if len(names) > 0 && len(data) > localSize {
		first := data[localSize:]
		names = append(names, string(first[:min(len(first), int(binary.LittleEndian.Uint16(data[26:])))]))
	}
	return names
}

// partNames returns the names in the headers of the parts, which it searches.
func partNames(data []byte) []string {
	var names []string
	for len(names) <= maxParts {
		at := bytes.Index(data, []byte("PK\x03\x04"))
		if at < 0 || len(data)-at < localSize {
			break
		}
		length := int(binary.LittleEndian.Uint16(data[at+26:]))
		data = data[at+localSize:]
		if 0 < length && length <= len(data) {
			names = append(names, string(data[:length]))
		}
	}
	return names
}

// directoryNames returns the names in the directory, which is the last size bytes of data:
// at most one more than a package of this service can have.
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

// hasOurParts reports whether the names include those of the parts that every package of
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

// hasOurHeaders reports whether the headers look like those that Write writes: one for each
// part, without extra field and flags, in the order of the directory.
func hasOurHeaders(data []byte, start int, names []string) bool {
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
