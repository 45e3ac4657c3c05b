package font

import (
	"encoding/binary"
	"fmt"
)

// Flags of a composite glyph's component.
const (
	argsAreWords    = 0x0001
	argsAreXY       = 0x0002
	haveScale       = 0x0008
	moreComponents  = 0x0020
	haveXYScale     = 0x0040
	have2x2         = 0x0080
	haveInstruction = 0x0100
)

// maxDepth and maxComponents bound the nesting and the size of composite glyphs.
const (
	maxDepth      = 8
	maxComponents = 64
)

// isComposite reports whether a glyf entry is made of other glyphs.
func isComposite(data []byte) bool { return len(data) >= 10 && i16(data, 0) < 0 }

// component is one part of a composite glyph, at its offset in the entry.
type component struct {
	flags int
	gid   uint16
	at    int // of the flags word
	size  int // bytes of the record
}

// components lists the parts of a composite glyf entry.
func components(data []byte) ([]component, error) {
	var parts []component
	for at := 10; ; {
		if at+4 > len(data) || len(parts) == maxComponents {
			return nil, fmt.Errorf("composite glyph: %w", errBroken)
		}
		flags := u16(data, at)
		size := componentSize(flags)
		if at+size > len(data) {
			return nil, fmt.Errorf("composite glyph: %w", errBroken)
		}
		parts = append(parts, component{flags, uint16(u16(data, at+2)), at, size})
		at += size
		if flags&moreComponents == 0 {
			return parts, nil
		}
	}
}

func componentSize(flags int) int {
	size := 6
	if flags&argsAreWords != 0 {
		size += 2
	}
	switch {
	case flags&haveScale != 0:
		size += 2
	case flags&haveXYScale != 0:
		size += 4
	case flags&have2x2 != 0:
		size += 8
	}
	return size
}

// stripComposite renumbers the components of a composite entry in place and removes
// its hinting program, because a subset does not carry the functions it calls.
func stripComposite(data []byte, renumber func(uint16) uint16) ([]byte, error) {
	parts, err := components(data)
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		binary.BigEndian.PutUint16(data[p.at:], uint16(p.flags&^haveInstruction))
		binary.BigEndian.PutUint16(data[p.at+2:], renumber(p.gid))
	}
	last := parts[len(parts)-1]
	return data[:last.at+last.size], nil
}

// stripSimple removes the hinting program of a simple entry.
func stripSimple(data []byte) ([]byte, error) {
	at := 10 + 2*i16(data, 0)
	if at+2 > len(data) {
		return nil, fmt.Errorf("simple glyph: %w", errBroken)
	}
	n := u16(data, at)
	if n == 0 {
		return data, nil
	}
	if at+2+n > len(data) {
		return nil, fmt.Errorf("simple glyph: %w", errBroken)
	}
	binary.BigEndian.PutUint16(data[at:], 0)
	return append(data[:at+2], data[at+2+n:]...), nil
}
