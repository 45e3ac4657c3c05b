package layout

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"

	"rsc.io/qr/coding"

	"github.com/jiazhu/jiazhu/shared/document/deflate"
)

// bitmap writes a code with its quiet zone as a PNG of one bit per pixel, grey,
// unfiltered (ISO/IEC 15948). Each module is a square of two by two pixels, so that
// viewers that smooth images leave its middle sharp.
func bitmap(c *deflate.Compressor, code *coding.Code) (png []byte, pixels int) {
	pixels = 2 * (code.Size + 2*quietZone)
	stride := 1 + (pixels+7)/8 // each row begins with its filter type, 0
	rows := bytes.Repeat([]byte{0xFF}, stride*pixels)
	for i := range pixels {
		rows[i*stride] = 0
	}
	width := (code.Size + 7) / 8 // bytes in use of a row; Stride is eight times as much
	wide := make([]byte, 2*width)
	for y := range code.Size {
		for i, b := range code.Bitmap[y*code.Stride:][:width] {
			binary.BigEndian.PutUint16(wide[2*i:], ^doubleBits(b))
		}
		for i := range 2 {
			row := rows[(2*(y+quietZone)+i)*stride:][:stride]
			copy(row[1+2*quietZone/8:], wide)
		}
	}
	head := binary.BigEndian.AppendUint32(nil, uint32(pixels))
	head = binary.BigEndian.AppendUint32(head, uint32(pixels))
	head = append(head, 1, 0, 0, 0, 0) // bit depth, grey, and the only defined compression, filter and interlace methods
	data := c.Zlib(rows)
	out := make([]byte, 0, len(data)+80)
	out = append(out, "\x89PNG\r\n\x1a\n"...)
	out = appendChunk(out, "IHDR", head)
	out = appendChunk(out, "IDAT", data)
	return appendChunk(out, "IEND", nil), pixels
}

// doubleBits repeats every bit of b twice.
func doubleBits(b byte) uint16 {
	x := uint16(b)
	x = (x | x<<4) & 0x0F0F
	x = (x | x<<2) & 0x3333
	x = (x | x<<1) & 0x5555
	return x | x<<1
}

func appendChunk(b []byte, kind string, data []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(data)))
	start := len(b)
	b = append(append(b, kind...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[start:]))
}
