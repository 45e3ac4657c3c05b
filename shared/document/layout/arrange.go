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
	signatureH     float64          // height of the handwriting image
	signatureDate  float64          // line of 签名日期
	signatureDateX float64
	panel          displaylist.Rect
	window         float64 // line of 使用有效期
	room           float64 // left below the specialties; less than 0 if they do not fit
}

// The distances between lines, and the sizes of what may be larger: each grows from its
// closest to its widest value as far as there is room.
const (
	firstLine      = 79.5 // of 姓名, beside the top of the photo
	closeRow       = 8.6  // from row to row
	wideRow        = 13.6
	closeBelow     = 5.0 // from 聘用企业 to the first specialty
	wideBelow      = 13.6
	closeLine      = 4.95 // from specialty to specialty
	wideLine       = 9.6
	signaturePitch = 13.5 // from 个人签名 to 签名日期 below it
	beforePanel    = 5.2  // from 签名日期 to the panel
	extraSpace     = 4.0  // before 个人签名 where there is room

	closeSignature  = 12.0 // height of the handwriting image
	wideSignature   = 22.0
	underSignature  = 2.0 // from the line of 个人签名 to the image's foot
	beforeSignature = 1.0 // from the last specialty to the image
	beforeWords     = 1.4 // from the last specialty to the holder's statement
	apartWords      = 2.4 // at most, added to that
	afterWords      = 0.3 // from the statement to the image
	largerWords     = 8.0 // at most, added to the height of a long statement

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
func (f form) wordsHeight(t float64) float64 {
	return map[binding]float64{unbound: 0, bound: 12.8, boundAtLength: 22.6 + t*largerWords}[f.binding]
}

// arrange places the parts: panel, signature and declaration upwards from the foot,
// the holder's lines downwards from the certificate's statement, as far apart and as
// large as the room between them allows.
func arrange(f form) arrangement {
	var a arrangement
	for step := 40; step >= 0; step-- {
		if a = arrangeAt(f, float64(step)/40); a.room >= 0 {
			break
		}
	}
	a.rise()
	return a
}

// arrangeAt places the parts of a form; t is 0 for the closest and 1 for the widest
// distances.
func arrangeAt(f form, t float64) arrangement {
	a := arrangement{name: firstLine, signatureDateX: left, signatureH: between(closeSignature, wideSignature, t)}
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
	lowest := a.signatureRect().Y
	if roomy {
		lowest -= extraSpace
	}
	if f.binding == unbound {
		lowest -= beforeSignature
	} else {
		h := f.wordsHeight(t)
		a.words = displaylist.Rect{X: left, Y: lowest - afterWords - h, W: right - left, H: h}
		lowest = a.words.Y - beforeWords - t*apartWords
	}
	a.spread(f, t)
	a.room = lowest - a.last
	return a
}

func between(close, wide, t float64) float64 { return close + t*(wide-close) }

// spread places the holder's lines.
func (a *arrangement) spread(f form, t float64) {
	above, below := 4.2, 0.0 // of the line of 聘用企业
	a.employerH = 8.4
	if f.employer > 1 {
		above, below, a.employerH = 7.0, 4.0, 12
	}
	a.pitch = between(closeRow, wideRow, t)
	a.employer = max(a.name+4*a.pitch, photoPlace.Y+photoPlace.H+0.6+above)
	a.first = a.employer + below + between(closeBelow, wideBelow, t)
	a.last = a.first + float64(f.specialties-1)*between(closeLine, wideLine, t)
}

// rise moves declaration and signature up into the room left below the specialties.
func (a *arrangement) rise() {
	if a.room > 0 && a.signatureDateX == left {
		a.words.Y -= 0.6 * a.room
		a.signature -= 0.6 * a.room
		a.signatureDate -= 0.3 * a.room
	}
}

// The handwriting image is at the beginning of its line; the rest is for a pen.
const (
	signatureX      = 51.0
	signatureAspect = 2.7   // width of its place divided by the height
	penEnd          = 142.0 // end of the ruled lines when they are one below the other
)

// signatureRect returns the place of the handwriting image.
func (a arrangement) signatureRect() displaylist.Rect {
	return displaylist.Rect{X: signatureX, Y: a.signature + underSignature - a.signatureH, W: signatureAspect * a.signatureH, H: a.signatureH}
}
