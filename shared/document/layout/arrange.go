package layout

import "github.com/jiazhu/jiazhu/shared/document/displaylist"

// form is a variant of the layout: everything that decides where the parts between the
// statement and the foot are placed. There are few forms, so that few Bases are made.
type form struct {
	specialties int // room for 2, 5 or 10 lines
	employer    int // lines reserved for the employer's name: 1 or 3
	binding     binding
}

// binding is how much space the declared purpose and recipient need.
type binding int

const (
	unbound       binding = iota
	bound                 // one line each
	boundAtLength         // several lines
)

// variantOf returns the form for a copy.
func (l *Layout) variantOf(in Input) form {
	f := form{specialties: 10, employer: 1}
	switch n := len(in.Copy.Certificate.Specialties); {
	case n <= 2:
		f.specialties = 2
	case n <= 5:
		f.specialties = 5
	}
	if l.fonts.Measure(in.Copy.Certificate.Employer.Name, valueSize)*smallestRow > right-valueX {
		f.employer = 3
	}
	purpose, recipient := purposeLine(in.Copy.Purpose), recipientLine(in.Copy.Recipient)
	switch {
	case purpose == "" && recipient == "":
	case max(l.fonts.Measure(purpose, wordsLine), l.fonts.Measure(recipient, wordsLine)) <= statementW:
		f.binding = bound
	default:
		f.binding = boundAtLength
	}
	return f
}

// arrangement holds the positions of the parts of a form.
type arrangement struct {
	name           float64          // line of 姓名
	pitch          float64          // from name to 性别, 出生日期, 注册编号
	employer       float64          // middle line of 聘用企业
	employerH      float64          // height of all its lines
	first          float64          // first line of 注册专业
	last           float64          // lowest line of 注册专业
	words          displaylist.Rect // of the holder's statement
	signature      float64          // line of 个人签名
	signatureDate  float64          // line of 签名日期
	signatureDateX float64
	panel          displaylist.Rect
	window         float64 // line of 使用有效期
}

// The distances between lines: each grows from its closest to its widest value as far
// as there is room.
const (
	firstLine      = 79.5 // of 姓名, beside the top of the photo
	closeRow       = 8.6  // from row to row
	wideRow        = 12.6
	closeBelow     = 5.0 // from 聘用企业 to the first specialty
	wideBelow      = 12.6
	closeLine      = 4.95 // from specialty to specialty
	wideLine       = 9.2
	signaturePitch = 13.5 // from 个人签名 to 签名日期 below it
	beforePanel    = 5.2  // from 签名日期 to the panel
	extraSpace     = 4.0  // at most, added before 个人签名 and the panel where there is room

	beforeSignature = 11.0 // from the last specialty to 个人签名: the height of the picture
	beforeWords     = 1.4  // from the last specialty to the holder's statement
	afterWords      = 10.3 // from the statement to 个人签名
	largerWords     = 8.0  // at most, added to the height of a long statement where there is room
	apartWords      = 2.4  // at most, added between the last specialty and the statement

	panelBottom = 225.0
	panelHeight = 11.4
	windowLine  = 7.0 // from the top of the panel to 使用有效期

	// With many specialties and a statement, the panel is a little lower, less high, and
	// closer to the signature.
	lowestPanel = 226.2
	closePanel  = 4.8
	thinPanel   = 9.2
)

// wordsHeight returns the height of the holder's declaration.
func (f form) wordsHeight() float64 {
	return map[binding]float64{unbound: 0, bound: 12.8, boundAtLength: 22.6}[f.binding]
}

// arrange places the parts: panel, signature and declaration upwards from the foot,
// the holder's lines downwards from the certificate's statement, as far apart as the
// room between them allows.
func arrange(f form) arrangement {
	a := arrangement{name: firstLine, signatureDateX: left}
	bottom, height, above := panelBottom, panelHeight, beforePanel
	roomy := f.specialties <= 5
	if roomy {
		bottom -= 2.5
	} else if f.binding != unbound {
		bottom, height, above = lowestPanel, thinPanel, closePanel
	}
	a.panel = displaylist.Rect{X: left, Y: bottom - height, W: right - left, H: height}
	a.window = a.panel.Y + windowLine - (panelHeight-height)/2
	a.signatureDate = a.panel.Y - above
	a.signature = a.signatureDate
	if roomy {
		a.signatureDate -= extraSpace / 4
		a.signature = a.signatureDate - signaturePitch
	} else {
		a.signatureDateX = 122
	}
	lowest := a.signature - beforeSignature
	if roomy {
		lowest -= extraSpace
	}
	if f.binding != unbound {
		lowest = a.reserve(f, lowest+beforeSignature-afterWords)
	}
	for step := 40; step >= 0; step-- {
		if a.spread(f, float64(step)/40); a.last <= lowest {
			break
		}
	}
	a.rise(lowest - a.last)
	return a
}

// reserve sets the place of the holder's declaration, which ends at bottom, and
// returns the lowest position of the last specialty. Half of the spare room makes a
// long declaration larger, and a part of it separates it from the specialties.
func (a *arrangement) reserve(f form, bottom float64) float64 {
	a.spread(f, 0)
	height := f.wordsHeight()
	spare := max(0, bottom-height-beforeWords-a.last)
	if f.binding == boundAtLength {
		height += min(spare/2, largerWords)
	}
	a.words = displaylist.Rect{X: left, Y: bottom - height, W: right - left, H: height}
	return a.words.Y - beforeWords - min(spare/4, apartWords)
}

// spread places the holder's lines; t is 0 for the closest and 1 for the widest
// distances.
func (a *arrangement) spread(f form, t float64) {
	between := func(close, wide float64) float64 { return close + t*(wide-close) }
	above, below := 4.2, 0.0 // of the line of 聘用企业
	a.employerH = 8.4
	if f.employer > 1 {
		above, below, a.employerH = 7.0, 4.0, 12
	}
	a.pitch = between(closeRow, wideRow)
	a.employer = max(a.name+4*a.pitch, photoPlace.Y+photoPlace.H+0.6+above)
	a.first = a.employer + below + between(closeBelow, wideBelow)
	a.last = a.first + float64(f.specialties-1)*between(closeLine, wideLine)
}

// rise moves declaration and signature up into the room left below the specialties.
func (a *arrangement) rise(room float64) {
	if room > 0 && a.signatureDateX == left {
		a.words.Y -= room / 2
		a.signature -= room / 3
		a.signatureDate -= room / 6
	}
}

// The handwriting image is at the beginning of its line; the rest is for a pen.
const (
	signatureX = 51.0
	signatureW = 34.0
	signatureH = 12.0
	penEnd     = 118.0 // end of the ruled lines when they are one below the other
)

// signatureRect returns the place of the handwriting image.
func (a arrangement) signatureRect() displaylist.Rect {
	return displaylist.Rect{X: signatureX, Y: a.signature + 2 - signatureH, W: signatureW, H: signatureH}
}
