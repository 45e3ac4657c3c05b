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
	name  string
	value value
}

func parse(text []byte) (value, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return value{}, err
	}
	return value{document.Content[0]}, nil
}

// at goes down by names; what is not there is nothing.
func (v value) at(names ...string) value {
	for _, name := range names {
		found := value{}
		for _, m := range v.members() {
			if m.name == name {
				found = m.value
			}
		}
		v = found
	}
	return v
}

func (v value) isPresent() bool { return v.node != nil }

// resolveAlias follows an alias.
func (v value) resolveAlias() *yaml.Node {
	if v.node != nil && v.node.Kind == yaml.AliasNode {
		return v.node.Alias
	}
	return v.node
}

// members are a mapping's, with those that it merges first.
func (v value) members() (all []member) {
	n := v.resolveAlias()
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, content := n.Content[i].Value, value{n.Content[i+1]}
		if name == "<<" {
			all = append(all, content.members()...)
			continue
		}
		all = put(all, member{name, content})
	}
	return all
}

func put(all []member, m member) []member {
	for i := range all {
		if all[i].name == m.name {
			all[i] = m
			return all
		}
	}
	return append(all, m)
}

// items are a sequence's.
func (v value) items() (all []value) {
	if n := v.resolveAlias(); n != nil && n.Kind == yaml.SequenceNode {
		for _, item := range n.Content {
			all = append(all, value{item})
		}
	}
	return all
}

// text is a scalar's.
func (v value) text() string {
	if n := v.resolveAlias(); n != nil && n.Kind == yaml.ScalarNode {
		return strings.TrimSpace(n.Value)
	}
	return ""
}

// strings are a scalar, or the scalars of a sequence.
func (v value) strings() (all []string) {
	if text := v.text(); text != "" {
		return []string{text}
	}
	for _, item := range v.items() {
		all = append(all, item.text())
	}
	return all
}

// reference is the last part of a $ref, or "".
func (v value) reference() string {
	ref := v.at("$ref").text()
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
		list(b, indent, "{}", v.members(), func(m member) {
			b.WriteString(quote(m.name) + ": ")
			m.value.write(b, indent+"  ")
		})
	case n.Kind == yaml.SequenceNode:
		list(b, indent, "[]", v.items(), func(item value) { item.write(b, indent+"  ") })
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
