package face

import (
	"github.com/jiazhu/jiazhu/shared/endorsement"
	"github.com/jiazhu/jiazhu/shared/render/page"
)

// use sets the panel that makes a copy worthless elsewhere: its window in red,
// and for what and whom it may be used, where the holder said so.
func (c *composer) use(in Input) {
	style := page.Text{Color: red, Role: page.Value, Label: "使用有效期"}
	x := left + c.fonts.Measure("使用有效期：", labelSize)
	window := in.Scheme.Date(in.Copy.UseFrom) + "至" + in.Scheme.Date(in.Copy.UseUntil)
	c.text(window, x, c.at.window, right-x, valueSize, style)
	if in.Copy.Purpose != nil || in.Copy.Recipient != nil {
		c.binding(in.Copy)
	}
}

// wantedBinding is the size of a short purpose.
const wantedBinding = 4.2

// bindingLeading is the least pitch over the size in the panel.
const bindingLeading = 1.25

// binding sets the purpose and the recipient in the rest of the panel, in one
// size, as large as both allow.
func (c *composer) binding(copied endorsement.Copy) {
	top := c.at.window + 2.2
	room := c.at.panel.Y + c.at.panel.H - 1.2 - top
	purpose, recipient, size := c.fitBinding(purposeLine(copied.Purpose), recipientLine(copied.Recipient), room)
	pitch := min(1.7*size, room/float64(len(purpose)+len(recipient)))
	y := top + (room-pitch*float64(len(purpose)+len(recipient)))/2 + pitch/2 + 0.38*size
	set := func(label string, lines []string) {
		for _, body := range lines {
			c.add(&page.Text{X: left, Y: y, Size: size, Color: red, Body: body, Role: page.Value, Label: label})
			y += pitch
		}
	}
	set("仅用于", purpose)
	set("提交", recipient)
}

// fitBinding finds the size: one line for each if they become only a little
// smaller, as many as needed otherwise. What does not fit is smaller than leastSize.
func (c *composer) fitBinding(purpose, recipient string, room float64) (first, second []string, size float64) {
	one, other := c.fonts.Measure(purpose, 1), c.fonts.Measure(recipient, 1)
	if size = min(wantedBinding, (right-left)/max(one, other)); size >= bindingLine {
		return single(purpose), single(recipient), size
	}
	for size := range sizes(largest(one+other, right-left, room, bindingLeading, wantedBinding)) {
		first, second = c.wrap(purpose, right-left, size), c.wrap(recipient, right-left, size)
		if float64(len(first)+len(second))*size*bindingLeading <= room {
			return first, second, size
		}
	}
	return single(purpose), single(recipient), size
}

// single is a text in one line, and no line for no text.
func single(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

func purposeLine(p *endorsement.Purpose) string {
	if p == nil {
		return ""
	}
	line := "仅用于" + p.Kind
	if p.Text != "" {
		line += "：" + p.Text
	}
	if p.ProjectCode != "" {
		line += "（项目编号：" + p.ProjectCode + "）"
	}
	return line
}

func recipientLine(r *endorsement.Recipient) string {
	if r == nil {
		return ""
	}
	line := "提交" + r.Name
	if r.USCC != "" {
		line += "（统一社会信用代码：" + r.USCC + "）"
	}
	return line
}
