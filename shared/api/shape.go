package api

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/jiazhu/jiazhu/shared/problem"
)

// maxDepth is how deep a body may nest.
const maxDepth = 32

// shape compares a JSON value with the Go type it is for, before it is read,
// and collects what does not fit.
type shape struct {
	deep                      bool
	repeated, unknown, misfit []problem.Field
}

func check(data []byte, v any) error {
	var s shape
	s.value("", data, reflect.TypeOf(v), 0)
	switch {
	case s.deep:
		return problem.New(problem.MalformedJSON).WithDetail("嵌套过深", "The body nests too deeply.")
	case len(s.repeated) > 0:
		return withFields(problem.MalformedJSON, s.repeated)
	case len(s.unknown) > 0:
		return withFields(problem.UnknownField, s.unknown)
	case len(s.misfit) > 0:
		return withFields(problem.InvalidField, s.misfit)
	}
	return nil
}

func withFields(code problem.Code, fields []problem.Field) error {
	p := problem.New(code)
	for _, f := range fields {
		p = p.WithField(f)
	}
	return p
}

var (
	jsonUnmarshaler = reflect.TypeFor[json.Unmarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// value checks raw, which is valid JSON, against t; a nil t takes anything.
func (s *shape) value(pointer string, raw json.RawMessage, t reflect.Type, depth int) {
	if depth > maxDepth {
		s.deep = true
		return
	}
	raw = bytes.TrimSpace(raw)
	if string(raw) == "null" && t != nil && takesNull(t) {
		return
	}
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	var within func(name string) (reflect.Type, bool)
	switch kind := kindOf(t); {
	case kind == reflect.Invalid || kind == reflect.Interface:
		within = func(string) (reflect.Type, bool) { return nil, true }
	case kind == reflect.Struct && raw[0] == '{':
		within = fieldsOf(t)
	case kind == reflect.Map && raw[0] == '{', kind == reflect.Slice && raw[0] == '[':
		within = func(string) (reflect.Type, bool) { return t.Elem(), true }
	default:
		s.leaf(pointer, raw, t)
		within = func(string) (reflect.Type, bool) { return nil, true }
	}
	s.members(pointer, raw, within, depth)
}

// kindOf is the kind that decides how t reads JSON: types that read themselves,
// and []byte, are leaves.
func kindOf(t reflect.Type) reflect.Kind {
	switch {
	case t == nil:
		return reflect.Invalid
	case reflect.PointerTo(t).Implements(jsonUnmarshaler), reflect.PointerTo(t).Implements(textUnmarshaler):
		return reflect.String
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		return reflect.String
	}
	return t.Kind()
}

func takesNull(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Interface:
		return true
	}
	return false
}

func (s *shape) leaf(pointer string, raw json.RawMessage, t reflect.Type) {
	if string(raw) == "null" || json.Unmarshal(raw, reflect.New(t).Interface()) != nil {
		s.misfit = append(s.misfit, problem.Field{Pointer: pointer, Rule: "type", Detail: problem.Text{
			ZH: "类型或格式不符", EN: "The value has another type or form than expected.",
		}})
	}
}

// members checks the members of an object or the elements of an array.
func (s *shape) members(pointer string, raw json.RawMessage, within func(string) (reflect.Type, bool), depth int) {
	if raw[0] != '{' && raw[0] != '[' {
		return
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	_, _ = dec.Token()
	seen := map[string]bool{}
	for n := 0; dec.More(); n++ {
		name := fmt.Sprint(n)
		if raw[0] == '{' {
			key, _ := dec.Token()
			name = key.(string)
		}
		var member json.RawMessage
		if err := dec.Decode(&member); err != nil {
			return
		}
		s.member(pointer+"/"+escape(name), member, name, seen, within, depth)
	}
}

func (s *shape) member(pointer string, raw json.RawMessage, name string, seen map[string]bool, within func(string) (reflect.Type, bool), depth int) {
	if seen[name] {
		s.repeated = append(s.repeated, problem.Field{Pointer: pointer, Rule: "repeated", Detail: problem.Text{
			ZH: "字段重复", EN: "The member is there twice.",
		}})
	}
	seen[name] = true
	t, ok := within(name)
	if !ok {
		s.unknown = append(s.unknown, problem.Field{Pointer: pointer, Rule: "unknown", Detail: problem.Text{
			ZH: "没有这个字段", EN: "There is no such member.",
		}})
	}
	s.value(pointer, raw, t, depth+1)
}

// fieldsOf gives the types of a struct's members by their JSON names.
func fieldsOf(t reflect.Type) func(string) (reflect.Type, bool) {
	names := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || name == "-" || f.Anonymous && name == "" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		names[name] = f.Type
	}
	return func(name string) (reflect.Type, bool) {
		t, ok := names[name]
		return t, ok
	}
}

// escape writes a name as a reference token of a JSON pointer (RFC 6901, 3).
func escape(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}
