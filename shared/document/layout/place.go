package layout

import "github.com/jiazhu/jiazhu/shared/document/displaylist"

// The page, in millimetres. Baselines are named after the text on them.
const (
	width, height = 210.0, 297.0

	left, right = 26.0, 184.0 // of all text
	valueX      = 60.0        // where values begin
	centre      = width / 2

	outerFrame, innerFrame = 8.5, 11.5 // distance of the border from the edge

	testLine     = 19.5
	headingFirst = 32.0
	headingMain  = 47.0
	subtitleLine = 55.5
	statement    = 66.9

	authorityLine = 242.3 // of the last line of the authority's name
	dateLine      = 254.3
	authorityEnd  = 182.0 // of the authority's name: where the seal ends on this line
	dateX         = 125.5 // of the day of issue: its end is left of the seal's star
	lowestDateX   = 120.0 // where it may begin to stand under the name
	issueLeft     = 64.0  // of 发证机关, at least

	captionLine  = 267.6
	addressLine  = 271.4
	identityLine = 278.6
	identityNext = 282.4
)

var (
	photoPlace = displaylist.Rect{X: 152, Y: 71.8, W: 32, H: 44.8}
	qrPlace    = displaylist.Rect{X: 24, Y: 228, W: 36, H: 36} // with its quiet zone: the code is 32 mm
	sealPlace  = displaylist.Rect{X: 142, Y: 228.6, W: 42, H: 42}
)

// The sizes of type, in millimetres.
const (
	headingSize   = 8.0
	mainSize      = 12.6
	mainBold      = 0.4
	subtitleSize  = 4.0
	statementSize = 4.3
	labelSize     = 4.5
	valueSize     = 4.7
	captionSize   = 3.0
	addressSize   = 2.5
	identitySize  = 2.7

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
