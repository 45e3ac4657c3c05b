package seed

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
)

// photo draws a one-inch identity photo (295 x 413 pixels at 300 dpi) of nobody: a head without
// a face, hair, shoulders. The same person always gets the same picture, as a JPEG well below
// the 50 KB that authorities may report.
func photo(p Person) ([]byte, error) {
	img := image.NewRGBA(image.Rect(0, 0, photoWidth, photoHeight))
	paint := portrait(p)
	const grain = 3 // samples across a pixel, so that edges are smooth
	for y := range photoHeight {
		for x := range photoWidth {
			var sum rgb
			for sub := range grain * grain {
				sum = sum.plus(paint(
					float64(x)+(float64(sub%grain)+.5)/grain,
					float64(y)+(float64(sub/grain)+.5)/grain))
			}
			img.Set(x, y, sum.times(1./(grain*grain)).color())
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 88}); err != nil {
		return nil, fmt.Errorf("encode the photo: %w", err)
	}
	return out.Bytes(), nil
}

const photoWidth, photoHeight = 295, 413

type rgb struct{ r, g, b float64 }

func (c rgb) plus(o rgb) rgb           { return rgb{c.r + o.r, c.g + o.g, c.b + o.b} }
func (c rgb) times(f float64) rgb      { return rgb{c.r * f, c.g * f, c.b * f} }
func (c rgb) mix(o rgb, f float64) rgb { return c.times(1 - f).plus(o.times(f)) }

func (c rgb) color() color.RGBA {
	return color.RGBA{uint8(math.Round(c.r)), uint8(math.Round(c.g)), uint8(math.Round(c.b)), 255}
}

// portrait returns the colour of every point of the person's picture.
func portrait(p Person) func(x, y float64) rgb {
	dice := dice(p)
	pick := func(from []rgb) rgb { return from[dice.IntN(len(from))] }
	back := pick([]rgb{{67, 142, 219}, {250, 250, 250}})
	skin := pick([]rgb{{233, 196, 170}, {224, 184, 156}, {240, 208, 184}})
	hair := pick([]rgb{{38, 34, 36}, {52, 44, 42}, {30, 30, 34}})
	coat := pick([]rgb{{36, 52, 56}, {44, 46, 66}, {58, 58, 62}})
	cloth := pick([]rgb{{244, 245, 247}, {222, 233, 243}})
	woman := p.Sex == "女"
	const middle = photoWidth / 2.

	return func(x, y float64) rgb {
		away := math.Abs(x - middle)
		light := 1 - .10*(x-middle)/middle // lit from the left
		switch {
		case ellipse(x, y, middle, 176, 62, 80) && !(y < fringe(x, woman)):
			return skin.times(light)
		case ellipse(x, y, middle, 160, 74, 92) && y < hairline(away, woman):
			return hair.times(.9 + .2*light - .2*y/photoHeight)
		case woman && y > 150 && away < 73+.05*(y-150) && away > 40 && y < 262-.15*away:
			return hair.times(.9 + .2*light - .2*y/photoHeight)
		case y > 230 && y < 300 && away < 27+.0016*(y-230)*(y-230):
			return skin.times(light * (.80 + .10*(y-230)/70))
		case y > shoulder(away):
			return clothes(away, y, coat.times(.85+.2*light), cloth, woman)
		}
		return back.mix(rgb{255, 255, 255}, .10*(1-y/photoHeight))
	}
}

func ellipse(x, y, cx, cy, rx, ry float64) bool {
	dx, dy := (x-cx)/rx, (y-cy)/ry
	return dx*dx+dy*dy < 1
}

// fringe is where the hair ends on the forehead.
func fringe(x float64, woman bool) float64 {
	const middle = photoWidth / 2.
	if woman {
		return 132 + .0075*(x-middle+18)*(x-middle+18)
	}
	return 128 + .004*(x-middle)*(x-middle) - .08*(x-middle)
}

// hairline is how far down the hair reaches beside the head.
func hairline(away float64, woman bool) float64 {
	if woman {
		return 250
	}
	return 168 - .12*(74-away)
}

func shoulder(away float64) float64 {
	if away < 34 {
		return 286
	}
	return 290 + .36*(away-34) + .0032*(away-34)*(away-34)
}

// clothes are a jacket with a shirt in its collar.
func clothes(away, y float64, coat, cloth rgb, woman bool) rgb {
	open := 50 - .42*(y-286)
	if woman {
		open = 44 - .50*(y-286)
	}
	switch {
	case away > open+11:
		return coat
	case away > open:
		return coat.times(.82)
	case !woman && away < 7+.035*(y-300) && y > 300:
		return rgb{120, 32, 38}
	case math.Abs(away-(28-.5*(y-290))) < 1.3 && y < 340:
		return cloth.times(.88)
	}
	return cloth
}

// dice is a source of chance that falls the same way for one person each time.
func dice(p Person) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(p.Name + p.Phone))
	return rand.New(rand.NewPCG(h.Sum64(), 1))
}
