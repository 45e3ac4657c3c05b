// Package sealimage draws the image of a round official seal: a ring, a
// five-pointed star, the name of the body along the upper arc and a line
// underneath (国发〔1999〕25号 lays down the form: 42 mm across, a star of 14 mm).
//
// Every sealed file contains the image, an OFD twice, so it is
// small: one red in four degrees of transparency, which PNG packs into two bits
// a point. Four are enough for edges to look smooth at this resolution.
package sealimage

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"

	"golang.org/x/image/vector"

	"github.com/jiazhu/jiazhu/shared/document/font"
)

// Measures of the seal, in mm from its centre.
const (
	diameter    = 42.0 // the ring's outer diameter
	ring        = 1.15 // its stroke
	starRadius  = 7.0
	arcRadius   = 16.0  // of the middle of the characters on the arc
	arcFeet     = 14.4  // near the characters' feet, where they are closest
	arcSpan     = 256.0 // degrees at most from the first character's middle to the last's
	arcHeight   = 5.6   // em height of a character on the arc
	arcWidth    = 4.3   // seals set them narrower than high
	lineHeight  = 3.9
	lineMiddle  = 12.4 // below the centre
	extraWeight = 0.13 // strokes are made this much heavier, as cut in rubber
)

// Pixels is the width and height of the picture: 180 to the inch.
const Pixels = 300

const scale = Pixels / (diameter + 0.4)

// Draw returns the seal as PNG: arc runs along the ring, line stands under the
// star. A character without a glyph is an error.
func Draw(fonts *font.Set, arc, line string) ([]byte, error) {
	if missing := fonts.MissingRunes(arc + line); len(missing) > 0 {
		return nil, fmt.Errorf("sealimage: no glyphs for %q", string(missing))
	}
	if arc == "" {
		return nil, errors.New("sealimage: a seal has a name")
	}
	mask := image.NewAlpha(image.Rect(0, 0, Pixels, Pixels))
	p := &pen{mask: mask}
	p.ring()
	p.star()
	p.arc(fonts, []rune(arc))
	p.line(fonts, []rune(line))
	return encode(mask)
}

// pen fills shapes, each on its own, so that overlaps add up and never cancel.
type pen struct{ mask *image.Alpha }

func (p *pen) fill(draw func(r *vector.Rasterizer)) {
	r := vector.NewRasterizer(Pixels, Pixels)
	draw(r)
	shape := image.NewAlpha(p.mask.Bounds())
	r.Draw(shape, shape.Bounds(), image.Opaque, image.Point{})
	for i, a := range shape.Pix {
		p.mask.Pix[i] = max(p.mask.Pix[i], a)
	}
}

func (p *pen) ring() {
	p.fill(func(r *vector.Rasterizer) {
		circle(r, diameter/2, 1)
		circle(r, diameter/2-ring, -1)
	})
}

func (p *pen) star() {
	p.fill(func(r *vector.Rasterizer) {
		inner := starRadius * math.Sin(math.Pi/10) / math.Sin(math.Pi*7/10)
		for i := range 10 {
			radius := starRadius
			if i%2 == 1 {
				radius = inner
			}
			sin, cos := math.Sincos(math.Pi * float64(i) / 5)
			x, y := point(radius*sin, -radius*cos)
			if i == 0 {
				r.MoveTo(x, y)
			} else {
				r.LineTo(x, y)
			}
		}
		r.ClosePath()
	})
}

// arc sets characters along the ring, evenly, their feet to the centre. Many characters are narrower, so that
// those beside each other do not touch.
func (p *pen) arc(fonts *font.Set, text []rune) {
	step, width := 0.0, arcWidth
	if len(text) > 1 {
		step = min(arcSpan/float64(len(text)-1), 24)
		width = min(arcWidth, step*math.Pi/180*arcFeet)
	}
	for i, c := range text {
		angle := (float64(i) - float64(len(text)-1)/2) * step * math.Pi / 180
		sin, cos := math.Sincos(angle)
		p.glyph(fonts, c, func(x, y float64) (float64, float64) {
			x, y = x*width, y*arcHeight-arcRadius
			return x*cos - y*sin, x*sin + y*cos
		})
	}
}

func (p *pen) line(fonts *font.Set, text []rune) {
	for i, c := range text {
		left := (float64(i) - float64(len(text)-1)/2) * lineHeight * 1.08
		p.glyph(fonts, c, func(x, y float64) (float64, float64) {
			return x*lineHeight + left, y*lineHeight + lineMiddle
		})
	}
}

// glyph fills a character. place maps the em square, whose middle is 0,0 and
// whose y runs downwards, to mm from the seal's centre. Drawing it several
// times around a small circle makes its strokes heavier.
func (p *pen) glyph(fonts *font.Set, c rune, place func(x, y float64) (float64, float64)) {
	face := fonts.Runs(string(c))[0].Face
	gid, _ := face.Glyph(c)
	outline := face.Outline(gid)
	em := float64(face.UnitsPerEm)
	middle := em/2 - 120*em/1000 // of an ideograph, over the baseline
	for i := range 8 {
		sin, cos := math.Sincos(math.Pi * float64(i) / 4)
		at := func(x, y float64) (float32, float32) {
			mx, my := place((x-em/2)/em, (middle-y)/em)
			return point(mx+extraWeight/2*cos, my+extraWeight/2*sin)
		}
		p.fill(func(r *vector.Rasterizer) { trace(r, outline, at) })
	}
}

func trace(r *vector.Rasterizer, outline []font.Segment, at func(x, y float64) (float32, float32)) {
	for _, s := range outline {
		x, y := at(s.X, s.Y)
		switch s.Op {
		case 'M':
			r.MoveTo(x, y)
		case 'L':
			r.LineTo(x, y)
		case 'Q':
			x1, y1 := at(s.X1, s.Y1)
			r.QuadTo(x1, y1, x, y)
		case 'Z':
			r.ClosePath()
		}
	}
}

// circle draws around the centre, clockwise or (direction -1) against it.
func circle(r *vector.Rasterizer, radius, direction float64) {
	const arcs = 8
	const angle = 2 * math.Pi / arcs
	control := radius / math.Cos(angle/2)
	r.MoveTo(point(radius, 0))
	for i := range arcs {
		sin, cos := math.Sincos(direction * angle * (float64(i) + 0.5))
		x1, y1 := point(control*cos, control*sin)
		sin, cos = math.Sincos(direction * angle * float64(i+1))
		x, y := point(radius*cos, radius*sin)
		r.QuadTo(x1, y1, x, y)
	}
	r.ClosePath()
}

// point turns mm from the centre into pixels.
func point(x, y float64) (float32, float32) {
	return float32(x*scale + Pixels/2.0), float32(y*scale + Pixels/2.0)
}

// degrees of transparency.
const degreesPerStep = 4

// opacity of the ink, of 255: the text under a seal stays legible in viewers that paint
// the image over it.
const opacity = 201

// encode writes a mask in one red of several opacities.
func encode(mask *image.Alpha) ([]byte, error) {
	const most = degreesPerStep - 1
	palette := make(color.Palette, degreesPerStep)
	for i := range palette {
		palette[i] = color.NRGBA{R: 0xd4, G: 0x12, B: 0x18, A: uint8(i * opacity / most)}
	}
	palette[0] = color.NRGBA{R: 0xff, G: 0xff, B: 0xff} // for readers that know no transparency
	picture := image.NewPaletted(mask.Bounds(), palette)
	for i, a := range mask.Pix {
		picture.Pix[i] = uint8((int(a)*most + 127) / 255)
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, picture); err != nil {
		return nil, fmt.Errorf("sealimage: %w", err)
	}
	return out.Bytes(), nil
}
