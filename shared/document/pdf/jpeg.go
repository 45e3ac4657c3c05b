package pdf

import (
	"bytes"
	"fmt"
	"image/color"
	jpegimage "image/jpeg"
)

// jpeg prepares a baseline or progressive JPEG, in grey or colour, as it is. Only its
// headers are read.
func jpeg(data []byte) (*picture, error) {
	c, err := jpegimage.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errPicture, err)
	}
	if c.Width == 0 || c.Height == 0 || c.Width*c.Height > maxPixels || c.ColorModel == color.CMYKModel {
		return nil, fmt.Errorf("%w: a JPEG of %d x %d", errPicture, c.Width, c.Height)
	}
	space := "/DeviceRGB"
	if c.ColorModel == color.GrayModel {
		space = "/DeviceGray"
	}
	return &picture{dict: imageDict(c.Width, c.Height, 8, space) + "/Filter/DCTDecode", data: data}, nil
}
