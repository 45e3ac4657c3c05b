// Package pictures draws pictures of invented holders, in the size of real ones, for benchmarks and checks.
package pictures

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
)

// Photo is a head before a coloured ground with the grain of a camera: 295 by 413 pixels and 25 kB.
func Photo(i int) *displaylist.Picture {
	const width, height = 295, 413
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for noise := 20; ; noise++ {
		grain := rand.New(rand.NewPCG(uint64(i), 413))
		for y := range height {
			for x := range width {
				c := [3]int{90 + i, 140, 210}
				if math.Hypot(float64(x-width/2)/80, float64(y-180)/110) < 1 {
					c = [3]int{205, 180 - i, 160}
				}
				n := grain.IntN(noise) - noise/2
				m.SetRGBA(x, y, color.RGBA{R: uint8(c[0] + n), G: uint8(c[1] + n), B: uint8(c[2] + n), A: 255})
			}
		}
		var out bytes.Buffer
		if err := jpeg.Encode(&out, m, &jpeg.Options{Quality: 84}); err != nil {
			panic(err) // a buffer takes everything, and the size is fixed
		}
		if out.Len() >= 24_800 {
			return &displaylist.Picture{MIME: "image/jpeg", Data: out.Bytes(), Width: width, Height: height}
		}
	}
}

// Handwriting is a stroke of a pen: black in sixteen opacities, on nothing.
func Handwriting(i int) *displaylist.Picture {
	const width, height = 282, 180
	ink := make(color.Palette, 16)
	for n := range ink {
		ink[n] = color.NRGBA{A: uint8(n * 17)}
	}
	m := image.NewPaletted(image.Rect(0, 0, width, height), ink)
	for x := 15; x < width-15; x++ {
		middle := height/2 + 55*math.Sin(float64(x)/float64(9+i))*math.Cos(float64(x)/31)
		for y := int(middle) - 5; y <= int(middle)+5; y++ {
			m.SetColorIndex(x, y, uint8(15*max(0, min(1, 4-math.Abs(float64(y)-middle)))))
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		panic(err) // a buffer takes everything, and the size is fixed
	}
	return &displaylist.Picture{MIME: "image/png", Data: out.Bytes(), Width: width, Height: height}
}
