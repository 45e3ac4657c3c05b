package main

import (
	"context"
	"errors"
	"fmt"

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

// checkSchemes prints every mistake in files of kinds of certificate, which are to be read together.
func (c console) checkSchemes(_ context.Context, args []string) error {
	f := c.flags("scheme check", "FILE...")
	asJSON := f.Bool("json", false, "print a list of the mistakes as JSON")
	names, err := parse(f, args, 1, -1)
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
