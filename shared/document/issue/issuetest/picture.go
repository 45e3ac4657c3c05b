package issuetest

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"testing"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
)

// SealImage returns the image of a seal: a red ring, as a palette PNG.
func SealImage(t testing.TB) []byte {
	t.Helper()
	const size = 300
	red := color.NRGBA{R: 200, G: 16, B: 16, A: 255}
	m := image.NewPaletted(image.Rect(0, 0, size, size), color.Palette{color.NRGBA{}, red})
	for y := range size {
		for x := range size {
			if r := math.Hypot(float64(x-size/2), float64(y-size/2)); r > 138 && r < 148 || r < 22 {
				m.SetColorIndex(x, y, 1)
			}
		}
	}
	return encodePNG(t, m)
}

// Photo returns a photo, a light ellipse on a blue background, as a JPEG.
func Photo(t testing.TB) *displaylist.Picture {
	t.Helper()
	const width, height = 295, 413
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := color.RGBA{R: 90, G: 140, B: 210, A: 255}
			if math.Hypot(float64(x-width/2)/80, float64(y-180)/110) < 1 {
				c = color.RGBA{R: 205, G: 180, B: 160, A: 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	var out bytes.Buffer
	must(t, jpeg.Encode(&out, m, &jpeg.Options{Quality: 85}))
	return &displaylist.Picture{MIME: "image/jpeg", Data: out.Bytes(), Width: width, Height: height}
}

// Handwriting returns an image of handwriting, a black wave, as a palette PNG.
func Handwriting(t testing.TB) *displaylist.Picture {
	t.Helper()
	const width, height = 400, 160
	m := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.NRGBA{}, color.NRGBA{A: 255}})
	for x := 20; x < width-20; x++ {
		for y := range 4 {
			m.SetColorIndex(x, height/2+y+int(50*math.Sin(float64(x)/25)), 1)
		}
	}
	return &displaylist.Picture{MIME: "image/png", Data: encodePNG(t, m), Width: width, Height: height}
}

func encodePNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	must(t, png.Encode(&out, m))
	return out.Bytes()
}
