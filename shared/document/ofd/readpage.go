package ofd

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// pageLevels are the levels of a page's nodes that say which templates it has.
const pageLevels = 2

// readPages finds the pages with their templates, and checks that each is well-formed.
func (p *packageParts) readPages(f *File, document *node, dir string) error {
	templates := map[string]string{}
	for _, t := range document.child("CommonData").childrenNamed("TemplatePage") {
		templates[t.attribute("ID")] = resolvePath(dir, t.attribute("BaseLoc"))
	}
	pages := document.child("Pages").childrenNamed("Page")
	if len(pages) == 0 || len(pages) > maxParts {
		return fmt.Errorf("%w: a document without pages, or with too many", ErrXML)
	}
	for _, page := range pages {
		content, data, err := p.page(resolvePath(dir, page.attribute("BaseLoc")))
		if err != nil {
			return err
		}
		for _, used := range content.childrenNamed("Template") {
			_, template, err := p.page(templates[used.attribute("TemplateID")])
			if err != nil {
				return err
			}
			f.pages = append(f.pages, template)
		}
		f.pages = append(f.pages, data)
	}
	return nil
}

// page returns the first levels of a page and its content.
func (p *packageParts) page(location string) (*node, []byte, error) {
	tree, err := p.tree(location, "Page", pageLevels)
	if err != nil {
		return nil, nil, err
	}
	data, err := p.content(location)
	return tree, data, err
}

// ReadText returns the text of the pages, one line for each line of text, those of a page's templates
// first.
func (f *File) ReadText() (string, error) {
	var lines textJoiner
	for _, page := range f.pages {
		tree, err := parse(page, "Page", allLevels)
		if err != nil {
			return "", err
		}
		lines.add(tree)
	}
	return lines.text.String(), nil
}

// textJoiner joins text objects into lines. An object that begins where the previous one
// ended, on the same baseline, continues its line.
type textJoiner struct {
	text    strings.Builder
	x, y    float64 // end of the last object, on its baseline
	started bool
}

// maxJoinGap is the largest gap, in ems, between objects of one line.
const maxJoinGap = 0.25

func (l *textJoiner) add(page *node) {
	for _, layer := range page.child("Content").childrenNamed("Layer") {
		for _, object := range layer.childrenNamed("TextObject") {
			l.object(object)
		}
	}
}

func (l *textJoiner) object(o *node) {
	box := parseBox(o.attribute("Boundary"))
	size := parseNumber(o.attribute("Size"))
	for _, code := range o.childrenNamed("TextCode") {
		x, y := box[0]+parseNumber(code.attribute("X")), box[1]+parseNumber(code.attribute("Y"))
		follows := math.Abs(y-l.y) < 0.01 && math.Abs(x-l.x) < maxJoinGap*size
		if l.started && !follows {
			l.text.WriteByte('\n')
		}
		l.text.WriteString(code.text)
		l.x, l.y, l.started = box[0]+box[2]-parseNumber(code.attribute("X")), y, true
	}
}

// parseBox parses an ST_Box. Text that is not a number counts as 0.
func parseBox(s string) [4]float64 {
	var out [4]float64
	for i, field := range strings.Fields(s) {
		if i < len(out) {
			out[i] = parseNumber(field)
		}
	}
	return out
}

func parseNumber(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0
	}
	return v
}
