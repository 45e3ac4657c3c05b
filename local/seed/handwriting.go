package seed

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"math/rand/v2"
	"unicode/utf8"
)

// handwriting draws what could be a signature: for each character of the name a few joined
// strokes of a pen that presses harder as it slows, black on white ("字体清晰工整，白纸黑字，文字居中").
// It spells nothing.
func handwriting(p Person) ([]byte, error) {
	characters := utf8.RuneCountInString(p.Name)
	width := 90 + 96*characters
	ink := make([]float64, width*signatureHeight)
	dice := dice(p)
	at := point{48, 90}
	for range characters {
		for _, stroke := range character(dice, at) {
			draw(ink, width, stroke)
		}
		at.x += 92 + 8*dice.Float64()
		at.y = 84 + 14*dice.Float64()
	}
	palette := make(color.Palette, 16)
	for i := range palette {
		v := uint8(255 - 17*i)
		palette[i] = color.RGBA{v, v, min(255, v+uint8(i)), 255}
	}
	img := image.NewPaletted(image.Rect(0, 0, width, signatureHeight), palette)
	for i, v := range ink {
		img.Pix[i] = uint8(math.Round(math.Min(v, 1) * 15))
	}
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&out, img); err != nil {
		return nil, fmt.Errorf("encode the signature: %w", err)
	}
	return out.Bytes(), nil
}

const signatureHeight = 180

type point struct{ x, y float64 }

// character returns the strokes of one made-up character around at: a horizontal or two, a
// vertical with a hook, and a cursive run down to the right.
func character(dice *rand.Rand, at point) [][]point {
	near := func(x, y float64) point {
		return point{at.x + x + 7*(dice.Float64()-.5), at.y + y + 7*(dice.Float64()-.5)}
	}
	strokes := [][]point{
		{near(-4, -28), near(18, -34), near(46, -38), near(42, -30)},
		{near(22, -52), near(20, -20), near(14, 14), near(4, 42), near(-6, 34)},
		{near(30, -18), near(44, -4), near(34, 18), near(52, 30), near(70, 14), near(78, 22)},
	}
	if dice.IntN(2) == 0 {
		strokes = append(strokes, []point{near(0, 2), near(24, -6), near(50, -10), near(30, 12), near(16, 36), near(40, 40)})
	}
	if dice.IntN(3) == 0 {
		strokes = append(strokes, []point{near(58, -44), near(64, -34), near(62, -26)})
	}
	return strokes
}

// draw runs a pen along the smooth curve through the points (Catmull-Rom).
func draw(ink []float64, width int, through []point) {
	through = append(append([]point{through[0]}, through...), through[len(through)-1])
	const steps = 90
	for i := 1; i+2 < len(through); i++ {
		before := through[i]
		for s := 1; s <= steps; s++ {
			now := curve(through[i-1], through[i], through[i+1], through[i+2], float64(s)/steps)
			speed := math.Hypot(now.x-before.x, now.y-before.y) * steps
			start := math.Min(1, float64((i-1)*steps+s)/30) // the pen comes down
			end := math.Min(1, float64((len(through)-3-i)*steps+steps-s+8)/50)
			blot(ink, width, now, (1.5+2.9/(1+speed/60))*(.45+.55*start)*(.35+.65*end))
			before = now
		}
	}
}

func curve(a, b, c, d point, t float64) point {
	along := func(a, b, c, d float64) float64 {
		return .5 * (2*b + (c-a)*t + (2*a-5*b+4*c-d)*t*t + (3*b-a-3*c+d)*t*t*t)
	}
	return point{along(a.x, b.x, c.x, d.x), along(a.y, b.y, c.y, d.y)}
}

// blot darkens a soft disc of radius r.
func blot(ink []float64, width int, at point, r float64) {
	for y := int(at.y - r - 1); y <= int(at.y+r+1); y++ {
		for x := int(at.x - r - 1); x <= int(at.x+r+1); x++ {
			if x < 0 || y < 0 || x >= width || y >= signatureHeight {
				continue
			}
			dark := math.Max(0, math.Min(1, r-math.Hypot(float64(x)-at.x, float64(y)-at.y)+.5))
			ink[y*width+x] = math.Max(ink[y*width+x], dark)
		}
	}
}
