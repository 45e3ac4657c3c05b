package scan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/document/scan"
	"github.com/jiazhu/jiazhu/shared/document/scan/scantest"
)

// eachModule writes a format, with the place of a module of four units, for every dark module of a code.
func eachModule(t testing.TB, format string) string {
	t.Helper()
	code := scantest.Encode(t, token)
	var b strings.Builder
	for y := range code.GetHeight() {
		for x := range code.GetWidth() {
			if code.Get(x, y) {
				fmt.Fprintf(&b, format+"\n", 100+4*x, 700-4*y)
			}
		}
	}
	return b.String()
}

// boxesOfCode draws a code of black boxes.
func boxesOfCode(t testing.TB) string { return eachModule(t, "%d %d 4 4 re f") }

// onePage is a page with further entries, and a catalog with some.
func onePage(content, resources, entries, catalog string, objects scantest.Objects) []byte {
	if objects == nil {
		objects = scantest.Objects{}
	}
	objects[1001] = "<<" + resources + ">>"
	objects[1] = "<</Type/Catalog/Pages 2 0 R" + catalog + ">>"
	objects[10] = "<</Type/Page/Parent 2 0 R/Resources 1001 0 R/Contents 11 0 R" + entries + ">>"
	return scantest.WritePDF([]scantest.Page{{Content: content}}, objects)
}

func TestACodeIsFoundInEveryKindOfDrawing(t *testing.T) {
	boxes := boxesOfCode(t)
	form := scantest.Stream("/Type/XObject/Subtype/Form/BBox[0 0 595 842]", []byte(boxes))
	grey := drawPicture(t, token)
	picture := func(entries string, data []byte) []byte { return placePicture(entries, data, grey) }
	const device = "/ColorSpace/DeviceGray/BitsPerComponent 8"
	for name, file := range map[string][]byte{
		"a stamp":                    onePage("", "", "/Annots[<</Type/Annot/Subtype/Stamp/Rect[0 0 595 842]/F 4/AP<</N 600 0 R>>>>]", "", scantest.Objects{600: form}),
		"a stamp, smaller":           onePage("", "", "/Annots[<</Subtype/Stamp/Rect[0 0 297 421]/AS/On/AP<</N<</On 600 0 R>>>>>>]", "", scantest.Objects{600: form}),
		"strokes one by one":         onePage("4 w "+strokesOfCode(t, "S"), "", "", "", nil),
		"strokes in one path":        onePage("4 w "+strokesOfCode(t, "")+" S", "", "", "", nil),
		"light grey":                 onePage("0.7 g "+boxes, "", "", "", nil),
		"yellow":                     onePage("1 1 0 rg "+boxes, "", "", "", nil),
		"pale ink":                   onePage("0 0 0.5 0 k "+boxes, "", "", "", nil),
		"nearly transparent":         onePage("/G gs "+boxes, "/ExtGState<</G<</ca 0.2>>>>", "", "", nil),
		"white on black":             onePage("80 400 340 340 re f 1 g "+boxes, "", "", "", nil),
		"a clip that is filled":      onePage(strings.ReplaceAll(boxes, " f", "")+"W n 0 0 595 842 re f", "", "", "", nil),
		"a clip that is shaded":      onePage(strings.ReplaceAll(boxes, " f", "")+"W n /S sh", "/Shading<</S<</ShadingType 2/ColorSpace/DeviceGray/Coords[0 0 595 842]>>>>", "", "", nil),
		"half of it boxes":           halfOfCode(t),
		"an inverted picture":        picture(device, packSamples(grey, 1, 8, choose(255, 0))),
		"a pale picture":             picture(device, packSamples(grey, 1, 8, choose(160, 200))),
		"a picture in Lab":           picture("/ColorSpace[/Lab<</WhitePoint[0.95 1 1.09]>>]/BitsPerComponent 8", packSamples(grey, 3, 8, choose(40, 240))),
		"a key of colours":           picture("/ColorSpace[/Indexed/DeviceGray 7<0000000000000000>]/BitsPerComponent 8/Mask[7 7]", packSamples(grey, 1, 8, choose(3, 7))),
		"a layer that is on":         onePage("/OC /L BDC "+boxes+" EMC", "/Properties<</L 600 0 R>>", "", "/OCProperties<</OCGs[600 0 R]/D<</ON[600 0 R]>>>>", scantest.Objects{600: "<</Type/OCG/Name(L)>>"}),
		"behind a layer that is off": onePage("/OC /L BDC 0 0 9 9 re f EMC "+boxes, "/Properties<</L 600 0 R>>", "", "/OCProperties<</OCGs[600 0 R]/D<</OFF[600 0 R]>>>>", scantest.Objects{600: "<</Type/OCG/Name(L)>>"}),
	} {
		t.Run(name, func(t *testing.T) { wantOneCode(t, file, token, false) })
	}
}

// halfOfCode is a page with the upper half of a code in boxes and the lower half as a picture.
func halfOfCode(t testing.TB) []byte {
	code := scantest.Encode(t, token)
	size, top := code.GetWidth(), code.GetHeight()/2
	var b strings.Builder
	lower := make([]byte, size*(size-top))
	for y := range size {
		for x := range size {
			switch {
			case y >= top && !code.Get(x, y):
				lower[(y-top)*size+x] = 255
			case y < top && code.Get(x, y):
				fmt.Fprintf(&b, "%d %d 4 4 re f\n", 100+4*x, 700-4*y)
			}
		}
	}
	fmt.Fprintf(&b, "q %d 0 0 %d 100 %d cm /I Do Q", 4*size, 4*(size-top), 700-4*(size-1))
	entries := fmt.Sprintf("/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8", size, size-top)
	return onePage(b.String(), "/XObject<</I 600 0 R>>", "", "", scantest.Objects{600: scantest.Stream(entries, lower)})
}

// strokesOfCode draws each dark module as a line as wide as it is long.
func strokesOfCode(t testing.TB, each string) string {
	code := scantest.Encode(t, token)
	var b strings.Builder
	for y := range code.GetHeight() {
		for x := range code.GetWidth() {
			if code.Get(x, y) {
				fmt.Fprintf(&b, "%d %d m %d %d l %s\n", 100+4*x, 700-4*y, 104+4*x, 700-4*y, each)
			}
		}
	}
	return b.String()
}

// TestAPageOnWhichACodeMayBeIsListed: what a code may be drawn with, and is not read.
func TestAPageOnWhichACodeMayBeIsListed(t *testing.T) {
	boxes := boxesOfCode(t)
	font := func(subtype string) string {
		return "/Font<</T<</Type/Font/Subtype/" + subtype + "/FontMatrix[1 0 0 1 0 0]/CharProcs<</a 600 0 R>>/Encoding<</Differences[97/a]>>/FirstChar 97/Widths[1]>>>>"
	}
	for name, file := range map[string][]byte{
		"one glyph":         onePage("BT /T 1 Tf (a) Tj ET", font("Type3"), "", "", scantest.Objects{600: scantest.Stream("", []byte("1 0 d0 "+boxes))}),
		"blocks of a font":  onePage("BT /T 5 Tf "+eachModule(t, "1 0 0 1 %d %d Tm (n) Tj")+" ET", font("Type1"), "", "", nil),
		"a pattern":         onePage("/Pattern cs /P scn 0 0 595 842 re f", "/Pattern<</P 600 0 R>>", "", "", scantest.Objects{600: scantest.Stream("/PatternType 1/PaintType 1/BBox[0 0 595 842]/XStep 595/YStep 842", []byte(boxes))}),
		"a mesh":            onePage("/S sh", "/Shading<</S<</ShadingType 4>>>>", "", "", nil),
		"gradients":         onePage(strings.Repeat("/S sh\n", 61), "/Shading<</S<</ShadingType 2>>>>", "", "", nil),
		"dashes":            onePage("4 w [4 8] 0 d "+strings.Repeat("0 0 m 100 0 l S\n", 61), "", "", "", nil),
		"round dots":        onePage("1 J 3.6 w "+eachModule(t, "%[1]d %[2]d m %[1]d %[2]d l S"), "", "", "", nil),
		"boxes that slant":  onePage("q 1 0.3 0 1 0 0 cm "+boxes+" Q", "", "", "", nil),
		"a picture in clip": onePage(strings.ReplaceAll(boxes, " f", "")+"W n /I Do", "/XObject<</I 600 0 R>>", "", "", scantest.Objects{600: scantest.Stream("/Subtype/Image/Width 40/Height 40/BitsPerComponent 8", make([]byte, 1600))}),
	} {
		if got := find(t, file); len(got.Codes) == 0 && !cmp.Equal(got.Unread, []scan.Unread{{Page: 1, Why: scan.ByContent}}) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	for name, file := range map[string][]byte{
		"words":    onePage("BT /T 5 Tf "+strings.Repeat("(A code is drawn by words in no page, 0123456789.) Tj ", 40)+" ET", font("TrueType"), "", "", nil),
		"a table":  onePage(strings.Repeat("10 10 90 14 re S\n", 300), "", "", "", nil),
		"gradient": onePage("/S sh", "/Shading<</S<</ShadingType 2>>>>", "", "", nil),
	} {
		if got := find(t, file); got.Unread != nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestACodeThatIsNotSeenIsNone of its page.
func TestACodeThatIsNotSeenIsNone(t *testing.T) {
	boxes := boxesOfCode(t)
	const off = "/OCProperties<</OCGs[600 0 R]/D<</OFF[600 0 R]>>>>"
	layer := func() scantest.Objects {
		return scantest.Objects{600: "<</Type/OCG/Name(L)>>", 601: scantest.Stream("/Type/XObject/Subtype/Form/BBox[0 0 595 842]/OC 600 0 R", []byte(boxes))}
	}
	for name, file := range map[string][]byte{
		"off the page":       onePage("q 1 0 0 1 2000 0 cm "+boxes+" Q", "", "", "", nil),
		"clipped away":       onePage("q 0 0 10 10 re W n "+boxes+" Q", "", "", "", nil),
		"outside its form":   onePage("/F Do", "/XObject<</F 602 0 R>>", "", "", scantest.Objects{602: scantest.Stream("/Type/XObject/Subtype/Form/BBox[0 0 9 9]", []byte(boxes))}),
		"a layer":            onePage("/OC /L BDC "+boxes+" EMC", "/Properties<</L 600 0 R>>", "", off, layer()),
		"a form of a layer":  onePage("/F Do", "/XObject<</F 601 0 R>>", "", off, layer()),
		"several layers":     onePage("/OC /M BDC "+boxes+" EMC", "/Properties<</M<</Type/OCMD/OCGs[600 0 R]>>>>", "", off, layer()),
		"transparent":        onePage("/G gs "+boxes, "/ExtGState<</G<</ca 0>>>>", "", "", nil),
		"a hidden stamp":     onePage("", "", "/Annots[<</Subtype/Stamp/Rect[0 0 595 842]/F 2/AP<</N 601 0 R>>>>]", "", scantest.Objects{601: scantest.Stream("/Subtype/Form/BBox[0 0 595 842]", []byte(boxes))}),
		"a picture off page": onePage("q 300 0 0 300 900 0 cm /I Do Q", "/XObject<</I 600 0 R>>", "", "", scantest.Objects{600: scantest.Stream("/Subtype/Image/Width 320/Height 320/ColorSpace/DeviceGray/BitsPerComponent 8", drawPicture(t, token).Pix)}),
	} {
		if got := find(t, file); len(got.Codes) != 0 || got.Unread != nil {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
