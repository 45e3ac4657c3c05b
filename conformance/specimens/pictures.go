package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
)

// portrait returns an artificial one-inch photo: shapes, with noise like a camera's,
// which gives a JPEG its size.
func portrait(seed uint64) (*displaylist.Picture, error) {
	const width, height = 295, 413
	dice := rand.New(rand.NewPCG(seed, 7))
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for i := range width * height {
		x, y := i%width, i/width
		shade := color.RGBA{R: 66, G: 140, B: 218, A: 255}
		dx, dy := float64(x-width/2), float64(y)
		switch {
		case math.Hypot(dx/70, (dy-170)/95) < 1:
			shade = color.RGBA{R: 226, G: 188, B: 160, A: 255}
		case dy > 290+dx*dx/160:
			shade = color.RGBA{R: 48, G: 52, B: 70, A: 255}
		}
		grain := dice.IntN(17) - 8
		img.SetRGBA(x, y, color.RGBA{R: brighten(shade.R, grain), G: brighten(shade.G, grain), B: brighten(shade.B, grain), A: 255})
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 85}); err != nil {
		return nil, fmt.Errorf("draw the photo: %w", err)
	}
	return &displaylist.Picture{MIME: "image/jpeg", Data: out.Bytes(), Width: width, Height: height}, nil
}

func brighten(c uint8, by int) uint8 { return uint8(min(255, max(0, int(c)+by))) }

// scrawl returns an ink line in place of handwriting.
func scrawl(seed uint64) (*displaylist.Picture, error) {
	const width, height = 360, 150
	ink := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.NRGBA{}, color.NRGBA{A: 255}})
	dice := rand.New(rand.NewPCG(seed, 11))
	pace := 18 + 10*dice.Float64()
	for step := range 4 * (width - 60) {
		x := 30 + float64(step)/4
		y := height/2 + 42*math.Sin(x/pace)*math.Cos(x/71)
		for dot := range 9 {
			ink.SetColorIndex(int(x)+dot%3, int(y)+dot/3, 1)
		}
	}
	return pngPicture(ink)
}

// ring returns the image of a round seal: a ring and a star, in one red.
func ring(across int) (*displaylist.Picture, error) {
	red := color.NRGBA{R: 212, G: 18, B: 24, A: 255}
	img := image.NewPaletted(image.Rect(0, 0, across, across), color.Palette{color.NRGBA{R: 255, G: 255, B: 255}, red})
	half := float64(across) / 2
	for i := range across * across {
		dx, dy := float64(i%across)+.5-half, float64(i/across)+.5-half
		away := math.Hypot(dx, dy) / half
		turn := math.Mod(math.Atan2(dx, -dy)+4*math.Pi, 2*math.Pi/5)
		point := math.Abs(turn - math.Pi/5) // from the middle between two points of the star
		star := away*math.Cos(math.Pi/5*1.999-point) < .127
		if away > .93 && away < .99 || star {
			img.Pix[i] = 1
		}
	}
	return pngPicture(img)
}

func pngPicture(img image.Image) (*displaylist.Picture, error) {
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, img); err != nil {
		return nil, fmt.Errorf("draw a picture: %w", err)
	}
	size := img.Bounds().Size()
	return &displaylist.Picture{MIME: "image/png", Data: out.Bytes(), Width: size.X, Height: size.Y}, nil
}
