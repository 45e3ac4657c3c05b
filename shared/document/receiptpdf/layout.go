package receiptpdf

import (
	"errors"
	"math"
	"unicode/utf8"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
)

const title = "电子证照核验回执"

// The page, in mm.
const (
	width, height = 210.0, 297.0
	left, right   = 22.0, 188.0
	foot          = 280.0 // lowest line
	labelWidth    = 34.0
	resultWidth   = 22.0
	codeSize      = 24.0
)

// The sizes of text, and of a line of it, in mm.
const (
	titleSize   = 7.0
	verdictSize = 10.0
	textSize    = 3.5
	noteSize    = 3.0
	leading     = 1.55 // times the size
)

// ErrFull reports that the texts do not fit on a page.
var ErrFull = errors.New("receiptpdf: the texts do not fit on one page")

func inkColor() displaylist.Color    { return displaylist.Color{R: 30, G: 30, B: 34} }
func greyColor() displaylist.Color   { return displaylist.Color{R: 110, G: 110, B: 116} }
func ruleColor() displaylist.Color   { return displaylist.Color{R: 200, G: 200, B: 204} }
func dangerColor() displaylist.Color { return displaylist.Color{R: 176, G: 24, B: 24} }

func (t Tone) color() displaylist.Color {
	switch t {
	case Good:
		return displaylist.Color{R: 18, G: 110, B: 56}
	case Bad:
		return dangerColor()
	case Unsure:
		return displaylist.Color{R: 150, G: 92, B: 0}
	default:
		return inkColor()
	}
}

// pageWriter adds items to a page from top to bottom.
type pageWriter struct {
	printer *Printer
	size    float64 // of facts and rows
	items   []displaylist.Item
	y       micron // top of the next line
}

// micron is a thousandth of a millimetre. Positions are sums of whole microns, because
// rounded sums of fractions differ between machines.
type micron int

func microns(mm float64) micron { return micron(math.Round(mm * 1000)) }

func (m micron) mm() float64 { return float64(m) / 1000 }

// layout lays out the page, in smaller type where the texts would not fit otherwise.
func (p *Printer) layout(s Receipt) (displaylist.Page, error) {
	for _, size := range []float64{textSize, 0.85 * textSize, 0.7 * textSize, 0.55 * textSize} {
		w := &pageWriter{printer: p, size: size, y: microns(20)}
		if err := w.write(s); err != nil {
			return displaylist.Page{}, err
		}
		if w.y <= microns(foot) {
			return displaylist.Page{Width: width, Height: height, Lang: "zh-CN", Title: title, Items: w.items}, nil
		}
	}
	return displaylist.Page{}, ErrFull
}

func (w *pageWriter) write(s Receipt) error {
	w.writeHeading(s)
	for _, f := range s.Facts {
		w.line(f.Label, "", f.Value, inkColor())
	}
	w.gap(2)
	w.rule()
	w.gap(2)
	for _, r := range s.Rows {
		w.line(r.Label, r.Result, r.Text, r.Tone.color())
	}
	w.gap(2)
	w.rule()
	w.gap(2)
	return w.writeClosing(s)
}

func (w *pageWriter) writeHeading(s Receipt) {
	w.centre(title, titleSize, inkColor(), displaylist.Title)
	if s.Test {
		w.centre("测试 · 无法律效力", textSize, dangerColor(), displaylist.Note)
	}
	w.gap(3)
	w.centre(s.Verdict, verdictSize, inkColor(), displaylist.Value)
	w.gap(4)
	w.rule()
	w.gap(2)
}

// writeClosing writes how to check the receipt later, beside a QR code of its digest.
func (w *pageWriter) writeClosing(s Receipt) error {
	code, err := digestCode(s.Receipt)
	if err != nil {
		return err
	}
	top := w.y
	w.items = append(w.items, &displaylist.Image{X: right - codeSize, Y: top.mm(), W: codeSize, H: codeSize, Picture: code, Alt: "回执摘要二维码"})
	size := min(noteSize, w.size)
	for _, note := range append(s.Notes, "sha256:"+digest(s.Receipt)) {
		for _, text := range w.wrap(note, size, right-codeSize-4-left) {
			w.text(left, text, size, greyColor(), displaylist.Note, "")
			w.gap(size * leading)
		}
		w.gap(0.8)
	}
	w.y = max(w.y, top+microns(codeSize))
	return nil
}

// line writes a label if there is one, a result in its colour if there is one, and a
// text on as many lines as it needs.
func (w *pageWriter) line(label, result, text string, color displaylist.Color) {
	w.text(left, label, w.size, greyColor(), displaylist.Label, "")
	x := left + labelWidth
	if result != "" {
		w.text(x, result, w.size, color, displaylist.Value, label)
		x += resultWidth
	}
	for _, part := range w.wrap(text, w.size, right-x) {
		w.text(x, part, w.size, inkColor(), displaylist.Value, label)
		w.gap(w.size * leading)
	}
	w.gap(0.25 * w.size)
}

func (w *pageWriter) text(x float64, body string, size float64, color displaylist.Color, role displaylist.Role, label string) {
	w.items = append(w.items, &displaylist.Text{X: x, Y: (w.y + microns(size)).mm(), Size: size, Color: color, Body: body, Role: role, Label: label})
}

func (w *pageWriter) centre(body string, size float64, color displaylist.Color, role displaylist.Role) {
	w.text(((microns(width) - microns(w.printer.fonts.Measure(body, size))) / 2).mm(), body, size, color, role, "")
	w.gap(size * leading)
}

func (w *pageWriter) gap(mm float64) { w.y += microns(mm) }

func (w *pageWriter) rule() {
	color := ruleColor()
	w.items = append(w.items, &displaylist.Path{
		Ops: []displaylist.Op{{Kind: 'M', X: left, Y: w.y.mm()}, {Kind: 'L', X: right, Y: w.y.mm()}}, Stroke: &color, Width: 0.25,
	})
}

// wrap breaks a text into lines of at most most mm, between any two characters, as is
// usual in Chinese. An empty text gives one empty line.
func (w *pageWriter) wrap(text string, size, most float64) []string {
	text = w.printer.replaceMissing(text)
	var lines []string
	for from := 0; ; {
		to, used := from, micron(0)
		for to < len(text) {
			r, n := utf8.DecodeRuneInString(text[to:])
			if used += microns(w.printer.fonts.Measure(string(r), size)); used > microns(most) && to > from {
				break
			}
			to += n
		}
		lines = append(lines, text[from:to])
		if from = to; from == len(text) {
			return lines
		}
	}
}
