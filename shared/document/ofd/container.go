package ofd

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"strings"

	"github.com/jiazhu/jiazhu/shared/document/deflate"
)

// Errors about the zip package.
var (
	// ErrPackage reports bytes that are not a package as Write writes it: damaged, packed
	// again, or made by other software.
	ErrPackage = errors.New("ofd: not a package as this service writes it")
	// ErrTooLarge reports a package that exceeds the limits of this reader.
	ErrTooLarge = errors.New("ofd: larger than any certificate")
)

// Limits on what is read.
const (
	maxFile  = 6 << 20  // bytes
	maxData  = 16 << 20 // bytes of all parts, inflated
	maxRatio = 100      // of a part's inflated to its compressed size
	maxParts = 64
	maxName  = 128
	maxDepth = 8 // directories of a path
)

// Fixed sizes of the zip structures (APPNOTE 4.3.7, 4.3.12, 4.3.16).
const (
	localSize   = 30
	centralSize = 46
	endSize     = 22
)

// The values in the zip headers. The package has its entries one after the other without
// gaps, one disk, no comments, no extra fields, no flags, and the date 1 January 1980.
const (
	localMark   = 0x04034b50
	centralMark = 0x02014b50
	endMark     = 0x06054b50
	firstDay    = 1<<5 | 1
)

// The compression methods, and the version of zip that each needs (APPNOTE 4.4.3, 4.4.5).
const (
	stored          = 0
	deflated        = 8
	storedVersion   = 10
	deflatedVersion = 20
)

// pack writes the package.
func pack(parts []part) ([]byte, error) {
	size := endSize
	for i := range parts {
		held, _ := parts[i].storedBytes()
		size += localSize + centralSize + 2*len(parts[i].name) + len(held)
	}
	if size > math.MaxInt32 || len(parts) > math.MaxUint16 {
		return nil, ErrTooLarge
	}
	b := make([]byte, 0, size)
	offsets := make([]uint32, len(parts))
	for i := range parts {
		offsets[i] = uint32(len(b))
		b = appendLocal(b, &parts[i])
		held, _ := parts[i].storedBytes()
		b = append(b, held...)
	}
	return appendDirectory(b, parts, offsets, len(b)), nil
}

func appendLocal(b []byte, p *part) []byte {
	b = binary.LittleEndian.AppendUint32(b, localMark)
	b = appendCommon(b, p)
	return append(b, p.name...)
}

// appendCommon appends the fields that local and central headers have in common.
func appendCommon(b []byte, p *part) []byte {
	version, method := uint16(storedVersion), uint16(stored)
	if p.compressed != nil {
		version, method = deflatedVersion, deflated
	}
	held, _ := p.storedBytes()
	le := binary.LittleEndian
	b = le.AppendUint16(b, version)
	b = le.AppendUint16(b, 0) // flags
	b = le.AppendUint16(b, method)
	b = le.AppendUint16(b, 0) // midnight
	b = le.AppendUint16(b, firstDay)
	b = le.AppendUint32(b, p.crc)
	b = le.AppendUint32(b, uint32(len(held)))
	b = le.AppendUint32(b, uint32(len(p.data)))
	b = le.AppendUint16(b, uint16(len(p.name)))
	return le.AppendUint16(b, 0) // no extra field
}

// appendDirectory appends the central directory, whose offset is start.
func appendDirectory(b []byte, parts []part, offsets []uint32, start int) []byte {
	le := binary.LittleEndian
	before := len(b)
	for i := range parts {
		b = le.AppendUint32(b, centralMark)
		b = le.AppendUint16(b, deflatedVersion)
		b = appendCommon(b, &parts[i])
		b = append(b, make([]byte, 10)...) // no comment, disk 0, no attributes
		b = le.AppendUint32(b, offsets[i])
		b = append(b, parts[i].name...)
	}
	size := len(b) - before
	b = le.AppendUint32(b, endMark)
	b = append(b, 0, 0, 0, 0) // disk 0
	b = le.AppendUint16(b, uint16(len(parts)))
	b = le.AppendUint16(b, uint16(len(parts)))
	b = le.AppendUint32(b, uint32(size))
	b = le.AppendUint32(b, uint32(start))
	return append(b, 0, 0) // no comment
}

// unpack reads a package. It writes the header of every entry and the directory anew and
// compares them with data, so any difference from what pack writes is refused. The parts
// returned have no digests.
func unpack(data []byte) ([]part, error) {
	if len(data) > maxFile {
		return nil, ErrTooLarge
	}
	u := &unpacker{rest: data}
	for len(u.rest) >= 4 && binary.LittleEndian.Uint32(u.rest) == localMark {
		u.offsets = append(u.offsets, uint32(len(data)-len(u.rest)))
		if err := u.entry(); err != nil {
			return nil, err
		}
	}
	if !bytes.Equal(u.rest, appendDirectory(nil, u.parts, u.offsets, len(data)-len(u.rest))) {
		return nil, fmt.Errorf("%w: directory", ErrPackage)
	}
	return u.parts, checkNames(u.parts)
}

// unpacker reads the entries of a package in order.
type unpacker struct {
	rest    []byte
	parts   []part
	offsets []uint32
	size    int // of all parts so far, inflated
}

// entry reads the next entry.
func (u *unpacker) entry() error {
	short := fmt.Errorf("%w: truncated", ErrPackage)
	if len(u.parts) == maxParts {
		return ErrTooLarge
	}
	if len(u.rest) < localSize {
		return short
	}
	le := binary.LittleEndian
	method := le.Uint16(u.rest[8:])
	length, size, name := int(le.Uint32(u.rest[18:])), int(le.Uint32(u.rest[22:])), int(le.Uint16(u.rest[26:]))
	start := localSize + name
	if name > maxName || length > len(u.rest) || start > len(u.rest)-length {
		return short
	}
	if u.size += size; size > maxData || u.size > maxData || size > maxRatio*(length+1) {
		return ErrTooLarge
	}
	p, err := newStoredPart(string(u.rest[localSize:start]), method, u.rest[start:start+length], size)
	if err != nil {
		return err
	}
	if !bytes.Equal(appendLocal(make([]byte, 0, start), &p), u.rest[:start]) {
		return fmt.Errorf("%w: header of %q", ErrPackage, p.name)
	}
	u.parts, u.rest = append(u.parts, p), u.rest[start+length:]
	return nil
}

// newStoredPart returns a part from its data in the package; size is its inflated size.
func newStoredPart(name string, method uint16, data []byte, size int) (part, error) {
	p := part{name: name, data: data}
	if method == deflated {
		inflated, err := deflate.Inflate(data, size)
		if err != nil {
			return part{}, fmt.Errorf("%w: %q", ErrPackage, name)
		}
		p.data, p.compressed = inflated, data
	}
	p.crc = crc32.ChecksumIEEE(p.data)
	return p, nil
}

// checkNames requires plain relative paths that differ in more than case.
func checkNames(parts []part) error {
	seen := make(map[string]bool, len(parts))
	for _, p := range parts {
		folded := strings.ToLower(p.name)
		if !isPlainPath(p.name) || seen[folded] {
			return fmt.Errorf("%w: name %q", ErrPackage, p.name)
		}
		seen[folded] = true
	}
	return nil
}

// isPlainPath reports whether a path has at most maxDepth names, all of ordinary characters.
func isPlainPath(path string) bool {
	names := strings.Split(path, "/")
	if len(path) > maxName || len(names) > maxDepth {
		return false
	}
	for _, name := range names {
		if strings.Trim(name, ".") == "" || strings.ContainsFunc(name, isSpecialRune) {
			return false
		}
	}
	return true
}

func isSpecialRune(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
		return false
	}
	return !strings.ContainsRune("._-", r)
}
