package forgery

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"slices"

	xdraw "golang.org/x/image/draw"
	"rsc.io/qr"
)

// The photograph is of a sheet of A4 at some 60 dots an inch.
const photographWidth, photographHeight = 496, 702

// photographOf is a photograph of a copy on paper: the holder's photo, the seal, and the code at the
// place where a camera finds it.
func photographOf(c Copy, link string) (*image.RGBA, error) {
	m := image.NewRGBA(image.Rect(0, 0, photographWidth, photographHeight))
	draw.Draw(m, m.Bounds(), image.NewUniform(color.RGBA{250, 250, 245, 255}), image.Point{}, draw.Src)
	photo, _, err := image.Decode(bytes.NewReader(c.Photo.Data))
	if err != nil {
		return nil, err
	}
	xdraw.BiLinear.Scale(m, image.Rect(370, 150, 450, 262), photo, photo.Bounds(), xdraw.Over, nil)
	picture, err := sealPicture(c.Seal)
	if err != nil {
		return nil, err
	}
	seal, _, err := image.Decode(bytes.NewReader(picture.Data))
	if err != nil {
		return nil, err
	}
	xdraw.BiLinear.Scale(m, image.Rect(330, 550, 430, 650), seal, seal.Bounds(), xdraw.Over, nil)
	code, err := qr.Encode(link, qr.M)
	if err != nil {
		return nil, err
	}
	code.Scale = 2
	sign := code.Image()
	draw.Draw(m, image.Rect(30, 520, 30+sign.Bounds().Dx(), 520+sign.Bounds().Dy()), sign, image.Point{}, draw.Src)
	return m, nil
}

// Photograph is the genuine one, a JPEG.
func Photograph(c Copy) ([]byte, error) {
	m, err := photographOf(c, c.Link)
	if err != nil {
		return nil, err
	}
	return jpegOf(m, 90)
}

func jpegOf(m image.Image, quality int) ([]byte, error) {
	var b bytes.Buffer
	err := jpeg.Encode(&b, m, &jpeg.Options{Quality: quality})
	return b.Bytes(), err
}

// photographs forges pictures of a copy on paper, and hides files in them.
func (s *outsider) photographs() {
	s.beginKind("photograph: another picture")
	for _, c := range []named[string]{
		{"of this copy", s.genuine.Copy.Link}, {"with the code of another copy", s.genuine.Other.Link}, {"with the code of the holder's other copy", s.genuine.Second.Link},
		{"with a code that leads elsewhere", "https://example.com/v#" + s.genuine.Other.Token()}, {"with a code of nothing", "until 2036"},
	} {
		m, err := photographOf(s.genuine.Copy, c.what)
		if err != nil {
			s.fail(c.name, err)
			return
		}
		for _, quality := range []int{30, 75} {
			s.try(File, fmt.Sprintf("%s, JPEG %d", c.name, quality), func() ([]byte, error) { return jpegOf(m, quality) })
		}
		s.try(File, c.name+", PNG", func() ([]byte, error) {
			var b bytes.Buffer
			err := png.Encode(&b, m)
			return b.Bytes(), err
		})
	}
	genuine, err := photographOf(s.genuine.Copy, s.genuine.Copy.Link)
	if err != nil {
		s.fail("the photograph", err)
		return
	}
	s.beginKind("photograph: with something hidden in it")
	s.try(File, "as GIF", func() ([]byte, error) {
		var b bytes.Buffer
		err := gif.Encode(&b, genuine, nil)
		return b.Bytes(), err
	})
	comment := func(data []byte) []byte { // a segment COM of a JPEG, as long as one may be
		data = data[:min(len(data), 65533)]
		return slices.Concat(s.genuine.Photograph[:2], []byte{0xff, 0xfe, byte((len(data) + 2) >> 8), byte(len(data) + 2)}, data, s.genuine.Photograph[2:])
	}
	for _, f := range []named[[]byte]{
		{"the PDF behind", slices.Concat(s.genuine.Photograph, s.genuine.Copy.PDF)},
		{"the OFD behind", slices.Concat(s.genuine.Photograph, s.genuine.Copy.OFD)},
		{"the PDF in a comment", comment(s.genuine.Copy.PDF)},
		{"the OFD in a comment", comment(s.genuine.Copy.OFD)},
		{"the code in a comment", comment([]byte(s.genuine.Copy.Link))},
		{"the receipt in a comment", comment([]byte(s.genuine.Copy.Receipt.Text))},
	} {
		s.add(File, f.name, f.what)
	}
}
