package pdf

import (
	"encoding/binary"
	"math"
	"unicode/utf16"
)

// sRGB returns an ICC profile (version 4.3) of the sRGB colour space (IEC 61966-2-1). Its
// primaries are adapted to D50, and its transfer curve is a formula, so it has no tables.
func sRGB() []byte {
	curve := append([]byte("para\x00\x00\x00\x00\x00\x03\x00\x00"), encodeFixed(2.4, 1/1.055, 0.055/1.055, 1/12.92, 0.04045)...)
	tags := []struct {
		name string
		data []byte
	}{
		{"desc", encodeLocalized("sRGB IEC61966-2.1")},
		{"cprt", encodeLocalized("No copyright, use freely")},
		{"wtpt", xyz(0.9642, 1, 0.8249)},
		{"chad", append([]byte("sf32\x00\x00\x00\x00"), encodeFixed(1.047882, 0.022919, -0.050201, 0.029587, 0.990479, -0.017059, -0.009232, 0.015076, 0.751678)...)},
		{"rXYZ", xyz(0.436066, 0.222488, 0.013916)},
		{"gXYZ", xyz(0.385147, 0.716873, 0.097076)},
		{"bXYZ", xyz(0.143066, 0.060608, 0.714096)},
		{"rTRC", curve},
		{"gTRC", curve},
		{"bTRC", curve},
	}
	table := binary.BigEndian.AppendUint32(nil, uint32(len(tags)))
	var data []byte
	for _, t := range tags {
		table = append(table, t.name...)
		table = binary.BigEndian.AppendUint32(table, uint32(128+4+12*len(tags)+len(data)))
		table = binary.BigEndian.AppendUint32(table, uint32(len(t.data)))
		data = append(data, t.data...)
		data = append(data, make([]byte, -len(data)&3)...)
	}
	return append(iccHeader(128+len(table)+len(data)), append(table, data...)...)
}

// iccHeader returns the 128-byte header of a display profile.
func iccHeader(size int) []byte {
	h := make([]byte, 128)
	binary.BigEndian.PutUint32(h, uint32(size))
	binary.BigEndian.PutUint32(h[8:], 0x04300000)
	copy(h[12:], "mntrRGB XYZ ")
	for i, v := range []uint16{2026, 1, 1} { // a fixed date, so that files are reproducible
		binary.BigEndian.PutUint16(h[24+2*i:], v)
	}
	copy(h[36:], "acsp")
	copy(h[68:], encodeFixed(0.9642, 1, 0.8249))
	return h
}

// encodeFixed encodes s15Fixed16Numbers.
func encodeFixed(values ...float64) []byte {
	var b []byte
	for _, v := range values {
		b = binary.BigEndian.AppendUint32(b, uint32(int32(math.Round(v*65536))))
	}
	return b
}

func xyz(x, y, z float64) []byte {
	return append([]byte("XYZ \x00\x00\x00\x00"), encodeFixed(x, y, z)...)
}

// encodeLocalized encodes a multiLocalizedUnicodeType with one record, in English.
func encodeLocalized(s string) []byte {
	text := utf16.Encode([]rune(s))
	b := []byte("mluc\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x0cenUS")
	b = binary.BigEndian.AppendUint32(b, uint32(2*len(text)))
	b = binary.BigEndian.AppendUint32(b, 28)
	for _, u := range text {
		b = binary.BigEndian.AppendUint16(b, u)
	}
	return b
}
