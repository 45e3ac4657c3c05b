package photo

import (
	"image"
	"image/color"
)

// contrast is how far a shade is from the ground's, of 255, to be seen in print.
const contrast = 24

// MeasureInk returns which part of a picture, from 0 to 1, is seen before its ground: the points
// whose shade, on white paper, differs visibly from the commonest one. A picture of one colour has
// none.
func MeasureInk(m image.RGBA64Image) float64 {
	b := m.Bounds()
	var shades [256]int
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			shades[shadeOf(m.RGBA64At(x, y))]++
		}
	}
	ground := 0
	for shade, n := range shades {
		if n > shades[ground] {
			ground = shade
		}
	}
	seen := 0
	for shade, n := range shades {
		if shade < ground-contrast || shade > ground+contrast {
			seen += n
		}
	}
	return float64(seen) / float64(b.Dx()*b.Dy())
}

// shadeOf returns the brightness of a colour on white paper.
func shadeOf(c color.RGBA64) int {
	white := 0xFFFF - int(c.A) // the colour is premultiplied
	return (299*(int(c.R)+white) + 587*(int(c.G)+white) + 114*(int(c.B)+white)) / 1000 >> 8
}
