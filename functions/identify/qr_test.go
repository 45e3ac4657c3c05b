package main

import (
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	"regexp"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

func TestTheDrawnCodeReadsAsItsText(t *testing.T) {
	text := origin + "/i#" + strings.Repeat("A", 26) + "." + strings.Repeat("7", 26)
	svg, err := drawQR(text)
	if err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal([]byte(svg), new(struct{})); err != nil {
		t.Fatal(err)
	}
	if len(svg) > 16<<10 {
		t.Errorf("the code takes %d bytes", len(svg))
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(draw(t, svg, 8))
	if err != nil {
		t.Fatal(err)
	}
	got, err := qrcode.NewQRCodeReader().Decode(bitmap, nil)
	if err != nil || got.GetText() != text {
		t.Errorf("it reads %v, %v", got, err)
	}
}

var (
	viewBox = regexp.MustCompile(`viewBox="0 0 (\d+) (\d+)"`)
	module  = regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`)
)

// draw renders the SVG's path, and checks the white border around it.
func draw(t *testing.T, svg string, scale int) image.Image {
	t.Helper()
	var side, height int
	if _, err := fmt.Sscan(strings.Join(viewBox.FindStringSubmatch(svg)[1:], " "), &side, &height); err != nil || side != height {
		t.Fatalf("the view is %d by %d, %v", side, height, err)
	}
	img := image.NewGray(image.Rect(0, 0, side*scale, side*scale))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for _, m := range module.FindAllStringSubmatch(svg, -1) {
		var x, y, run, back int
		if _, err := fmt.Sscan(strings.Join(m[1:], " "), &x, &y, &run, &back); err != nil || run != back {
			t.Fatalf("the path holds %s", m[0])
		}
		if x < quietZone || y < quietZone || x+run > side-quietZone || y >= side-quietZone {
			t.Fatalf("%s is in the border", m[0])
		}
		for py := y * scale; py < (y+1)*scale; py++ {
			for px := x * scale; px < (x+run)*scale; px++ {
				img.SetGray(px, py, color.Gray{})
			}
		}
	}
	return img
}
