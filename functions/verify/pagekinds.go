package main

import (
	"encoding/json"
	"slices"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// pageKinds is the file of the page that holds what it knows of the service's kinds of certificate.
const pageKinds = "kinds.js"

// pageGrammar is a grammar without what only messages of the service need.
type pageGrammar struct {
	Label    problem.Text                `json:"label"`
	Patterns []string                    `json:"patterns"`
	Parts    map[string]certificate.Part `json:"parts"`
}

// describeKinds writes the grammars of numbers, each once, and the labels of each kind by its name.
func describeKinds(schemes scheme.Set) ([]byte, error) {
	var known certificate.Grammars
	grammars, labels := []pageGrammar{}, map[string]scheme.Labels{}
	for _, s := range schemes.List() {
		labels[s.TypeName] = s.Labels()
		if slices.ContainsFunc(known, s.Number.IsSame) {
			continue
		}
		known = append(known, s.Number)
		g := pageGrammar{s.Number.Label, s.Number.Patterns, make(map[string]certificate.Part)}
		for name, part := range s.Number.Parts {
			part.Name = problem.Text{}
			g.Parts[name] = part
		}
		grammars = append(grammars, g)
	}
	grammarsJSON, err := json.Marshal(grammars)
	if err != nil {
		return nil, err
	}
	labelsJSON, err := json.Marshal(labels)
	if err != nil {
		return nil, err
	}
	return []byte("export const grammars = " + string(grammarsJSON) + ";\nexport const labels = " + string(labelsJSON) + ";\n"), nil
}
