package face

import (
	"bytes"
	"image/color"
	"image/png"
	"testing"

	"github.com/jiazhu/jiazhu/shared/render/deflate"
)

func TestABitmapIsWhatItWasMadeOf(t *testing.T) {
	black := func(x, y int) bool { return (x*x+3*y)%5 < 2 }
	for _, scale := range []int{1, 2, 3} {
		const side = 21
		got, err := png.Decode(bytes.NewReader(bitmap(new(deflate.Compressor), side, scale, black)))
		if err != nil {
			t.Fatal(err)
		}
		if size := got.Bounds().Dx(); size != side*scale || got.Bounds().Dy() != size {
			t.Fatalf("%v, want %d pixels", got.Bounds(), side*scale)
		}
		for y := range side * scale {
			for x := range side * scale {
				if is := color.GrayModel.Convert(got.At(x, y)).(color.Gray).Y == 0; is != black(x/scale, y/scale) {
					t.Fatalf("at %d,%d: black is %t", x, y, is)
				}
			}
		}
	}
}
