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

	authorityLine = 238.5
	dateLine      = 248.0
	issueLabelX   = 94.0
	issueValueX   = 117.0

	captionLine  = 269.4
	identityLine = 277.4
	identityNext = 281.2
)

var (
	photoPlace = page.Rect{X: 152, Y: 73, W: 32, H: 44.8}
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

// arrangement is where the parts between the statement and the foot stand. A
// copy that names a purpose or a recipient needs a higher panel, and one with
// many specialties more lines; the others use the room to breathe.
type arrangement struct {
	name      float64 // line of 姓名
	pitch     float64 // from there to 性别, 出生日期, 注册编号
	employer  float64
	first     float64 // first line of 注册专业
	last      float64 // lowest line of 注册专业
	widest    float64 // pitch of the specialties when there are few
	hand      float64 // line of 个人签名
	handDate  float64 // line of 签名日期
	handDateX float64
	panel     page.Rect
	window    float64 // line of 使用有效期
}

// many is the number of specialties from which a face is crowded.
const many = 6

func arrange(bound, crowded bool) arrangement {
	panel := func(y, h float64) page.Rect { return page.Rect{X: left, Y: y, W: right - left, H: h} }
	switch {
	case bound && crowded:
		return arrangement{
			name: 84, pitch: 9.6, employer: 123.6, first: 133.6, last: 184, widest: 8.2,
			hand: 196.5, handDate: 196.5, handDateX: 122, panel: panel(203, 27.5), window: 209.6,
		}
	case bound:
		return arrangement{
			name: 84, pitch: 10.2, employer: 125.6, first: 136.6, last: 176, widest: 8.6,
			hand: 196.5, handDate: 196.5, handDateX: 122, panel: panel(203, 27.5), window: 209.8,
		}
	case crowded:
		return arrangement{
			name: 84, pitch: 9.8, employer: 124.4, first: 134.6, last: 191, widest: 8.2,
			hand: 206, handDate: 206, handDateX: 122, panel: panel(216, 12), window: 223.7,
		}
	}
	return arrangement{
		name: 85, pitch: 10.6, employer: 128, first: 139.4, last: 176, widest: 9.2,
		hand: 193, handDate: 206.5, handDateX: left, panel: panel(216, 12), window: 223.7,
	}
}
