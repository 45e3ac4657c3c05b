// Package photo makes a reported photograph (免冠证件照) smaller without changing a
// dot of it.
//
// The photo is the largest part of every document, and most programs write JPEG
// with the code tables that the standard gives as an example. Tables made for
// the one picture say the same in a tenth fewer bytes. The coefficients are not
// touched: each symbol is read with the old table and written with the new one
// (ITU-T T.81, Annex F and K.2).
//
// What a camera notes beside the picture (Exif with place and time, comments,
// thumbnails) is left out, so that it cannot travel in a certificate.
package photo

import "encoding/binary"

// Markers of JPEG (ITU-T T.81, table B.1).
const (
	startOfFrame = 0xC0 // baseline; 0xC1 is extended sequential
	huffman      = 0xC4
	restart      = 0xD0 // to 0xD7
	start        = 0xD8
	end          = 0xD9
	startOfScan  = 0xDA
	interval     = 0xDD
	application  = 0xE0 // to 0xEF
	comment      = 0xFE
)

// Slim returns a JPEG that decodes to the same dots: recoded with tables of its
// own where it is sequential and in one scan, and always without metadata. Data
// it cannot read, which may be another format, is returned as it is.
func Slim(data []byte) []byte {
	head, rest, ok := segments(data)
	if !ok {
		return data
	}
	out, ok := recode(head, rest)
	if !ok {
		out = []byte{0xFF, start}
		for _, s := range head {
			out = s.appendTo(out)
		}
		out = append(out, rest...)
	}
	if len(out) > len(data) {
		return data
	}
	return out
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

// segments splits what comes before the first scan, without metadata, from the
// rest, which begins with the scan's marker.
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
		if s := (segment{marker, data[at+4 : at+2+length]}); !s.metadata() {
			head = append(head, s)
		}
		at += 2 + length
	}
	return nil, nil, false
}

// metadata is what says nothing of how the dots are decoded or coloured: all
// but JFIF (0), the colour profile (2) and Adobe's choice of colours (14).
func (s segment) metadata() bool {
	switch s.marker {
	case application, application + 2, application + 14:
		return false
	}
	return s.marker == comment || s.marker >= application && s.marker <= application+15
}
