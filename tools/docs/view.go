package main

import (
	"html/template"
	"slices"
	"strings"
)

// page is what the template shows.
type page struct {
	Title, Version, Summary string
	Intro                   template.HTML
	Tags                    []tag
	Refusals                []answer // shared by the operations
	Codes                   []code
	Schemas                 []schema
}

type tag struct {
	Name       string
	About      template.HTML
	Operations []operation
}

type operation struct {
	ID, Method, Path, Summary string
	About                     template.HTML
	Who                       []string // who may ask; none is anybody
	Parameters                []field
	Bodies                    []body
	Needed                    bool // the body
	Answers                   []answer
	Refusals                  []answer // as other operations have them: status and name
}

// answer is one of an operation's, by status; or one that operations share, by name.
type answer struct {
	Status, Name string
	About        template.HTML
	Headers      []field
	Bodies       []body
}

type body struct {
	Media    string
	Type     template.HTML
	Fields   []field
	Examples []example
}

type example struct{ Name, Text string }

type field struct {
	Name, Where string
	Required    bool
	Type, About template.HTML
	Fields      []field
}

type code struct{ Code, Status, Title string }

type schema struct {
	Name string
	body
	About template.HTML
}

// viewer makes views of the contract.
type viewer struct{ contract value }

func (w viewer) page() page {
	info := w.contract.at("info")
	p := page{
		Title: info.at("title").text(), Version: info.at("version").text(), Summary: info.at("summary").text(),
		Intro: prose(info.at("description")),
	}
	for _, t := range w.contract.at("tags").items() {
		p.Tags = append(p.Tags, tag{t.at("name").text(), prose(t.at("description")), w.operations(t.at("name").text())})
	}
	for _, m := range w.contract.at("components", "responses").members() {
		p.Refusals = append(p.Refusals, w.answer(m.name, m.value))
	}
	for _, m := range w.contract.at("components", "schemas").members() {
		p.Schemas = append(p.Schemas, schema{m.name, w.describeBody(m.value), prose(m.value.at("description"))})
	}
	for _, m := range w.contract.at("components", "schemas", "ProblemCode", "x-enumDescriptions").members() {
		status, title, _ := strings.Cut(m.value.text(), " ")
		p.Codes = append(p.Codes, code{m.name, status, title})
	}
	return p
}

func (w viewer) operations(tag string) (all []operation) {
	for _, path := range w.contract.at("paths").members() {
		for _, method := range path.value.members() {
			if o := method.value; o.at("tags").items()[0].text() == tag {
				all = append(all, w.operation(method.name, path.name, o))
			}
		}
	}
	return all
}

func (w viewer) operation(method, path string, o value) operation {
	view := operation{
		ID: o.at("operationId").text(), Method: strings.ToUpper(method), Path: path, Summary: o.at("summary").text(),
		About: prose(o.at("description")), Who: allowedCallers(o.at("security")),
		Bodies: w.bodies(o.at("requestBody")), Needed: o.at("requestBody", "required").text() == "true",
	}
	for _, p := range o.at("parameters").items() {
		if name := p.reference(); name != "" {
			p = w.contract.at("components", "parameters", name)
		}
		view.Parameters = append(view.Parameters, field{
			Name: p.at("name").text(), Where: p.at("in").text(), Required: p.at("required").text() == "true",
			Type: kind(p.at("schema")), About: prose(p.at("description")),
		})
	}
	for _, r := range o.at("responses").members() {
		if name := r.value.reference(); name != "" {
			view.Refusals = append(view.Refusals, answer{Status: r.name, Name: name})
			continue
		}
		a := w.answer("", r.value)
		a.Status = r.name
		view.Answers = append(view.Answers, a)
	}
	return view
}

// allowedCallers may ask: each of the alternatives; an empty one is anybody.
func allowedCallers(security value) (all []string) {
	for _, one := range security.items() {
		words := "anybody"
		for _, m := range one.members() {
			words = "a holder’s " + m.name
			if scopes := m.value.strings(); len(scopes) > 0 {
				words = "a " + m.name + " client with the scope " + strings.Join(scopes, ", ")
			}
		}
		all = append(all, words)
	}
	return all
}

func (w viewer) answer(name string, r value) answer {
	a := answer{Name: name, About: prose(r.at("description")), Bodies: w.bodies(r)}
	for _, h := range r.at("headers").members() {
		a.Headers = append(a.Headers, field{Name: h.name, Type: kind(h.value.at("schema")), About: prose(h.value.at("description"))})
	}
	return a
}

func (w viewer) bodies(v value) (all []body) {
	for _, m := range v.at("content").members() {
		b := w.describeBody(m.value.at("schema"))
		b.Media = m.name
		if e := m.value.at("example"); e.isPresent() {
			b.Examples = append(b.Examples, example{"", formatExample(m.name, e)})
		}
		for _, e := range m.value.at("examples").members() {
			b.Examples = append(b.Examples, example{e.name, formatExample(m.name, e.value.at("value"))})
		}
		all = append(all, b)
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
		for _, m := range e.members() {
			lines = append(lines, m.name+"="+m.value.text())
		}
		return strings.Join(lines, "\n&")
	}
	return e.text()
}

func (w viewer) describeBody(s value) body { return body{Type: kind(s), Fields: w.fields(s)} }

// fields are the members of an object, also of one in a list or among alternatives.
func (w viewer) fields(s value) (all []field) {
	for _, m := range s.at("properties").members() {
		all = append(all, field{
			Name: m.name, Required: slices.Contains(s.at("required").strings(), m.name), Type: kind(m.value),
			About: prose(m.value.at("description")), Fields: w.fields(m.value),
		})
	}
	if len(all) > 0 {
		return all
	}
	within := append(s.at("anyOf").items(), s.at("oneOf").items()...)
	if items := s.at("items"); items.isPresent() {
		within = append(within, items)
	}
	for _, inner := range within {
		all = append(all, w.fields(inner)...)
	}
	return all
}
