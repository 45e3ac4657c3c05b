package layout

import (
	"strings"
	"unicode/utf8"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// form is a variant of a face: everything that decides where the parts between the
// statement and the foot are placed. There are few forms, so that few Bases are made.
type form struct {
	rows        string // how much room each row needs, a rowSize each
	specialties int    // lines reserved for them
	binding     binding
}

// rowSize is how much room a row needs.
type rowSize = byte

const (
	noRow     rowSize = '-' // it has no value and is not printed
	lineRow   rowSize = '1'
	longRow   rowSize = '3' // a text of up to three or four lines
	textRow   rowSize = '5' // a text of up to seven lines
	fieldsRow rowSize = 's' // the specialties
)

// binding is how much space the declared purpose and recipient need.
type binding int

const (
	unbound       binding = iota
	bound                 // one line each
	boundAtLength         // several lines
)

// variantOf returns the form for a copy whose rows have these values.
func (l *Layout) variantOf(in Input, values []string) form {
	s, n := in.Scheme, len(in.Copy.Certificate.Specialties)
	rows, beside, w := make([]byte, len(values)), countBeside(s), right-findValueX(s.Face)
	for i, text := range values {
		switch {
		case s.Face.Rows[i].Value == scheme.Specialties && n > 0:
			rows[i] = fieldsRow
		case text == "":
			rows[i] = noRow
		case i < beside:
			rows[i] = lineRow
		default:
			rows[i] = l.sizeRow(text, w)
		}
	}
	f := form{rows: string(rows), specialties: reserveSpecialties(s.Face, n)}
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

// sizeRow returns how much room a text needs that is set in lines of w mm.
func (l *Layout) sizeRow(text string, w float64) rowSize {
	const wanted = 2.9 // size of the type, at least
	switch natural := l.fonts.Measure(text, valueSize); {
	case natural*smallestRow <= w:
		return lineRow
	case natural*wanted*wanted*leading > 0.9*w*longHeight*valueSize:
		return textRow
	}
	return longRow
}

// reserveSpecialties returns how many lines are reserved for n specialties: a few numbers serve all where
// no row follows.
func reserveSpecialties(f *scheme.Face, n int) int {
	if f.Rows[len(f.Rows)-1].Value != scheme.Specialties {
		return n
	}
	for _, lines := range []int{2, 5, 10, 15, 20} {
		if n <= lines {
			return lines
		}
	}
	return n
}

// countBeside returns how many of the first rows stand beside the photo: without a number in the face,
// those before the first whose text may be long.
func countBeside(s scheme.Scheme) int {
	f := s.Face
	switch {
	case !f.HasPhoto():
		return 0
	case f.Beside > 0:
		return f.Beside
	}
	for i, row := range f.Rows {
		if i == mostBeside || row.Value == scheme.EmployerName || row.Value == scheme.Specialties || s.LongestDetail(row.Value) > longestBeside {
			return i
		}
	}
	return len(f.Rows)
}

const (
	mostBeside    = 5
	longestBeside = 36 // characters of a detail beside the photo
)

// findValueX returns where the values of a face begin: as on the constructors' certificates, or behind
// the longest label.
func findValueX(f *scheme.Face) float64 {
	longest := 0
	for _, row := range f.Rows {
		longest = max(longest, utf8.RuneCountInString(row.Label))
	}
	return max(valueX, left+labelSize*float64(longest+1)+1.5)
}

// rowPlace is where a row stands and its value has room; w is 0 for a row that is not printed.
type rowPlace struct {
	line float64 // the middle line of its value
	w, h float64
}

// arrangement holds the positions of the parts of a form.
type arrangement struct {
	valueX         float64 // where values begin
	rows           []rowPlace
	first          float64          // first line of the specialties
	last           float64          // lowest line of the specialties
	end            float64          // of all rows
	words          displaylist.Rect // of the holder's statement
	signature      float64          // line of 个人签名
	hand           displaylist.Rect // of the handwriting image
	signatureDate  float64          // line of 签名日期
	signatureDateX float64
	panel          displaylist.Rect
	window         float64 // line of 使用有效期
	room           float64 // left below the rows; less than 0 if they do not fit
}

// The distances between lines, and the sizes of what may be larger: each grows from its
// closest to its widest value as far as there is room.
const (
	firstLine      = 7.7 // from the photo's top to the first row
	closeRow       = 8.6 // from row to row beside the photo
	wideRow        = 13.6
	tightBelow     = 5.6 // from row to row below it
	closeBelow     = 6.6
	closeFirst     = 5.0 // from a row to the first specialty
	wideBelow      = 13.6
	underPhoto     = 0.6
	tightLine      = 3.3 // from specialty to specialty
	closeLine      = 4.95
	wideLine       = 9.6
	signaturePitch = 13.5 // from 个人签名 to 签名日期 below it
	beforePanel    = 5.2  // from 签名日期 to the panel
	extraSpace     = 4.0  // before 个人签名 where there is room

	closeSignature  = 12.0 // height of the handwriting image
	underSignature  = 2.0  // from the line of 个人签名 to the image's foot
	beforeSignature = 1.0  // from the last row to the image
	beforeWords     = 1.4  // from the last row to the holder's statement
	apartWords      = 2.4  // at most, added to that
	afterWords      = 0.3  // from the statement to the image
	largerWords     = 8.0  // at most, added to the height of a long statement

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
	return map[binding]float64{unbound: 0, bound: 12.8, boundAtLength: between(22.6, 22.6+largerWords, t)}[f.binding]
}

// plan is what an arrangement is made of.
type plan struct {
	face   *scheme.Face
	valueX float64
	beside int // rows beside the photo
	form   form
}

// newPlan returns the plan of a form of a scheme's face.
func newPlan(s scheme.Scheme, f form) plan {
	return plan{s.Face, findValueX(s.Face), countBeside(s), f}
}

// arrange places the parts: panel, signature and declaration upwards from the foot,
// the rows downwards from the certificate's statement, as far apart and as
// large as the room between them allows.
func arrange(p plan) arrangement {
	for step, roomy := 40, p.form.specialties <= 5; ; step-- {
		a := arrangeAt(p, roomy, float64(step)/40)
		switch {
		case a.room >= 0:
			a.rise(p.face, roomy)
			return a
		case roomy && step == 0:
			roomy, step = false, 41
		case step == -40:
			return a
		}
	}
}

// arrangeAt places the parts of a form; t is 0 for close and 1 for the widest distances, and -1 for those at
// which every text can still be read. Where it is not roomy, the day of the signature stands beside the
// signature.
func arrangeAt(p plan, roomy bool, t float64) arrangement {
	f := p.form
	a := arrangement{valueX: p.valueX, signatureDateX: left}
	bottom, height, above := panelBottom, panelHeight, beforePanel
	if roomy {
		bottom -= 2.5
	} else if f.binding != unbound {
		bottom, height, above = lowestPanel, thinPanel, closePanel
	}
	a.panel = displaylist.Rect{X: left, Y: bottom - height, W: right - left, H: height}
	a.window = a.panel.Y + windowLine - (panelHeight-height)/2
	a.signatureDate = a.panel.Y - above
	lowest := a.signatureDate
	if p.face.HasSignature() {
		a.signature = a.signatureDate
		h := p.face.Signature.H
		if roomy {
			a.signatureDate -= extraSpace / 4
			a.signature = a.signatureDate - signaturePitch
		} else {
			a.signatureDateX = besideSignature
			h = min(h, (besideSignature-8-p.face.Signature.X)/signatureAspect)
		}
		a.placeHand(p.face, between(closeSignature, h, t))
		lowest = a.hand.Y
	}
	if roomy {
		lowest -= extraSpace
	}
	if f.binding == unbound {
		lowest -= beforeSignature
	} else {
		h := f.wordsHeight(t)
		a.words = displaylist.Rect{X: left, Y: lowest - afterWords - h, W: right - left, H: h}
		lowest = a.words.Y - beforeWords - max(0, t)*apartWords
	}
	a.spread(p, t)
	a.room = lowest - a.end
	return a
}

// between returns a distance: close, or as far as t says on the way to wide.
func between(close, wide, t float64) float64 { return close + max(0, t)*(wide-close) }

// within returns a distance that is less than close where t is less than 0.
func within(tight, close, wide, t float64) float64 {
	return between(close, wide, t) - max(0, -t)*(close-tight)
}

// reserveRow returns the room above and below the line of a row under the photo, and the height of its
// text.
func reserveRow(size rowSize, t float64) (above, below, h float64) {
	switch size {
	case longRow:
		h = within(tightLong, longHeight, longHeight, t)
	case textRow:
		h = within(tightText, textHeight, textHeight, t)
	default:
		return lineAbove, 0, 8.4
	}
	return h/2 + 1, h/2 - 2, h
}

const (
	lineAbove  = 4.2
	longHeight = 12.0
	tightLong  = 8.6 // three lines of leastSize
	textHeight = 18.0
	tightText  = 14.2 // five
	underText  = 0.8  // from the room below the line of a text to the lowest point of its type
)

// spread places the rows.
func (a *arrangement) spread(p plan, t float64) {
	sizes := p.form.rows
	a.rows = make([]rowPlace, len(sizes))
	beside := p.beside - strings.Count(sizes[:p.beside], string(noRow))
	pitch, photoEnd := between(closeRow, wideRow, t), 0.0
	a.end = p.face.Photo.Y + firstLine
	if p.face.HasPhoto() {
		photoEnd = p.face.Photo.Y + p.face.Photo.H + underPhoto
		if beside > 0 && beside < 4 { // they take the photo's height
			pitch = max(pitch, (photoEnd+lineAbove-a.end)/float64(beside))
		}
	}
	below := 0        // rows below the photo until now
	free := lineAbove // what a row may take above its line after the last one beside the photo
	for i := range sizes {
		switch {
		case sizes[i] == noRow:
		case i < p.beside:
			free = lineAbove
			if isShort(p.face.Rows[i].Value) {
				free = 7
			}
			a.rows[i] = rowPlace{a.end, p.face.Photo.X - 5 - p.valueX, min(pitch, wideRow)}
			a.end += pitch
		default:
			above, under, h := reserveRow(sizes[i], t)
			switch {
			case below == 0:
				a.end = max(a.end+max(0, above-free), photoEnd+above)
			case sizes[i] == fieldsRow && below == 1: // as on the constructors' certificates
				a.end += between(closeFirst, wideBelow, t)
			default:
				a.end += within(tightBelow, closeBelow, wideBelow, t) + above - lineAbove
			}
			a.rows[i] = rowPlace{a.end, right - p.valueX, h}
			if sizes[i] == fieldsRow {
				a.first = a.end
				a.end += float64(p.form.specialties-1) * within(tightLine, closeLine, wideLine, t)
				a.last = a.end
			}
			a.end += under
			below++
		}
	}
	switch printed := strings.TrimRight(sizes, string(noRow)); {
	case below == 0:
		a.end = max(a.end-pitch, photoEnd)
	case strings.HasSuffix(printed, string(longRow)), strings.HasSuffix(printed, string(textRow)):
		a.end += underText
	}
}

// isShort reports whether a value always takes one line.
func isShort(value string) bool {
	return value == scheme.HolderSex || value == scheme.HolderBirth || value == scheme.NumberValue || value == scheme.HolderCode
}

// rise moves declaration and signature up into the room left below the rows.
func (a *arrangement) rise(f *scheme.Face, roomy bool) {
	if a.room <= 0 || !roomy {
		return
	}
	a.words.Y -= 0.6 * a.room
	if f.HasSignature() {
		a.hand.Y -= 0.6 * a.room
		a.signature -= 0.6 * a.room
		a.signatureDate -= 0.3 * a.room
	}
}

// The handwriting image is at the beginning of its line; the rest is for a pen.
const (
	signatureAspect = 2.7   // width of its place divided by the height
	besideSignature = 122.0 // where 签名日期 begins if it is on the same line
	penEnd          = 142.0 // end of the ruled lines when they are one below the other
)

// placeHand places the handwriting image on the line of 个人签名.
func (a *arrangement) placeHand(f *scheme.Face, h float64) {
	a.hand = displaylist.Rect{X: f.Signature.X, Y: a.signature + underSignature - h, W: signatureAspect * h, H: h}
}
