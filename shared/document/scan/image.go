package scan

import (
	"bytes"
	"image"
	"image/jpeg"
	"io"

	"golang.org/x/image/ccitt"

	"github.com/jiazhu/jiazhu/shared/document/anypdf"
)

// findEntry returns the first of several names that a dictionary has; those of inline pictures are short.
func (w *work) findEntry(d anypdf.Dict, names ...anypdf.Name) any {
	for _, name := range names {
		if o := w.file.Follow(d[name]); o != nil {
			return o
		}
	}
	return nil
}

// readImage returns the pixels of a picture in a PDF, or why they cannot be read. ink is the grey with which
// a mask is painted.
func (w *work) readImage(s *anypdf.Stream, ink byte, resources anypdf.Dict) (pixels, Why) {
	width, height := w.file.Int(w.findEntry(s.Dict, "Width", "W")), w.file.Int(w.findEntry(s.Dict, "Height", "H"))
	if width <= 0 || height <= 0 {
		return pixels{}, ByDamage
	}
	if width > w.bounds.Pixels/height {
		return pixels{}, BySize
	}
	w.done += width * height
	data, filter, parms, err := w.file.DecodeImage(s)
	if err != nil {
		return pixels{}, ByDamage
	}
	var p pixels
	var why Why
	switch filter {
	case "DCTDecode", "DCT":
		p, why = w.readJPEG(data, s.Dict)
	case "CCITTFaxDecode", "CCF":
		p, why = w.readFax(data, parms, width, height)
		w.invertBy(p, s.Dict)
	case "":
		p, why = w.readSamples(data, s.Dict, width, height, resources)
	default:
		return pixels{}, ByFormat
	}
	if why != "" {
		return pixels{}, why
	}
	if mask, _ := w.findEntry(s.Dict, "ImageMask", "IM").(bool); mask {
		p.paint(ink)
	}
	return w.cover(p, s.Dict, resources), ""
}

// paint makes a mask a picture: what is black is painted with the ink, the rest stays paper.
func (p pixels) paint(ink byte) {
	for i, v := range p.grey {
		if v < 128 {
			p.grey[i] = ink
		}
	}
}

// cover applies a picture's mask of transparency, if it has one of its size: what is transparent is paper.
func (w *work) cover(p pixels, d anypdf.Dict, resources anypdf.Dict) pixels {
	soft := w.file.Stream(d["SMask"])
	hard := w.file.Stream(d["Mask"])
	s := soft
	if s == nil {
		s = hard
	}
	if s == nil || w.covers > 0 {
		return p
	}
	w.covers++ // a mask has no mask of its own
	mask, why := w.readImage(s, 0, resources)
	w.covers--
	if why != "" || mask.width == 0 || mask.height == 0 {
		return p
	}
	if mask.width > p.width { // a small picture under a mask in which everything is
		large := newPixels(mask.width, mask.height)
		for y := range large.height {
			for x := range large.width {
				large.grey[y*large.width+x] = p.grey[y*p.height/large.height*p.width+x*p.width/large.width]
			}
		}
		p = large
	}
	for y := range p.height {
		for x := range p.width {
			opacity := int(mask.grey[y*mask.height/p.height*mask.width+x*mask.width/p.width])
			if soft == nil { // of a hard mask, what is black is painted
				opacity = 255 - opacity
			}
			at := y*p.width + x
			p.grey[at] = byte((int(p.grey[at])*opacity + 255*(255-opacity)) / 255)
		}
	}
	return p
}

func (w *work) readJPEG(data []byte, d anypdf.Dict) (pixels, Why) {
	c, err := jpeg.DecodeConfig(bytes.NewReader(data))
	switch {
	case err != nil:
		return pixels{}, ByDamage
	case c.Width <= 0 || c.Height <= 0 || c.Width > w.bounds.Pixels/c.Height:
		return pixels{}, BySize
	}
	w.done += c.Width * c.Height
	m, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		return pixels{}, ByDamage
	}
	p := convertImage(m)
	if _, inks := m.(*image.CMYK); !inks {
		w.invertBy(p, d)
	}
	return p, ""
}

// invertBy makes a negative where the picture's Decode says that it is one.
func (w *work) invertBy(p pixels, d anypdf.Dict) {
	decode, _ := w.findEntry(d, "Decode", "D").(anypdf.Array)
	if len(decode) < 2 {
		return
	}
	low, _ := w.file.Number(decode[0])
	high, _ := w.file.Number(decode[1])
	if low > high {
		for i := range p.grey {
			p.grey[i] = 255 - p.grey[i]
		}
	}
}

// readFax reads what fax machines and scanners write in black and white (ITU-T T.4 and T.6).
func (w *work) readFax(data []byte, parms anypdf.Dict, width, height int) (pixels, Why) {
	columns := 1728
	if n := w.file.Int(parms["Columns"]); n > 0 {
		columns = n
	}
	if columns > w.bounds.Pixels/height {
		return pixels{}, BySize
	}
	k := w.file.Int(parms["K"])
	if k > 0 { // group 3 in two dimensions, which no scanner writes into a PDF
		return pixels{}, ByFormat
	}
	format := ccitt.Group3
	if k < 0 {
		format = ccitt.Group4
	}
	align, _ := w.file.Follow(parms["EncodedByteAlign"]).(bool)
	oneIsBlack, _ := w.file.Follow(parms["BlackIs1"]).(bool)
	row := (columns + 7) / 8
	rows := make([]byte, row*height)
	reader := ccitt.NewReader(bytes.NewReader(data), ccitt.MSB, format, columns, height, &ccitt.Options{Align: align})
	n, err := io.ReadFull(reader, rows)
	if err != nil && n == 0 {
		return pixels{}, ByDamage
	}
	for i := n; i < len(rows); i++ { // what is missing is white
		rows[i] = 0xFF
	}
	p := newPixels(min(width, columns), height)
	for y := range p.height {
		for x := range p.width {
			if rows[y*row+x/8]>>(7-x%8)&1 == 1 != oneIsBlack {
				p.grey[y*p.width+x] = 255
			}
		}
	}
	return p, ""
}

// space is how samples become grey.
type space struct {
	components int
	palette    []byte // the grey of each index; nil for none
	inks       bool   // more is darker
	lab        bool   // the first component is the lightness
}

// readSpace reads a colour space. One that is not known is taken for one component of light.
func (w *work) readSpace(o any, resources anypdf.Dict, depth int) space {
	o = w.file.Follow(o)
	if name, ok := o.(anypdf.Name); ok {
		switch name {
		case "DeviceRGB", "RGB", "CalRGB":
			return space{components: 3}
		case "DeviceCMYK", "CMYK":
			return space{components: 4, inks: true}
		}
		if named := w.file.Dict(resources["ColorSpace"])[name]; named != nil && depth < 4 {
			return w.readSpace(named, resources, depth+1)
		}
		return space{components: 1}
	}
	list, _ := o.(anypdf.Array)
	if len(list) == 0 || depth >= 4 {
		return space{components: 1}
	}
	switch family := w.file.Name(list[0]); {
	case family == "ICCBased" && len(list) > 1:
		n := w.file.Int(w.file.Dict(list[1])["N"])
		if n != 3 && n != 4 {
			n = 1
		}
		return space{components: n, inks: n == 4}
	case (family == "Indexed" || family == "I") && len(list) > 3:
		return space{components: 1, palette: w.readPalette(list, resources, depth)}
	case family == "Separation":
		return space{components: 1, inks: true}
	case family == "DeviceN" && len(list) > 1:
		return space{components: max(1, min(len(w.file.Array(list[1])), 32)), inks: true}
	case family == "CalRGB":
		return space{components: 3}
	case family == "Lab":
		return space{components: 3, lab: true}
	default:
		return w.readSpace(family, nil, depth+1)
	}
}

func (w *work) readPalette(list anypdf.Array, resources anypdf.Dict, depth int) []byte {
	base := w.readSpace(list[1], resources, depth+1)
	var table []byte
	switch v := w.file.Follow(list[3]).(type) {
	case anypdf.Text:
		table = v
	case *anypdf.Stream:
		table, _, _ = w.file.Decode(v)
	}
	if base.palette != nil {
		return nil
	}
	greys := make([]byte, 256)
	for i := range greys {
		if at := i * base.components; at+base.components <= len(table) {
			greys[i] = base.mix(table[at : at+base.components])
		}
	}
	return greys
}

// mix returns the grey of one pixel's components, each of 8 bits.
func (s space) mix(c []byte) byte {
	switch {
	case s.palette != nil:
		return s.palette[c[0]]
	case s.inks && s.components == 4:
		white := 255 - int(c[3])
		return luminance(byte((255-int(c[0]))*white/255), byte((255-int(c[1]))*white/255), byte((255-int(c[2]))*white/255))
	case s.inks:
		darkest := byte(0)
		for _, v := range c {
			darkest = max(darkest, v)
		}
		return 255 - darkest
	case s.lab:
		return c[0]
	case s.components == 3:
		return luminance(c[0], c[1], c[2])
	}
	return c[0]
}

// readSamples reads uncompressed samples. Those that are missing are white.
func (w *work) readSamples(data []byte, d anypdf.Dict, width, height int, resources anypdf.Dict) (pixels, Why) {
	bits, s := 8, space{components: 1}
	if mask, _ := w.findEntry(d, "ImageMask", "IM").(bool); mask {
		bits = 1
	} else {
		if n := w.file.Int(w.findEntry(d, "BitsPerComponent", "BPC")); n > 0 {
			bits = n
		}
		s = w.readSpace(w.findEntry(d, "ColorSpace", "CS"), resources, 0)
	}
	if bits != 1 && bits != 2 && bits != 4 && bits != 8 && bits != 16 {
		return pixels{}, ByDamage
	}
	row := (width*s.components*bits + 7) / 8
	paper := w.readKey(d, s.components)
	p := newPixels(width, height)
	c := make([]byte, s.components)
	for y := range height {
		line := data[min(len(data), y*row):min(len(data), (y+1)*row)]
		for x := range width {
			if len(line) < row {
				p.grey[y*width+x] = 255
				continue
			}
			isPaper := paper != nil
			for i := range c {
				c[i] = readSample(line, x*s.components+i, bits, s.palette == nil)
				if isPaper {
					v := int(readSample(line, x*s.components+i, bits, false))
					isPaper = v >= paper[2*i] && v <= paper[2*i+1]
				}
			}
			if isPaper {
				p.grey[y*width+x] = 255
				continue
			}
			p.grey[y*width+x] = s.mix(c)
		}
	}
	w.invertBy(p, d)
	return p, ""
}

// readKey returns the lowest and the highest sample of each component that are not painted, nil for none.
func (w *work) readKey(d anypdf.Dict, components int) (key []int) {
	list := w.file.Array(d["Mask"])
	if len(list) != 2*components {
		return nil
	}
	for _, o := range list {
		key = append(key, w.file.Int(o))
	}
	return key
}

// readSample returns a sample of a row, stretched to 8 bits unless it is an index.
func readSample(row []byte, at, bits int, stretch bool) byte {
	switch bits {
	case 8:
		return row[at]
	case 16:
		return row[2*at]
	}
	most := byte(1)<<bits - 1
	v := row[at*bits/8] >> (8 - bits - at*bits%8) & most
	if stretch {
		v *= 255 / most
	}
	return v
}
