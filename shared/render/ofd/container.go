package ofd

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"strings"
)

// What can be wrong with a package as a package.
var (
	// ErrPackage reports bytes that are not a package in the one form Write
	// gives it: damaged, re-packed, or made by someone else.
	ErrPackage = errors.New("ofd: not a package as this service writes it")
	// ErrTooLarge reports a package above the limits of this reader.
	ErrTooLarge = errors.New("ofd: larger than any certificate")
)

// Limits of what is read.
const (
	maxFile  = 16 << 20
	maxParts = 64
	maxName  = 128
	maxDepth = 8 // folders
)

// Fixed sizes of the zip structures (APPNOTE 4.3.7, 4.3.12, 4.3.16).
const (
	localSize   = 30
	centralSize = 46
	endSize     = 22
)

// The form of the package: zip entries stored one after the other without
// gaps, one disk, no comments, no extra fields, no flags, 1 January 1980.
const (
	localMark   = 0x04034b50
	centralMark = 0x02014b50
	endMark     = 0x06054b50
	version     = 10
	firstDay    = 1<<5 | 1
)

// pack writes the package.
func pack(parts []part) ([]byte, error) {
	size := endSize
	for _, p := range parts {
		size += localSize + centralSize + 2*len(p.name) + len(p.data)
	}
	if size > math.MaxInt32 || len(parts) > math.MaxUint16 {
		return nil, ErrTooLarge
	}
	b := make([]byte, 0, size)
	offsets := make([]uint32, len(parts))
	for i, p := range parts {
		offsets[i] = uint32(len(b))
		b = appendLocal(b, p)
		b = append(b, p.data...)
	}
	return append(b, directory(parts, offsets, len(b))...), nil
}

func appendLocal(b []byte, p part) []byte {
	b = binary.LittleEndian.AppendUint32(b, localMark)
	b = appendCommon(b, p)
	return append(b, p.name...)
}

// appendCommon writes what local and central headers share.
func appendCommon(b []byte, p part) []byte {
	le := binary.LittleEndian
	b = le.AppendUint16(b, version)
	b = le.AppendUint16(b, 0) // flags
	b = le.AppendUint16(b, 0) // stored
	b = le.AppendUint16(b, 0) // midnight
	b = le.AppendUint16(b, firstDay)
	b = le.AppendUint32(b, p.crc)
	b = le.AppendUint32(b, uint32(len(p.data)))
	b = le.AppendUint32(b, uint32(len(p.data)))
	b = le.AppendUint16(b, uint16(len(p.name)))
	return le.AppendUint16(b, 0) // no extra field
}

// directory writes the central directory that stands at start.
func directory(parts []part, offsets []uint32, start int) []byte {
	le := binary.LittleEndian
	var b []byte
	for i, p := range parts {
		b = le.AppendUint32(b, centralMark)
		b = le.AppendUint16(b, version)
		b = appendCommon(b, p)
		b = append(b, make([]byte, 10)...) // no comment, disk 0, no attributes
		b = le.AppendUint32(b, offsets[i])
		b = append(b, p.name...)
	}
	size := len(b)
	b = le.AppendUint32(b, endMark)
	b = append(b, 0, 0, 0, 0) // disk 0
	b = le.AppendUint16(b, uint16(len(parts)))
	b = le.AppendUint16(b, uint16(len(parts)))
	b = le.AppendUint32(b, uint32(size))
	b = le.AppendUint32(b, uint32(start))
	return append(b, 0, 0) // no comment
}

// unpack reads a package. It walks the entries from the front, then writes the
// headers and the directory anew and compares: whatever pack would not have
// written so is refused, be it a byte. Digests of parts are left empty.
func unpack(data []byte) ([]part, error) {
	if len(data) > maxFile {
		return nil, ErrTooLarge
	}
	var parts []part
	var offsets []uint32
	rest := data
	for len(rest) >= 4 && binary.LittleEndian.Uint32(rest) == localMark {
		if len(parts) == maxParts {
			return nil, ErrTooLarge
		}
		p, size, err := unpackEntry(rest)
		if err != nil {
			return nil, err
		}
		offsets = append(offsets, uint32(len(data)-len(rest)))
		parts = append(parts, p)
		rest = rest[size:]
	}
	if !bytes.Equal(rest, directory(parts, offsets, len(data)-len(rest))) {
		return nil, fmt.Errorf("%w: directory", ErrPackage)
	}
	return parts, checkNames(parts)
}

// unpackEntry reads the entry at the front and returns its size with header.
func unpackEntry(data []byte) (part, int, error) {
	if len(data) < localSize {
		return part{}, 0, fmt.Errorf("%w: cut short", ErrPackage)
	}
	le := binary.LittleEndian
	length, name := int(le.Uint32(data[22:])), int(le.Uint16(data[26:]))
	start := localSize + name
	if name > maxName || length > len(data) || start > len(data)-length {
		return part{}, 0, fmt.Errorf("%w: cut short", ErrPackage)
	}
	p := part{name: string(data[localSize:start]), data: data[start : start+length]}
	p.crc = crc32.ChecksumIEEE(p.data)
	if !bytes.Equal(appendLocal(make([]byte, 0, start), p), data[:start]) {
		return part{}, 0, fmt.Errorf("%w: header of %q", ErrPackage, p.name)
	}
	return p, start + length, nil
}

// checkNames admits plain relative paths, each once, whatever their case.
func checkNames(parts []part) error {
	seen := make(map[string]bool, len(parts))
	for _, p := range parts {
		folded := strings.ToLower(p.name)
		if !plain(p.name) || seen[folded] {
			return fmt.Errorf("%w: name %q", ErrPackage, p.name)
		}
		seen[folded] = true
	}
	return nil
}

// plain reports whether a path is made of names of ordinary characters.
func plain(path string) bool {
	names := strings.Split(path, "/")
	if len(path) > maxName || len(names) > maxDepth {
		return false
	}
	for _, name := range names {
		if strings.Trim(name, ".") == "" || strings.ContainsFunc(name, extraordinary) {
			return false
		}
	}
	return true
}

func extraordinary(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
		return false
	}
	return !strings.ContainsRune("._-", r)
}
