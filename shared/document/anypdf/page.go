package anypdf

import "slices"

// Page is a page, with what it has from the nodes above it.
type Page struct {
	Dict      Dict
	Resources Dict
	Box       [4]float64 // left, bottom, right, top
	Rotate    int        // clockwise, in degrees
}

// Catalog returns the dictionary at the root of the file.
func (f *File) Catalog() Dict { return f.Dict(f.trailer["Root"]) }

// maxTree is how deep a tree of pages is.
const maxTree = 64

// a4 is the box of a page that states none.
var a4 = [4]float64{0, 0, 595, 842}

// findPages returns the pages of the tree, or, where there is no tree, every page that the file has, in
// the order of their numbers.
func (f *File) findPages() []Page {
	w := walk{file: f, seen: map[Ref]bool{}}
	w.visit(f.Dict(f.trailer["Root"])["Pages"], Page{Box: a4}, 0)
	if len(w.pages) == 0 {
		var numbers []int
		for number, o := range f.objects {
			if d, ok := o.(Dict); ok && f.Name(d["Type"]) == "Page" {
				numbers = append(numbers, number)
			}
		}
		slices.Sort(numbers)
		for _, number := range numbers {
			w.visit(Ref{Number: number}, Page{Box: a4}, 0)
		}
	}
	return w.pages
}

// walk is the way through a tree of pages.
type walk struct {
	file  *File
	seen  map[Ref]bool
	pages []Page
}

func (w *walk) visit(node any, above Page, depth int) {
	f := w.file
	if r, ok := node.(Ref); ok {
		if w.seen[r] {
			return
		}
		w.seen[r] = true
	}
	d := f.Dict(node)
	if d == nil || depth > maxTree {
		return
	}
	p := above
	p.Dict = d
	if r := f.Dict(d["Resources"]); r != nil {
		p.Resources = r
	}
	for _, key := range []Name{"MediaBox", "CropBox"} {
		if box, ok := f.box(d[key]); ok {
			p.Box = box
		}
	}
	if d["Rotate"] != nil {
		p.Rotate = f.Int(d["Rotate"])
	}
	kids := f.Array(d["Kids"])
	if kids == nil {
		if len(w.pages) >= f.bounds.Pages {
			f.cut = true
			return
		}
		w.pages = append(w.pages, p)
		return
	}
	for _, kid := range kids {
		w.visit(kid, p, depth+1)
	}
}

// box reads a rectangle that has an area.
func (f *File) box(o any) (box [4]float64, ok bool) {
	a := f.Array(o)
	if len(a) != 4 {
		return box, false
	}
	for i := range box {
		if box[i], ok = f.Number(a[i]); !ok {
			return box, false
		}
	}
	if box[0] > box[2] {
		box[0], box[2] = box[2], box[0]
	}
	if box[1] > box[3] {
		box[1], box[3] = box[3], box[1]
	}
	return box, box[2]-box[0] >= 1 && box[3]-box[1] >= 1
}
