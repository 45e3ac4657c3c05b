package scan

import (
	"math"

	"github.com/jiazhu/jiazhu/shared/document/anypdf"
)

// The bounds on one page.
const (
	maxOperators = 4 << 20  // values in its content, with all forms
	maxForms     = 2000     // forms that are drawn
	maxNesting   = 12       // forms within each other
	maxItems     = 200_000  // pictures and filled paths
	maxPoints    = 1 << 20  // of paths
	maxDrawn     = 64 << 20 // bytes of forms' contents
	workOfPoint  = 16       // of a point of a path, in pixels
)

// placed is a picture and where it stands: its unit square is mapped to the page.
type placed struct {
	stream    *anypdf.Stream
	resources anypdf.Dict
	ink       byte
	to        matrix
}

// filled is a filled path, in the coordinates of the page.
type filled struct {
	shapes [][]point
	ink    byte
	even   bool // filled by the rule of even and odd
}

// item is one of the two.
type item struct {
	picture *placed
	path    *filled
}

// drawing is what a page shows, in the order in which it is drawn, without the characters of fonts.
type drawing struct {
	work    *work
	items   []item
	budget  int
	forms   int
	drawn   int
	points  int
	full    bool           // something was left out
	doubt   bool           // something was left out that a code may be made of
	hidden  int            // marked contents around, of layers that are switched off
	shades  int            // shadings
	dashes  int            // strokes with dashes
	glyphs  map[uint16]int // characters that are shown, by their codes
	layered layers
}

// The fewest of a kind of which a code may be made.
const (
	fewestShades = 20  // rows of a code
	fewestGlyphs = 200 // modules
)

// draw reads what a page draws, and what its annotations show.
func (w *work) draw(p anypdf.Page) *drawing {
	d := &drawing{work: w, budget: maxOperators, glyphs: map[uint16]int{}, layered: w.layers}
	data, err := w.file.Contents(p)
	d.full = err != nil
	s := state{to: identity, alpha: 1, lineAlpha: 1, width: 1, low: point{p.Box[0], p.Box[1]}, high: point{p.Box[2], p.Box[3]}}
	d.run(data, p.Resources, s, 0)
	d.hidden = 0
	d.drawAnnotations(p, s)
	d.doubt = d.doubt || d.shades >= fewestShades || d.dashes >= fewestShades || d.isPatternOfGlyphs()
	w.done += maxOperators - d.budget + d.drawn + workOfPoint*d.points
	return d
}

// run follows the operators of a content.
func (d *drawing) run(data []byte, resources anypdf.Dict, s state, depth int) {
	content := anypdf.NewContent(data, &d.budget)
	var stack []state
	var path builder
	var marks []bool // of marked contents: whether they are hidden
	defer func() {
		for _, hidden := range marks {
			d.leave(hidden)
		}
	}()
	for {
		op, ok := content.ReadOperator()
		if !ok || d.full && d.budget <= 0 {
			d.full = d.full || d.budget <= 0
			return
		}
		switch op.Name {
		case "q":
			if len(stack) < 256 {
				stack = append(stack, s)
			}
		case "Q":
			if n := len(stack); n > 0 {
				s, stack = stack[n-1], stack[:n-1]
			}
		case "BDC", "BMC":
			hidden := op.Name == "BDC" && d.isHiddenMark(op.Operands, resources)
			if marks = append(marks, hidden); hidden {
				d.hidden++
			}
		case "EMC":
			if n := len(marks); n > 0 {
				d.leave(marks[n-1])
				marks = marks[:n-1]
			}
		case "BI":
			d.place(op.Inline, resources, s)
		case "Do":
			d.do(op.Operands, resources, s, depth)
		case "sh":
			d.shade(op.Operands, resources, s)
		case "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "n":
			d.paint(&path, &s, op.Name)
		case "W", "W*":
			path.clips, path.clipsEven = true, op.Name == "W*"
		case "Tj", "TJ", "'", "\"":
			d.show(op.Operands, s)
		default:
			if !d.set(op, resources, &s) {
				d.points += path.add(op, s.to)
			}
		}
		if d.points > maxPoints {
			d.full = true
			path.clear()
		}
	}
}

func (d *drawing) leave(hidden bool) {
	if hidden {
		d.hidden--
	}
}

// set follows an operator that changes the state, and reports whether it is one.
func (d *drawing) set(op anypdf.Operator, resources anypdf.Dict, s *state) bool {
	switch op.Name {
	case "cm":
		if m, ok := matrixOf(op.Operands); ok {
			s.to = m.multiply(s.to)
		}
	case "g", "rg", "k", "sc", "scn":
		s.ink, s.pattern = inkOf(op.Operands, s.ink), d.findPattern(op.Operands, resources)
		if s.pattern != nil {
			s.ink = 0
		}
	case "cs":
		s.ink, s.pattern = 0, nil
	case "G", "RG", "K", "SC", "SCN":
		s.line = inkOf(op.Operands, s.line)
	case "CS":
		s.line = 0
	case "w", "J":
		if len(op.Operands) == 1 {
			if x, ok := anypdf.NumberOf(op.Operands[0]); ok && op.Name == "w" {
				s.width = x
			} else if ok {
				s.hasCaps = x > 0
			}
		}
	case "d":
		if len(op.Operands) > 0 {
			dashes, _ := op.Operands[0].(anypdf.Array)
			s.isDashed = len(dashes) > 0
		}
	case "gs":
		d.setFromDict(op.Operands, resources, s)
	case "Tf":
		if len(op.Operands) > 0 {
			name, _ := op.Operands[0].(anypdf.Name)
			s.font = d.work.file.Dict(d.work.file.Dict(resources["Font"])[name])
		}
	default:
		return false
	}
	return true
}

// add adds what is drawn between two points of the page, unless nothing of it is seen.
func (d *drawing) add(i item, low, high point, s state) {
	switch {
	case d.hidden > 0 || high.x <= s.low.x || low.x >= s.high.x || high.y <= s.low.y || low.y >= s.high.y:
	case len(d.items) >= maxItems:
		d.full = true
	default:
		d.items = append(d.items, i)
	}
}

// place adds a picture.
func (d *drawing) place(stream *anypdf.Stream, resources anypdf.Dict, s state) {
	if s.alpha <= 0 {
		return
	}
	low, high := extent([]point{s.to.apply(point{0, 0}), s.to.apply(point{1, 0}), s.to.apply(point{0, 1}), s.to.apply(point{1, 1})})
	d.doubt = d.doubt || s.stencil != nil
	d.add(item{picture: &placed{stream, resources, s.blend(s.ink, s.alpha), s.to}}, low, high, s)
}

// do draws a picture or a form.
func (d *drawing) do(operands []any, resources anypdf.Dict, s state, depth int) {
	if len(operands) == 0 {
		return
	}
	file := d.work.file
	name, _ := operands[len(operands)-1].(anypdf.Name)
	stream := file.Stream(file.Dict(resources["XObject"])[name])
	if stream == nil || d.layered.isHidden(file, stream.Dict["OC"]) {
		return
	}
	switch file.Name(stream.Dict["Subtype"]) {
	case "Image":
		d.place(stream, resources, s)
	case "Form":
		d.drawForm(stream, resources, s, depth)
	}
}

// drawForm follows the content of a form, within its box.
func (d *drawing) drawForm(stream *anypdf.Stream, resources anypdf.Dict, s state, depth int) {
	file := d.work.file
	d.forms++
	if depth >= maxNesting || d.forms > maxForms || d.drawn > maxDrawn || d.work.isOver() {
		d.full = true
		return
	}
	data, rest, err := file.Decode(stream)
	if err != nil || rest != "" {
		d.full = true
		return
	}
	d.drawn += len(data)
	if m, ok := matrixOf(file.Array(stream.Dict["Matrix"])); ok {
		s.to = m.multiply(s.to)
	}
	if box := d.readCorners(stream.Dict["BBox"]); box != nil {
		s.clipTo(extent(applyAll(s.to, box)))
	}
	if own := file.Dict(stream.Dict["Resources"]); own != nil {
		resources = own
	}
	d.run(data, resources, s, depth+1)
}

// readCorners returns the corners of a rectangle, nil of anything else.
func (d *drawing) readCorners(o any) []point {
	var v [4]float64
	list := d.work.file.Array(o)
	if len(list) != len(v) {
		return nil
	}
	for i := range v {
		x, ok := d.work.file.Number(list[i])
		if !ok || math.Abs(x) > 1e7 {
			return nil
		}
		v[i] = x
	}
	return []point{{v[0], v[1]}, {v[2], v[1]}, {v[2], v[3]}, {v[0], v[3]}}
}

func applyAll(m matrix, points []point) []point {
	out := make([]point, len(points))
	for i, p := range points {
		out[i] = m.apply(p)
	}
	return out
}

// inkOf returns the grey of a colour by its number of components.
func inkOf(operands []any, before byte) byte {
	var c []byte
	for _, o := range operands {
		if x, ok := anypdf.NumberOf(o); ok {
			c = append(c, byte(255*math.Max(0, math.Min(1, x))))
		}
	}
	switch len(c) {
	case 1, 3:
		return space{components: len(c)}.mix(c)
	case 4:
		return space{components: 4, inks: true}.mix(c)
	}
	return before
}

// builder collects the shapes of a path. A curve is taken for the line to its end: codes have none.
type builder struct {
	shapes    [][]point
	lines     [][]point // of two points, which only a stroke shows
	open      []point
	clips     bool // the path is to clip what comes after it
	clipsEven bool
}

func (b *builder) clear() { *b = builder{} }

// add adds what an operator adds to the path, and returns the number of points.
func (b *builder) add(op anypdf.Operator, to matrix) int {
	var v [6]float64
	if len(op.Operands) > len(v) {
		return 0
	}
	for i, o := range op.Operands {
		x, ok := anypdf.NumberOf(o)
		if !ok || math.Abs(x) > 1e7 {
			return 0
		}
		v[i] = x
	}
	if to.isAbsurd() {
		return 0
	}
	n := len(op.Operands)
	switch {
	case op.Name == "m" && n == 2:
		b.close()
		b.open = []point{to.apply(point{v[0], v[1]})}
	case op.Name == "l" && n == 2, (op.Name == "c" && n == 6) || (op.Name == "v" || op.Name == "y") && n == 4:
		b.open = append(b.open, to.apply(point{v[n-2], v[n-1]}))
	case op.Name == "h":
		b.close()
	case op.Name == "re" && n == 4:
		b.close()
		x, y, w, h := v[0], v[1], v[2], v[3]
		b.shapes = append(b.shapes, []point{
			to.apply(point{x, y}), to.apply(point{x + w, y}), to.apply(point{x + w, y + h}), to.apply(point{x, y + h}),
		})
		return 4
	default:
		return 0
	}
	return 1
}

func (b *builder) close() {
	switch {
	case len(b.open) > 2:
		b.shapes = append(b.shapes, b.open)
	case len(b.open) == 2:
		b.lines = append(b.lines, b.open)
	}
	b.open = nil
}

// take returns the shapes, each of them closed.
func (b *builder) take() [][]point {
	b.close()
	return b.shapes
}
