package main

import (
	"encoding/json"
	"slices"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// pageKinds is what the page knows of the service's kinds of certificate.
type pageKinds struct {
	Grammars []pageGrammar            `json:"grammars"`
	Labels   map[string]scheme.Labels `json:"labels"`
}

// pageGrammar is a grammar without what only messages of the service need.
type pageGrammar struct {
	Label    problem.Text                `json:"label"`
	Patterns []string                    `json:"patterns"`
	Parts    map[string]certificate.Part `json:"parts"`
}

// describeKinds writes the grammars of numbers, each once, and the labels of each kind by its name.
func describeKinds(schemes scheme.Set) ([]byte, error) {
	var known certificate.Grammars
	kinds := pageKinds{[]pageGrammar{}, map[string]scheme.Labels{}}
	for _, s := range schemes.List() {
		kinds.Labels[s.TypeName] = s.Labels()
		if slices.ContainsFunc(known, s.Number.IsSame) {
			continue
		}
		known = append(known, s.Number)
		g := pageGrammar{s.Number.Label, s.Number.Patterns, make(map[string]certificate.Part)}
		for name, part := range s.Number.Parts {
			part.Name = problem.Text{}
			g.Parts[name] = part
		}
		kinds.Grammars = append(kinds.Grammars, g)
	}
	return json.Marshal(kinds)
}
