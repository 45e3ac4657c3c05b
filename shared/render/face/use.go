package face

import (
	"github.com/jiazhu/jiazhu/shared/endorsement"
	"github.com/jiazhu/jiazhu/shared/render/page"
)

// use sets the panel that makes a copy worthless elsewhere: its window in red,
// and for what and whom it may be used, where the holder said so.
func (c *composer) use(in Input) {
	at := arrangement(bound(in))
	style := page.Text{Color: red, Role: page.Value, Label: "使用有效期"}
	x := left + c.fonts.Measure("使用有效期：", labelSize)
	window := in.Scheme.Date(in.Copy.UseFrom) + "至" + in.Scheme.Date(in.Copy.UseUntil)
	c.text(window, x, at.windowLine, right-x, valueSize, style)
	if bound(in) {
		c.binding(in.Copy, at)
	}
}

// binding sets the purpose and the recipient in the rest of the panel, in one
// size, as large as both allow.
func (c *composer) binding(copied endorsement.Copy, at lower) {
	top := at.windowLine + 2.2
	room := at.panel.Y + at.panel.H - 1.2 - top
	purpose, recipient := purposeLine(copied.Purpose), recipientLine(copied.Recipient)
	size := 4.2
	var lines [2][]string
	for ; size > leastSize; size -= shrinkStep {
		lines = [2][]string{c.wrap(purpose, right-left, size), c.wrap(recipient, right-left, size)}
		if float64(len(lines[0])+len(lines[1]))*size*bindingLeading <= room {
			break
		}
	}
	y := top + size*(bindingLeading-0.12)
	for i, label := range []string{"仅用于", "提交"} {
		for _, body := range lines[i] {
			c.add(&page.Text{X: left, Y: y, Size: size, Color: red, Body: body, Role: page.Value, Label: label})
			y += size * bindingLeading
		}
	}
}

// bindingLeading is the pitch over the size in the panel.
const bindingLeading = 1.3

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
