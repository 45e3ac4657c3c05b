package layout

import (
	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
)

// use sets the panel that limits a copy to its use: the window in red, and nothing
// that the holder wrote.
func (c *composer) use(in Input) {
	style := displaylist.Text{Color: red, Role: displaylist.Value, Label: endorsement.WindowLabel}
	x := left + c.fonts.Measure(endorsement.WindowLabel+"：", labelSize)
	window := in.Scheme.FormatDate(in.Copy.UseFrom) + "至" + in.Scheme.FormatDate(in.Copy.UseUntil)
	c.text(window, x, c.at.window, right-x, valueSize, style)
}

// The holder's declaration is above the holder's handwriting, away from panel and
// seal. Each line begins by saying whose words they are; typed text is in brackets,
// which holders cannot type; and all of it has its own colour and a bar beside it.
const (
	statementX    = left + 3.4
	statementW    = right - statementX
	wantedWords   = 3.8  // size of a short declaration
	wordsLine     = 3.2  // at least, where purpose and recipient have a line each
	wordsLeading  = 1.22 // least line pitch divided by size
	wantedLeading = 1.66
)

// The names of the two lines.
const (
	purposeName   = "加注事由"
	recipientName = "接收单位"
)

// words sets the holder's declaration in one size, as large as both lines allow.
func (c *composer) words(in Input) {
	if in.Copy.Purpose == nil && in.Copy.Recipient == nil {
		return
	}
	room := c.at.words
	purpose, recipient, size := c.fitWords(purposeLine(in.Copy.Purpose), recipientLine(in.Copy.Recipient), room.H)
	count := float64(len(purpose) + len(recipient))
	pitch := min(wantedLeading*size, room.H/count)
	top := room.Y + (room.H-pitch*count)/2
	y := top + pitch/2 + 0.38*size
	set := func(name string, lines []string) {
		for _, body := range lines {
			c.add(&displaylist.Text{X: statementX, Y: y, Size: size, Color: pen, Body: body, Role: displaylist.Value, Label: name})
			y += pitch
		}
	}
	c.stroke(pale, 0.9, moveTo(left+0.45, top+0.4), lineTo(left+0.45, top+pitch*count-0.4))
	set(purposeName, purpose)
	set(recipientName, recipient)
}

// fitWords finds the size: one line for each text if that makes them only a little
// smaller, otherwise as many as needed. A size smaller than leastSize means that they
// do not fit.
func (c *composer) fitWords(purpose, recipient string, room float64) (first, second []string, size float64) {
	one, other := c.fonts.Measure(purpose, 1), c.fonts.Measure(recipient, 1)
	if size = min(wantedWords, statementW/max(one, other)); size >= wordsLine {
		return singleLine(purpose), singleLine(recipient), size
	}
	for size := range sizes(largestSize(one+other, statementW, room, wordsLeading, wantedWords)) {
		first, second = c.wrap(purpose, statementW, size), c.wrap(recipient, statementW, size)
		if float64(len(first)+len(second))*size*wordsLeading <= room {
			return first, second, size
		}
	}
	return singleLine(purpose), singleLine(recipient), size
}

// singleLine returns a text as one line, and no line for an empty text.
func singleLine(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

func quoteText(text string) string { return "「" + text + "」" }

// purposeLine returns the line for the purpose. The kind is one of a list and needs no
// brackets; 其他 is omitted when there is a text.
func purposeLine(p *endorsement.Purpose) string {
	if p == nil {
		return ""
	}
	line := endorsement.StatementLabel + "：仅用于"
	if p.Kind != endorsement.OtherPurpose {
		line += p.Kind
	}
	if p.Text != "" {
		line += quoteText(p.Text)
	}
	if p.ProjectCode != "" {
		line += "，项目编号" + quoteText(p.ProjectCode)
	}
	return line
}

func recipientLine(r *endorsement.Recipient) string {
	if r == nil {
		return ""
	}
	line := endorsement.StatementLabel + "：接收单位" + quoteText(r.Name)
	if r.USCC != "" {
		line += "，统一社会信用代码" + quoteText(r.USCC)
	}
	return line
}
