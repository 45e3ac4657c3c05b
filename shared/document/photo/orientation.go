package photo

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/draw"
)

// The tag that says how a picture is turned (Exif 2.3, CIPA DC-008, 4.6.4), and its type.
const (
	orientationTag = 0x0112
	shortType      = 3
)

// ReadOrientation returns how a viewer turns the picture in data, from 1 (not at all) to 8, as its
// Exif data say. Without such data, or with a value that does not exist, it is 1.
func ReadOrientation(data []byte) int {
	if head, _, ok := segments(data); ok {
		for _, s := range head {
			if exif, found := bytes.CutPrefix(s.body, []byte("Exif\x00\x00")); found && s.marker == application+1 {
				return readExif(exif)
			}
		}
		return 1
	}
	rest, ok := bytes.CutPrefix(data, []byte(pngSignature))
	for ok && len(rest) >= 12 {
		size := uint64(binary.BigEndian.Uint32(rest)) + 12
		if size > uint64(len(rest)) {
			break
		}
		if string(rest[4:8]) == "eXIf" {
			return readExif(rest[8 : size-4])
		}
		rest = rest[size:]
	}
	return 1
}

// IsTurned reports whether an orientation exchanges width and height.
func IsTurned(orientation int) bool { return orientation >= 5 }

// readExif returns the orientation in a TIFF structure.
func readExif(b []byte) int {
	var order binary.ByteOrder = binary.LittleEndian
	if bytes.HasPrefix(b, []byte("MM")) {
		order = binary.BigEndian
	}
	if len(b) < 8 || order.Uint16(b[2:]) != 42 {
		return 1
	}
	at := uint64(order.Uint32(b[4:]))
	if at+2 > uint64(len(b)) {
		return 1
	}
	entries := b[at+2:]
	for range order.Uint16(b[at:]) {
		if len(entries) < 12 {
			break
		}
		if order.Uint16(entries) == orientationTag && order.Uint16(entries[2:]) == shortType {
			if o := int(order.Uint16(entries[8:])); o >= 1 && o <= 8 {
				return o
			}
			break
		}
		entries = entries[12:]
	}
	return 1
}

// turn returns the picture as a viewer shows it.
func turn(m image.Image, orientation int) image.Image {
	if orientation == 1 {
		return m
	}
	from := m.Bounds()
	w, h := from.Dx(), from.Dy()
	size := image.Rect(0, 0, w, h)
	if IsTurned(orientation) {
		size = image.Rect(0, 0, h, w)
	}
	all := func(set func(x, y int, at image.Point)) {
		for y := range size.Dy() {
			for x := range size.Dx() {
				set(x, y, source(orientation, x, y, w, h).Add(from.Min))
			}
		}
	}
	switch m := m.(type) {
	case *image.Gray:
		out := image.NewGray(size)
		all(func(x, y int, at image.Point) { out.SetGray(x, y, m.GrayAt(at.X, at.Y)) })
		return out
	case *image.NRGBA:
		out := image.NewNRGBA(size)
		all(func(x, y int, at image.Point) { out.SetNRGBA(x, y, m.NRGBAAt(at.X, at.Y)) })
		return out
	}
	coloured := image.NewNRGBA(image.Rect(0, 0, w, h))
	draw.Draw(coloured, coloured.Rect, m, from.Min, draw.Src)
	return turn(coloured, orientation)
}

// source returns the point of a stored picture, w wide and h high, that is shown at x, y.
func source(orientation, x, y, w, h int) image.Point {
	switch orientation {
	case 2:
		return image.Pt(w-1-x, y)
	case 3:
		return image.Pt(w-1-x, h-1-y)
	case 4:
		return image.Pt(x, h-1-y)
	case 5:
		return image.Pt(y, x)
	case 6:
		return image.Pt(y, h-1-x)
	case 7:
		return image.Pt(w-1-y, h-1-x)
	case 8:
		return image.Pt(w-1-y, x)
	}
	return image.Pt(x, y)
}
