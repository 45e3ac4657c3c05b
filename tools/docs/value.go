package main

import (
	"encoding/json"
	"strings"

	"go.yaml.in/yaml/v3"
)

// value is a YAML value whose members keep their order; the zero value is nothing.
type value struct{ node *yaml.Node }

// member is one entry of a mapping.
type member struct {
	Name  string
	Value value
}

func parse(text []byte) (value, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return value{}, err
	}
	return value{document.Content[0]}, nil
}

// At goes down by names; what is not there is nothing.
func (v value) At(names ...string) value {
	for _, name := range names {
		found := value{}
		for _, m := range v.Members() {
			if m.Name == name {
				found = m.Value
			}
		}
		v = found
	}
	return v
}

func (v value) IsPresent() bool { return v.node != nil }

// resolveAlias follows an alias.
func (v value) resolveAlias() *yaml.Node {
	if v.node != nil && v.node.Kind == yaml.AliasNode {
		return v.node.Alias
	}
	return v.node
}

// Members are a mapping's, with those that it merges first.
func (v value) Members() (all []member) {
	n := v.resolveAlias()
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, content := n.Content[i].Value, value{n.Content[i+1]}
		if name == "<<" {
			all = append(all, content.Members()...)
			continue
		}
		all = put(all, member{name, content})
	}
	return all
}

func put(all []member, m member) []member {
	for i := range all {
		if all[i].Name == m.Name {
			all[i] = m
			return all
		}
	}
	return append(all, m)
}

// Items are a sequence's.
func (v value) Items() (all []value) {
	if n := v.resolveAlias(); n != nil && n.Kind == yaml.SequenceNode {
		for _, item := range n.Content {
			all = append(all, value{item})
		}
	}
	return all
}

// Text is the scalar at these names.
func (v value) Text(names ...string) string {
	v = v.At(names...)
	if n := v.resolveAlias(); n != nil && n.Kind == yaml.ScalarNode {
		return strings.TrimSpace(n.Value)
	}
	return ""
}

// asList is a list of the value, or an empty one.
func (v value) asList() []value {
	if v.IsPresent() {
		return []value{v}
	}
	return nil
}

// strings are a scalar, or the scalars of a sequence.
func (v value) strings() (all []string) {
	if text := v.Text(); text != "" {
		return []string{text}
	}
	for _, item := range v.Items() {
		all = append(all, item.Text())
	}
	return all
}

// Reference is the last part of a $ref, or "".
func (v value) Reference() string {
	ref := v.Text("$ref")
	return ref[strings.LastIndex(ref, "/")+1:]
}

// json writes the value as JSON whose members keep their order.
func (v value) json() string {
	var b strings.Builder
	v.write(&b, "\n")
	return b.String()
}

func (v value) write(b *strings.Builder, indent string) {
	n := v.resolveAlias()
	switch {
	case n == nil:
		b.WriteString("null")
	case n.Kind == yaml.MappingNode:
		list(b, indent, "{}", v.Members(), func(m member) {
			b.WriteString(quote(m.Name) + ": ")
			m.Value.write(b, indent+"  ")
		})
	case n.Kind == yaml.SequenceNode:
		list(b, indent, "[]", v.Items(), func(item value) { item.write(b, indent+"  ") })
	case n.Tag == "!!str":
		b.WriteString(quote(n.Value))
	default:
		b.WriteString(n.Value)
	}
}

func list[T any](b *strings.Builder, indent, brackets string, all []T, write func(T)) {
	b.WriteByte(brackets[0])
	for i, one := range all {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(indent + "  ")
		write(one)
	}
	if len(all) > 0 {
		b.WriteString(indent)
	}
	b.WriteByte(brackets[1])
}

func quote(text string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(text) // a string and a Builder: neither can fail
	return strings.TrimSuffix(b.String(), "\n")
}
