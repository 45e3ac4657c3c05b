package pdf

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
)

// element is one node of the structure tree: a heading, a paragraph (a field's label with
// its values) or a figure.
type element struct {
	kind, alt string
	x, y      float64 // position of its first mark
	marks     []int
}

// lineHeight is the largest vertical distance, in mm, between elements of one line.
const lineHeight = 3

// elements groups the marks of all layers into elements, in reading order: from top to
// bottom and, in one line, from left to right.
func elements(layers ...*layer) []*element {
	var all []*element
	known := map[string]*element{}
	for _, l := range layers {
		for i, m := range l.marks {
			key := groupOf(m)
			e := known[key]
			if e == nil || key == "" {
				e = &element{kind: kindOf(m), alt: m.alt, x: m.x, y: m.y}
				known[key] = e
				all = append(all, e)
			}
			e.marks = append(e.marks, l.first+i)
		}
	}
	slices.SortStableFunc(all, func(a, b *element) int {
		if d := a.y - b.y; d < -lineHeight || d > lineHeight {
			return cmp.Compare(a.y, b.y)
		}
		return cmp.Compare(a.x, b.x)
	})
	return all
}

func groupOf(m mark) string {
	switch {
	case m.role == displaylist.Title:
		return "H1"
	case m.role != "" && m.key != "":
		return "P" + m.key
	}
	return ""
}

func kindOf(m mark) string {
	if m.role == "" {
		return "Figure"
	}
	return tagOf(m.role)
}

// structure writes the structure tree, by which screen readers read the page (ISO 32000-1,
// 14.7): a Document with its elements in reading order and the seal at the end.
func (o *output) structure(page, widget ref, d Document, p parts) ref {
	root, document := o.reserve(), o.reserve()
	parents := make([]ref, len(p.base.marks)+len(p.items.marks))
	kids := make([]byte, 0, 512)
	for _, e := range elements(p.base, p.items) {
		r := o.element(document, page, e)
		for _, m := range e.marks {
			parents[m] = r
		}
		kids = append(r.append(kids), ' ')
	}
	nums := append(make([]byte, 0, 512), "0["...)
	for _, r := range parents {
		nums = append(r.append(nums), ' ')
	}
	nums = append(nums, ']')
	if widget != 0 {
		form := o.add("<</Type/StructElem/S/Form/P %v/Pg %v/Alt%s/K<</Type/OBJR/Obj %v/Pg %v>>>>",
			document, page, appendString(nil, sealName(d)), widget, page)
		kids = form.append(kids)
		nums = form.append(append(nums, "1 "...))
	}
	o.object(document, "<</Type/StructElem/S/Document/P %v/T%s/K[%s]>>", root, appendString(nil, d.Page.Title), kids)
	return o.object(root, "<</Type/StructTreeRoot/K %v/ParentTree<</Nums[%s]>>/ParentTreeNextKey 2>>", document, nums)
}

func (o *output) element(document, page ref, e *element) ref {
	r := o.reserve()
	o.pack(r)
	b := append(o.packed.AvailableBuffer(), "<</Type/StructElem/S/"...)
	b = append(append(b, e.kind...), "/P "...)
	b = page.append(append(document.append(b), "/Pg "...))
	if e.kind == "Figure" {
		b = appendString(append(b, "/Alt"...), e.alt)
	}
	b = append(b, "/K["...)
	for i, m := range e.marks {
		if i > 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendInt(b, int64(m), 10)
	}
	o.packed.Write(append(b, "]>>\n"...))
	return r
}
