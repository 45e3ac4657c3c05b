package pdf

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	pngimage "image/png"
	"slices"
)

// pngFile is a PNG (ISO/IEC 15948) with its chunks parsed.
type pngFile struct {
	width, height   int
	depth, kind     int // bit depth, colour type
	interlaced      bool
	palette, alphas []byte
	rows            []byte // the zlib stream of all IDAT chunks
}

// The colour types of a PNG whose rows PDF can read.
const (
	pngGray    = 0
	pngRGB     = 2
	pngPalette = 3
)

func (w *Writer) png(data []byte) (*picture, error) {
	f, err := openPNG(data)
	if err != nil {
		return nil, err
	}
	if !f.direct() {
		return w.decodedPNG(data)
	}
	if f.kind == pngPalette && len(f.alphas) > 0 {
		return w.palettePicture(f, data)
	}
	return &picture{dict: f.dict(), data: f.rows}, nil
}

// firstChunk is the offset in a PNG of the chunk after IHDR.
const firstChunk = 8 + 12 + 13

func openPNG(data []byte) (*pngFile, error) {
	c, err := pngimage.DecodeConfig(bytes.NewReader(data)) // accepts only valid combinations of depth and colour type
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errPicture, err)
	}
	bad := fmt.Errorf("%w: broken PNG", errPicture)
	if c.Width*c.Height > maxPixels {
		return nil, bad
	}
	f := &pngFile{width: c.Width, height: c.Height, depth: int(data[24]), kind: int(data[25]), interlaced: data[28] != 0}
	for rest := data[firstChunk:]; ; {
		if len(rest) < 12 {
			return nil, bad
		}
		n := int(binary.BigEndian.Uint32(rest))
		if n > len(rest)-12 || crc32.ChecksumIEEE(rest[4:8+n]) != binary.BigEndian.Uint32(rest[8+n:]) {
			return nil, bad
		}
		kind, chunk := string(rest[4:8]), rest[8:8+n]
		rest = rest[12+n:]
		switch kind {
		case "IHDR":
			return nil, bad
		case "PLTE":
			if len(chunk) == 0 || len(chunk)%3 != 0 || len(chunk) > 3<<min(f.depth, 8) {
				return nil, bad
			}
			f.palette = chunk
		case "tRNS":
			f.alphas = chunk
		case "IDAT":
			f.rows = append(f.rows, chunk...)
		case "IEND":
			return f, nil
		}
	}
}

// direct reports whether PDF can read the rows as they are, with its PNG predictor.
func (f *pngFile) direct() bool {
	if f.interlaced || f.depth > 8 {
		return false
	}
	switch f.kind {
	case pngGray, pngRGB:
		return len(f.alphas) == 0
	case pngPalette:
		return len(f.palette) > 0
	}
	return false
}

func (f *pngFile) dict() string {
	switch f.kind {
	case pngRGB:
		return f.rowsDict("/DeviceRGB", 3)
	case pngPalette:
		return f.rowsDict(fmt.Sprintf("[/Indexed/DeviceRGB %d<%x>]", len(f.palette)/3-1, f.palette), 1)
	}
	return f.rowsDict("/DeviceGray", 1)
}

// rowsDict returns the dictionary of a picture whose data are the rows of the PNG.
func (f *pngFile) rowsDict(space string, colors int) string {
	return imageDict(f.width, f.height, f.depth, space) +
		fmt.Sprintf("/Filter/FlateDecode/DecodeParms<</Predictor 15/Colors %d/BitsPerComponent %d/Columns %d>>", colors, f.depth, f.width)
}

// isOpacityScale reports whether the palette's opacities rise evenly from 0 to 255, so that
// the rows can be used as the opacity.
func (f *pngFile) isOpacityScale(opacity []byte) bool {
	most := 1<<f.depth - 1
	for i := range most + 1 {
		if int(opacity[i]) != i*255/most {
			return false
		}
	}
	return len(f.palette)/3 == most+1
}

// palettePicture prepares a palette picture with opacity: a seal or handwriting image. It
// keeps the rows. If all visible palette entries have the same colour, the picture is one
// pixel of that colour, and the opacity gives its shape.
func (w *Writer) palettePicture(f *pngFile, data []byte) (*picture, error) {
	opacity := bytes.Repeat([]byte{255}, 256)
	copy(opacity, f.alphas)
	p := &picture{dict: f.dict(), data: f.rows}
	if ink, ok := f.ink(opacity); ok { // one pixel, stretched over the picture
		p = &picture{dict: imageDict(1, 1, 1, fmt.Sprintf("[/Indexed/DeviceRGB 0<%x>]", ink)), data: []byte{0}}
	}
	if f.isOpacityScale(opacity) {
		p.mask = &picture{dict: f.rowsDict("/DeviceGray", 1), data: f.rows}
		return p, nil
	}
	decoded, err := pngimage.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errPicture, err)
	}
	indexed, ok := decoded.(*image.Paletted)
	if !ok {
		return nil, errPicture
	}
	depth := maskDepth(opacity[:len(f.palette)/3])
	p.mask = &picture{
		dict: imageDict(f.width, f.height, depth, "/DeviceGray") + "/Filter/FlateDecode",
		data: w.deflate(packOpacity(indexed, opacity, depth)),
	}
	return p, nil
}

// ink returns the colour of the visible palette entries if they all have the same.
func (f *pngFile) ink(opacity []byte) (ink []byte, ok bool) {
	for i := range len(f.palette) / 3 {
		c := f.palette[3*i : 3*i+3]
		switch {
		case opacity[i] == 0:
		case ink == nil:
			ink = c
		case !bytes.Equal(ink, c):
			return nil, false
		}
	}
	return ink, ink != nil
}

// maskDepth returns the smallest bit depth that holds every opacity of a palette exactly.
func maskDepth(opacity []byte) int {
	for _, depth := range []int{1, 2, 4} {
		step := byte(255 / (1<<depth - 1))
		if !slices.ContainsFunc(opacity, func(o byte) bool { return o%step != 0 }) {
			return depth
		}
	}
	return 8
}

// packOpacity returns the opacity of each pixel in depth bits; rows begin at whole bytes.
func packOpacity(indexed *image.Paletted, opacity []byte, depth int) []byte {
	width, height := indexed.Rect.Dx(), indexed.Rect.Dy()
	stride := (width*depth + 7) / 8
	out := make([]byte, stride*height)
	for y := range height {
		row := out[y*stride:]
		for x, index := range indexed.Pix[y*indexed.Stride : y*indexed.Stride+width] {
			bit := x * depth
			row[bit/8] |= opacity[index] >> (8 - depth) << (8 - depth - bit%8)
		}
	}
	return out
}

// decodedPNG decodes a picture into colours and opacity.
func (w *Writer) decodedPNG(data []byte) (*picture, error) {
	decoded, err := pngimage.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errPicture, err)
	}
	colors, opacity := planes(decoded)
	if colors == nil {
		return w.plane(opacity, decoded.Bounds(), "/DeviceGray"), nil
	}
	p := w.plane(colors, decoded.Bounds(), "/DeviceRGB")
	if bytes.Count(opacity, []byte{255}) < len(opacity) {
		p.mask = w.plane(opacity, decoded.Bounds(), "/DeviceGray")
	}
	return p, nil
}

// planes returns the colours, three bytes for each pixel, and the opacity. For a grey
// picture colors is nil and opacity has the grey values.
func planes(decoded image.Image) (colors, opacity []byte) {
	bounds := decoded.Bounds()
	if decoded.ColorModel() == color.GrayModel {
		return nil, decoded.(*image.Gray).Pix
	}
	straight, ok := decoded.(*image.NRGBA)
	if !ok {
		straight = image.NewNRGBA(bounds)
		draw.Draw(straight, bounds, decoded, bounds.Min, draw.Src)
	}
	n := bounds.Dx() * bounds.Dy()
	colors, opacity = make([]byte, 0, 3*n), make([]byte, 0, n)
	for i := 0; i < len(straight.Pix); i += 4 {
		colors = append(colors, straight.Pix[i:i+3]...)
		opacity = append(opacity, straight.Pix[i+3])
	}
	return colors, opacity
}

func (w *Writer) plane(data []byte, size image.Rectangle, space string) *picture {
	return &picture{dict: imageDict(size.Dx(), size.Dy(), 8, space) + "/Filter/FlateDecode", data: w.deflate(data)}
}
