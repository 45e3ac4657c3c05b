package ofd

import (
	"fmt"
	"strconv"

	"github.com/jiazhu/jiazhu/shared/render/font"
	"github.com/jiazhu/jiazhu/shared/render/page"
)

// shelf collects the fonts and pictures that a list of items needs: the parts
// that hold them and the resource file that numbers them.
type shelf struct {
	parts    []part
	index    part // PublicRes.xml or DocumentRes.xml
	faces    map[*font.Face]fontUse
	pictures map[*page.Picture]int
	next     int // the next free number
}

// newShelf numbers resources from next on. file names the resource file and
// prefix tells its parts from those of another shelf.
func (w *Writer) newShelf(items []page.Item, file, prefix string, next int) (*shelf, error) {
	s := &shelf{faces: map[*font.Face]fontUse{}, pictures: map[*page.Picture]int{}, next: next}
	m := open("Res", ` BaseLoc="Res"`)
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

// addFonts embeds a subset of each face in use. FontName is unlike any other,
// for readers that remember fonts by it; FamilyName is what readers that
// ignore embedded fonts should show instead.
func (s *shelf) addFonts(m *markup, fonts *font.Set, items []page.Item, prefix string) error {
	for _, item := range items {
		if t, ok := item.(*page.Text); ok {
			if missing := fonts.Missing(t.Body); len(missing) > 0 {
				return fmt.Errorf("%w: %q", ErrGlyph, string(missing))
			}
		}
	}
	started := false
	for i, runes := range fonts.Split(page.Runes(items)) {
		if len(runes) == 0 {
			continue
		}
		if !started {
			m.raw(`<ofd:Fonts>`)
			started = true
		}
		face := fonts.Faces[i]
		subset := face.Subset(runes)
		file := prefix + "font_" + strconv.Itoa(i) + ".ttf"
		m.raw(`<ofd:Font ID="`).id(s.next).raw(`" FontName="`).text(subset.Tag+"+"+face.PostScriptName).
			raw(`" FamilyName="宋体" Charset="unicode" Serif="true"><ofd:FontFile>`, file, `</ofd:FontFile></ofd:Font>`)
		s.faces[face] = fontUse{id: s.next, subset: subset}
		s.parts = append(s.parts, newPackedPart(resources+file, subset.File))
		s.next++
	}
	if started {
		m.raw(`</ofd:Fonts>`)
	}
	return nil
}

// addPictures stores each picture once, however often it is drawn.
func (s *shelf) addPictures(m *markup, items []page.Item, prefix string) error {
	for _, item := range items {
		image, ok := item.(*page.Image)
		if !ok || s.pictures[image.Picture] != 0 {
			continue
		}
		kind, ending, err := format(image.Picture)
		if err != nil {
			return err
		}
		if len(s.pictures) == 0 {
			m.raw(`<ofd:MultiMedias>`)
		}
		file := prefix + "image_" + strconv.Itoa(len(s.pictures)) + ending
		m.raw(`<ofd:MultiMedia ID="`).id(s.next).raw(`" Type="Image" Format="`, kind, `"><ofd:MediaFile>`, file, `</ofd:MediaFile></ofd:MultiMedia>`)
		s.pictures[image.Picture] = s.next
		s.parts = append(s.parts, newPart(resources+file, image.Picture.Data))
		s.next++
	}
	if len(s.pictures) > 0 {
		m.raw(`</ofd:MultiMedias>`)
	}
	return nil
}

func format(p *page.Picture) (kind, ending string, err error) {
	if p != nil {
		switch p.MIME {
		case "image/png":
			return "PNG", ".png", nil
		case "image/jpeg":
			return "JPEG", ".jpg", nil
		}
	}
	return "", "", fmt.Errorf("%w: a picture is PNG or JPEG", ErrDocument)
}

func (s *shelf) canvas(m *markup, fonts *font.Set, next int) *canvas {
	return &canvas{m: m, fonts: fonts, faces: s.faces, pictures: s.pictures, next: next}
}
