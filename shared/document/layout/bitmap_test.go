package layout

import (
	"bytes"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"rsc.io/qr/coding"

	"github.com/jiazhu/jiazhu/shared/document/deflate"
)

func TestABitmapShowsTheCodeInItsQuietZone(t *testing.T) {
	for version := coding.Version(1); version <= 14; version++ {
		plan, err := coding.NewPlan(version, coding.L, 0)
		if err != nil {
			t.Fatal(err)
		}
		code, err := plan.Encode(coding.String(strings.Repeat("x", 3*int(version))))
		if err != nil {
			t.Fatal(err)
		}
		data, pixels := bitmap(new(deflate.Compressor), code)
		got, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if size := got.Bounds().Size(); size.X != pixels || size.Y != pixels || pixels != 2*(code.Size+8) {
			t.Fatalf("%v, said to be %d pixels", size, pixels)
		}
		for y := range pixels {
			for x := range pixels {
				is := color.GrayModel.Convert(got.At(x, y)).(color.Gray).Y == 0
				if is != code.Black(x/2-4, y/2-4) {
					t.Fatalf("version %d at %d,%d: black is %t", version, x, y, is)
				}
			}
		}
	}
}
