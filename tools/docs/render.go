package main

import (
	"bytes"
	_ "embed"
	"html/template"
)

//go:embed page.html
var layout string

// render is the page as HTML.
func render(contract value, examples []programs) ([]byte, error) {
	t, err := template.New("page").Funcs(functions(contract)).
		Funcs(template.FuncMap{"programs": func() []programs { return examples }}).Parse(layout)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := t.Execute(&out, contract); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
