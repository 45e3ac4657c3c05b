// Package preview draws the preview of a copy when somebody looks at it. It is not kept: everything that
// it shows is in the copy's sealed OFD, whose digest the register has. The words are those of the canonical
// JSON, photo and handwriting are the pictures that the JSON names by their digests, and the seal image is
// that of the seal. So the preview of a copy stays the same, byte for byte, whatever is reported later.
//
// The preview has a layout of its own without a QR code, because it proves nothing and must not look as if
// it did.
package preview

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // photos and handwriting are JPEG
	_ "image/png"  // or PNG, and seal images PNG

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/layout"
	"github.com/jiazhu/jiazhu/shared/document/ofd"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/document/svg"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// MIME is the media type of a preview.
const MIME = "image/svg+xml"

// ErrFile reports an OFD that is not one of a copy of this service.
var ErrFile = errors.New("preview: not the OFD of a copy")

// Drawer draws previews. It is safe for concurrent use.
type Drawer struct {
	layout  *layout.Layout
	svg     *svg.Writer
	schemes scheme.Set
}

// New returns a Drawer for the copies of these kinds of certificate.
func New(fonts *font.Set, schemes scheme.Set) *Drawer {
	return &Drawer{layout: layout.New(fonts), svg: svg.NewWriter(fonts), schemes: schemes}
}

// Draw returns the preview, an SVG, of the copy in a sealed OFD. It does not verify the seal: the caller knows
// the file by its digest. Errors wrap ErrFile or those of ofd.Read.
func (d *Drawer) Draw(data []byte) ([]byte, error) {
	file, err := ofd.Read(data)
	if err != nil {
		return nil, err
	}
	in, err := d.readInput(file)
	if err != nil {
		return nil, err
	}
	sealImage, err := readSealImage(file)
	if err != nil {
		return nil, err
	}
	page, err := d.layout.Certificate(in)
	if err != nil {
		return nil, fmt.Errorf("preview: %w", err)
	}
	return d.svg.Write(page, sealImage)
}

// readInput returns what the page shows.
func (d *Drawer) readInput(file *ofd.File) (in layout.Input, err error) {
	if len(file.Attachments) != 1 {
		return in, fmt.Errorf("%w: it has %d attachments", ErrFile, len(file.Attachments))
	}
	if in.Copy, err = endorsement.ParseCopy(file.Attachments[0].Data); err != nil {
		return in, fmt.Errorf("%w: %w", ErrFile, err)
	}
	c, known := in.Copy.Certificate, false
	if in.Scheme, known = d.schemes.ByID(c.Scheme); !known {
		return in, fmt.Errorf("%w: scheme %q is not known", ErrFile, c.Scheme)
	}
	if in.Photo, err = findPicture(file, c.Photo); err != nil {
		return in, err
	}
	if in.SignatureImage, err = findPicture(file, c.SignatureImage); err != nil {
		return in, err
	}
	in.QRText, in.Test, in.Preview = in.Copy.QR, in.Copy.Test, true
	return in, nil
}

// findPicture returns the picture with a digest. A picture that the file does not have is not on its page, and
// nil: some kinds of certificate have no place for it.
func findPicture(file *ofd.File, digest string) (*displaylist.Picture, error) {
	data := file.FindPicture(digest)
	if data == nil {
		return nil, nil
	}
	return describePicture(data)
}

func readSealImage(file *ofd.File) (*displaylist.Picture, error) {
	seal, err := ses.ParseSeal(file.Signature.Seal)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFile, err)
	}
	return describePicture(seal.Picture.Data)
}

func describePicture(data []byte) (*displaylist.Picture, error) {
	size, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: a picture: %w", ErrFile, err)
	}
	return &displaylist.Picture{MIME: "image/" + format, Data: data, Width: size.Width, Height: size.Height}, nil
}
