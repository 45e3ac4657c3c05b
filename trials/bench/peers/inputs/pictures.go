package inputs

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

// sealImage is a red ring with a star, as a palette PNG.
func sealImage() []byte {
	const size = 500
	red := color.NRGBA{R: 200, G: 16, B: 16, A: 255}
	m := image.NewPaletted(image.Rect(0, 0, size, size), color.Palette{color.NRGBA{}, red})
	for y := range size {
		for x := range size {
			dx, dy := float64(x-size/2), float64(y-size/2)
			r, a := math.Hypot(dx, dy), math.Atan2(dx, -dy)
			point := math.Abs(math.Mod(a+3*math.Pi, 2*math.Pi/5) - math.Pi/5)
			if r > 230 && r < 246 || r*math.Cos(point) < 30 || r < 70*point/(math.Pi/5) {
				m.SetColorIndex(x, y, 1)
			}
		}
	}
	return encodePNG(m)
}

// photo is a head before a blue ground, with the grain of a camera, so that it
// weighs the 25 kB of a real one.
func photo(i int) *displaylist.Picture {
	const width, height = 295, 413
	grain := rand.New(rand.NewPCG(uint64(i), 2026))
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := [3]int{90 + i, 140, 210}
			if math.Hypot(float64(x-width/2)/80, float64(y-180)/110) < 1 {
				c = [3]int{205, 180 - i, 160}
			}
			n := grain.IntN(21) - 10
			m.SetRGBA(x, y, color.RGBA{R: uint8(c[0] + n), G: uint8(c[1] + n), B: uint8(c[2] + n), A: 255})
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, m, &jpeg.Options{Quality: 84}); err != nil {
		panic(err) // a buffer takes everything, and the size is fixed
	}
	return &displaylist.Picture{MIME: "image/jpeg", Data: out.Bytes(), Width: width, Height: height}
}

// hand is a wave in black ink on nothing.
func hand(i int) *displaylist.Picture {
	const width, height = 400, 160
	m := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.NRGBA{}, color.NRGBA{A: 255}})
	for x := 20; x < width-20; x++ {
		for y := range 4 {
			m.SetColorIndex(x, height/2+y+int(50*math.Sin(float64(x)/float64(20+i))), 1)
		}
	}
	return &displaylist.Picture{MIME: "image/png", Data: encodePNG(m), Width: width, Height: height}
}

func encodePNG(m image.Image) []byte {
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		panic(err) // a buffer takes everything, and the size is fixed
	}
	return out.Bytes()
}
