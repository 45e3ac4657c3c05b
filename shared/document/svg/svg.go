// Package svg writes a laid-out certificate as a preview for the screen.
//
// The SVG needs no font: every character is drawn as its outline, each shape defined
// once (<symbol>) and placed where it occurs (<use>). Photo, handwriting and seal
// image are data URIs. There is no script, no link and no style sheet, so the file is
// safe to show in an <img> and looks the same everywhere.
//
// A preview is not evidence, and the page says so: 预览 · 不作为凭证. It is neither
// signed nor sealed.
package svg

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/font"
)

// notice is printed across every preview.
const notice = "预览 · 不作为凭证"

// Writer draws previews. It caches the shapes of the glyphs it has drawn and is safe
// for concurrent use.
type Writer struct {
	fonts *font.Set

	mu     sync.Mutex
	shapes map[glyph][]byte
}

// maxCachedShapes bounds the cache of shapes, at some 300 bytes each.
const maxCachedShapes = 4096

// NewWriter returns a Writer that draws with fonts.
func NewWriter(fonts *font.Set) *Writer { return &Writer{fonts: fonts, shapes: map[glyph][]byte{}} }

// Write draws a page, with the seal image in its place unless sealImage is nil. The error
// names a picture that is neither JPEG nor PNG.
func (w *Writer) Write(page displaylist.Page, sealImage *displaylist.Picture) ([]byte, error) {
	d := &drawing{writer: w, defined: map[glyph]bool{}}
	var items []displaylist.Item
	if page.Base != nil {
		items = append(items, page.Base.Items...)
	}
	for _, item := range append(items, page.Items...) {
		if err := d.item(item); err != nil {
			return nil, fmt.Errorf("write SVG: %w", err)
		}
	}
	if sealImage != nil {
		seal := &displaylist.Image{X: page.Seal.X, Y: page.Seal.Y, W: page.Seal.W, H: page.Seal.H, Picture: sealImage, Alt: "电子印章"}
		if err := d.image(seal); err != nil {
			return nil, fmt.Errorf("write SVG: %w", err)
		}
	}
	d.notice(page)
	return d.document(page), nil
}

// shape returns the path data of a glyph, empty for a blank one.
func (w *Writer) shape(f *font.Face, g glyph) []byte {
	w.mu.Lock()
	known, ok := w.shapes[g]
	w.mu.Unlock()
	if ok {
		return known
	}
	made := shape(f.Outline(g.gid))
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.shapes) >= maxCachedShapes {
		clear(w.shapes)
	}
	w.shapes[g] = made
	return made
}

// drawing collects glyph shapes and the elements that use them.
type drawing struct {
	writer  *Writer
	defined map[glyph]bool
	defs    []byte
	body    []byte
}

// glyph identifies one glyph of one font face.
type glyph struct {
	face int
	gid  uint16
}

func (g glyph) id() string {
	return string(rune('a'+g.face)) + strconv.FormatUint(uint64(g.gid), 36)
}

func (w *drawing) document(s displaylist.Page) []byte {
	size := string(appendNumber(nil, s.Width)) + " " + string(appendNumber(nil, s.Height))
	width, height, _ := strings.Cut(size, " ")
	out := make([]byte, 0, len(w.defs)+len(w.body)+4096)
	out = fmt.Appendf(out, `<svg xmlns="http://www.w3.org/2000/svg" width="%smm" height="%smm" viewBox="0 0 %s" xml:lang="%s" role="img" aria-labelledby="title">`,
		width, height, size, escapeText(s.Lang))
	out = fmt.Appendf(out, "\n<title id=\"title\">%s（%s）</title>\n<desc>%s</desc>\n<defs>\n", escapeText(s.Title), notice, escapeText(description(s)))
	out = append(out, w.defs...)
	out = fmt.Appendf(out, "</defs>\n<path fill=\"#fff\" d=\"M0 0H%sV%sH0Z\"/>\n", width, height)
	out = append(out, w.body...)
	return append(out, "</svg>\n"...)
}

// IsPreview reports whether data is what Write writes, by its first bytes.
func IsPreview(data []byte) bool {
	first := data[:min(len(data), 1024)]
	return bytes.HasPrefix(first, []byte("<svg ")) && bytes.Contains(first, []byte("（"+notice+"）</title>"))
}

// sameLine is the largest distance, in mm, between baselines that count as one line.
const sameLine = 1

// description returns the page's text for screen readers, which cannot read outlines.
func description(s displaylist.Page) string {
	var texts []*displaylist.Text
	collect := func(items []displaylist.Item) {
		for _, item := range items {
			if t, ok := item.(*displaylist.Text); ok && t.Role != displaylist.Decoration {
				texts = append(texts, t)
			}
		}
	}
	if s.Base != nil {
		collect(s.Base.Items)
	}
	collect(s.Items)
	slices.SortStableFunc(texts, func(a, b *displaylist.Text) int {
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

func (w *drawing) item(item displaylist.Item) error {
	switch i := item.(type) {
	case *displaylist.Text:
		w.text(i)
	case *displaylist.Path:
		w.path(i)
	case *displaylist.Image:
		return w.image(i)
	}
	return nil
}

func (w *drawing) text(t *displaylist.Text) {
	w.outlines(t.Body, t.X, t.Y, t.Size, func(em float64) {
		w.body = append(append(append(w.body, ` fill="`...), hexColor(t.Color)...), '"')
		if t.Bold > 0 {
			w.body = fmt.Appendf(w.body, ` stroke="%s" stroke-linejoin="round" stroke-width="`, hexColor(t.Color))
			w.body = append(appendNumber(w.body, t.Bold*em/t.Size), '"')
		}
	})
}

// outlines places the shapes of a text with its baseline starting at (x, y): one group
// for each font face, in the face's own units, em of which are an em. paint writes the
// attributes of the groups.
func (w *drawing) outlines(text string, x, y, size float64, paint func(em float64)) {
	for _, run := range w.writer.fonts.Runs(text) {
		em := float64(run.Face.UnitsPerEm)
		w.body = append(w.body, "<g"...)
		paint(em)
		w.body = appendPair(append(w.body, ` transform="translate(`...), x, y)
		w.body = strconv.AppendFloat(append(w.body, ")scale("...), size/em, 'g', 6, 64)
		w.body = strconv.AppendFloat(append(w.body, " -"...), size/em, 'g', 6, 64)
		w.body = append(w.body, `)">`...)
		along := 0.0
		for _, r := range run.Text {
			gid, _ := run.Face.Glyph(r)
			g := glyph{run.Face.Index, gid}
			if w.define(run.Face, g) {
				w.body = append(append(append(w.body, `<use href="#`...), g.id()...), '"')
				if along > 0 {
					w.body = append(appendNumber(append(w.body, ` x="`...), along), '"')
				}
				w.body = append(w.body, "/>"...)
			}
			along += float64(run.Face.Advance(gid)) * em / 1000
		}
		w.body = append(w.body, "</g>\n"...)
		x += along * size / em
	}
}

// define adds a shape once, in font units, and reports whether the glyph has one.
func (w *drawing) define(f *font.Face, g glyph) bool {
	seen, known := w.defined[g]
	if known {
		return seen
	}
	d := w.writer.shape(f, g)
	w.defined[g] = len(d) > 0
	if len(d) == 0 {
		return false
	}
	w.defs = append(append(append(w.defs, `<path id="`...), g.id()...), `" d="`...)
	w.defs = append(append(w.defs, d...), "\"/>\n"...)
	return true
}

func (w *drawing) path(p *displaylist.Path) {
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

func (w *drawing) image(i *displaylist.Image) error {
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
	w.body = fmt.Appendf(w.body, "\"><title>%s</title></image>\n", escapeText(i.Alt))
	return nil
}

// notice draws the preview notice over everything, slanted and translucent, three
// times, so that every part of a screenshot shows it.
func (w *drawing) notice(s displaylist.Page) {
	const size = 15.0
	width := w.writer.fonts.Measure(notice, size)
	for i := range 3 {
		w.body = append(w.body, `<g fill="#a6161a" fill-opacity=".2" transform="translate(`...)
		w.body = appendPair(w.body, s.Width/2, s.Height*(0.23+0.27*float64(i)))
		w.body = append(w.body, `) rotate(-30)">`...)
		w.outlines(notice, -width/2, size*0.38, size, func(float64) {})
		w.body = append(w.body, "</g>\n"...)
	}
}

func hexColor(c displaylist.Color) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

func appendPair(b []byte, x, y float64) []byte {
	return appendNumber(append(appendNumber(b, x), ' '), y)
}

// appendNumber appends v with up to three decimals.
func appendNumber(b []byte, v float64) []byte {
	n := int64(math.Round(v * 1000))
	if n < 0 {
		b, n = append(b, '-'), -n
	}
	b = strconv.AppendInt(b, n/1000, 10)
	if n %= 1000; n == 0 {
		return b
	}
	b = append(b, '.', byte('0'+n/100), byte('0'+n/10%10), byte('0'+n%10))
	for b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	return b
}

func escapeText(s string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(s)) // a strings.Builder returns no error
	return b.String()
}
