package ofd

import (
	"sync"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/font"
)

// The first numbers of a document: the page and its template, then whatever
// the template holds, then what the page holds.
const (
	pageID     = 1
	templateID = 2
	firstID    = 3
)

// template is a Base made ready: its page, its fonts and its pictures, with
// their digests. Documents of one kind share it.
type template struct {
	parts []part // resources, PublicRes.xml, Content.xml
	fonts pageFonts
	next  int // the first number free for the page
}

func (w *Writer) newTemplate(base *displaylist.Base) (*template, error) {
	var items []displaylist.Item
	if base != nil {
		items = base.Items
	}
	s, err := w.newResourceSet(items, base.Runes(), publicPart, "base_", &template{next: firstID, fonts: pageFonts{ids: map[*font.Subset]int{}}})
	if err != nil {
		return nil, err
	}
	m := open("Page", "")
	m.writeRaw(`<ofd:Content><ofd:Layer ID="`).id(s.next).writeRaw(`" Type="Background">`)
	c := s.canvas(m, w.fonts, s.next+1)
	if err := c.draw(items); err != nil {
		return nil, err
	}
	content, err := w.part(m.writeRaw(`</ofd:Layer></ofd:Content>`), "Page", templatePart)
	if err != nil {
		return nil, err
	}
	return &template{parts: append(s.parts, s.index, content), fonts: s.fonts, next: c.next}, nil
}

// templateCache holds the templates of the Bases met so far. There are as many Bases
// as kinds of certificate; if there are ever more than fit, it starts over.
type templateCache struct {
	mu        sync.Mutex
	templates map[*displaylist.Base]*template
}

const maxCachedTemplates = 64

func (y *templateCache) template(w *Writer, base *displaylist.Base) (*template, error) {
	y.mu.Lock()
	known := y.templates[base]
	y.mu.Unlock()
	if known != nil {
		return known, nil
	}
	t, err := w.newTemplate(base)
	if err != nil {
		return nil, err
	}
	y.mu.Lock()
	defer y.mu.Unlock()
	if y.templates == nil || len(y.templates) >= maxCachedTemplates {
		y.templates = map[*displaylist.Base]*template{}
	}
	y.templates[base] = t
	return t, nil
}
