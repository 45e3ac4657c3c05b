package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
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

// checkSchemes prints every mistake in files of kinds of certificate, which are to be read together, draws
// the face of one, and compares them with the register.
func (c console) checkSchemes(ctx context.Context, args []string) error {
	f := c.flags("scheme check", "FILE|DIRECTORY...")
	asJSON := f.Bool("json", false, "print a list of the mistakes as JSON")
	preview := f.String("preview", "", "draw what a certificate of FILE looks like into this SVG")
	longest := f.Bool("longest", false, "draw it with the longest texts and the most rows")
	register := f.Bool("register", false, "name also each certificate of the register that the files do not cover, and read them all for it")
	names, err := parse(f, args, 1, -1)
	if err != nil {
		return err
	}
	if *register && *asJSON {
		return fmt.Errorf("%w: -register prints lines, without -json", errUsage)
	}
	if names, err = listSchemeFiles(names); err != nil {
		return err
	}
	if *preview != "" && (len(names) > 1 || !strings.HasSuffix(*preview, ".svg")) || *longest && *preview == "" {
		return fmt.Errorf("%w: -preview draws one FILE into a name that ends in .svg, and -longest is for it", errUsage)
	}
	d, err := newDrawer()
	if err != nil {
		return err
	}
	list, texts, found := make([]scheme.Scheme, len(names)), make([][]byte, len(names)), make([][]scheme.Mistake, len(names))
	for i, name := range names {
		if texts[i], err = c.open(name); err != nil {
			return err
		}
		if list[i], found[i] = scheme.FindMistakes(texts[i]); len(found[i]) > 0 {
			continue
		}
		found[i] = d.findFaults(texts[i], list[i])
		if err := d.draw(list[i], *longest, *preview); err != nil && len(found[i]) == 0 {
			return err
		}
	}
	for _, clash := range scheme.FindClashes(list) {
		if list[clash.At].ID != "" && list[clash.With].ID != "" { // both could be read
			found[clash.At] = append(found[clash.At], scheme.LocateRule(texts[clash.At], clash.NameOther(names[clash.With])))
		}
	}
	mistakes := []fileMistake{}
	for i, name := range names {
		for _, m := range found[i] {
			mistakes = append(mistakes, fileMistake{name, m.Line, m.Column, m.Path, m.Text})
			if !*asJSON {
				fmt.Fprintf(c.out, "%s:%s\n", name, m)
			}
		}
		if len(found[i]) == 0 && !*asJSON {
			fmt.Fprintf(c.out, "%s: %s, %s\n", name, list[i].ID, list[i].TypeName)
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
	if *register {
		return c.checkRegister(ctx, list)
	}
	return nil
}

// listSchemeFiles returns names with each directory replaced by its files of kinds of certificate.
func listSchemeFiles(names []string) (all []string, err error) {
	for _, name := range names {
		if info, err := os.Stat(name); err != nil || !info.IsDir() {
			all = append(all, name)
			continue
		}
		files, err := scheme.ListFiles(os.DirFS(name))
		if err != nil {
			return nil, fmt.Errorf("%w: %s: %w", errUsage, name, err)
		}
		for _, file := range files {
			all = append(all, filepath.Join(name, file))
		}
	}
	return all, nil
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
