package face

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"rsc.io/qr"

	"github.com/jiazhu/jiazhu/shared/render/page"
)

const (
	quietZone    = 4  // modules of white around the code (ISO/IEC 18004)
	modulePixels = 4  // so that smoothing viewers leave it sharp
	denseCode    = 65 // modules; beyond, the error correction is lowered
)

// qrPicture encodes text as a picture of one bit per pixel. A code corrects
// 15% of damage, or 7% where it would otherwise become too fine to print.
func qrPicture(text string) (*page.Picture, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return nil, fmt.Errorf("%d characters: %w", len(text), err)
	}
	if code.Size > denseCode {
		if code, err = qr.Encode(text, qr.L); err != nil {
			return nil, err
		}
	}
	side := (code.Size + 2*quietZone) * modulePixels
	img := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.Gray{255}, color.Gray{0}})
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				module(img, x+quietZone, y+quietZone)
			}
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		return nil, err
	}
	return &page.Picture{MIME: "image/png", Data: out.Bytes(), Width: side, Height: side}, nil
}

func module(img *image.Paletted, x, y int) {
	for dy := range modulePixels {
		row := img.Pix[(y*modulePixels+dy)*img.Stride+x*modulePixels:]
		for dx := range modulePixels {
			row[dx] = 1
		}
	}
}
