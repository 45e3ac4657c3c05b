package ofd

import (
	"fmt"
	"maps"
	"strconv"

	"github.com/jiazhu/jiazhu/shared/document/displaylist"
	"github.com/jiazhu/jiazhu/shared/document/font"
)

// resourceSet has the fonts and pictures of a list of items: their parts, and the resource
// file that lists them with their IDs.
type resourceSet struct {
	parts    []part
	index    part // PublicRes.xml or DocumentRes.xml
	fonts    pageFonts
	pictures map[*displaylist.Picture]int
	next     int // the next free ID
}

// pageFonts are the font subsets of a page and of its template, with their IDs.
type pageFonts struct {
	shared, own font.Subsets
	ids         map[*font.Subset]int
}

// newResourceSet makes the resources of items, with IDs that continue those of a template.
// file is the path of the resource file, prefix begins the names of its parts, and runes
// are the characters for which the template has no glyphs.
func (w *Writer) newResourceSet(items []displaylist.Item, runes []rune, file, prefix string, under *template) (*resourceSet, error) {
	s := &resourceSet{pictures: map[*displaylist.Picture]int{}, next: under.next}
	s.fonts = pageFonts{shared: under.fonts.own, own: w.fonts.Subsets(runes), ids: maps.Clone(under.fonts.ids)}
	m := newMarkup("Res", ` BaseLoc="Res"`, 1<<10)
	if err := s.addFonts(m, w.fonts, items, prefix); err != nil {
		return nil, err
	}
	if err := s.addPictures(m, items, prefix); err != nil {
		return nil, err
	}
	var err error
	s.index, err = w.part(m, "Res", file)
	return s, err
}

// addFonts embeds a subset of each font in use. FontName is unique, because some readers
// cache fonts by name. FamilyName is the font that readers use which ignore embedded fonts.
func (s *resourceSet) addFonts(m *markup, fonts *font.Set, items []displaylist.Item, prefix string) error {
	for _, item := range items {
		if t, ok := item.(*displaylist.Text); ok {
			if missing := fonts.MissingRunes(t.Body); len(missing) > 0 {
				return fmt.Errorf("%w: %d characters", ErrGlyph, len(missing))
			}
		}
	}
	started := false
	for i, subset := range s.fonts.own {
		if subset == nil {
			continue
		}
		if !started {
			m.writeRaw(`<ofd:Fonts>`)
			started = true
		}
		face := fonts.Faces[i]
		file := prefix + "font_" + strconv.Itoa(i) + ".ttf"
		m.writeRaw(`<ofd:Font ID="`).id(s.next).writeRaw(`" FontName="`).text(subset.Tag+"+"+face.PostScriptName).
			writeRaw(`" FamilyName="宋体" Charset="unicode" Serif="true"><ofd:FontFile>`, file, `</ofd:FontFile></ofd:Font>`)
		s.fonts.ids[subset] = s.next
		s.parts = append(s.parts, newCompressedPart(resources+file, subset.File))
		s.next++
	}
	if started {
		m.writeRaw(`</ofd:Fonts>`)
	}
	return nil
}

// addPictures adds each picture once, even if it is drawn several times.
func (s *resourceSet) addPictures(m *markup, items []displaylist.Item, prefix string) error {
	for _, item := range items {
		image, ok := item.(*displaylist.Image)
		if !ok || s.pictures[image.Picture] != 0 {
			continue
		}
		kind, ending, err := imageFormat(image.Picture)
		if err != nil {
			return err
		}
		if len(s.pictures) == 0 {
			m.writeRaw(`<ofd:MultiMedias>`)
		}
		file := prefix + "image_" + strconv.Itoa(len(s.pictures)) + ending
		m.writeRaw(`<ofd:MultiMedia ID="`).id(s.next).writeRaw(`" Type="Image" Format="`, kind, `"><ofd:MediaFile>`, file, `</ofd:MediaFile></ofd:MultiMedia>`)
		s.pictures[image.Picture] = s.next
		s.parts = append(s.parts, newPart(resources+file, image.Picture.Data))
		s.next++
	}
	if len(s.pictures) > 0 {
		m.writeRaw(`</ofd:MultiMedias>`)
	}
	return nil
}

func imageFormat(p *displaylist.Picture) (kind, ending string, err error) {
	if p != nil {
		switch p.MIME {
		case "image/png":
			return "PNG", ".png", nil
		case "image/jpeg":
			return "JPEG", ".jpg", nil
		}
	}
	return "", "", fmt.Errorf("%w: a picture that is neither PNG nor JPEG", ErrDocument)
}

func (s *resourceSet) canvas(m *markup, fonts *font.Set, next int) *canvas {
	return &canvas{m: m, fonts: fonts, use: s.fonts, pictures: s.pictures, next: next}
}
