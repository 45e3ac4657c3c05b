package photo

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
)

// exifNote returns Exif data with a camera's name and an orientation.
func exifNote(order binary.AppendByteOrder, orientation uint16) []byte {
	b := []byte("II*\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		b = []byte("MM\x00*")
	}
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 2)
	b = order.AppendUint16(b, 0x010F) // the camera's maker, four characters
	b = order.AppendUint16(b, 2)
	b = order.AppendUint32(b, 4)
	b = append(b, "CAM\x00"...)
	b = order.AppendUint16(b, orientationTag)
	b = order.AppendUint16(b, shortType)
	b = order.AppendUint32(b, 1)
	b = order.AppendUint16(b, orientation)
	return append(b, 0, 0, 0, 0, 0, 0)
}

func withExif(jpeg, exif []byte) []byte {
	note := segment{application + 1, append([]byte("Exif\x00\x00"), exif...)}
	return append(note.appendTo(bytes.Clone(jpeg[:2])), jpeg[2:]...)
}

// withExifChunk adds Exif data to a PNG, before its end.
func withExifChunk(picture, exif []byte) []byte {
	end := len(picture) - 12
	chunk := append([]byte("eXIf"), exif...)
	out := binary.BigEndian.AppendUint32(bytes.Clone(picture[:end]), uint32(len(exif)))
	out = append(out, chunk...)
	out = binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(chunk))
	return append(out, picture[end:]...)
}

var cornerColours = [4]color.NRGBA{{220, 40, 40, 255}, {40, 160, 60, 255}, {40, 60, 200, 255}, {240, 220, 60, 255}}

// corners returns a picture whose quarters have colours of their own: above left, above right,
// below left, below right.
func corners(w, h int) *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetNRGBA(x, y, cornerColours[2*(2*y/h)+2*x/w])
		}
	}
	return m
}

// seenCorners names the quarters of a picture by their numbers in cornerColours.
func seenCorners(m image.Image) string {
	b := m.Bounds()
	seen := ""
	for _, at := range []image.Point{{b.Dx() / 4, b.Dy() / 4}, {3 * b.Dx() / 4, b.Dy() / 4}, {b.Dx() / 4, 3 * b.Dy() / 4}, {3 * b.Dx() / 4, 3 * b.Dy() / 4}} {
		c := color.NRGBAModel.Convert(m.At(at.X, at.Y)).(color.NRGBA)
		for i, want := range cornerColours {
			if near(c.R, want.R) && near(c.G, want.G) && near(c.B, want.B) {
				seen += fmt.Sprint(i)
			}
		}
	}
	return fmt.Sprintf("%s %dx%d", seen, b.Dx(), b.Dy())
}

func near(a, b uint8) bool { return max(a, b)-min(a, b) < 24 }

// What a viewer shows for each orientation (Exif 2.3, 4.6.4), of a picture 96 wide and 128 high.
var shownAs = map[uint16]string{
	0: "0123 96x128", 1: "0123 96x128", 2: "1032 96x128", 3: "3210 96x128", 4: "2301 96x128",
	5: "0213 128x96", 6: "2031 128x96", 7: "3120 128x96", 8: "1302 128x96", 9: "0123 96x128",
}

func TestAPictureIsKeptAsViewersShowIt(t *testing.T) {
	var plain bytes.Buffer
	if err := png.Encode(&plain, corners(96, 128)); err != nil {
		t.Fatal(err)
	}
	for orientation, want := range shownAs {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			exif := exifNote(order, orientation)
			for kind, data := range map[string][]byte{
				"JPEG": withExif(encodeJPEG(t, corners(96, 128)), exif), "PNG": withExifChunk(plain.Bytes(), exif),
			} {
				kept, err := Rebuild(data)
				if err != nil {
					t.Fatal(err)
				}
				m, _, err := image.Decode(bytes.NewReader(kept))
				if err != nil {
					t.Fatal(err)
				}
				if got := seenCorners(m); got != want {
					t.Errorf("%s of orientation %d (%v) is kept as %s, not %s", kind, orientation, order, got, want)
				}
				if bytes.Contains(kept, []byte("CAM")) || ReadOrientation(kept) != 1 {
					t.Errorf("%s of orientation %d keeps its notes", kind, orientation)
				}
				if again, err := Rebuild(kept); err != nil || !bytes.Equal(again, kept) {
					t.Errorf("%s of orientation %d changes when it is rebuilt again: %v", kind, orientation, err)
				}
			}
		}
	}
}

// inverse is the orientation that undoes each.
var inverse = map[uint16]uint16{2: 2, 3: 3, 4: 4, 5: 5, 6: 8, 7: 7, 8: 6}

// Where the sides allow it, no coefficient is lost: turned there and back, a picture is the one that
// was never turned, byte for byte.
func TestAPictureOfWholeBlocksIsTurnedWithoutLoss(t *testing.T) {
	for name, data := range map[string][]byte{
		"in colour": encodeJPEG(t, grain(96, 128, 5)), "in grey": encodeJPEG(t, gray(grain(48, 64, 6))), "of other sides": encodeJPEG(t, grain(90, 75, 7)),
	} {
		plain, err := Rebuild(data)
		if err != nil {
			t.Fatal(err)
		}
		want, err := jpeg.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		for there, back := range inverse {
			if name == "of other sides" && there != 5 { // only a transposed one has no mirrored side
				continue
			}
			turned, ok := recode(withExif(data, exifNote(binary.LittleEndian, there)), int(there))
			if !ok {
				t.Errorf("%s, %d: not turned", name, there)
				continue
			}
			got, err := jpeg.Decode(bytes.NewReader(turned))
			if err != nil {
				t.Fatal(err)
			}
			if far := distance(got, turn(want, int(there))); far > 3 {
				t.Errorf("%s, %d: a shade is off by %d", name, there, far)
			}
			again, err := Rebuild(withExif(turned, exifNote(binary.BigEndian, back)))
			if err != nil || !bytes.Equal(again, plain) {
				t.Errorf("%s, %d and %d: %d bytes, not the %d of the picture itself; %v", name, there, back, len(again), len(plain), err)
			}
		}
	}
}

// Pictures of other programs, with restarts and other samplings, are transposed as they are shown.
func TestEverySequentialPictureIsTransposed(t *testing.T) {
	turned := 0
	for name, data := range samples(t) {
		out, ok := recode(data, 5)
		if !ok {
			continue // progressive, or of several scans
		}
		turned++
		want, err := jpeg.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		got, err := jpeg.Decode(bytes.NewReader(out))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if far := distance(got, turn(want, 5)); far > 3 {
			t.Errorf("%s: a shade is off by %d", name, far)
		}
	}
	if turned < 4 {
		t.Errorf("%d pictures were turned", turned)
	}
}

// distance returns the greatest difference between shades of two pictures.
func distance(a, b image.Image) (most int) {
	if a.Bounds().Size() != b.Bounds().Size() {
		return 256
	}
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			p, q := color.GrayModel.Convert(a.At(x, y)).(color.Gray), color.GrayModel.Convert(b.At(x, y)).(color.Gray)
			most = max(most, int(max(p.Y, q.Y)-min(p.Y, q.Y)))
		}
	}
	return most
}

func TestAGreyPictureStaysGrey(t *testing.T) {
	kept, err := Rebuild(withExif(encodeJPEG(t, gray(grain(64, 48, 3))), exifNote(binary.LittleEndian, 6)))
	if err != nil {
		t.Fatal(err)
	}
	if m, _, err := image.Decode(bytes.NewReader(kept)); err != nil || m.ColorModel() != color.GrayModel || m.Bounds().Dx() != 48 {
		t.Errorf("%v, %v", m.Bounds(), err)
	}
}

func TestBrokenExifTurnsNothing(t *testing.T) {
	whole := exifNote(binary.LittleEndian, 6)
	picture := encodeJPEG(t, corners(96, 128))
	for n := range len(whole) - 4 {
		if n < len(whole)-6 && ReadOrientation(withExif(picture, whole[:n])) != 1 {
			t.Errorf("%d bytes turn", n)
		}
	}
	for at := range whole {
		broken := bytes.Clone(whole)
		broken[at] ^= 0xFF
		if _, err := Rebuild(withExif(picture, broken)); err != nil {
			t.Errorf("byte %d: %v", at, err)
		}
	}
}

func TestInkIsWhatIsSeen(t *testing.T) {
	line := image.NewNRGBA(image.Rect(0, 0, 400, 160))
	for x := 50; x < 350; x++ {
		line.SetNRGBA(x, 80, color.NRGBA{20, 20, 60, 255})
	}
	white := image.NewNRGBA(image.Rect(0, 0, 400, 160))
	for i := range white.Pix {
		white.Pix[i] = 255
	}
	faint := image.NewGray(image.Rect(0, 0, 400, 160))
	for i := range faint.Pix {
		faint.Pix[i] = uint8(240 + i%16)
	}
	for is, c := range map[string]struct {
		m           image.RGBA64Image
		least, most float64
	}{
		"nothing but transparency": {image.NewNRGBA(image.Rect(0, 0, 400, 160)), 0, 0},
		"white":                    {white, 0, 0},
		"black":                    {image.NewGray(image.Rect(0, 0, 400, 160)), 0, 0},
		"grain of paper":           {faint, 0, 0},
		"a line of one point":      {line, 300.0 / 64000, 300.0 / 64000},
		"four colours":             {corners(96, 128), 0.5, 1},
	} {
		if got := MeasureInk(c.m); got < c.least || got > c.most {
			t.Errorf("%s: %f", is, got)
		}
	}
}
