package ofd

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// readPages reads the texts of each page, its template's first.
func (p *packageParts) readPages(f *File, document *node, folder string) error {
	templates := map[string]string{}
	for _, t := range document.child("CommonData").childrenNamed("TemplatePage") {
		templates[t.attribute("ID")] = resolvePath(folder, t.attribute("BaseLoc"))
	}
	pages := document.child("Pages").childrenNamed("Page")
	if len(pages) == 0 || len(pages) > maxParts {
		return fmt.Errorf("%w: a document has pages", ErrXML)
	}
	var lines textJoiner
	for _, one := range pages {
		content, err := p.tree(resolvePath(folder, one.attribute("BaseLoc")), "Page")
		if err != nil {
			return err
		}
		for _, used := range content.childrenNamed("Template") {
			template, err := p.tree(templates[used.attribute("TemplateID")], "Page")
			if err != nil {
				return err
			}
			lines.add(template)
		}
		lines.add(content)
	}
	f.Text = lines.text.String()
	return nil
}

// textJoiner joins text objects into lines: one that starts where the last ended,
// on the same baseline, continues it.
type textJoiner struct {
	text    strings.Builder
	x, y    float64 // where the last object ended, its baseline
	started bool
}

// join is the gap up to which an object continues the one before, in ems.
const join = 0.25

func (l *textJoiner) add(page *node) {
	for _, layer := range page.child("Content").childrenNamed("Layer") {
		for _, object := range layer.childrenNamed("TextObject") {
			l.object(object)
		}
	}
}

func (l *textJoiner) object(o *node) {
	box := numbers(o.attribute("Boundary"))
	size := number(o.attribute("Size"))
	for _, code := range o.childrenNamed("TextCode") {
		x, y := box[0]+number(code.attribute("X")), box[1]+number(code.attribute("Y"))
		follows := math.Abs(y-l.y) < 0.01 && math.Abs(x-l.x) < join*size
		if l.started && !follows {
			l.text.WriteByte('\n')
		}
		l.text.WriteString(code.text.String())
		l.x, l.y, l.started = box[0]+box[2]-number(code.attribute("X")), y, true
	}
}

// numbers reads an ST_Box; what is not a number counts as 0.
func numbers(s string) [4]float64 {
	var out [4]float64
	for i, field := range strings.Fields(s) {
		if i < len(out) {
			out[i] = number(field)
		}
	}
	return out
}

func number(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0
	}
	return v
}
