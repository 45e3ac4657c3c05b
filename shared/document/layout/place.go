package layout

import (
	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// The page, in millimetres. Baselines are named after the text on them.
const (
	width, height = 210.0, 297.0

	left, right = 26.0, 184.0 // of all text
	valueX      = 60.0        // where values begin, at least
	centre      = width / 2

	outerFrame, innerFrame = 8.5, 11.5 // distance of the border from the edge

	testLine     = 19.5
	headingFirst = 32.0
	headingMain  = 47.0
	subtitleLine = 55.5
	statement    = 66.9

	// Of a seal of sealSize, from its corner.
	sealSize      = 42.0
	authorityLine = 13.7 // of the last line of the authority's name
	dateLine      = 25.7
	authorityEnd  = 40.0  // of the authority's name: where the seal ends on this line
	dateX         = -16.5 // of the day of issue: its end is left of the seal's star
	lowestDateX   = -22.0 // where it may begin to stand under the name

	// From the code's edge.
	issueLeft   = 4.0 // of 发证机关, at least
	captionLine = 3.6
	addressLine = 7.4

	identityLine = 278.6
	identityNext = 282.4
)

// placeOf returns a place of a face.
func placeOf(p scheme.Place) displaylist.Rect {
	return displaylist.Rect{X: p.X, Y: p.Y, W: p.W, H: p.H}
}

func (c *composer) photoPlace() displaylist.Rect { return placeOf(c.face.Photo) }
func (c *composer) codePlace() displaylist.Rect  { return placeOf(c.face.Code.Place()) }
func (c *composer) sealPlace() displaylist.Rect  { return placeOf(c.face.Seal.Place()) }

// atSeal returns a distance from the seal's corner, which is given for a seal of sealSize.
func (c *composer) atSeal(d float64) float64 { return d * c.face.Seal.Size / sealSize }

// The sizes of type, in millimetres.
const (
	labelSize    = 4.5
	valueSize    = 4.7
	captionSize  = 3.0
	addressSize  = 2.5
	identitySize = 2.7

	// leastSize is the smallest type on a page, 6.5 points. A text that would have to be
	// smaller is refused.
	leastSize = 2.3
)

var (
	ink   = displaylist.Color{R: 26, G: 26, B: 26}
	grey  = displaylist.Color{R: 84, G: 80, B: 76}
	pen   = displaylist.Color{R: 36, G: 62, B: 112} // the holder's declaration
	red   = displaylist.Color{R: 166, G: 22, B: 26}
	gold  = displaylist.Color{R: 148, G: 112, B: 52}
	faint = displaylist.Color{R: 250, G: 236, B: 232} // the watermark: visible but not disturbing
	pale  = displaylist.Color{R: 190, G: 170, B: 128}
)
