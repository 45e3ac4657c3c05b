// Package photo rebuilds a reported picture, a photograph (免冠证件照) or handwriting
// (手写签名), so that the stored file holds the picture and nothing else.
//
// A JPEG with one sequential scan keeps its coefficients: each symbol is read with the
// old code table and written with a new one (ITU-T T.81, Annex F and K.2), and every
// header is written anew from the values needed to decode the picture. Most programs
// write the example code tables of the standard; tables made for the picture take a
// tenth fewer bytes.
//
// Any other JPEG (progressive, of several scans, with unexpected bytes) and every PNG
// is decoded, and its pixels are encoded again. A picture that its Exif data say to turn is
// kept as viewers show it: by moving its coefficients where its sides allow it, otherwise by
// encoding its pixels again. No byte of the original is copied. So what a camera or a
// program stores beside the picture (Exif with place and time, comments, thumbnails, colour
// profiles, bytes after the end, other frames) cannot reach a certificate. Colours are
// assumed to be sRGB.
package photo

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image/jpeg"
)

// Markers of JPEG (ITU-T T.81, table B.1).
const (
	startOfFrame = 0xC0 // baseline; 0xC1 is extended sequential
	huffman      = 0xC4
	restart      = 0xD0 // to 0xD7
	start        = 0xD8
	end          = 0xD9
	startOfScan  = 0xDA
	quantization = 0xDB
	interval     = 0xDD
	application  = 0xE0 // to 0xEF
	comment      = 0xFE
)

// Rebuild returns the picture in data, a JPEG or a PNG, as a new file of the same
// kind. Rebuilding the result gives the same bytes. The error is the decoder's. The
// caller must have checked the limits on the picture's sides and scans.
func Rebuild(data []byte) ([]byte, error) {
	orientation := ReadOrientation(data)
	if len(data) < 2 || data[0] != 0xFF || data[1] != start {
		return rebuildPNG(data, orientation)
	}
	if out, ok := recode(data, orientation); ok {
		return out, nil
	}
	return reencode(data, orientation)
}

// Strip returns an already stored picture: unchanged if it has only the parts that
// Rebuild writes, otherwise rebuilt. It does not decode the picture to decide, so it
// costs little.
func Strip(data []byte) ([]byte, error) {
	if isBare(data) {
		return data, nil
	}
	return Rebuild(data)
}

func isBare(data []byte) bool {
	if len(data) < 2 || data[0] != 0xFF || data[1] != start {
		return isBarePNG(data)
	}
	head, rest, ok := segments(data)
	if !ok {
		return false
	}
	for _, s := range head {
		switch s.marker {
		case startOfFrame, startOfFrame + 1, huffman, quantization, interval:
		case application + 14:
			if string(s.body) != adobeRGB {
				return false
			}
		default:
			return false
		}
	}
	s, ok := newScan(head, rest)
	return ok && s.size == len(rest)
}

// reencode decodes a JPEG and encodes its pixels, turned as its orientation says, with the
// best of a few qualities whose result is no larger than the original, or than 8 kB where
// that is less.
func reencode(data []byte, orientation int) ([]byte, error) {
	m, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	m = turn(m, orientation)
	var out []byte
	for _, quality := range []int{90, 80, 65, 45, 25} {
		var b bytes.Buffer
		if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: quality}); err != nil {
			return nil, err
		}
		var ok bool
		if out, ok = recode(b.Bytes(), 1); !ok {
			return nil, fmt.Errorf("photo: a JPEG of %v cannot be coded again", m.Bounds())
		}
		if len(out) <= max(len(data), 8<<10) {
			break
		}
	}
	return out, nil
}

// segment is a marker with its parameters.
type segment struct {
	marker byte
	body   []byte
}

func (s segment) appendTo(b []byte) []byte {
	b = append(b, 0xFF, s.marker)
	b = binary.BigEndian.AppendUint16(b, uint16(len(s.body)+2))
	return append(b, s.body...)
}

// segments splits data into the segments before the first scan and the rest, which
// begins with the scan's marker.
func segments(data []byte) (head []segment, rest []byte, ok bool) {
	if len(data) < 4 || data[0] != 0xFF || data[1] != start {
		return nil, nil, false
	}
	for at := 2; at+4 <= len(data) && data[at] == 0xFF; {
		marker := data[at+1]
		if marker == 0xFF { // fill byte
			at++
			continue
		}
		if marker == startOfScan {
			return head, data[at:], true
		}
		length := int(binary.BigEndian.Uint16(data[at+2:]))
		if length < 2 || at+2+length > len(data) {
			return nil, nil, false
		}
		head = append(head, segment{marker, data[at+4 : at+2+length]})
		at += 2 + length
	}
	return nil, nil, false
}
