package scheme

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

// Mistake is one thing that is wrong in a scheme's file.
type Mistake struct {
	Line, Column int    // of the value, or of what should have it; from 1
	Path         string // of the member, such as window.maxDays; "" is the whole file
	Text         string
}

// String returns the mistake with its place.
func (m Mistake) String() string {
	return fmt.Sprintf("%d:%d: %s", m.Line, m.Column, strings.TrimPrefix(m.Path+" "+m.Text, " "))
}

// MistakesError is what Parse returns for a file with mistakes.
type MistakesError []Mistake

func (e MistakesError) Error() string {
	texts := make([]string, len(e))
	for i, m := range e {
		texts[i] = m.String()
	}
	return strings.Join(texts, "\n")
}

// within returns an error that names the file before each mistake.
func (e MistakesError) within(name string) error {
	var all []error
	for _, m := range e {
		all = append(all, fmt.Errorf("%s:%s", name, m))
	}
	return errors.Join(all...)
}

// yamlLine is the place that package yaml gives in the text of an error.
var yamlLine = regexp.MustCompile(`^(?:yaml: )?(?:unmarshal errors:\s+)?line ([0-9]+): `)

// yamlType is what package yaml says of a value of another type.
var yamlType = regexp.MustCompile("^cannot unmarshal !![a-z]+ `([^`]*)` into ([a-z0-9]+)$")

// yamlTypes says in words what Go's types are.
var yamlTypes = map[string]string{"int": "whole number", "bool": "true or false", "string": "text"}

// FindMistakes returns every mistake in a scheme's file, in the order of their places.
func FindMistakes(data []byte) (Scheme, []Mistake) {
	var s Scheme
	var root yaml.Node
	for i, line := range bytes.Split(data, []byte("\n")) {
		if !utf8.Valid(line) {
			return s, []Mistake{{i + 1, 1, "", "this line is not in UTF-8: save the file as UTF-8"}}
		}
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	switch err := decoder.Decode(&root); {
	case errors.Is(err, io.EOF):
		return s, []Mistake{{1, 1, "", "the file is empty"}}
	case err != nil:
		return s, []Mistake{describeYAML(err)}
	}
	if len(root.Content) != 1 || root.Content[0].Kind != yaml.MappingNode {
		return s, []Mistake{{1, 1, "", "is no mapping of members to values"}}
	}
	top := root.Content[0]
	w := walk{root: top}
	w.visit(top, reflect.TypeFor[Scheme](), nil)
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		w.found = append(w.found, Mistake{1, 1, "", "has more than one document"})
	}
	structural := slices.Clone(w.found)
	if err := top.Decode(&s); err != nil && len(structural) == 0 {
		return s, []Mistake{describeYAML(err)}
	}
	for _, e := range flatten(s.Check()) {
		w.addRule(e, structural)
	}
	slices.SortStableFunc(w.found, func(a, b Mistake) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Path, b.Path))
	})
	return s, w.found
}

// LocateRule returns the mistake that a rule is in a scheme's file: its place is that of the member to which
// a *certificate.RuleError leads.
func LocateRule(data []byte, rule error) Mistake {
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil || len(root.Content) == 0 {
		return Mistake{Line: 1, Column: 1, Text: rule.Error()}
	}
	w := walk{root: root.Content[0]}
	w.addRule(rule, nil)
	return w.found[0]
}

// describeYAML returns the mistake of a text that is no YAML.
func describeYAML(err error) Mistake {
	text := err.Error()
	m := Mistake{Line: 1, Column: 1, Text: text}
	if at := yamlLine.FindStringSubmatch(text); at != nil {
		m.Line, _ = strconv.Atoi(at[1])
		m.Text = text[len(at[0]):]
	}
	m.Text = strings.TrimPrefix(m.Text, "yaml: ")
	if value := yamlType.FindStringSubmatch(m.Text); value != nil {
		m.Text = fmt.Sprintf("is %s, which is no %s", value[1], cmp.Or(yamlTypes[value[2]], value[2]))
	}
	if strings.Contains(m.Text, "cannot start any token") {
		m.Text += ": indent with blanks, not tabs, and quote a text that begins with a mark"
	}
	return m
}

// walk collects the mistakes of a file's structure.
type walk struct {
	root  *yaml.Node
	found []Mistake
}

func (w *walk) add(n *yaml.Node, path []string, text string) {
	w.found = append(w.found, Mistake{n.Line, n.Column, strings.Join(path, "."), text})
}

// visit compares a node with the Go type that it is decoded into.
func (w *walk) visit(n *yaml.Node, t reflect.Type, path []string) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if n.Kind == yaml.AliasNode {
		w.add(n, path, "is an alias, which these files do not use")
		return
	}
	_, decodes := reflect.New(t).Interface().(interface{ UnmarshalText([]byte) error })
	switch {
	case !decodes && t.Kind() == reflect.Struct && n.Kind == yaml.MappingNode:
		w.visitMembers(n, t, path)
	case t.Kind() == reflect.Map && n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			w.visit(n.Content[i+1], t.Elem(), append(path[:len(path):len(path)], n.Content[i].Value))
		}
	case t.Kind() == reflect.Slice && n.Kind == yaml.SequenceNode:
		for i, item := range n.Content {
			w.visit(item, t.Elem(), append(path[:len(path):len(path)], strconv.Itoa(i)))
		}
	default:
		if err := n.Decode(reflect.New(t).Interface()); err != nil {
			w.add(n, path, describeYAML(err).Text)
		}
	}
}

// visitMembers compares the members of a mapping with the fields of a struct.
func (w *walk) visitMembers(n *yaml.Node, t reflect.Type, path []string) {
	fields := make(map[string]reflect.Type)
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if name == "" && f.IsExported() {
			name = strings.ToLower(f.Name)
		}
		fields[name] = f.Type
	}
	seen := make(map[string]bool)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		at := append(path[:len(path):len(path)], key.Value)
		field, known := fields[key.Value]
		switch {
		case !known || key.Value == "":
			w.add(key, at, "is no member of a scheme's file")
		case seen[key.Value]:
			w.add(key, at, "stands here twice")
			n.Content = slices.Delete(n.Content, i, i+2) // or nothing of the file can be decoded
			i -= 2
		default:
			w.visit(value, field, at)
		}
		seen[key.Value] = true
	}
}

// addRule adds a rule that the scheme breaks, unless its value could not be read.
func (w *walk) addRule(err error, structural []Mistake) {
	m := Mistake{Text: err.Error()}
	var path []string
	if e, ok := errors.AsType[*certificate.RuleError](err); ok {
		path, m.Text = e.Path, e.Text
	}
	m.Path = strings.Join(path, ".")
	for _, s := range structural {
		if s.Path == m.Path || s.Path != "" && strings.HasPrefix(m.Path, s.Path+".") {
			return
		}
	}
	at := locate(w.root, path)
	m.Line, m.Column = at.Line, at.Column
	w.found = append(w.found, m)
}

// locate returns the node at a path, or the nearest above it.
func locate(n *yaml.Node, path []string) *yaml.Node {
	if len(path) == 0 {
		return n
	}
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == path[0] {
				return locate(n.Content[i+1], path[1:])
			}
		}
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(path[0]); err == nil && i < len(n.Content) {
			return locate(n.Content[i], path[1:])
		}
	}
	return n
}

// flatten returns the errors that errors.Join joined.
func flatten(err error) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	switch {
	case err == nil:
		return nil
	case !ok:
		return []error{err}
	}
	var all []error
	for _, e := range joined.Unwrap() {
		all = append(all, flatten(e)...)
	}
	return all
}
