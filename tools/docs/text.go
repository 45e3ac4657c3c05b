package main

import (
	"html/template"
	"regexp"
	"strings"
)

var (
	codePattern = regexp.MustCompile("`([^`]+)`")
	strong      = regexp.MustCompile(`\*\*([^*]+)\*\*`)
)

// prose is a description as HTML: paragraphs, `code` and **strong**.
func prose(v value) template.HTML {
	var b strings.Builder
	for _, paragraph := range strings.Split(v.text(), "\n\n") {
		if paragraph == "" {
			continue
		}
		text := template.HTMLEscapeString(strings.TrimSpace(paragraph))
		text = codePattern.ReplaceAllString(text, "<code>$1</code>")
		text = strong.ReplaceAllString(text, "<strong>$1</strong>")
		b.WriteString("<p>" + text + "</p>")
	}
	return template.HTML(b.String()) // escaped above
}

// kind is what a schema takes, in a few words, with links to the schemas it names.
func kind(s value) template.HTML {
	if name := s.reference(); name != "" {
		name = template.HTMLEscapeString(name)
		return template.HTML(`<a href="#schema-` + name + `">` + name + `</a>`) // a component's name
	}
	alternatives := append(s.at("anyOf").items(), s.at("oneOf").items()...)
	if len(alternatives) > 0 && !s.at("type").isPresent() {
		var words []string
		for _, one := range alternatives {
			words = append(words, string(kind(one)))
		}
		return template.HTML(strings.Join(words, " or ")) // made here
	}
	if c := s.at("const"); c.isPresent() {
		return literal(c.text())
	}
	if values := s.at("enum").strings(); len(values) > 0 {
		var words []string
		for _, v := range values {
			words = append(words, string(literal(v)))
		}
		return template.HTML(strings.Join(words, " · ")) // made here
	}
	words := strings.Join(s.at("type").strings(), " or ")
	if items := s.at("items"); items.isPresent() {
		return template.HTML("list of " + string(kind(items))) // made here
	}
	return template.HTML(template.HTMLEscapeString(words + bounds(s))) // escaped
}

func literal(text string) template.HTML {
	return template.HTML("<code>" + template.HTMLEscapeString(text) + "</code>") // escaped
}

// bounds are a schema's format, length and range.
func bounds(s value) string {
	var b strings.Builder
	for _, name := range []string{"format", "contentMediaType", "contentEncoding", "pattern"} {
		if v := s.at(name).text(); v != "" {
			b.WriteString(", " + v)
		}
	}
	for _, pair := range [][3]string{{"minLength", "maxLength", "characters"}, {"minimum", "maximum", ""}, {"minItems", "maxItems", "entries"}} {
		low, high := s.at(pair[0]).text(), s.at(pair[1]).text()
		switch {
		case low != "" && high != "":
			b.WriteString(", " + low + " to " + high)
		case low != "":
			b.WriteString(", at least " + low)
		case high != "":
			b.WriteString(", at most " + high)
		default:
			continue
		}
		if pair[2] != "" {
			b.WriteString(" " + pair[2])
		}
	}
	if v := s.at("default").text(); v != "" {
		b.WriteString(", " + v + " unless given")
	}
	return b.String()
}
