package scan

import (
	"errors"
	"math"
	"slices"

	"github.com/jiazhu/jiazhu/shared/document/anypdf"
)

// searchPDF searches the pages of a PDF.
func (w *work) searchPDF(data []byte) {
	bounds := anypdf.DefaultBounds()
	bounds.Pages = w.bounds.Pages
	file, err := anypdf.Open(data, bounds)
	switch {
	case errors.Is(err, anypdf.ErrEncrypted):
		w.leaveUnread(0, ByLock)
		return
	case errors.Is(err, anypdf.ErrComplex):
		w.leaveUnread(0, ByContent)
		return
	case err != nil:
		w.leaveUnread(0, ByDamage)
		return
	}
	w.file, w.seen, w.layers = file, map[*anypdf.Stream]searched{}, readLayers(file)
	w.result.Pages = len(file.Pages())
	if file.IsIncomplete() {
		w.leaveUnread(0, ByDamage)
	}
	for i, p := range file.Pages() {
		switch {
		case w.isOver():
			w.leaveUnread(i+1, ByTime)
		case len(w.result.Codes) >= w.bounds.Codes:
			w.leaveUnread(i+1, ByCodes)
		default:
			w.searchPage(i+1, p)
		}
	}
	if file.IsCut() {
		w.leaveUnread(w.result.Pages+1, ByPages)
	}
}

// The sizes of pictures and the number of squares that may be a code.
const (
	smallestCode = 21  // pixels: modules of the smallest code
	fewestBoxes  = 100 // boxes on a page of which one may be drawn
	longestBox   = 80  // times as long as it is wide: what is longer is a line
	moduleSize   = 4   // pixels of a module that is drawn
	maxPlaced    = 400 // pictures that one page is put together from
)

// searchPage searches the pictures of a page each by itself, and then what the page draws: a code of boxes,
// or one that is cut into strips of pictures.
func (w *work) searchPage(number int, p anypdf.Page) {
	d := w.draw(p)
	var texts []string
	pictures := 0
	for _, i := range d.items {
		if i.picture != nil {
			pictures++
			texts = merge(texts, w.searchImage(number, *i.picture))
		}
	}
	low, high, scale, ok := d.findBoxes()
	if ok {
		texts = merge(texts, w.searchCanvas(d, low, high, scale))
	}
	if len(texts) == 0 && (pictures > 1 || pictures == 1 && len(d.items) > fewestShades) {
		scale = math.Max(d.findResolution(), math.Min(scale, finest))
		texts = w.searchCanvas(d, point{p.Box[0], p.Box[1]}, point{p.Box[2], p.Box[3]}, scale)
	}
	w.note(number, texts)
	if d.full || d.doubt && len(texts) == 0 {
		w.leaveUnread(number, ByContent)
	}
	if w.isOver() {
		w.leaveUnread(number, ByTime)
	}
}

// searchImage searches a picture by itself. One that stands on several pages is searched once.
func (w *work) searchImage(number int, i placed) []string {
	found, known := w.seen[i.stream]
	if !known {
		if w.isOver() || w.isSmall(i.stream) {
			return nil
		}
		var p pixels
		if p, found.why = w.readImage(i.stream, i.ink, i.resources); found.why == "" {
			found.texts = w.readCodes(p.spread().frame())
		}
		w.seen[i.stream] = found
	}
	if found.why != "" {
		w.leaveUnread(number, found.why)
	}
	return found.texts
}

// isSmall reports whether a picture has less pixels to a side than a code has modules.
func (w *work) isSmall(s *anypdf.Stream) bool {
	return min(w.file.Int(w.findEntry(s.Dict, "Width", "W")), w.file.Int(w.findEntry(s.Dict, "Height", "H"))) < smallestCode
}

// frame returns the picture with a white margin, since what is around a code in a page may be missing
// in its picture, and with larger pixels where each may be a module.
func (p pixels) frame() pixels {
	const margin = 16
	by := 1
	if p.longerSide() < 400 {
		by = 2
	}
	out := newPixels(by*p.width+2*margin, by*p.height+2*margin)
	for i := range out.grey {
		out.grey[i] = 255
	}
	for y := range by * p.height {
		row := out.grey[(y+margin)*out.width+margin:]
		for x := range by * p.width {
			row[x] = p.grey[y/by*p.width+x/by]
		}
	}
	return out
}

// searchCanvas draws a part of a page and searches it.
func (w *work) searchCanvas(d *drawing, low, high point, scale float64) []string {
	c, ok := newCanvas(low, high, scale)
	if !ok {
		return nil
	}
	pictures := 0
	for _, i := range d.items {
		if w.isOver() || c.left <= 0 || pictures > maxPlaced {
			d.full = true
			break
		}
		if i.path != nil {
			c.fill(i.path)
			continue
		}
		pictures++
		if p, why := w.readImage(i.picture.stream, i.picture.ink, i.picture.resources); why == "" {
			c.place(p, i.picture.to)
		}
	}
	w.done += maxPainted - c.left
	return w.readCodes(c.pixels.spread())
}

// findBoxes returns where the boxes of a page are, and how many pixels 1/72 inch takes so that the smaller of
// them can be told apart; false where they are too few for a code.
func (d *drawing) findBoxes() (low, high point, scale float64, ok bool) {
	var sizes []float64
	var corners []point
	slanting, squares := 0, 0
	for _, i := range d.items {
		if i.path == nil {
			continue
		}
		for _, shape := range i.path.shapes {
			a, b := extent(shape)
			width, height := measureSides(shape)
			if isSlanting(shape) {
				slanting++
			}
			if side := math.Min(width, height); len(shape) <= 5 && side > 0 && math.Max(width, height) < longestBox*side {
				sizes = append(sizes, side)
				corners = append(corners, a, b)
				if math.Max(width, height) < 1.5*side {
					squares++
				}
			}
		}
	}
	d.doubt = d.doubt || slanting >= fewestBoxes || squares >= fewestGlyphs
	if len(sizes) < fewestBoxes {
		return low, high, 0, false
	}
	slices.Sort(sizes)
	low, high = extent(corners)
	module := sizes[len(sizes)/10]
	low, high = point{low.x - 4*module, low.y - 4*module}, point{high.x + 4*module, high.y + 4*module}
	return low, high, moduleSize / module, true
}

// measureSides returns how wide and high a shape is, also one that is turned.
func measureSides(shape []point) (width, height float64) {
	if len(shape) == 4 {
		a, b, c := shape[0], shape[1], shape[2]
		return math.Hypot(b.x-a.x, b.y-a.y), math.Hypot(c.x-b.x, c.y-b.y)
	}
	a, b := extent(shape)
	return b.x - a.x, b.y - a.y
}

// isSlanting reports whether a shape of four sides has no right angle, as the modules of a code that is drawn
// askew. Such a code is not read.
func isSlanting(shape []point) bool {
	if len(shape) != 4 {
		return false
	}
	a, b, c := shape[0], shape[1], shape[2]
	along, across := math.Hypot(b.x-a.x, b.y-a.y), math.Hypot(c.x-b.x, c.y-b.y)
	return math.Abs((b.x-a.x)*(c.x-b.x)+(b.y-a.y)*(c.y-b.y)) > maxAngle/2*along*across
}

// finest is the most pixels for each 1/72 inch of a page that is put together: 300 dpi.
const finest = 300.0 / 72

// findResolution returns the pixels for each 1/72 inch of the page's finest picture, at most 300 dpi.
func (d *drawing) findResolution() float64 {
	best := 1.0
	for _, i := range d.items {
		if i.picture == nil {
			continue
		}
		width := d.work.file.Int(d.work.findEntry(i.picture.stream.Dict, "Width", "W"))
		if side := math.Hypot(i.picture.to.a, i.picture.to.b); side > 0 {
			best = math.Max(best, float64(width)/side)
		}
	}
	return math.Min(best, finest)
}
