package scan

import (
	"math"

	"github.com/jiazhu/jiazhu/shared/document/anypdf"
)

// state is the state of graphics, as far as it counts here.
type state struct {
	to               matrix
	ink, line        byte    // of what is filled, and of strokes
	alpha, lineAlpha float64 // 0 is invisible
	pattern          any     // with which is filled, nil for an ink
	width            float64 // of strokes
	hasCaps          bool    // strokes are longer than their lines by their width
	isDashed         bool    // strokes are
	font             anypdf.Dict
	low, high        point   // what is outside is not seen
	stencil          *filled // shapes outside which nothing is seen; nil for none that count
}

// blend returns an ink on paper.
func (s state) blend(ink byte, alpha float64) byte {
	return 255 - byte(float64(255-ink)*math.Max(0, math.Min(1, alpha)))
}

// clipTo leaves only what is between two points.
func (s *state) clipTo(low, high point) {
	s.low = point{math.Max(s.low.x, low.x), math.Max(s.low.y, low.y)}
	s.high = point{math.Min(s.high.x, high.x), math.Min(s.high.y, high.y)}
}

// setFromDict sets what a dictionary of the state of graphics sets.
func (d *drawing) setFromDict(operands []any, resources anypdf.Dict, s *state) {
	if len(operands) == 0 {
		return
	}
	file := d.work.file
	name, _ := operands[0].(anypdf.Name)
	values := file.Dict(file.Dict(resources["ExtGState"])[name])
	for key, to := range map[anypdf.Name]*float64{"ca": &s.alpha, "CA": &s.lineAlpha, "LW": &s.width} {
		if x, ok := file.Number(values[key]); ok {
			*to = x
		}
	}
}

// findPattern returns the pattern that a colour names, nil for a colour of numbers.
func (d *drawing) findPattern(operands []any, resources anypdf.Dict) any {
	if len(operands) == 0 {
		return nil
	}
	name, ok := operands[len(operands)-1].(anypdf.Name)
	if !ok {
		return nil
	}
	return d.work.file.Follow(d.work.file.Dict(resources["Pattern"])[name])
}

// paint fills and strokes a path, and clips by it.
func (d *drawing) paint(path *builder, s *state, operator anypdf.Keyword) {
	shapes := path.take()
	even := operator[len(operator)-1] == '*'
	switch operator[0] {
	case 'f', 'F', 'B', 'b':
		d.fill(shapes, *s, even)
	}
	switch operator[0] {
	case 'S', 's', 'B', 'b':
		d.stroke(append(path.lines, shapes...), *s)
	}
	if path.clips && len(shapes) == 0 {
		s.high = s.low
	} else if path.clips {
		low, high := extentOf(shapes)
		s.clipTo(low, high)
		if len(shapes) >= fewestShades {
			s.stencil = &filled{shapes: shapes, even: path.clipsEven}
		}
	}
	path.clear()
}

func (d *drawing) fill(shapes [][]point, s state, even bool) {
	if len(shapes) == 0 || s.alpha <= 0 {
		return
	}
	d.noteShading(s.pattern)
	low, high := extentOf(shapes)
	if s.stencil != nil { // it is filled as far as what fills it goes
		d.doubt = d.doubt || len(shapes) > 1
		d.add(item{path: &filled{s.stencil.shapes, s.blend(s.ink, s.alpha), s.stencil.even}}, low, high, s)
		return
	}
	d.add(item{path: &filled{shapes, s.blend(s.ink, s.alpha), even}}, low, high, s)
}

// shade paints a shading over everything within the clip.
func (d *drawing) shade(operands []any, resources anypdf.Dict, s state) {
	if len(operands) == 0 || s.alpha <= 0 {
		return
	}
	name, _ := operands[0].(anypdf.Name)
	d.noteShading(anypdf.Dict{"PatternType": 2, "Shading": d.work.file.Dict(resources["Shading"])[name]})
	if s.stencil != nil {
		d.add(item{path: &filled{s.stencil.shapes, s.blend(0, s.alpha), s.stencil.even}}, s.low, s.high, s)
	}
}

// noteShading notes a pattern. It is drawn as black; a code may be in a cell that is repeated, in a mesh or a
// function, or in many small gradients.
func (d *drawing) noteShading(pattern any) {
	if pattern == nil {
		return
	}
	file := d.work.file
	dict := file.Dict(pattern)
	kind := file.Int(file.Dict(dict["Shading"])["ShadingType"])
	d.shades++
	d.doubt = d.doubt || file.Int(dict["PatternType"]) != 2 || kind != 2 && kind != 3
}

// stroke draws the lines of a path as boxes as wide as they are.
func (d *drawing) stroke(shapes [][]point, s state) {
	width := s.width * math.Sqrt(math.Abs(s.to.a*s.to.d-s.to.b*s.to.c))
	if len(shapes) == 0 || s.lineAlpha <= 0 || !(width >= thinnest) {
		return
	}
	if s.isDashed {
		d.dashes++
		return
	}
	var boxes [][]point
	for _, shape := range shapes {
		for i, to := range shape {
			from := shape[(i+len(shape)-1)%len(shape)]
			if i == 0 && len(shape) == 2 {
				continue
			}
			if box := boxAround(from, to, width, s.hasCaps); box != nil {
				boxes = append(boxes, box)
			}
		}
	}
	if len(boxes) > 0 {
		low, high := extentOf(boxes)
		d.add(item{path: &filled{boxes, s.blend(s.line, s.lineAlpha), false}}, low, high, s)
	}
}

// thinnest is the width of a line of which a code may be made, in 1/72 inch.
const thinnest = 0.2

// boxAround returns the box of a line, nil of one that is too long for a row of a code, or too short to be seen.
func boxAround(from, to point, width float64, hasCaps bool) []point {
	dx, dy := to.x-from.x, to.y-from.y
	length := math.Hypot(dx, dy)
	switch {
	case length > longestBox*width || length < width/8 && !hasCaps:
		return nil
	case length < width/8:
		dx, dy, length = 1, 0, 1
		to = from
	}
	dx, dy = dx/length*width/2, dy/length*width/2
	if hasCaps {
		from, to = point{from.x - dx, from.y - dy}, point{to.x + dx, to.y + dy}
	}
	return []point{{from.x + dy, from.y - dx}, {to.x + dy, to.y - dx}, {to.x - dy, to.y + dx}, {from.x - dy, from.y + dx}}
}

func extentOf(shapes [][]point) (low, high point) {
	low, high = extent(shapes[0])
	for _, shape := range shapes[1:] {
		a, b := extent(shape)
		low, high = point{math.Min(low.x, a.x), math.Min(low.y, a.y)}, point{math.Max(high.x, b.x), math.Max(high.y, b.y)}
	}
	return low, high
}
