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
	for _, paragraph := range strings.Split(v.Text(), "\n\n") {
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
	if name := s.Reference(); name != "" {
		name = template.HTMLEscapeString(name)
		return template.HTML(`<a href="#schema-` + name + `">` + name + `</a>`) // a component's name
	}
	alternatives := append(s.At("anyOf").Items(), s.At("oneOf").Items()...)
	if len(alternatives) > 0 && !s.At("type").IsPresent() {
		var words []string
		for _, one := range alternatives {
			words = append(words, string(kind(one)))
		}
		return template.HTML(strings.Join(words, " or ")) // made here
	}
	if c := s.At("const"); c.IsPresent() {
		return literal(c.Text())
	}
	if values := s.At("enum").strings(); len(values) > 0 {
		var words []string
		for _, v := range values {
			words = append(words, string(literal(v)))
		}
		return template.HTML(strings.Join(words, " · ")) // made here
	}
	words := strings.Join(s.At("type").strings(), " or ")
	if items := s.At("items"); items.IsPresent() {
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
		if v := s.At(name).Text(); v != "" {
			b.WriteString(", " + v)
		}
	}
	for _, pair := range [][3]string{{"minLength", "maxLength", "characters"}, {"minimum", "maximum", ""}, {"minItems", "maxItems", "entries"}} {
		low, high := s.At(pair[0]).Text(), s.At(pair[1]).Text()
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
	if v := s.At("default").Text(); v != "" {
		b.WriteString(", " + v + " unless given")
	}
	return b.String()
}
