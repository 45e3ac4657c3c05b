package pdf

import (
	"fmt"
	"strconv"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/font"
)

// perMM is the number of points in a millimetre.
const perMM = 72 / 25.4

// layer is one compressed content stream, with the fonts and images that it draws.
type layer struct {
	content []byte // compressed
	fonts   []*fontPart
	subsets font.Subsets
	images  []*picture
	prefix  string // prefix of its resources' names
	first   int    // number of its first marked content
	marks   []mark // its marked content, in order
}

// mark is a marked-content sequence, which the structure tree refers to.
type mark struct {
	role displaylist.Role // "" for a figure
	key  string           // items of one field share it
	alt  string           // of a figure
	x, y float64          // for the reading order
}

func (l *layer) size() int {
	n := len(l.content)
	for _, f := range l.fonts {
		n += f.size()
	}
	for _, p := range l.images {
		n += p.size()
	}
	return n
}

// layer draws items with the font subsets of a base layer, and with new ones for runes,
// the characters which the base lacks. The numbers of its marked content continue those of
// the base, because they are unique in a page.
func (w *Writer) layer(items []displaylist.Item, runes []rune, height float64, prefix string, base *layer) (*layer, error) {
	l := &layer{prefix: prefix, first: base.first + len(base.marks), subsets: w.fonts.Subsets(runes)}
	for _, s := range l.subsets {
		if s != nil {
			l.fonts = append(l.fonts, w.fontPart(s))
		}
	}
	p := &painter{writer: w, layer: l, base: base, height: height}
	p.b = fmt.Appendf(make([]byte, 0, 8<<10), "q %.6f 0 0 %.6f 0 0 cm\n", perMM, perMM)
	for _, item := range items {
		if err := p.item(item); err != nil {
			return nil, err
		}
	}
	p.b = append(p.b, "Q\n"...)
	l.content = w.deflate(p.b)
	return l, nil
}

// painter writes the operators of one content stream, in millimetres.
type painter struct {
	writer *Writer
	layer  *layer
	base   *layer
	height float64
	b      []byte

	colored bool
	fill    displaylist.Color
}

func (p *painter) item(item displaylist.Item) error {
	switch i := item.(type) {
	case *displaylist.Text:
		p.text(i)
	case *displaylist.Path:
		p.path(i)
	case *displaylist.Image:
		return p.image(i)
	}
	return nil
}

func (p *painter) op(op string, values ...float64) {
	p.b = appendNumbers(p.b, values...)
	p.b = append(append(p.b, op...), '\n')
}

func (p *painter) setFill(c displaylist.Color) {
	if !p.colored || p.fill != c {
		p.color("rg", c)
		p.colored, p.fill = true, c
	}
}

func (p *painter) color(op string, c displaylist.Color) {
	p.op(op, float64(c.R)/255, float64(c.G)/255, float64(c.B)/255)
}

// begin begins a marked-content sequence and records it for the structure tree.
func (p *painter) begin(tag string, m mark) {
	p.b = append(append(append(p.b, '/'), tag...), "<</MCID "...)
	p.b = strconv.AppendInt(p.b, int64(p.layer.first+len(p.layer.marks)), 10)
	p.b = append(p.b, ">>BDC\n"...)
	p.layer.marks = append(p.layer.marks, m)
}

func (p *painter) text(t *displaylist.Text) {
	if t.Role == displaylist.Decoration {
		p.b = append(p.b, "/Artifact BMC\n"...)
	} else {
		p.begin(tagOf(t.Role), mark{role: t.Role, key: t.Label, x: t.X, y: t.Y})
	}
	p.setFill(t.Color)
	if t.Bold > 0 {
		p.b = append(p.b, "q\n"...)
		p.color("RG", t.Color)
		p.op("w", t.Bold)
		p.b = append(p.b, "1 j 2 Tr\n"...) // round joins; fill, then stroke
	}
	p.b = append(p.b, "BT\n"...)
	p.op("Td", t.X, p.height-t.Y)
	for _, piece := range p.writer.fonts.Pieces(t.Body, p.base.subsets, p.layer.subsets) {
		prefix := p.layer.prefix
		if piece.Shared {
			prefix = p.base.prefix
		}
		p.b = append(append(append(p.b, '/'), prefix...), byte('0'+piece.Subset.Face.Index), ' ')
		p.op("Tf", t.Size)
		p.b = append(p.b, '<')
		for _, gid := range piece.Glyphs {
			p.b = appendHex16(p.b, gid)
		}
		p.b = append(p.b, ">Tj\n"...)
	}
	p.b = append(p.b, "ET\n"...)
	if t.Bold > 0 {
		p.b = append(p.b, "Q\n"...)
	}
	p.b = append(p.b, "EMC\n"...)
}

func (p *painter) path(t *displaylist.Path) {
	p.b = append(p.b, "/Artifact BMC\n"...)
	if t.Fill != nil {
		p.setFill(*t.Fill)
	}
	if t.Stroke != nil {
		p.color("RG", *t.Stroke)
		p.op("w", t.Width)
	}
	for _, o := range t.Ops {
		switch o.Kind {
		case 'M':
			p.op("m", o.X, p.height-o.Y)
		case 'L':
			p.op("l", o.X, p.height-o.Y)
		case 'B':
			p.op("c", o.X1, p.height-o.Y1, o.X2, p.height-o.Y2, o.X, p.height-o.Y)
		case 'C':
			p.op("h")
		}
	}
	p.op(paintOp(t))
	p.b = append(p.b, "EMC\n"...)
}

func paintOp(t *displaylist.Path) string {
	switch {
	case t.Fill != nil && t.Stroke != nil:
		return "B"
	case t.Fill != nil:
		return "f"
	case t.Stroke != nil:
		return "S"
	}
	return "n"
}

func (p *painter) image(i *displaylist.Image) error {
	picture, err := p.writer.picture(i.Picture)
	if err != nil {
		return fmt.Errorf("picture %q: %w", i.Alt, err)
	}
	p.begin("Figure", mark{alt: i.Alt, x: i.X, y: i.Y})
	p.b = append(p.b, "q "...)
	p.op("cm", i.W, 0, 0, i.H, i.X, p.height-i.Y-i.H)
	p.b = append(append(p.b, '/'), imageName(p.layer, len(p.layer.images))...)
	p.b = append(p.b, " Do Q\nEMC\n"...)
	p.layer.images = append(p.layer.images, picture)
	return nil
}

func imageName(l *layer, i int) string { return l.prefix + "I" + strconv.Itoa(i) }

// tagOf returns the structure type of a text (ISO 32000-1, 14.8.4).
func tagOf(r displaylist.Role) string {
	if r == displaylist.Title {
		return "H1"
	}
	return "P"
}
