package ofd

import (
	"fmt"
	"math"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/font"
)

// canvas draws the objects of a layer. Every object has its own ID.
type canvas struct {
	m        *markup
	fonts    *font.Set
	use      pageFonts
	pictures map[*displaylist.Picture]int // resource IDs
	next     int                          // the next free ID
}

func (c *canvas) draw(items []displaylist.Item) error {
	for _, item := range items {
		switch v := item.(type) {
		case *displaylist.Text:
			c.text(v)
		case *displaylist.Path:
			c.path(v)
		case *displaylist.Image:
			c.image(v)
		default:
			return fmt.Errorf("%w: %T cannot be drawn", ErrDocument, item)
		}
	}
	return nil
}

// begin begins an object with its name, ID and Boundary (x y w h). The Boundary clips the
// object, and the object's coordinates are relative to its corner.
func (c *canvas) begin(kind string, box displaylist.Rect) *markup {
	c.m.writeRaw(`<ofd:`, kind, ` ID="`).id(c.next).writeRaw(`" Boundary="`).mm(box.X, box.Y, box.W, box.H).writeRaw(`"`)
	c.next++
	return c.m
}

// image draws a picture. OFD draws an image into the unit square, which the CTM stretches
// (GB/T 33190, 10).
func (c *canvas) image(i *displaylist.Image) {
	c.begin("ImageObject", displaylist.Rect{X: i.X, Y: i.Y, W: i.W, H: i.H}).
		writeRaw(` CTM="`).mm(i.W, 0, 0, i.H, 0, 0).
		writeRaw(`" ResourceID="`).id(c.pictures[i.Picture]).writeRaw(`"/>`)
}

// path draws a shape. The schema has stroke before fill in paths. The line that closes a
// shape is written before the C, because some readers draw none for a C alone.
func (c *canvas) path(p *displaylist.Path) {
	if p.Stroke == nil && p.Fill == nil || len(p.Ops) == 0 {
		return
	}
	box := bounds(p)
	m := c.begin("PathObject", box)
	if p.Stroke != nil {
		m.writeRaw(` LineWidth="`).mm(p.Width).writeRaw(`"`)
	} else {
		m.writeRaw(` Stroke="false"`)
	}
	if p.Fill != nil {
		m.writeRaw(` Fill="true"`)
	}
	m.writeRaw(`>`)
	if p.Stroke != nil {
		c.color("StrokeColor", *p.Stroke)
	}
	if p.Fill != nil {
		c.color("FillColor", *p.Fill)
	}
	m.writeRaw(`<ofd:AbbreviatedData>`)
	var start, last displaylist.Op
	for i, op := range p.Ops {
		if i > 0 {
			m.writeRaw(" ")
		}
		if op.Kind == 'C' && (last.X != start.X || last.Y != start.Y) {
			c.op(displaylist.Op{Kind: 'L', X: start.X, Y: start.Y}, box)
			m.writeRaw(" ")
		}
		if op.Kind == 'M' {
			start = op
		}
		last = op
		c.op(op, box)
	}
	m.writeRaw(`</ofd:AbbreviatedData></ofd:PathObject>`)
}

// op writes one operator. Package displaylist uses OFD's letters.
func (c *canvas) op(op displaylist.Op, box displaylist.Rect) {
	c.m.b = append(c.m.b, op.Kind)
	switch op.Kind {
	case 'B':
		c.m.writeRaw(" ").mm(op.X1-box.X, op.Y1-box.Y, op.X2-box.X, op.Y2-box.Y, op.X-box.X, op.Y-box.Y)
	case 'M', 'L':
		c.m.writeRaw(" ").mm(op.X-box.X, op.Y-box.Y)
	}
}

// bounds returns a box around a path with its stroke, including mitres.
func bounds(p *displaylist.Path) displaylist.Rect {
	left, top := math.Inf(1), math.Inf(1)
	right, bottom := math.Inf(-1), math.Inf(-1)
	add := func(x, y float64) {
		left, right = min(left, x), max(right, x)
		top, bottom = min(top, y), max(bottom, y)
	}
	for _, op := range p.Ops {
		switch op.Kind {
		case 'B':
			add(op.X1, op.Y1)
			add(op.X2, op.Y2)
			add(op.X, op.Y)
		case 'M', 'L':
			add(op.X, op.Y)
		}
	}
	margin := 2*p.Width + 0.1
	return displaylist.Rect{X: left - margin, Y: top - margin, W: right - left + 2*margin, H: bottom - top + 2*margin}
}

func (c *canvas) color(element string, v displaylist.Color) {
	c.m.writeRaw(`<ofd:`, element, ` Value="`).id(int(v.R)).writeRaw(" ").id(int(v.G)).writeRaw(" ").id(int(v.B)).writeRaw(`"/>`)
}
