package pdf

import (
	"errors"
	"fmt"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
)

// picture is an image XObject: the dictionary without /SMask and /Length, the data, and
// the opacity, nil for an opaque picture.
type picture struct {
	dict string
	data []byte
	mask *picture
}

// maxPixels bounds the pixels of a picture, because a small file can hold a very large
// picture. A photo has some 150,000, the largest accepted signature image four million.
const maxPixels = 4 << 20

var errPicture = errors.New("not a picture that can be drawn")

func (p *picture) size() int {
	if p.mask != nil {
		return len(p.data) + len(p.mask.data) + 512
	}
	return len(p.data) + 256
}

// picture prepares a picture: a JPEG as it is, a PNG with its own compressed rows if PDF
// can read them, and any other PNG decoded.
func (w *Writer) picture(p *displaylist.Picture) (*picture, error) {
	switch p.MIME {
	case "image/jpeg":
		return jpeg(p.Data)
	case "image/png":
		return w.png(p.Data)
	}
	return nil, fmt.Errorf("%w: %s", errPicture, p.MIME)
}

func imageDict(width, height, depth int, space string) string {
	return fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent %d/ColorSpace%s", width, height, depth, space)
}

// image writes the one or two objects of a picture.
func (o *output) image(p *picture) ref {
	dict := p.dict
	if p.mask != nil {
		dict += "/SMask " + o.image(p.mask).String()
	}
	return o.stream(o.reserve(), dict, p.data)
}
