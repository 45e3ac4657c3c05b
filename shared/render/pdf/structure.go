package pdf

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/jiazhu/jiazhu/shared/render/page"
)

// element is one node of the structure tree: a heading, a paragraph (a field's
// label with its values), or a figure.
type element struct {
	kind, alt string
	x, y      float64 // of its first mark
	marks     []int
}

// lineHeight is how far apart, in mm, two things may stand and still be read
// as one line.
const lineHeight = 3

// elements groups the marks of both layers into the nodes of the tree, in the
// order a person reads them: from the top, and in one line from the left.
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
	case m.role == page.Title:
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

// structure writes the tree that makes the page readable aloud (ISO 32000-1,
// 14.7): a Document with its elements in reading order and, last, the seal.
func (o *output) structure(leaf, widget ref, d Document, p parts) ref {
	root, document := o.reserve(), o.reserve()
	parents := make([]ref, len(p.base.marks)+len(p.items.marks))
	var kids strings.Builder
	for _, e := range elements(p.base, p.items) {
		r := o.element(document, leaf, e)
		for _, m := range e.marks {
			parents[m] = r
		}
		fmt.Fprintf(&kids, "%v ", r)
	}
	var nums strings.Builder
	nums.WriteString("0[")
	for _, r := range parents {
		fmt.Fprintf(&nums, "%v ", r)
	}
	nums.WriteString("]")
	if widget != 0 {
		form := o.add("<</Type/StructElem/S/Form/P %v/Pg %v/Alt%s/K<</Type/OBJR/Obj %v/Pg %v>>>>",
			document, leaf, appendString(nil, sealName(d)), widget, leaf)
		fmt.Fprintf(&kids, "%v", form)
		fmt.Fprintf(&nums, "1 %v", form)
	}
	o.object(document, "<</Type/StructElem/S/Document/P %v/T%s/K[%s]>>", root, appendString(nil, d.Sheet.Title), kids.String())
	return o.object(root, "<</Type/StructTreeRoot/K %v/ParentTree<</Nums[%s]>>/ParentTreeNextKey 2>>", document, nums.String())
}

func (o *output) element(document, leaf ref, e *element) ref {
	alt := ""
	if e.kind == "Figure" {
		alt = "/Alt" + string(appendString(nil, e.alt))
	}
	var marks strings.Builder
	for _, m := range e.marks {
		fmt.Fprintf(&marks, "%d ", m)
	}
	return o.add("<</Type/StructElem/S/%s/P %v/Pg %v%s/K[%s]>>", e.kind, document, leaf, alt, strings.TrimRight(marks.String(), " "))
}
