package face

import (
	"encoding/binary"
	"hash/crc32"

	"github.com/jiazhu/jiazhu/shared/render/deflate"
)

// bitmap writes a square of black and white as a PNG of one bit per pixel,
// grey, unfiltered (ISO/IEC 15948): each module of the code becomes a square of
// scale by scale pixels.
func bitmap(c *deflate.Compressor, side, scale int, black func(x, y int) bool) []byte {
	pixels := side * scale
	stride := 1 + (pixels+7)/8 // each row begins with its filter, none
	rows := make([]byte, stride*pixels)
	for y := range side {
		row := rows[y*scale*stride : (y*scale+1)*stride]
		for x := range side {
			if black(x, y) {
				continue
			}
			for i := x * scale; i < (x+1)*scale; i++ {
				row[1+i/8] |= 0x80 >> (i % 8)
			}
		}
		for i := 1; i < scale; i++ {
			copy(rows[(y*scale+i)*stride:], row)
		}
	}
	head := binary.BigEndian.AppendUint32(nil, uint32(pixels))
	head = binary.BigEndian.AppendUint32(head, uint32(pixels))
	head = append(head, 1, 0, 0, 0, 0) // depth, grey, and the only methods there are
	data := c.Compress(rows).Zlib()
	out := make([]byte, 0, len(data)+80)
	out = append(out, "\x89PNG\r\n\x1a\n"...)
	out = appendChunk(out, "IHDR", head)
	out = appendChunk(out, "IDAT", data)
	return appendChunk(out, "IEND", nil)
}

func appendChunk(b []byte, kind string, data []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(data)))
	start := len(b)
	b = append(append(b, kind...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[start:]))
}
