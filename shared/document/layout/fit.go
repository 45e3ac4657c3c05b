package layout

import (
	"fmt"
	"iter"
	"math"
	"unicode"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// block is text fitted into a place.
type block struct {
	lines []string
	size  float64 // of the type, mm
	pitch float64 // from line to line, mm
}

// The steps by which type shrinks, and how small it may become before it is
// set in several lines instead.
const (
	shrinkStep  = 0.1  // mm
	smallestRow = 0.86 // of the wanted size
	leading     = 1.22 // pitch over size
)

// fit sets text into a place w wide and h high: in one line if a slightly
// smaller size allows it, otherwise in as many lines as the place has room
// for, as large as possible. What does not fit is smaller than leastSize.
func (c *composer) fit(text string, w, h, size float64) block {
	natural := c.fonts.Measure(text, 1)
	if natural*size*smallestRow <= w {
		return block{[]string{text}, min(size, w/max(natural, 1e-9)), size * leading}
	}
	for size := range sizes(largestSize(natural, w, h, leading, size)) {
		lines := c.wrap(text, w, size)
		if float64(len(lines))*size*leading <= h {
			return block{lines, size, size * leading}
		}
	}
	return block{[]string{text}, w / natural, size * leading}
}

// largestSize is the size at which a text of a natural width (at size 1) would fill a
// place w wide and h high to the last corner: no larger one need be tried.
func largestSize(natural, w, h, leading, wanted float64) float64 {
	return min(wanted, math.Sqrt(w*h/(natural*leading)))
}

// sizes are those a text is tried in, from the wanted one down to leastSize.
func sizes(wanted float64) iter.Seq[float64] {
	return func(yield func(float64) bool) {
		for size := wanted; size > leastSize; size -= shrinkStep {
			if !yield(size) {
				return
			}
		}
		yield(leastSize)
	}
}

// checkReadable reports the first text that is set in smaller type than leastSize.
func (c *composer) checkReadable() error {
	for _, item := range c.items {
		if t, ok := item.(*displaylist.Text); ok && t.Size < leastSize {
			return unreadableError(t)
		}
	}
	return nil
}

// unreadableError is the problem of a text that is too long for its place. The texts of
// a certificate are bounded when they are reported; those of an ask may be made of
// characters so wide that their number does not bound them.
func unreadableError(t *displaylist.Text) error {
	pointer, asked := map[string]string{purposeName: "/purpose/text", recipientName: "/recipient/name"}[t.Label]
	if !asked {
		return fmt.Errorf("the text of %s does not fit in readable type", t.Label)
	}
	return problem.New(problem.InvalidField).WithField(problem.Field{Pointer: pointer, Rule: "text.width", Detail: problem.Text{
		ZH: "文字过长，无法以可辨认的字号印在证照上，请缩短。",
		EN: "The text is too long to be printed on the certificate in readable type; shorten it.",
	}})
}

// wrap breaks text into lines of at most w.
func (c *composer) wrap(text string, w, size float64) []string {
	var lines []string
	runes := []rune(text)
	for len(runes) > 0 {
		n := c.lineLength(runes, w, size)
		lines = append(lines, string(runes[:n]))
		runes = runes[n:]
		for len(runes) > 0 && runes[0] == ' ' {
			runes = runes[1:]
		}
	}
	return lines
}

// lineLength is how many characters go into the first line: up to the last
// permitted break that fits, or, in a long word, whatever fits. The parts of a
// name (阿卜杜拉·买买提) stay whole unless the line would become much shorter.
func (c *composer) lineLength(runes []rune, w, size float64) int {
	used, last, part := 0.0, 0, 0
	for i, r := range runes {
		if i > 0 && canBreak(runes[i-1], r) {
			last = i
			if runes[i-1] == '·' && used > w/2 {
				part = i
			}
		}
		if used += c.fonts.Measure(string(r), size); used > w {
			switch {
			case part > 0:
				return part
			case last > 0:
				return last
			}
			return max(i, 1)
		}
	}
	return len(runes)
}

// canBreak reports whether a line may end between a and b: not inside a word
// or number, not before closing and not after opening punctuation.
func canBreak(a, b rune) bool {
	switch {
	case unicode.In(b, unicode.Pe, unicode.Pf, unicode.Po), unicode.In(a, unicode.Ps, unicode.Pi):
		return false
	case a == ' ':
		return true
	}
	return !(latin(a) && latin(b))
}

func latin(r rune) bool {
	return r < 0x2000 && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '/' || r == '_')
}

// lines sets a block with its middle on the given line.
func (c *composer) lines(b block, x, line float64, style displaylist.Text) {
	y := line - float64(len(b.lines)-1)*b.pitch/2
	for _, body := range b.lines {
		t := style
		t.X, t.Y, t.Size, t.Body = x, y, b.size, body
		c.add(&t)
		y += b.pitch
	}
}

// text sets one line at a place, shrunk to w if need be.
func (c *composer) text(body string, x, line, w, size float64, style displaylist.Text) {
	if body == "" {
		return
	}
	if natural := c.fonts.Measure(body, size); natural > w {
		size *= w / natural
	}
	style.X, style.Y, style.Size, style.Body = x, line, size, body
	c.add(&style)
}

// centreLine sets one line in the middle of the sheet.
func (c *composer) centreLine(body string, line, size float64, style displaylist.Text) {
	if body == "" {
		return
	}
	if natural := c.fonts.Measure(body, size); natural > right-left {
		size *= (right - left) / natural
	}
	c.text(body, centre-c.fonts.Measure(body, size)/2, line, right-left, size, style)
}
