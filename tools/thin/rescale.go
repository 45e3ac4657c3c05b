package thin

import "encoding/binary"

// lengths are where tables hold lengths in font units (OpenType 1.9).
var lengths = map[string][]int{
	"hhea": {4, 6, 8, 10, 12, 14, 16},                                               // ascender to xMaxExtent
	"OS/2": {2, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 68, 70, 72, 74, 76, 86, 88}, // averages, sub- and superscript, strikeout, ascents, heights
	"post": {8, 10},                                                                 // underline
}

// rescale counts the lengths of all tables but the outlines' in the thinned
// font's units. The bearings in hmtx come with the outlines.
func rescale(tables map[string][]byte, units int) {
	be := binary.BigEndian
	scale := func(b []byte) {
		v := int64(int16(be.Uint16(b)))
		be.PutUint16(b, uint16(divide(v*unitsPerEm, int64(units))))
	}
	for name, places := range lengths {
		for _, at := range places {
			if at+2 <= len(tables[name]) {
				scale(tables[name][at:])
			}
		}
	}
	be.PutUint16(tables["head"][18:], unitsPerEm)
	hmtx := tables["hmtx"]
	for i := range int(be.Uint16(tables["hhea"][34:])) {
		scale(hmtx[4*i:])
	}
}
