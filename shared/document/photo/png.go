package photo

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"slices"
)

// pngSignature begins every PNG.
const pngSignature = "\x89PNG\r\n\x1a\n"

// maxColours is the size of a palette.
const maxColours = 256

// rebuildPNG decodes a PNG and encodes its pixels, turned as its orientation says, at 8 bits a sample, with a palette
// if there are no more colours than it holds. Fully transparent pixels become white.
func rebuildPNG(data []byte, orientation int) ([]byte, error) {
	m, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&out, simplifyImage(turn(pixels(m), orientation).(*image.NRGBA))); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// isBarePNG reports whether data is one picture without any other chunks (ISO/IEC
// 15948, 5.3).
func isBarePNG(data []byte) bool {
	rest, ok := bytes.CutPrefix(data, []byte(pngSignature))
	for ok && len(rest) >= 12 {
		kind, size := string(rest[4:8]), uint64(binary.BigEndian.Uint32(rest))+12
		switch {
		case size > uint64(len(rest)):
			return false
		case kind == "IEND":
			return size == 12 && len(rest) == 12
		}
		ok = kind == "IHDR" || kind == "PLTE" || kind == "tRNS" || kind == "IDAT"
		rest = rest[size:]
	}
	return false
}

// pixels converts a picture to one form, which keeps 8 bits a sample exactly.
func pixels(m image.Image) *image.NRGBA {
	size := m.Bounds().Sub(m.Bounds().Min)
	p, ok := m.(*image.NRGBA)
	if !ok {
		p = image.NewNRGBA(size)
		if indexed, ok := m.(*image.Paletted); ok {
			palette := make([]color.NRGBA, len(indexed.Palette))
			for i, c := range indexed.Palette {
				palette[i] = color.NRGBAModel.Convert(c).(color.NRGBA)
			}
			for i := range p.Pix[:len(p.Pix)/4] {
				c := palette[indexed.Pix[i]]
				copy(p.Pix[4*i:], []byte{c.R, c.G, c.B, c.A})
			}
		} else {
			draw.Draw(p, size, m, m.Bounds().Min, draw.Src)
		}
	}
	for i := 0; i < len(p.Pix); i += 4 {
		if p.Pix[i+3] == 0 {
			copy(p.Pix[i:], []byte{255, 255, 255})
		}
	}
	return p
}

// simplifyImage returns the picture with a palette, as shades of grey, or unchanged.
func simplifyImage(p *image.NRGBA) image.Image {
	palette := coloursOf(p)
	grey := !slices.ContainsFunc(palette, func(c color.NRGBA) bool { return c.R != c.G || c.G != c.B || c.A != 255 })
	switch {
	case len(palette) > maxColours:
		return p
	case grey && len(palette) > 16: // such a palette takes a byte a pixel too
		m := image.NewGray(p.Rect)
		for i := range m.Pix {
			m.Pix[i] = p.Pix[4*i]
		}
		return m
	}
	index := map[color.NRGBA]uint8{}
	m := image.NewPaletted(p.Rect, nil)
	for i, c := range palette {
		index[c] = uint8(i)
		m.Palette = append(m.Palette, c)
	}
	for i := range m.Pix {
		m.Pix[i] = index[at(p, i)]
	}
	return m
}

// coloursOf returns the colours in use, from transparent to opaque. It stops at more
// than maxColours.
func coloursOf(p *image.NRGBA) []color.NRGBA {
	seen := map[color.NRGBA]bool{}
	for i := range len(p.Pix) / 4 {
		if seen[at(p, i)] = true; len(seen) > maxColours {
			break
		}
	}
	all := make([]color.NRGBA, 0, len(seen))
	for c := range seen {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b color.NRGBA) int {
		return cmp.Or(cmp.Compare(a.A, b.A), cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	})
	return all
}

func at(p *image.NRGBA, i int) color.NRGBA {
	return color.NRGBA{p.Pix[4*i], p.Pix[4*i+1], p.Pix[4*i+2], p.Pix[4*i+3]}
}
