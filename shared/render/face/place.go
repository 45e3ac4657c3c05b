package face

import "github.com/jiazhu/jiazhu/shared/render/page"

// The sheet, in millimetres. Baselines are named for what stands on them.
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
	statement    = 68.0

	nameLine     = 84.0
	rowPitch     = 9.6
	sexLine      = nameLine + rowPitch
	birthLine    = sexLine + rowPitch
	numberLine   = birthLine + rowPitch
	employerLine = numberLine + rowPitch + 1
	firstField   = employerLine + rowPitch + 1 // first line of 注册专业

	authorityLine = 238.5
	dateLine      = 248.0
	issueLabelX   = 94.0
	issueValueX   = 117.0

	captionLine  = 269.4
	identityLine = 277.4
	identityNext = 281.2
)

var (
	photoPlace = page.Rect{X: 152, Y: 77, W: 32, H: 44.8}
	qrPlace    = page.Rect{X: 24, Y: 233.6, W: 32, H: 32} // with its quiet zone: the code is 28 mm
	sealPlace  = page.Rect{X: 142.5, Y: 240, W: 42, H: 42}
)

// The sizes of type, in millimetres.
const (
	headingSize   = 8.0
	mainSize      = 12.6
	subtitleSize  = 4.0
	statementSize = 4.3
	labelSize     = 4.5
	valueSize     = 4.7
	captionSize   = 3.0
	identitySize  = 2.3
)

var (
	ink   = page.Color{R: 26, G: 26, B: 26}
	grey  = page.Color{R: 84, G: 80, B: 76}
	red   = page.Color{R: 166, G: 22, B: 26}
	gold  = page.Color{R: 148, G: 112, B: 52}
	faint = page.Color{R: 250, G: 236, B: 232} // the watermark: seen, never in the way
	pale  = page.Color{R: 190, G: 170, B: 128}
)

// lower is where the parts between the specialties and the foot stand. A copy
// bound to a purpose or a recipient needs more room for the panel of its use,
// so there are two arrangements.
type lower struct {
	lastField  float64 // lowest line of 注册专业
	signature  float64 // line of 个人签名 and 签名日期
	panel      page.Rect
	windowLine float64
}

func arrangement(bound bool) lower {
	if bound {
		return lower{lastField: 184, signature: 196.5, panel: page.Rect{X: left, Y: 203, W: right - left, H: 27.5}, windowLine: 209.6}
	}
	return lower{lastField: 191, signature: 206, panel: page.Rect{X: left, Y: 216, W: right - left, H: 12}, windowLine: 223.7}
}
