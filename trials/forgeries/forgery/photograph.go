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
	"io"
	"slices"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/scan/scantest"
	xdraw "golang.org/x/image/draw"
	"rsc.io/qr"
)

// The photograph is of a sheet of A4 at some 60 dots an inch.
const photographWidth, photographHeight = 496, 702

// photographOf is a photograph of a copy on paper: the holder's photo, the seal, and the code at the
// place where a camera finds it.
func photographOf(c Copy, link string) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, photographWidth, photographHeight))
	draw.Draw(m, m.Bounds(), image.NewUniform(color.RGBA{250, 250, 245, 255}), image.Point{}, draw.Src)
	photo, _ := must.Get2(image.Decode(bytes.NewReader(c.Photo.Data)))
	xdraw.BiLinear.Scale(m, image.Rect(370, 150, 450, 262), photo, photo.Bounds(), xdraw.Over, nil)
	picture := sealPicture(c.Seal)
	seal, _ := must.Get2(image.Decode(bytes.NewReader(picture.Data)))
	xdraw.BiLinear.Scale(m, image.Rect(330, 550, 430, 650), seal, seal.Bounds(), xdraw.Over, nil)
	code := must.Get(qr.Encode(link, qr.M))
	code.Scale = 2
	sign := code.Image()
	draw.Draw(m, image.Rect(30, 520, 30+sign.Bounds().Dx(), 520+sign.Bounds().Dy()), sign, image.Point{}, draw.Src)
	return m
}

// Photograph is the genuine one, a JPEG.
func Photograph(c Copy) (data []byte, err error) {
	defer must.Catch(&err)
	return jpegOf(photographOf(c, c.Link), 90), nil
}

func jpegOf(m image.Image, quality int) []byte {
	return encode(func(w io.Writer) error { return jpeg.Encode(w, m, &jpeg.Options{Quality: quality}) })
}

func encode(write func(io.Writer) error) []byte {
	var b bytes.Buffer
	must.Do(write(&b))
	return b.Bytes()
}

// scanPDF is a PDF of photographs of this copy, one for each code.
func (s *outsider) scanPDF(links []string) []byte {
	var pages []scantest.Page
	objects := scantest.Objects{}
	for i, link := range links {
		shape := fmt.Sprintf("/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode", photographWidth, photographHeight)
		objects[900+i] = scantest.Stream(shape, jpegOf(photographOf(s.genuine.Copy, link), 75))
		pages = append(pages, scantest.Page{Content: "595 0 0 842 0 0 cm /I Do", Resources: fmt.Sprintf("/XObject<</I %d 0 R>>", 900+i)})
	}
	return scantest.WritePDF(pages, objects)
}

// photographs forges pictures of a copy on paper, and hides files in them.
func (s *outsider) photographs() {
	s.beginKind("photograph: another picture")
	for _, c := range []named[string]{
		{"of this copy", s.genuine.Copy.Link},
		{"with the code of another copy", s.genuine.Other.Link},
		{"with the code of the holder's other copy", s.genuine.Second.Link},
		{"with a code that leads elsewhere", "https://example.com/v#" + s.genuine.Other.Token()},
		{"with a code of nothing", "until 2036"},
	} {
		m := photographOf(s.genuine.Copy, c.what)
		s.add(File, c.name+", JPEG 30", jpegOf(m, 30))
		s.add(File, c.name+", JPEG 75", jpegOf(m, 75))
		s.add(File, c.name+", PNG", encode(func(w io.Writer) error { return png.Encode(w, m) }))
	}
	s.beginKind("photograph: pages of a PDF")
	for _, c := range []named[[]string]{
		{"one page with the code", []string{s.genuine.Copy.Link}},
		{"five pages with the same code", slices.Repeat([]string{s.genuine.Copy.Link}, 5)},
		{"the codes of three copies", []string{s.genuine.Copy.Link, s.genuine.Other.Link, s.genuine.Second.Link}},
		{"a code that leads elsewhere", []string{"https://example.com/v#" + s.genuine.Other.Token()}},
		{"a code of nothing", []string{"until 2036"}},
	} {
		s.add(PDF, c.name, s.scanPDF(c.what))
	}
	genuine := photographOf(s.genuine.Copy, s.genuine.Copy.Link)
	comment := func(data []byte) []byte { // a segment COM of a JPEG, as long as one may be
		data = data[:min(len(data), 65533)]
		return slices.Concat(s.genuine.Photograph[:2], []byte{0xff, 0xfe, byte((len(data) + 2) >> 8), byte(len(data) + 2)}, data, s.genuine.Photograph[2:])
	}
	s.addFiles("photograph: with something hidden in it", File, []named[[]byte]{
		{"as GIF", encode(func(w io.Writer) error { return gif.Encode(w, genuine, nil) })},
		{"the PDF behind", slices.Concat(s.genuine.Photograph, s.genuine.Copy.PDF)},
		{"the OFD behind", slices.Concat(s.genuine.Photograph, s.genuine.Copy.OFD)},
		{"the PDF in a comment", comment(s.genuine.Copy.PDF)},
		{"the OFD in a comment", comment(s.genuine.Copy.OFD)},
		{"the code in a comment", comment([]byte(s.genuine.Copy.Link))},
		{"the receipt in a comment", comment([]byte(s.genuine.Copy.Receipt.Text))},
	})
}
