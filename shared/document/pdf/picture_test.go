package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	pngimage "image/png"
	"path/filepath"
	"testing"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
)

// paintPicture fills a picture with a pattern that has a value of its own at every
// corner.
func paintPicture(img draw.Image, at func(x, y int) color.Color) *displaylist.Picture {
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			img.Set(x, y, at(x, y))
		}
	}
	return pngPicture(img)
}

func ramp(x, y int) color.Color {
	return color.NRGBA{uint8(x * 6), uint8(y * 8), uint8(255 - x*6), uint8(40 + x*4 + y)}
}

func opaqueColor(x, y int) color.Color { return color.NRGBA{uint8(x * 6), uint8(y * 8), 90, 255} }

// drawnPictures are one of each kind of picture, with what each must look like
// on white.
func drawnPictures() map[string]*displaylist.Picture {
	size := image.Rect(0, 0, 40, 30)
	colors := color.Palette{color.NRGBA{}, color.NRGBA{200, 30, 40, 255}, color.NRGBA{20, 130, 60, 130}, color.NRGBA{0, 0, 0, 255}}
	ink := color.Palette{color.NRGBA{255, 255, 255, 0}, color.NRGBA{200, 16, 22, 255}, color.NRGBA{200, 16, 22, 119}}
	scale := color.Palette{color.NRGBA{255, 255, 255, 0}, color.NRGBA{200, 16, 22, 85}, color.NRGBA{200, 16, 22, 170}, color.NRGBA{200, 16, 22, 255}}
	stripes := func(p color.Palette) func(x, y int) color.Color {
		return func(x, y int) color.Color { return p[(x/5+y/7)%len(p)] }
	}
	return map[string]*displaylist.Picture{
		"a palette":                         paintPicture(image.NewPaletted(size, color.Palette{color.Black, color.White, color.NRGBA{9, 99, 199, 255}}), opaqueColor),
		"a palette with opacity":            paintPicture(image.NewPaletted(size, colors), stripes(colors)),
		"one ink in steps of a seventeenth": paintPicture(image.NewPaletted(size, ink), stripes(ink)),
		"one ink from clear to solid":       paintPicture(image.NewPaletted(size, scale), stripes(scale)),
		"one ink in thirds, in disorder":    paintPicture(image.NewPaletted(size, scale[1:]), stripes(scale[1:])),
		"one ink or nothing":                paintPicture(image.NewPaletted(size, ink[:2]), stripes(ink[:2])),
		"colour":                            paintPicture(image.NewRGBA(size), opaqueColor),
		"colour with opacity":               paintPicture(image.NewNRGBA(size), ramp),
		"grey":                              paintPicture(image.NewGray(size), opaqueColor),
		"colour of 16 bits":                 paintPicture(image.NewNRGBA64(size), ramp),
		"grey of 16 bits":                   paintPicture(image.NewGray16(size), opaqueColor),
	}
}

// Each kind of picture is drawn by another program as it is.
func TestPicturesAreDrawnAsTheyAre(t *testing.T) {
	tool(t, "pdftoppm")
	for name, picture := range drawnPictures() {
		t.Run(name, func(t *testing.T) {
			d := document(nil)
			d.Page = displaylist.Page{Width: 254, Height: 190.5, Lang: "zh-CN", Items: []displaylist.Item{&displaylist.Image{W: 254, H: 190.5, Picture: picture, Alt: name}}}
			out := filepath.Join(t.TempDir(), "page")
			run(t, "pdftoppm", "-singlefile", "-png", "-r", "40", file(t, writeDocument(t, d, nil)), out)
			got, err := pngimage.Decode(bytes.NewReader(contents(t, out+".png")))
			if err != nil {
				t.Fatal(err)
			}
			source, err := pngimage.Decode(bytes.NewReader(picture.Data))
			if err != nil {
				t.Fatal(err)
			}
			want := image.NewRGBA(source.Bounds())
			draw.Draw(want, want.Rect, image.White, image.Point{}, draw.Src)
			draw.Draw(want, want.Rect, source, image.Point{}, draw.Over)
			if err := comparePixels(want, got); err != nil {
				t.Error(err)
			}
		})
	}
}

// comparePixels compares the middle of each pixel, drawn ten times as large; it allows
// for rounding, not for another colour.
func comparePixels(want, got image.Image) error {
	for y := range want.Bounds().Dy() {
		for x := range want.Bounds().Dx() {
			a := color.NRGBAModel.Convert(want.At(x, y)).(color.NRGBA)
			b := color.NRGBAModel.Convert(got.At(10*x+5, 10*y+5)).(color.NRGBA)
			for _, d := range []int{int(a.R) - int(b.R), int(a.G) - int(b.G), int(a.B) - int(b.B)} {
				if d < -3 || d > 3 {
					return fmt.Errorf("at %d,%d %v, want %v", x, y, b, a)
				}
			}
		}
	}
	return nil
}

func TestJPEGPassesThroughUntouched(t *testing.T) {
	p := jpegPicture()
	if !bytes.Contains(write(t, nil), p.Data) {
		t.Error("the photo was encoded again")
	}
}

func TestPictureRefuses(t *testing.T) {
	w := NewWriter(loadFonts(t))
	good := jpegPicture().Data
	frame := bytes.Index(good, []byte{0xFF, 0xC0})
	changed := func(at int, b byte) []byte {
		data := bytes.Clone(good)
		data[frame+at] = b
		return data
	}
	png := pngPicture(image.NewGray(image.Rect(0, 0, 2, 2))).Data
	for _, c := range []struct {
		name string
		mime string
		data []byte
	}{
		{"a JPEG of four colours", "image/jpeg", changed(9, 4)},
		{"a JPEG of twelve bits", "image/jpeg", changed(4, 12)},
		{"a lossless JPEG", "image/jpeg", changed(1, 0xC3)},
		{"a JPEG without a frame", "image/jpeg", good[:frame]},
		{"a PNG with a wrong checksum", "image/png", bytes.Replace(png, []byte("IHDR\x00"), []byte("IHDR\x01"), 1)},
		{"a PNG without an end", "image/png", png[:len(png)-12]},
		{"a PNG without a beginning", "image/png", append(png[:8:8], png[33:]...)},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := w.picture(&displaylist.Picture{MIME: c.mime, Data: c.data}); !errors.Is(err, errPicture) {
				t.Errorf("error %v", err)
			}
		})
	}
}

func TestProfileIsSRGB(t *testing.T) {
	profile := sRGB()
	if got := int(profile[2])<<8 | int(profile[3]); got != len(profile) || string(profile[36:40]) != "acsp" {
		t.Errorf("the header says %d bytes of %d", got, len(profile))
	}
}
