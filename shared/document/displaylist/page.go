// Package displaylist describes a laid-out page: what is drawn where, independent of
// any file format.
//
// A layout is made once, as a Page, and each writer (PDF, OFD, SVG) draws the same
// Page, so that PDF, OFD and preview cannot disagree. All lengths are millimetres, measured
// from the top left corner, y downwards. Items are painted in order: the Base first,
// then the Items, then the seal.
//
// A Base holds what is the same for every certificate of a kind (border, labels,
// titles). Writers recognise a Base by its address and prepare its bytes once per
// process; a Base must not be changed after its first use.
package displaylist

import (
	"slices"
	"sync"
)

// Page is one laid-out page.
type Page struct {
	Width, Height float64 // mm
	Lang          string  // BCP 47, "zh-CN"
	Title         string  // read by a screen reader
	Base          *Base   // may be nil
	Items         []Item  // painted over the Base
	Seal          Rect    // place of the seal and the visible signature; painted last
}

// Base is the unchanging part of a page. It is compared by address.
//
// Its glyphs are prepared once and also used for the Items over it. Common lists
// further characters to prepare, which the Base does not use itself.
type Base struct {
	Items  []Item
	Common string // characters that most Items over the Base need

	once  sync.Once
	ready []rune
}

// Item is a *Text, *Path or *Image.
type Item interface{ isItem() }

// Role says what a text is for, so that writers can tag it.
type Role string

// The roles. Decoration is not read aloud and not part of the content.
const (
	Title      Role = "title"
	Label      Role = "label"
	Value      Role = "value"
	Note       Role = "note"
	Decoration Role = "decoration"
)

// Text is one line of text, never wrapped by a writer.
type Text struct {
	X, Y  float64 // start of the baseline, mm
	Size  float64 // em size, mm
	Color Color
	Bold  float64 // width of a stroke of the same colour along the outlines, mm; 0 for none
	Body  string
	Role  Role
	Label string // the field's name ("姓名"), "" where there is none
}

// Path is a stroked and/or filled shape; Fill uses the non-zero rule.
type Path struct {
	Ops    []Op
	Stroke *Color  // nil: not stroked
	Fill   *Color  // nil: not filled
	Width  float64 // of the stroke, mm
}

// Op is one path operator: 'M' move, 'L' line, 'B' cubic Bézier through
// control points 1 and 2, 'C' close. Coordinates are absolute, mm.
type Op struct {
	Kind           byte
	X1, Y1, X2, Y2 float64
	X, Y           float64
}

// Image places a picture in a rectangle, stretched to fill it.
type Image struct {
	X, Y, W, H float64
	Picture    *Picture
	Alt        string // for a screen reader
}

// Picture is an encoded image. It is compared by address, so that a picture drawn on
// many pages (the seal image) is prepared once.
type Picture struct {
	MIME          string // "image/jpeg" or "image/png"
	Data          []byte
	Width, Height int // pixels
}

// Color is sRGB.
type Color struct{ R, G, B uint8 }

// Rect is a rectangle, mm, from its top left corner.
type Rect struct{ X, Y, W, H float64 }

func (*Text) isItem()  {}
func (*Path) isItem()  {}
func (*Image) isItem() {}

// Runes returns the characters for which a Base has glyphs prepared, sorted and
// unique; nil for a nil Base. The slice is shared and must not be changed.
func (b *Base) Runes() []rune {
	if b == nil {
		return nil
	}
	b.once.Do(func() { b.ready = Runes(append([]Item{&Text{Body: b.Common}}, b.Items...)) })
	return b.ready
}

// Beyond returns the characters of items for which a Base has no glyphs prepared,
// sorted and unique.
func Beyond(b *Base, items []Item) []rune {
	ready := b.Runes()
	return runesOf(items, func(r rune) bool {
		_, found := slices.BinarySearch(ready, r)
		return !found
	})
}

// Runes returns the characters of all texts, sorted and unique, for a font subset.
func Runes(items []Item) []rune {
	return runesOf(items, func(rune) bool { return true })
}

func runesOf(items []Item, wanted func(rune) bool) []rune {
	runes := make([]rune, 0, 128)
	for _, item := range items {
		if t, ok := item.(*Text); ok {
			for _, r := range t.Body {
				if wanted(r) {
					runes = append(runes, r)
				}
			}
		}
	}
	slices.Sort(runes)
	return slices.Compact(runes)
}

// Contains reports whether o lies wholly inside r.
func (r Rect) Contains(o Rect) bool {
	return o.X >= r.X && o.Y >= r.Y && o.X+o.W <= r.X+r.W && o.Y+o.H <= r.Y+r.H
}

// Overlaps reports whether r and o share an area.
func (r Rect) Overlaps(o Rect) bool {
	return r.X < o.X+o.W && o.X < r.X+r.W && r.Y < o.Y+o.H && o.Y < r.Y+r.H
}
