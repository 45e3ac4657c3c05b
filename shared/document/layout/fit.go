package layout

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"math"
	"unicode"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// block is a text broken into lines that fit a place.
type block struct {
	lines []string
	size  float64 // of the type, mm
	pitch float64 // from line to line, mm
}

// The step by which the type size shrinks, and how small it may become before the text
// is set in several lines instead.
const (
	shrinkStep  = 0.1  // mm
	smallestRow = 0.86 // fraction of the wanted size
	leading     = 1.22 // line pitch divided by size
)

// fit sets text into a place w wide and h high: in one line if a slightly smaller size
// allows it, otherwise in as many lines as the place has room for, as large as
// possible. A result smaller than leastSize means that the text does not fit.
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

// largestSize returns an upper bound of the sizes to try: the size at which a text
// that is natural wide at size 1 would fill a place w wide and h high completely.
func largestSize(natural, w, h, leading, wanted float64) float64 {
	return min(wanted, math.Sqrt(w*h/(natural*leading)))
}

// sizes yields the type sizes to try, from the wanted one down to leastSize.
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

// checkReadable returns an error for the first text that is smaller than leastSize.
func (c *composer) checkReadable() error {
	for _, item := range c.items {
		if t, ok := item.(*displaylist.Text); ok && t.Size < leastSize {
			return unreadableError(t)
		}
	}
	return nil
}

// errUnreadable is what an error wraps for a text of the record.
var errUnreadable = errors.New("does not fit in readable type")

// unreadableError returns the problem for a text that is too long for its place. The
// length of a certificate's texts is limited when they are reported. The limit on a
// request's texts counts characters, which does not limit their width.
func unreadableError(t *displaylist.Text) error {
	pointer, asked := map[string]string{purposeName: "/purpose/text", recipientName: "/recipient/name"}[t.Label]
	if !asked {
		return fmt.Errorf("the text of %s %w", cmp.Or(t.Label, t.Body), errUnreadable)
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

// lineLength returns how many characters go into the first line: up to the last
// permitted break that fits, or, in a long word, as many as fit. The parts of a name
// (阿卜杜拉·买买提) stay whole unless the line would become much shorter.
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

// lines sets a block, vertically centred on the given line.
func (c *composer) lines(b block, x, line float64, style displaylist.Text) {
	y := line - float64(len(b.lines)-1)*b.pitch/2
	for _, body := range b.lines {
		t := style
		t.X, t.Y, t.Size, t.Body = x, y, b.size, body
		c.add(&t)
		y += b.pitch
	}
}

// text sets one line at a place, shrunk to the width w if necessary.
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

// centreLine sets one line, horizontally centred on the page.
func (c *composer) centreLine(body string, line, size float64, style displaylist.Text) {
	if body == "" {
		return
	}
	if natural := c.fonts.Measure(body, size); natural > right-left {
		size *= (right - left) / natural
	}
	c.text(body, centre-c.fonts.Measure(body, size)/2, line, right-left, size, style)
}
