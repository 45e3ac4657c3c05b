package hostile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"slices"
	"strings"
)

// Scans are pictures, and PDFs of pages with pictures, that ask much of whoever searches them for QR codes.
func Scans() []File {
	return slices.Concat(largePictures(), drawings(), pictureStreams())
}

// page writes a PDF of another program, of so many equal pages.
func page(pages int, content, resources string, objects ...string) []byte {
	b := fmt.Appendf(nil, "%%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/MediaBox[0 0 595 842]/Resources<<%s>>/Kids[", resources)
	for i := range pages {
		b = fmt.Appendf(b, "%d 0 R ", 1000+i)
	}
	b = append(b, "]>>\nendobj\n3 0 obj\n"+content+"\nendobj\n"...)
	for i, o := range objects {
		b = fmt.Appendf(b, "%d 0 obj\n%s\nendobj\n", 10+i, o)
	}
	for i := range pages {
		b = fmt.Appendf(b, "%d 0 obj\n<</Type/Page/Contents 3 0 R>>\nendobj\n", 1000+i)
	}
	return append(b, "trailer\n<</Root 1 0 R>>\n%%EOF\n"...)
}

// statePNGSize changes the size that a PNG states.
func statePNGSize(data []byte, width, height uint32) []byte {
	data = bytes.Clone(data)
	binary.BigEndian.PutUint32(data[16:], width)
	binary.BigEndian.PutUint32(data[20:], height)
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}

func encode(m image.Image) []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, m)
	return b.Bytes()
}

// corners is a picture full of what looks like the corners of codes.
func corners(width, height int) []byte {
	m := image.NewGray(image.Rect(0, 0, width, height))
	for at := range m.Pix {
		x, y := at%width%9, at/width%9
		ring := max(x-3, 3-x, y-3, 3-y)
		if ring == 2 || ring > 3 {
			m.Pix[at] = 255
		}
	}
	return encode(m)
}

func largePictures() []File {
	small := encode(image.NewGray(image.Rect(0, 0, 16, 16)))
	return []File{
		{"a picture of 60 000 by 60 000", statePNGSize(small, 60_000, 60_000)},
		{"a picture of nothing by nothing", statePNGSize(small, 0, 0)},
		{"a picture that ends after its first rows", statePNGSize(small, 5000, 5000)},
		{"a black picture of 5000 by 7000", encode(image.NewGray(image.Rect(0, 0, 5000, 7000)))},
		{"a picture of 64 bits a pixel", encode(image.NewRGBA64(image.Rect(0, 0, 5000, 5000)))},
		{"a picture full of corners", corners(2500, 3300)},
		{"half a JPEG of 65 535 by 65 535", []byte("\xff\xd8\xff\xc0\x00\x11\x08\xff\xff\xff\xff\x03\x01\x11\x00\x02\x11\x01\x03\x11\x01\xff\xda\x00\x0c\x03\x01\x00\x02\x11\x03\x11\x00\x3f\x00")},
	}
}

// drawings lead whoever follows what a page draws round and round.
func drawings() []File {
	form := func(resources, content string) string {
		return stream("/Subtype/Form/Resources<</XObject<<"+resources+">>>>", []byte(content))
	}
	var fan []string
	for i := range 12 {
		fan = append(fan, form(fmt.Sprintf("/F %d 0 R", 11+i), strings.Repeat("/F Do ", 10)))
	}
	const boxes = 100_000
	many := compressZlib([]byte(strings.Repeat("0 0 595 842 re f ", boxes)))
	endless := compressZlib([]byte(strings.Repeat("0 0 m 9 9 l ", 8<<20)))
	return []File{
		{"a form that draws itself twice", page(1, stream("", []byte("/F Do")), "/XObject<</F 10 0 R>>", form("/F 10 0 R", "/F Do /F Do"))},
		{"forms that draw ten others each", page(1, stream("", []byte("/F Do")), "/XObject<</F 10 0 R>>", fan...)},
		{"a hundred thousand boxes over one another", page(1, stream("/Filter/FlateDecode", many), "")},
		{"the same on three hundred pages", page(300, stream("/Filter/FlateDecode", many), "")},
		{"a path without end", page(1, stream("/Filter/FlateDecode", endless), "")},
		{"boxes that are small and far away", page(1, stream("", []byte(strings.Repeat("0.00001 0 0 0.00001 999999 0 cm 1 1 1 1 re f ", 2000))), "")},
		{"a million brackets", page(1, stream("/Filter/FlateDecode", compressZlib(bytes.Repeat([]byte("["), 1<<20))), "")},
		{"a million saved states", page(1, stream("/Filter/FlateDecode", compressZlib(bytes.Repeat([]byte("q "), 1<<20))), "")},
		{"two hundred thousand objects", page(1, strings.Repeat("<<>>\nendobj\n9 0 obj\n", 200_000)+"null", "")},
		{"pages that are their own kids", bytes.ReplaceAll(page(1, "null", ""), []byte("/Kids[1000 0 R ]"), []byte("/Kids[2 0 R 2 0 R 1000 0 R 1000 0 R]"))},
	}
}

// pictureStreams are pictures of pages that become more than they are.
func pictureStreams() []File {
	const shape = "/Subtype/Image/Width 5000/Height 7000"
	bits := compressZlib(make([]byte, 625*7000))
	grey := stream(shape+"/BitsPerComponent 1/ColorSpace/DeviceGray/Filter/FlateDecode", bits)
	packed := stream("/Type/ObjStm/N 9/First 9/Filter/FlateDecode", compressZlib(bytes.Repeat([]byte(" "), 16<<20-1)))
	place := "600 0 0 800 0 0 cm /I Do "
	many := make([]string, 40)
	resources := "/XObject<<"
	var all strings.Builder
	for i := range many {
		many[i] = grey
		resources += fmt.Sprintf("/I%d %d 0 R", i, 10+i)
		fmt.Fprintf(&all, "q 600 0 0 800 0 0 cm /I%d Do Q ", i)
	}
	return []File{
		{"one picture a hundred thousand times", page(1, stream("/Filter/FlateDecode", compressZlib([]byte(strings.Repeat(place, 100_000)))), "/XObject<</I 10 0 R>>", grey)},
		{"forty large pictures on a hundred pages", page(100, stream("", []byte(all.String())), resources+">>", many...)},
		{"a picture of a thousand million pixels", page(1, stream("", []byte(place)), "/XObject<</I 10 0 R>>", stream("/Subtype/Image/Width 33000/Height 33000/BitsPerComponent 1/Filter/FlateDecode", bits))},
		{"a fax of nothing", page(1, stream("", []byte(place)), "/XObject<</I 10 0 R>>", stream(shape+"/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns 5000>>", nil))},
		{"a fax of two thousand million columns", page(1, stream("", []byte(place)), "/XObject<</I 10 0 R>>", stream(shape+"/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns 2147483647>>", nil))},
		{"a mask that masks itself", page(1, stream("", []byte(place)), "/XObject<</I 10 0 R>>", stream("/Subtype/Image/Width 99/Height 99/BitsPerComponent 8/SMask 10 0 R", make([]byte, 99*99)))},
		{"a colour space that is its own base", page(1, stream("", []byte(place)), "/XObject<</I 10 0 R>>", stream("/Subtype/Image/Width 99/Height 99/BitsPerComponent 8/ColorSpace 11 0 R", make([]byte, 99*99)), "[/Indexed 11 0 R 255 11 0 R]")},
		{"sixty streams of objects that become sixteen megabytes", page(1, "null", "", slices.Repeat([]string{packed}, 60)...)},
		{"a picture under seven filters", page(1, stream("", []byte(place)), "/XObject<</I 10 0 R>>", stream(shape+"/Filter["+strings.Repeat("/FlateDecode", 7)+"]", compressZlib(compressZlib(bits))))},
		{"a predictor of two thousand million columns on a picture", page(1, stream("", []byte(place)), "/XObject<</I 10 0 R>>", stream(shape+"/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 2147483647/Colors 2147483647>>", bits))},
	}
}
