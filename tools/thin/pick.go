package thin

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/jiazhu/jiazhu/shared/document/font"
)

// Pick makes a font of some characters of a font, given in the order of their codes. The shapes stay as they are, but an em has
// unitsPerEm units, so that they can have the size of another font's. It leaves out the same tables as Font does.
func Pick(data []byte, runes []rune, unitsPerEm int) ([]byte, error) {
	face, err := font.Parse(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFont, err)
	}
	tables, err := tablesOf(data)
	if err != nil {
		return nil, err
	}
	be := binary.BigEndian
	drawn, hmtx := &shapes{}, []byte{}
	add := func(gid uint16) {
		drawn.add(shapeOf(face, gid))
		hmtx = be.AppendUint16(hmtx, uint16(face.Advance(gid)*face.UnitsPerEm/1000))
		hmtx = append(hmtx, 0, 0) // the bearing, set by fit
	}
	add(0)
	for _, r := range runes {
		gid, ok := face.Glyph(r)
		if !ok {
			return nil, fmt.Errorf("%w: it lacks %c", ErrFont, r)
		}
		add(gid)
	}
	be.PutUint16(tables["head"][18:], uint16(unitsPerEm))
	be.PutUint16(tables["hhea"][34:], uint16(len(runes)+1))
	be.PutUint16(tables["maxp"][4:], uint16(len(runes)+1))
	tables["hmtx"], tables["cmap"] = hmtx, characterMap(runes)
	drawn.fit(tables)
	return font.Assemble(tables), nil
}
