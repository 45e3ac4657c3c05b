package ofd

import (
	"sync"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/font"
)

// The first IDs of a document. The objects of the template follow from firstID, then those
// of the page.
const (
	pageID     = 1
	templateID = 2
	firstID    = 3
)

// template has the parts of a displaylist.Base, its page, fonts and pictures, with their
// digests. All documents of one kind use it.
type template struct {
	parts []part // resources, PublicRes.xml, Content.xml
	fonts pageFonts
	next  int // the first free ID
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
	m := newMarkup("Page", "", 16<<10)
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

// templateCache holds the template of each Base. There are a few Bases for each kind of
// certificate. A full cache is cleared.
type templateCache struct {
	mu        sync.Mutex
	templates map[*displaylist.Base]*template
}

const maxCachedTemplates = 64

func (c *templateCache) template(w *Writer, base *displaylist.Base) (*template, error) {
	c.mu.Lock()
	known := c.templates[base]
	c.mu.Unlock()
	if known != nil {
		return known, nil
	}
	t, err := w.newTemplate(base)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.templates == nil || len(c.templates) >= maxCachedTemplates {
		c.templates = map[*displaylist.Base]*template{}
	}
	c.templates[base] = t
	return t, nil
}
