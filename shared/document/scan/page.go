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

// drawing is what a page shows, in the order in which it is drawn, without texts and lines.
type drawing struct {
	work   *work
	items  []item
	budget int
	forms  int
	drawn  int
	points int
	full   bool // something was left out
}

// state is the state of graphics, as far as it counts here.
type state struct {
	to  matrix
	ink byte
}

// draw reads what a page draws.
func (w *work) draw(p anypdf.Page) *drawing {
	d := &drawing{work: w, budget: maxOperators}
	data, err := w.file.Contents(p)
	d.full = err != nil
	d.run(data, p.Resources, state{to: identity}, 0)
	w.done += maxOperators - d.budget + d.drawn + workOfPoint*d.points
	return d
}

// run follows the operators of a content.
func (d *drawing) run(data []byte, resources anypdf.Dict, s state, depth int) {
	content := anypdf.NewContent(data, &d.budget)
	var stack []state
	var path builder
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
		case "cm":
			if m, ok := matrixOf(op.Operands); ok {
				s.to = m.multiply(s.to)
			}
		case "g", "rg", "k", "sc", "scn":
			s.ink = inkOf(op.Operands, s.ink)
		case "cs":
			s.ink = 0
		case "BI":
			d.add(item{picture: &placed{op.Inline, resources, s.ink, s.to}})
		case "Do":
			d.do(op.Operands, resources, s, depth)
		case "f", "F", "f*", "B", "B*", "b", "b*":
			d.fill(&path, s, op.Name[len(op.Name)-1] == '*')
			path.clear()
		case "n", "S", "s":
			path.clear()
		default:
			d.points += path.add(op, s.to)
		}
		if d.points > maxPoints {
			d.full = true
			path.clear()
		}
	}
}

func (d *drawing) add(i item) {
	if len(d.items) >= maxItems {
		d.full = true
		return
	}
	d.items = append(d.items, i)
}

func (d *drawing) fill(path *builder, s state, even bool) {
	if shapes := path.take(); len(shapes) > 0 {
		d.add(item{path: &filled{shapes, s.ink, even}})
	}
}

// do draws a picture or a form.
func (d *drawing) do(operands []any, resources anypdf.Dict, s state, depth int) {
	if len(operands) == 0 {
		return
	}
	file := d.work.file
	name, _ := operands[len(operands)-1].(anypdf.Name)
	stream := file.Stream(file.Dict(resources["XObject"])[name])
	if stream == nil {
		return
	}
	switch file.Name(stream.Dict["Subtype"]) {
	case "Image":
		d.add(item{picture: &placed{stream, resources, s.ink, s.to}})
	case "Form":
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
		if own := file.Dict(stream.Dict["Resources"]); own != nil {
			resources = own
		}
		d.run(data, resources, s, depth+1)
	}
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
	shapes [][]point
	open   []point
}

func (b *builder) clear() { b.shapes, b.open = nil, nil }

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
	if len(b.open) > 2 {
		b.shapes = append(b.shapes, b.open)
	}
	b.open = nil
}

// take returns the shapes, each of them closed.
func (b *builder) take() [][]point {
	b.close()
	return b.shapes
}
