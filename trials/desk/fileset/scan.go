package fileset

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"math"

	"golang.org/x/image/draw"
	"golang.org/x/image/math/f64"
)

// tilt turns a page about its middle by so many degrees, as it lies on a scanner, on grey ground.
func tilt(page image.Image, degrees float64) *image.Gray {
	size := page.Bounds()
	turned := image.NewGray(size)
	draw.Draw(turned, size, image.NewUniform(color.Gray{Y: 240}), image.Point{}, draw.Src)
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	x, y := float64(size.Dx())/2, float64(size.Dy())/2
	draw.BiLinear.Transform(turned, f64.Aff3{cos, -sin, x - cos*x + sin*y, sin, cos, y - sin*x - cos*y}, page, size, draw.Src, nil)
	return turned
}

// pdfOf writes a PDF whose pages are pictures, as scanners do.
func pdfOf(pages ...image.Image) []byte {
	var out bytes.Buffer
	var offsets []int
	begin := func(format string, values ...any) {
		offsets = append(offsets, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n"+format, append([]any{len(offsets)}, values...)...)
	}
	stream := func(dictionary string, data []byte) {
		begin("<<%s/Length %d>>\nstream\n", dictionary, len(data))
		out.Write(data)
		out.WriteString("\nendstream\nendobj\n")
	}
	out.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	begin("<</Type/Catalog/Pages 2 0 R>>\nendobj\n")
	kids := ""
	for i := range pages {
		kids += fmt.Sprintf("%d 0 R ", 3+3*i)
	}
	begin("<</Type/Pages/Kids[%s]/Count %d>>\nendobj\n", kids, len(pages))
	for i, page := range pages {
		width, height := page.Bounds().Dx(), page.Bounds().Dy()
		points := func(pixels int) float64 { return float64(pixels) * 72 / scanResolution }
		begin("<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.2f %.2f]/Contents %d 0 R/Resources<</XObject<</Im0 %d 0 R>>>>>>\nendobj\n",
			points(width), points(height), 4+3*i, 5+3*i)
		stream("", fmt.Appendf(nil, "q %.2f 0 0 %.2f 0 0 cm /Im0 Do Q", points(width), points(height)))
		stream(fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8/Filter/DCTDecode", width, height), encodeJPEG(page, 70))
	}
	start := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(offsets)+1)
	for _, at := range offsets {
		fmt.Fprintf(&out, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&out, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(offsets)+1, start)
	return out.Bytes()
}
