package main

import (
	"html/template"
	"slices"
	"strings"
)

// The types and functions here are what page.html needs beyond the members of the contract, which it reads by name.

// operation is one operation of the contract.
type operation struct {
	Method, Path string
	Value        value
}

// field is a row of a table: a member of an object, a parameter or a header.
type field struct {
	Name, Where string
	Required    bool
	Type, About template.HTML
	Fields      []field
}

type example struct{ Name, Text string }

// functions are those of the template. contract is the whole document.
func functions(contract value) template.FuncMap {
	return template.FuncMap{
		"lower": strings.ToLower, "prose": prose, "kind": kind, "fields": fields, "headers": headers, "examples": examples,
		"callers":    allowedCallers,
		"operations": func(tag value) []operation { return operations(contract, tag.Text("name")) },
		"parameters": func(o value) []field { return parameters(contract, o) },
		"code":       func(text string) []string { return strings.SplitN(text, " ", 2) },
	}
}

// operations returns those with a tag.
func operations(contract value, tag string) (all []operation) {
	for _, path := range contract.At("paths").Members() {
		for _, method := range path.Value.Members() {
			if o := method.Value; o.At("tags").Items()[0].Text() == tag {
				all = append(all, operation{strings.ToUpper(method.Name), path.Name, o})
			}
		}
	}
	return all
}

func parameters(contract, operation value) (all []field) {
	for _, p := range operation.At("parameters").Items() {
		if name := p.Reference(); name != "" {
			p = contract.At("components", "parameters", name)
		}
		all = append(all, field{
			Name: p.Text("name"), Where: p.Text("in"), Required: p.Text("required") == "true",
			Type: kind(p.At("schema")), About: prose(p.At("description")),
		})
	}
	return all
}

func headers(response value) (all []field) {
	for _, h := range response.At("headers").Members() {
		all = append(all, field{Name: h.Name, Type: kind(h.Value.At("schema")), About: prose(h.Value.At("description"))})
	}
	return all
}

// fields are the members of an object, also of one in a list or among alternatives.
func fields(s value) (all []field) {
	for _, m := range s.At("properties").Members() {
		all = append(all, field{
			Name: m.Name, Required: slices.Contains(s.At("required").strings(), m.Name), Type: kind(m.Value),
			About: prose(m.Value.At("description")), Fields: fields(m.Value),
		})
	}
	if len(all) > 0 {
		return all
	}
	for _, inner := range slices.Concat(s.At("anyOf").Items(), s.At("oneOf").Items(), s.At("items").asList()) {
		all = append(all, fields(inner)...)
	}
	return all
}

// allowedCallers lists who may call: each of the alternatives; an empty one is anybody.
func allowedCallers(security value) (all []string) {
	for _, one := range security.Items() {
		words := "anybody"
		for _, m := range one.Members() {
			words = "a holder’s " + m.Name
			if scopes := m.Value.strings(); len(scopes) > 0 {
				words = "a " + m.Name + " client with the scope " + strings.Join(scopes, ", ")
			}
		}
		all = append(all, words)
	}
	return all
}

// examples are those of a media type.
func examples(media member) (all []example) {
	if e := media.Value.At("example"); e.IsPresent() {
		all = append(all, example{"", formatExample(media.Name, e)})
	}
	for _, e := range media.Value.At("examples").Members() {
		all = append(all, example{e.Name, formatExample(media.Name, e.Value.At("value"))})
	}
	return all
}

// formatExample is an example as it is sent.
func formatExample(media string, e value) string {
	if strings.Contains(media, "json") && media != "application/x-ndjson" {
		return e.json()
	}
	if media == "application/x-www-form-urlencoded" {
		var lines []string
		for _, m := range e.Members() {
			lines = append(lines, m.Name+"="+m.Value.Text())
		}
		return strings.Join(lines, "\n&")
	}
	return e.Text()
}
