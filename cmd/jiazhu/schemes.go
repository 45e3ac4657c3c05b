package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/layout"
	"github.com/jiazhu/jiazhu/shared/document/svg"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/config"
)

// readSchemes reads the kinds of certificate: those of SCHEMES, or else the built-in ones.
func (c console) readSchemes() (scheme.Set, error) {
	set, err := config.SchemesAt(c.getenv(config.Schemes))
	if err != nil {
		return scheme.Set{}, fmt.Errorf("%w: %w", errUsage, err)
	}
	return set, nil
}

// fileMistake is a mistake in a file of a kind of certificate.
type fileMistake struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Member string `json:"member,omitempty"`
	Text   string `json:"text"`
}

// checkSchemes prints every mistake in files of kinds of certificate, which are to be read together, and draws
// the face of one.
func (c console) checkSchemes(_ context.Context, args []string) error {
	f := c.flags("scheme check", "FILE...")
	asJSON := f.Bool("json", false, "print a list of the mistakes as JSON")
	preview := f.String("preview", "", "draw what a certificate of FILE looks like into this SVG")
	longest := f.Bool("longest", false, "draw it with the longest texts and the most rows")
	names, err := parse(f, args, 1, -1)
	if err != nil {
		return err
	}
	if *preview != "" && (len(names) > 1 || !strings.HasSuffix(*preview, ".svg")) || *longest && *preview == "" {
		return fmt.Errorf("%w: -preview draws one FILE into a name that ends in .svg, and -longest is for it", errUsage)
	}
	d, err := newDrawer()
	if err != nil {
		return err
	}
	mistakes := []fileMistake{}
	files := make(map[string]string) // by id
	for _, name := range names {
		text, err := c.open(name)
		if err != nil {
			return err
		}
		s, found := scheme.FindMistakes(text)
		if other, taken := files[s.ID]; taken && s.ID != "" {
			found = append(found, scheme.Mistake{Line: 1, Column: 1, Path: "id", Text: fmt.Sprintf("is %s, as in %s", s.ID, other)})
		}
		files[s.ID] = name
		if len(found) == 0 {
			found = d.findFaults(text, s)
			if err := d.draw(s, *longest, *preview); err != nil && len(found) == 0 {
				return err
			}
		}
		for _, m := range found {
			mistakes = append(mistakes, fileMistake{name, m.Line, m.Column, m.Path, m.Text})
			if !*asJSON {
				fmt.Fprintf(c.out, "%s:%s\n", name, m)
			}
		}
		if len(found) == 0 && !*asJSON {
			fmt.Fprintf(c.out, "%s: %s, %s\n", name, s.ID, s.TypeName)
		}
	}
	if *asJSON {
		if err := c.print(mistakes); err != nil {
			return err
		}
	}
	if len(mistakes) > 0 {
		return errors.New("the files have mistakes")
	}
	return nil
}

// drawer lays out certificates.
type drawer struct {
	layout *layout.Layout
	writer *svg.Writer
}

func newDrawer() (drawer, error) {
	fonts, err := font.Load()
	if err != nil {
		return drawer{}, err
	}
	return drawer{layout.New(fonts), svg.NewWriter(fonts)}, nil
}

// findFaults returns the mistakes of a file's face that are found by laying out samples.
func (d drawer) findFaults(text []byte, s scheme.Scheme) []scheme.Mistake {
	var found []scheme.Mistake
	for _, err := range d.layout.CheckFace(s) {
		found = append(found, scheme.LocateRule(text, err))
	}
	return found
}

// draw writes a sample of a scheme as an SVG, if there is a name for it.
func (d drawer) draw(s scheme.Scheme, longest bool, name string) error {
	if name == "" {
		return nil
	}
	page, err := d.layout.Preview(s, longest)
	if err != nil {
		return err
	}
	drawing, err := d.writer.Write(page, nil)
	if err != nil {
		return err
	}
	return os.WriteFile(name, drawing, 0o644)
}
