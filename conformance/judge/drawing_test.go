package main

import (
	"image"
	"image/color"
	"image/draw"
	"testing"
)

// page returns a white page at a resolution, with black rectangles in millimetres.
func page(perMM int, black ...image.Rectangle) *drawing {
	sheet := image.NewRGBA(image.Rect(0, 0, 210*perMM, 297*perMM))
	draw.Draw(sheet, sheet.Bounds(), image.White, image.Point{}, draw.Src)
	for _, r := range black {
		r = image.Rect(r.Min.X*perMM, r.Min.Y*perMM, r.Max.X*perMM, r.Max.Y*perMM)
		draw.Draw(sheet, r, image.NewUniform(color.Gray{Y: 40}), image.Point{}, draw.Src)
	}
	return newDrawing(sheet, sheet.Bounds())
}

func TestDrawingsAreComparedPlaceByPlace(t *testing.T) {
	field, seal := image.Rect(60, 74, 90, 79), image.Rect(142, 228, 184, 270)
	want := page(4, field, seal)
	for name, tt := range map[string]struct {
		got   *drawing
		skip  image.Rectangle
		alike int
	}{
		"the same":                             {page(4, field, seal), image.Rectangle{}, 100},
		"the same at another resolution":       {page(7, field, seal), image.Rectangle{}, 100},
		"a field moved by three millimetres":   {page(4, field.Add(image.Pt(0, 3)), seal), image.Rectangle{}, 97},
		"a field gone":                         {page(4, seal), image.Rectangle{}, 97},
		"a mark more":                          {page(4, field, seal, image.Rect(30, 35, 32, 37)), image.Rectangle{}, 99},
		"no seal":                              {page(4, field), image.Rectangle{}, 91},
		"no seal, from whom that is not asked": {page(4, field), image.Rect(284, 456, 368, 540), 100},
		"no field, from whom no seal is asked": {page(4), image.Rect(284, 456, 368, 540), 97},
	} {
		t.Run(name, func(t *testing.T) {
			worst := differences(want, tt.got, tt.skip)
			alike := 0
			for _, row := range worst {
				for _, differing := range row {
					if differing <= mostDiffering {
						alike++
					}
				}
			}
			if alike != tt.alike {
				t.Errorf("%d places are alike, not %d: %s", alike, tt.alike, describeDifferences(worst))
			}
			if (describeDifferences(worst) == "") != (alike == 100) {
				t.Errorf("%d places are alike, and it says %q", alike, describeDifferences(worst))
			}
		})
	}
}
