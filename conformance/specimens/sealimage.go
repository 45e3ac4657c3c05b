package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
)

// sealImage returns the image of a round seal as PNG: a ring and a star, in one red.
func sealImage(across int) ([]byte, error) {
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
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, img); err != nil {
		return nil, fmt.Errorf("draw the seal: %w", err)
	}
	return out.Bytes(), nil
}
