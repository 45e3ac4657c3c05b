// Package svg writes a laid-out certificate as a preview for the screen.
//
// The picture needs no font: every character is drawn as its outline, each
// shape once (<symbol>) and placed wherever it occurs (<use>). Photo, signature
// and seal are data URIs. There is no script, no link and no style sheet, so
// the file is safe to show in an <img> and looks the same everywhere.
//
// A preview is not evidence, and says so across the sheet: 预览 · 不作为凭证.
// It is neither signed nor sealed, whatever it shows.
package svg

import (
	"cmp"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/jiazhu/jiazhu/shared/render/font"
	"github.com/jiazhu/jiazhu/shared/render/page"
)

// notice is printed across every preview.
const notice = "预览 · 不作为凭证"

// Write draws a sheet, with the seal's picture in its place unless stamp is
// nil. The error names a picture that is neither JPEG nor PNG.
func Write(sheet page.Sheet, fonts *font.Set, stamp *page.Picture) ([]byte, error) {
	w := &writer{fonts: fonts, defined: map[glyph]bool{}}
	var items []page.Item
	if sheet.Base != nil {
		items = append(items, sheet.Base.Items...)
	}
	for _, item := range append(items, sheet.Items...) {
		if err := w.item(item); err != nil {
			return nil, fmt.Errorf("write SVG: %w", err)
		}
	}
	if stamp != nil {
		seal := &page.Image{X: sheet.Seal.X, Y: sheet.Seal.Y, W: sheet.Seal.W, H: sheet.Seal.H, Picture: stamp, Alt: "电子印章"}
		if err := w.image(seal); err != nil {
			return nil, fmt.Errorf("write SVG: %w", err)
		}
	}
	w.notice(sheet)
	return w.document(sheet), nil
}

// writer collects the shapes of the glyphs and what is drawn with them.
type writer struct {
	fonts   *font.Set
	defined map[glyph]bool
	defs    []byte
	body    []byte
}

// glyph names one shape of one face.
type glyph struct {
	face int
	gid  uint16
}

func (g glyph) id() string { return fmt.Sprintf("g%d-%d", g.face, g.gid) }

func (w *writer) document(s page.Sheet) []byte {
	size := string(appendNumber(nil, s.Width)) + " " + string(appendNumber(nil, s.Height))
	width, height, _ := strings.Cut(size, " ")
	out := make([]byte, 0, len(w.defs)+len(w.body)+1024)
	out = fmt.Appendf(out, `<svg xmlns="http://www.w3.org/2000/svg" width="%smm" height="%smm" viewBox="0 0 %s" xml:lang="%s" role="img" aria-labelledby="title">`,
		width, height, size, escaped(s.Lang))
	out = fmt.Appendf(out, "\n<title id=\"title\">%s（%s）</title>\n<desc>%s</desc>\n<defs>\n", escaped(s.Title), notice, escaped(description(s)))
	out = append(out, w.defs...)
	out = fmt.Appendf(out, "</defs>\n<path fill=\"#fff\" d=\"M0 0H%sV%sH0Z\"/>\n", width, height)
	out = append(out, w.body...)
	return append(out, "</svg>\n"...)
}

// sameLine is how far apart, in mm, the baselines of one line may be.
const sameLine = 1

// description is the sheet's text, for those who cannot see the outlines.
func description(s page.Sheet) string {
	var texts []*page.Text
	collect := func(items []page.Item) {
		for _, item := range items {
			if t, ok := item.(*page.Text); ok && t.Role != page.Decoration {
				texts = append(texts, t)
			}
		}
	}
	if s.Base != nil {
		collect(s.Base.Items)
	}
	collect(s.Items)
	slices.SortStableFunc(texts, func(a, b *page.Text) int {
		if math.Abs(a.Y-b.Y) > sameLine {
			return cmp.Compare(a.Y, b.Y)
		}
		return cmp.Compare(a.X, b.X)
	})
	lines := make([]string, len(texts))
	for i, t := range texts {
		lines[i] = t.Body
	}
	return strings.Join(lines, "\n")
}

func (w *writer) item(item page.Item) error {
	switch i := item.(type) {
	case *page.Text:
		w.text(i)
	case *page.Path:
		w.path(i)
	case *page.Image:
		return w.image(i)
	}
	return nil
}

func (w *writer) text(t *page.Text) {
	w.body = fmt.Appendf(w.body, `<g fill="%s">`, hexColor(t.Color))
	w.outlines(t.Body, t.X, t.Y, t.Size)
	w.body = append(w.body, "</g>\n"...)
}

// outlines places the shapes of a text with its baseline starting at (x, y).
func (w *writer) outlines(text string, x, y, size float64) {
	for _, run := range w.fonts.Runs(text) {
		scale := size / float64(run.Face.UnitsPerEm)
		for _, r := range run.Text {
			gid, _ := run.Face.Glyph(r)
			g := glyph{run.Face.Index, gid}
			if w.define(run.Face, g) {
				w.body = fmt.Appendf(w.body, `<use href="#%s" transform="matrix(`, g.id())
				w.body = strconv.AppendFloat(w.body, scale, 'f', 6, 64)
				w.body = append(w.body, " 0 0 -"...)
				w.body = strconv.AppendFloat(w.body, scale, 'f', 6, 64)
				w.body = append(appendNumber(append(w.body, ' '), x), ' ')
				w.body = append(appendNumber(w.body, y), `)"/>`...)
			}
			x += float64(run.Face.Advance(gid)) * size / 1000
		}
	}
}

// define adds a shape once, in font units, and reports whether it has one.
func (w *writer) define(f *font.Face, g glyph) bool {
	seen, known := w.defined[g]
	if known {
		return seen
	}
	outline := f.Outline(g.gid)
	w.defined[g] = len(outline) > 0
	if len(outline) == 0 {
		return false
	}
	w.defs = fmt.Appendf(w.defs, `<path id="%s" d="`, g.id())
	for _, s := range outline {
		w.defs = append(w.defs, s.Op)
		switch s.Op {
		case 'Q':
			w.defs = appendPair(w.defs, s.X1, s.Y1)
			w.defs = appendPair(append(w.defs, ' '), s.X, s.Y)
		case 'M', 'L':
			w.defs = appendPair(w.defs, s.X, s.Y)
		}
	}
	w.defs = append(w.defs, "\"/>\n"...)
	return true
}

func (w *writer) path(p *page.Path) {
	fill := "none"
	if p.Fill != nil {
		fill = hexColor(*p.Fill)
	}
	w.body = fmt.Appendf(w.body, `<path fill="%s"`, fill)
	if p.Stroke != nil {
		w.body = fmt.Appendf(w.body, ` stroke="%s" stroke-width="`, hexColor(*p.Stroke))
		w.body = append(appendNumber(w.body, p.Width), '"')
	}
	w.body = append(w.body, ` d="`...)
	for _, o := range p.Ops {
		switch o.Kind {
		case 'M', 'L':
			w.body = appendPair(append(w.body, o.Kind), o.X, o.Y)
		case 'B':
			w.body = appendPair(append(w.body, 'C'), o.X1, o.Y1)
			w.body = appendPair(append(w.body, ' '), o.X2, o.Y2)
			w.body = appendPair(append(w.body, ' '), o.X, o.Y)
		case 'C':
			w.body = append(w.body, 'Z')
		}
	}
	w.body = append(w.body, "\"/>\n"...)
}

var errPicture = errors.New("a picture that is neither JPEG nor PNG")

func (w *writer) image(i *page.Image) error {
	if m := i.Picture.MIME; m != "image/jpeg" && m != "image/png" {
		return fmt.Errorf("%w: %q", errPicture, i.Alt)
	}
	w.body = append(w.body, `<image preserveAspectRatio="none"`...)
	for _, a := range []struct {
		name  string
		value float64
	}{{"x", i.X}, {"y", i.Y}, {"width", i.W}, {"height", i.H}} {
		w.body = append(append(append(w.body, ' '), a.name...), `="`...)
		w.body = append(appendNumber(w.body, a.value), '"')
	}
	w.body = fmt.Appendf(w.body, ` href="data:%s;base64,`, i.Picture.MIME)
	w.body = base64.StdEncoding.AppendEncode(w.body, i.Picture.Data)
	w.body = fmt.Appendf(w.body, "\"><title>%s</title></image>\n", escaped(i.Alt))
	return nil
}

// notice is drawn over everything, slanted and translucent, thrice, so that no
// part of a screenshot is without it.
func (w *writer) notice(s page.Sheet) {
	const size = 15.0
	width := w.fonts.Measure(notice, size)
	for i := range 3 {
		w.body = append(w.body, `<g fill="#a6161a" fill-opacity=".2" transform="translate(`...)
		w.body = appendPair(w.body, s.Width/2, s.Height*(0.23+0.27*float64(i)))
		w.body = append(w.body, `) rotate(-30)">`...)
		w.outlines(notice, -width/2, size*0.38, size)
		w.body = append(w.body, "</g>\n"...)
	}
}

func hexColor(c page.Color) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

func appendPair(b []byte, x, y float64) []byte {
	return appendNumber(append(appendNumber(b, x), ' '), y)
}

// appendNumber writes up to three decimals.
func appendNumber(b []byte, v float64) []byte {
	return strconv.AppendFloat(b, math.Round(v*1000)/1000, 'f', -1, 64)
}

func escaped(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s)) // a strings.Builder does not fail
	return b.String()
}
