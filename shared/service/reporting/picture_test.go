package reporting

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

func TestPicturesAreProvenNotBelieved(t *testing.T) {
	photo := recordstest.Photo(t, 295, 413)
	signature := recordstest.Signature(t, 400, 160)
	for _, test := range []struct {
		name  string
		data  []byte
		rules pictureRules
		mime  string
		want  string
	}{
		{"an upright photo", photo, photoRules(), "image/jpeg", ""},
		{"a PNG photo", recordstest.Signature(t, 295, 413), photoRules(), "image/png", ""},
		{"a line of handwriting", signature, signatureRules(), "image/png", ""},
		{"a photo on its side", recordstest.Photo(t, 413, 295), photoRules(), "", "image.upright"},
		{"a photo of a few dots", recordstest.Photo(t, 20, 30), photoRules(), "", "image.small"},
		{"a photo of too many dots", recordstest.Signature(t, 1600, 2000), photoRules(), "", "image.large"},
		{"half a photo", photo[:len(photo)/2], photoRules(), "", "image.damaged"},
		{"half a signature", signature[:len(signature)/2], signatureRules(), "", "image.damaged"},
		{"an animation", animation(t), photoRules(), "", "image.format"},
		{"more bytes than allowed", append(bytes.Clone(photo), make([]byte, longestPicture)...), photoRules(), "", "image.bytes"},
		{"a small file of millions of dots", hugePNG(t), signatureRules(), "", "image.large"},
		{"a photo of a thousand passes", addScans(photo, 1000), photoRules(), "", "image.scans"},
		{"nothing", []byte{}, photoRules(), "", "image.format"},
		{"a photo on its side that viewers show upright", turnedPhoto(t, 413, 295, 6), photoRules(), "image/jpeg", ""},
		{"an upright photo that viewers show on its side", turnedPhoto(t, 295, 413, 8), photoRules(), "", "image.upright"},
		{"handwriting of nothing but transparency", pngOf(t, image.NewNRGBA(image.Rect(0, 0, 400, 160))), signatureRules(), "", "image.blank"},
		{"white handwriting", pngOf(t, plainImage(400, 160, 255)), signatureRules(), "", "image.blank"},
		{"handwriting of a speck", pngOf(t, speckedImage(400, 160, 20)), signatureRules(), "", "image.blank"},
		{"handwriting of a short line", pngOf(t, speckedImage(400, 160, 100)), signatureRules(), "image/png", ""},
		{"a white photo", pngOf(t, plainImage(295, 413, 255)), photoRules(), "", "image.blank"},
		{"a black photo", pngOf(t, plainImage(295, 413, 0)), photoRules(), "", "image.blank"},
	} {
		t.Run(test.name, func(t *testing.T) {
			mime, wrong := test.rules.checkImage(test.data)
			rule := ""
			if wrong != nil {
				rule = wrong.Rule
			}
			if mime != test.mime || rule != test.want {
				t.Errorf("%q, %q", mime, rule)
			}
		})
	}
}

// turnedPhoto returns a photo with an Exif orientation.
func turnedPhoto(t *testing.T, width, height int, orientation byte) []byte {
	t.Helper()
	note := "\xff\xe1\x00\x22Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string([]byte{orientation}) + "\x00\x00\x00\x00\x00\x00"
	picture := recordstest.Photo(t, width, height)
	return append([]byte("\xff\xd8"+note), picture[2:]...)
}

func plainImage(width, height int, shade uint8) *image.Gray {
	m := image.NewGray(image.Rect(0, 0, width, height))
	for i := range m.Pix {
		m.Pix[i] = shade
	}
	return m
}

// speckedImage returns a white picture with this many black points.
func speckedImage(width, height, points int) image.Image {
	m := plainImage(width, height, 255)
	for i := range points {
		m.Pix[width*height/2+i] = 0
	}
	return m
}

func pngOf(t *testing.T, m image.Image) []byte {
	t.Helper()
	var data bytes.Buffer
	if err := png.Encode(&data, m); err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}

func TestABlankPictureIsRefusedWithWhatWasMeasured(t *testing.T) {
	_, _, errs := checkPicture("/signatureImage", pngOf(t, speckedImage(400, 160, 20)), signatureRules(), nil)
	if len(errs) != 1 || errs[0].Field != "/signatureImage" || !strings.Contains(errs[0].Detail.ZH, "0.03%") || !strings.Contains(errs[0].Detail.EN, "0.03 %") {
		t.Errorf("%+v", errs)
	}
}

func TestThePhotoIsKeptInFewerBytesWithoutItsNotes(t *testing.T) {
	given := recordstest.Photo(t, 295, 413)
	noted := append([]byte("\xff\xd8\xff\xe1\x00\x0cExif\x00\x00GPS!"), given[2:]...)
	kept, described, errs := checkPicture("/photo", noted, photoRules(), nil)
	if len(errs) > 0 || len(kept) >= len(given) || described.Bytes != len(kept) || bytes.Contains(kept, []byte("GPS!")) {
		t.Errorf("%d bytes became %d, described as %+v; %v", len(noted), len(kept), described, errs)
	}
}

// addScans inserts empty scans before the end of a photo.
func addScans(photo []byte, n int) []byte {
	end := len(photo) - 2
	scan := []byte{0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0, 0}
	return append(append(bytes.Clone(photo[:end]), bytes.Repeat(scan, n)...), photo[end:]...)
}

func animation(t *testing.T) []byte {
	t.Helper()
	var data bytes.Buffer
	frame := image.NewPaletted(image.Rect(0, 0, 200, 300), color.Palette{color.Black, color.White})
	if err := gif.Encode(&data, frame, nil); err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}

// hugePNG returns a PNG of 4000 by 4000 white pixels in a few kilobytes.
func hugePNG(t *testing.T) []byte {
	t.Helper()
	var data bytes.Buffer
	picture := image.NewPaletted(image.Rect(0, 0, 4000, 4000), color.Palette{color.White, color.Black})
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&data, picture); err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}

func FuzzPicture(f *testing.F) {
	f.Add([]byte("\x89PNG\r\n\x1a\n"))
	f.Add([]byte("\xff\xd8\xff\xe0"))
	f.Fuzz(func(t *testing.T, data []byte) {
		mime, wrong := photoRules().checkImage(data)
		if (wrong == nil) != (mime == "image/jpeg" || mime == "image/png") {
			t.Fatalf("%q, %v", mime, wrong)
		}
	})
}
