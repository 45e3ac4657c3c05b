package face

import (
	"fmt"

	"rsc.io/qr"

	"github.com/jiazhu/jiazhu/shared/render/page"
)

const (
	quietZone    = 4  // modules of white around the code (ISO/IEC 18004)
	modulePixels = 2  // so that viewers that smooth leave the middles sharp
	denseCode    = 65 // modules; beyond, the error correction is lowered
)

// qrPicture encodes text as a picture of one bit per pixel, with its quiet
// zone. A code corrects 15% of damage, or 7% where it would otherwise become
// too fine to print.
func (l *Layout) qrPicture(text string) (*page.Picture, error) {
	code, err := qr.Encode(text, qr.M)
	if err != nil || code.Size > denseCode {
		code, err = qr.Encode(text, qr.L)
	}
	if err != nil {
		return nil, fmt.Errorf("%d characters: %w", len(text), err)
	}
	side := code.Size + 2*quietZone
	data := bitmap(&l.compressor, side, modulePixels, func(x, y int) bool { return code.Black(x-quietZone, y-quietZone) })
	return &page.Picture{MIME: "image/png", Data: data, Width: side * modulePixels, Height: side * modulePixels}, nil
}
