package thin

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"github.com/jiazhu/jiazhu/shared/document/font"
)

// The supplementary ideographic plane, which has the extensions B to F.
const firstRune, lastRune = 0x20000, 0x2FFFF

// Join makes one font of parts of one font, each with some ideographs of the supplementary plane, all of one width. The
// shapes stay as they are; metrics and names are those of the first part. Glyphs are numbered in the order of their
// characters, so that the table of characters is a few ranges. It leaves out the same tables as Font does.
func Join(parts [][]byte) ([]byte, error) {
	var tables map[string][]byte
	drawn := &shapes{}
	advance := 0
	outlines := map[rune][][]vertex{}
	for i, part := range parts {
		face, err := font.Parse(bytes.NewReader(part), int64(len(part)))
		if err != nil {
			return nil, fmt.Errorf("part %d: %w: %w", i+1, ErrFont, err)
		}
		partTables, err := tablesOf(part)
		if err != nil {
			return nil, fmt.Errorf("part %d: %w", i+1, err)
		}
		if i == 0 {
			tables, advance = partTables, face.Advance(0)
			drawn.add(shapeOf(face, 0))
		}
		for r := rune(firstRune); r <= lastRune; r++ {
			gid, ok := face.Glyph(r)
			if !ok {
				continue
			}
			outlines[r] = shapeOf(face, gid)
			if face.Advance(gid) != advance || outlines[r] == nil {
				return nil, fmt.Errorf("part %d: %w: %c has another width, or no shape", i+1, ErrFont, r)
			}
		}
	}
	runes := slices.Sorted(maps.Keys(outlines))
	if len(runes) == 0 || len(runes) > 0xFFFE {
		return nil, fmt.Errorf("%w: %d characters", ErrFont, len(runes))
	}
	for _, r := range runes {
		drawn.add(outlines[r])
	}
	be := binary.BigEndian
	be.PutUint16(tables["hhea"][34:], 1) // one advance for all
	be.PutUint16(tables["maxp"][4:], uint16(len(runes)+1))
	tables["hmtx"] = append(tables["hmtx"][:2:2], make([]byte, 2*(len(runes)+1))...)
	tables["cmap"] = characterMap(runes)
	drawn.fit(tables)
	return font.Assemble(tables), nil
}

// shapeOf is a glyph in the units of its font.
func shapeOf(face *font.Face, gid uint16) (glyph [][]vertex) {
	for _, c := range contours(face.Outline(gid), subunits) {
		glyph = append(glyph, c.vertices(subunits))
	}
	return glyph
}

// characterMap is a table of format 12 in which the n-th character has glyph n.
func characterMap(runes []rune) []byte {
	var groups []byte
	count := 0
	for i := 0; i < len(runes); count++ {
		end := i
		for end+1 < len(runes) && runes[end+1] == runes[end]+1 {
			end++
		}
		for _, v := range []int{int(runes[i]), int(runes[end]), i + 1} {
			groups = binary.BigEndian.AppendUint32(groups, uint32(v))
		}
		i = end + 1
	}
	head := []byte{0, 0, 0, 1, 0, 3, 0, 10, 0, 0, 0, 12, 0, 12, 0, 0}
	for _, v := range []int{16 + len(groups), 0, count} {
		head = binary.BigEndian.AppendUint32(head, uint32(v))
	}
	return append(head, groups...)
}
