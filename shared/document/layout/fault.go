package layout

import (
	"fmt"
	"slices"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
)

// placedItem is an item of a page that covers a place.
type placedItem struct {
	name   string
	at     displaylist.Rect
	sealed bool // the seal may lie over it
}

// findFaults returns what is wrong with where things stand on a page: everything is inside the inner frame, no
// text overlaps another text, a picture or a ruled line, no type is too small to read, and the seal lies over
// the end of the authority's name, the day of issue, and nothing else.
func (l *Layout) findFaults(page displaylist.Page) []string {
	var faults []string
	add := func(format string, arguments ...any) { faults = append(faults, fmt.Sprintf(format, arguments...)) }
	all := []placedItem{{"the seal", page.Seal, true}}
	covered := map[string]bool{}
	for _, item := range slices.Concat(page.Base.Items, page.Items) {
		placed, ok := l.placeItem(item)
		if !ok {
			continue
		}
		all = append(all, placed)
		if t, isText := item.(*displaylist.Text); isText {
			if t.Size < leastSize {
				add("%q is set in type of %.2f mm", t.Body, t.Size)
			}
			if end := placed.at.X + placed.at.W; placed.sealed && placed.at.Overlaps(page.Seal) && end <= page.Seal.X+page.Seal.W {
				covered[t.Label] = true
			}
		}
	}
	for _, label := range []string{endorsement.AuthorityLabel, endorsement.IssuedLabel} {
		if !covered[label] {
			add("the seal does not lie over the end of %s", label)
		}
	}
	frame := inset(innerFrame)
	for i, a := range all {
		if !frame.Contains(a.at) {
			add("%q leaves the border", a.name)
		}
		for j, b := range all[:i] {
			if a.at.Overlaps(b.at) && !(j == 0 && a.sealed) {
				add("%q lies on %q", a.name, b.name)
			}
		}
	}
	return faults
}

// placeItem returns the place of an item: the em box of a text's characters, a picture, a ruled line.
func (l *Layout) placeItem(item displaylist.Item) (placedItem, bool) {
	switch i := item.(type) {
	case *displaylist.Text:
		sealed := i.Role == displaylist.Value && (i.Label == endorsement.AuthorityLabel || i.Label == endorsement.IssuedLabel)
		return placedItem{i.Body, displaylist.Rect{X: i.X, Y: i.Y - 0.86*i.Size, W: l.fonts.Measure(i.Body, i.Size), H: 0.98 * i.Size}, sealed}, true
	case *displaylist.Image:
		return placedItem{i.Alt, displaylist.Rect{X: i.X, Y: i.Y, W: i.W, H: i.H}, false}, true
	case *displaylist.Path:
		if from, to, ok := findRule(i); ok {
			return placedItem{"a ruled line", displaylist.Rect{X: from.X, Y: from.Y - i.Width/2, W: to.X - from.X, H: i.Width}, false}, true
		}
	}
	return placedItem{}, false
}

// findRule returns the ends of a horizontal line, such as the one to write on.
func findRule(p *displaylist.Path) (from, to displaylist.Op, ok bool) {
	if len(p.Ops) != 2 || p.Ops[0].Y != p.Ops[1].Y || p.Ops[1].X <= p.Ops[0].X {
		return from, to, false
	}
	return p.Ops[0], p.Ops[1], true
}
