// Package scantest makes pictures and PDFs of pages with QR codes, as scanners and other programs do, for
// tests.
package scantest

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"maps"
	"slices"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// NewPage returns an empty page.
func NewPage(width, height int) *image.Gray {
	m := image.NewGray(image.Rect(0, 0, width, height))
	for i := range m.Pix {
		m.Pix[i] = 255
	}
	return m
}

// Encode returns a QR code with its margin.
func Encode(t testing.TB, text string) *gozxing.BitMatrix {
	t.Helper()
	code, err := qrcode.NewQRCodeWriter().Encode(text, gozxing.BarcodeFormat_QR_CODE, 0, 0, map[gozxing.EncodeHintType]any{gozxing.EncodeHintType_MARGIN: 4})
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// DrawCode draws a code onto a page, so many pixels for a module.
func DrawCode(t testing.TB, m *image.Gray, text string, at image.Point, module int) {
	t.Helper()
	code := Encode(t, text)
	for y := range code.GetHeight() * module {
		for x := range code.GetWidth() * module {
			if code.Get(x/module, y/module) {
				m.SetGray(at.X+x, at.Y+y, color.Gray{})
			}
		}
	}
}

// ScanPage returns a page of A4 at 150 dpi, in grey, with a code in the lower left corner.
func ScanPage(t testing.TB, text string) *image.Gray {
	t.Helper()
	page := NewPage(1240, 1754)
	DrawCode(t, page, text, image.Pt(75, 1310), 4)
	return page
}

// JPEG encodes a picture.
func JPEG(t testing.TB, m image.Image, quality int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// PNG encodes a picture.
func PNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Page is a page of a PDF: what it draws, and its resources, which may refer to the objects of the file.
type Page struct{ Content, Resources string }

// Objects are further objects of a PDF, by their numbers, from 1000 on.
type Objects map[int]string

// Stream returns an object with a stream. entries are those of its dictionary.
func Stream(entries string, data []byte) string {
	return fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", entries, len(data), data)
}

// WritePDF writes a PDF as another program does.
func WritePDF(pages []Page, objects Objects) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/MediaBox[0 0 595 842]/Kids[")
	for i := range pages {
		fmt.Fprintf(&b, "%d 0 R ", 10+2*i)
	}
	fmt.Fprintf(&b, "]/Count %d>>\nendobj\n", len(pages))
	for i, p := range pages {
		fmt.Fprintf(&b, "%d 0 obj\n<</Type/Page/Parent 2 0 R/Resources<<%s>>/Contents %d 0 R>>\nendobj\n", 10+2*i, p.Resources, 11+2*i)
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", 11+2*i, Stream("", []byte(p.Content)))
	}
	for _, number := range slices.Sorted(maps.Keys(objects)) {
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", number, objects[number])
	}
	b.WriteString("trailer\n<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n")
	return b.Bytes()
}

// ScanPDF writes a PDF with one scanned page for each picture.
func ScanPDF(t testing.TB, pages ...image.Image) []byte {
	t.Helper()
	objects := Objects{}
	var list []Page
	for i, m := range pages {
		list = append(list, JPEGPage(t, 5000+i, m, objects))
	}
	return WritePDF(list, objects)
}

// JPEGPage adds a picture to the objects of a PDF and returns a page of A4 with it.
func JPEGPage(t testing.TB, number int, m image.Image, objects Objects) Page {
	t.Helper()
	return picturePage(number, m.Bounds().Size(), "/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/DCTDecode", JPEG(t, m, 60), objects)
}
