package scan

import "github.com/jiazhu/jiazhu/shared/document/anypdf"

// maxAnnotations bounds those of one page that are drawn.
const maxAnnotations = 500

// The flags of an annotation that is not shown (ISO 32000-1, 12.5.3).
const notShown = 1<<1 | 1<<5

// drawAnnotations draws what annotations such as stamps show on a page.
func (d *drawing) drawAnnotations(p anypdf.Page, s state) {
	file := d.work.file
	for i, o := range file.Array(p.Dict["Annots"]) {
		a := file.Dict(o)
		if i >= maxAnnotations {
			d.full = true
			return
		}
		if file.Int(a["F"])&notShown != 0 || file.Name(a["Subtype"]) == "Popup" || d.layered.isHidden(file, a["OC"]) {
			continue
		}
		look := file.Dict(a["AP"])["N"]
		form := file.Stream(look)
		if form == nil {
			form = file.Stream(file.Dict(look)[file.Name(a["AS"])])
		}
		rect := d.readCorners(a["Rect"])
		if form == nil || rect == nil {
			continue
		}
		if to, ok := d.fitForm(form, rect); ok {
			s.to = to
			d.drawForm(form, p.Resources, s, 0)
		}
	}
}

// fitForm returns the matrix that places the box of a form onto a rectangle of the page.
func (d *drawing) fitForm(form *anypdf.Stream, rect []point) (matrix, bool) {
	box := d.readCorners(form.Dict["BBox"])
	if box == nil {
		return identity, false
	}
	if m, ok := matrixOf(d.work.file.Array(form.Dict["Matrix"])); ok {
		box = applyAll(m, box)
	}
	low, high := extent(box)
	left, right := extent(rect)
	if high.x <= low.x || high.y <= low.y {
		return identity, false
	}
	wide, tall := (right.x-left.x)/(high.x-low.x), (right.y-left.y)/(high.y-low.y)
	return matrix{wide, 0, 0, tall, left.x - low.x*wide, left.y - low.y*tall}, true
}
