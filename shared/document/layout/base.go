package layout

import (
	"math"
	"strings"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
)

// commonCharacters are the characters of nearly every holder's own lines: digits,
// dates, and the words around the values.
const commonCharacters = "0123456789-.：（），。·年月日至男女工程建设有限公司有效期持证人声明仅用于「」，接收单位项目编号统一社会信用代码"

// titles sets the heading, the English line and the statement.
func (c *composer) titles(k baseKey) {
	title := displaylist.Text{Color: ink, Role: displaylist.Title}
	sizes := c.face.Sizes
	c.centreLine(k.heading[0], headingFirst, sizes.Heading, title)
	title.Color, title.Bold = red, c.face.TitleWeight
	c.centreLine(k.heading[1], headingMain, sizes.Title, title)
	c.centreLine(k.subtitle, subtitleLine, sizes.Subtitle, displaylist.Text{Color: grey, Role: displaylist.Note})
	c.centreLine(k.statement, statement, sizes.Statement, displaylist.Text{Color: ink, Role: displaylist.Note})
	if k.test {
		c.centreLine(testNotice, testLine, 3.8, displaylist.Text{Color: red, Role: displaylist.Note})
	}
}

// testNotice is printed on every certificate that is sealed with test keys.
const testNotice = "测试证照，不具法律效力"

// labels sets the labels of the values.
func (c *composer) labels(k baseKey) {
	for i, row := range c.face.Rows {
		if at := c.at.rows[i]; at.w > 0 {
			c.label(row.Label, left, at.line, grey)
		}
	}
	if c.face.HasSignature() {
		c.label(endorsement.SignatureLabel, left, c.at.signature, grey)
		c.label(endorsement.SignatureDateLabel, c.at.signatureDateX, c.at.signatureDate, grey)
	}
	c.label(endorsement.WindowLabel, left, c.at.window, red)
	c.authority(k.authority)
	c.captions(k.preview)
	c.address(k.address)
}

// label sets a field's name. A name of two characters is spread over the width of
// four, as on the national certificate.
func (c *composer) label(name string, x, line float64, color displaylist.Color) {
	body := name + "："
	if runes := []rune(name); len(runes) == 2 {
		body = string(runes[0]) + "　　" + string(runes[1]) + "："
	}
	c.text(body, x, line, right-x, labelSize, displaylist.Text{Color: color, Role: displaylist.Label, Label: name})
}

// authority sets the issuing authority, which is the same on every certificate of a
// kind, and the label of the day of issue.
func (c *composer) authority(name string) {
	p := c.placeIssue(name)
	first := p.nameLine - float64(len(p.name.lines)-1)*p.name.pitch
	c.label(endorsement.AuthorityLabel, p.nameX-p.labelW, first, grey)
	c.lines(p.name, p.nameX, (first+p.nameLine)/2, value(endorsement.AuthorityLabel))
	c.label(endorsement.IssuedLabel, p.dateX-p.labelW, p.dateLine, grey)
}

// issuePlace holds where the authority's name and the day of issue are.
type issuePlace struct {
	name               block
	nameX, dateX       float64
	nameLine, dateLine float64 // nameLine is that of the name's last line
	labelW             float64 // of both labels
}

// placeIssue places the authority's name and the day of issue under the seal, as on
// official documents (骑年盖月): the seal covers the end of the name's line, and its edge and
// left part the day of issue, up to its star. The day begins where the
// name does, or, under a long name, further in.
func (c *composer) placeIssue(name string) issuePlace {
	seal := c.sealPlace()
	p := issuePlace{
		dateX: seal.X + c.atSeal(dateX), nameLine: seal.Y + c.atSeal(authorityLine), dateLine: seal.Y + c.atSeal(dateLine),
		labelW: c.fonts.Measure(endorsement.IssuedLabel+"：", labelSize),
	}
	end, code := seal.X+c.atSeal(authorityEnd), c.codePlace()
	room, natural := end-(code.X+code.W+issueLeft)-p.labelW, c.fonts.Measure(name, valueSize)
	if lines := math.Ceil(smallestRow * natural / room); lines > 1 { // of the same length
		room = min(room, natural/lines+valueSize)
	}
	p.name = c.fit(name, room, 2*leading*valueSize, valueSize)
	p.nameX = p.dateX
	for _, line := range p.name.lines {
		p.nameX = min(p.nameX, end-c.fonts.Measure(line, p.name.size))
	}
	if p.nameX >= seal.X+c.atSeal(lowestDateX) {
		p.dateX = p.nameX
	}
	return p
}

// captions sets the lines under the QR code.
func (c *composer) captions(preview bool) {
	text := endorsement.CodeLabel
	if preview {
		text = "正式文件载有验真码"
	}
	size, code := captionSize, c.codePlace()
	x := code.X + code.W/2 - c.fonts.Measure(text, size)/2
	c.text(text, x, code.Y+code.H+captionLine, right, size, displaylist.Text{Color: grey, Role: displaylist.Note, Label: "验真二维码"})
}

// pageOf returns the address of the page that a QR code leads to, without the token.
func pageOf(text string) string {
	page, _, isLink := strings.Cut(text, "#")
	if !isLink {
		return ""
	}
	return page
}

// address sets the page's address under the caption: under the code, or from its left edge on if it is
// wider than the code. A code that leads elsewhere does not lead to what is printed there.
func (c *composer) address(page string) {
	code := c.codePlace()
	x, room := code.X+code.W/2-c.fonts.Measure(page, addressSize)/2, c.face.Seal.X-2-left
	if x < left {
		x = left
	}
	c.text(page, x, code.Y+code.H+addressLine, room, addressSize, displaylist.Text{Color: grey, Role: displaylist.Note, Label: "验真二维码"})
}

// backdrop draws what lies under everything: watermark, border and rules.
func (c *composer) backdrop(k baseKey) {
	if k.test {
		c.watermark("测试")
	}
	c.border()
	c.ornament(subtitleLine + 4.6)
	if c.face.HasPhoto() {
		c.frame(c.photoPlace(), pale, 0.25)
	}
	c.rule(left, c.at.panel.Y, right, gold, 0.3)
	c.rule(left, c.at.panel.Y+c.at.panel.H, right, gold, 0.3)
	if c.face.HasSignature() {
		c.penLines()
	}
	if k.preview {
		code := c.codePlace()
		inner := displaylist.Rect{X: code.X + 2, Y: code.Y + 2, W: code.W - 4, H: code.H - 4}
		c.frame(inner, pale, 0.2)
	}
}

// penLines draws the lines to write on by hand: after the handwriting image, and for
// the date.
func (c *composer) penLines() {
	const below = 2.4
	label := c.fonts.Measure(endorsement.SignatureDateLabel+"：", labelSize) + 1
	handEnd, dateEnd := c.at.signatureDateX-6, right
	if c.at.signatureDateX == left {
		handEnd, dateEnd = penEnd, penEnd
	}
	c.rule(left+label, c.at.signature+below, handEnd, pale, 0.2)
	c.rule(c.at.signatureDateX+label, c.at.signatureDate+below, dateEnd, pale, 0.2)
}
