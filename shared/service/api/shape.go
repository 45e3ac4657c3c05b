package api

import (
	"bytes"
	"encoding"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

const (
	maxDepth           = 32 // how deep a body may nest
	maxReportedMembers = 20 // members that a refusal lists
	maxMemberName      = 64 // characters of a member's name in a pointer
)

// jsonChecker compares a JSON value with the Go type it is for, before it is decoded, and collects
// the differences. It reads the value once, so that its cost is linear in the length, however deep
// the value nests.
type jsonChecker struct {
	data []byte
	dec  *json.Decoder
	path []string // of the current value

	deep                      bool
	repeated, unknown, misfit []problem.Field
}

func check(data []byte, v any) error {
	s := jsonChecker{data: data, dec: json.NewDecoder(bytes.NewReader(data))}
	s.dec.UseNumber()
	if string(bytes.TrimSpace(data)) == "null" {
		s.noteMisfit(data, reflect.TypeOf(v).Elem())
	} else {
		s.value(reflect.TypeOf(v))
	}
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
	p.Fields = fields
	return p
}

var (
	jsonUnmarshaler = reflect.TypeFor[json.Unmarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// value checks the next value against t; a nil t takes anything.
func (s *jsonChecker) value(t reflect.Type) {
	if len(s.path) > maxDepth {
		s.deep = true
		return
	}
	start := s.nextOffset()
	token, _ := s.dec.Token() // the whole is valid JSON
	if token == nil && t != nil && takesNull(t) {
		return
	}
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	opened, _ := token.(json.Delim)
	anything := func(string) (reflect.Type, bool) { return nil, true }
	switch kind := kindOf(t); {
	case kind == reflect.Invalid || kind == reflect.Interface:
		s.members(opened, anything)
	case kind == reflect.Struct && opened == '{':
		s.members(opened, fieldsOf(t))
	case kind == reflect.Map && opened == '{', kind == reflect.Slice && opened == '[':
		s.members(opened, func(string) (reflect.Type, bool) { return t.Elem(), true })
	default:
		s.members(opened, anything)
		s.leaf(start, t)
	}
}

// nextOffset returns where the next value begins.
func (s *jsonChecker) nextOffset() int {
	at := int(s.dec.InputOffset())
	for at < len(s.data) && strings.IndexByte(" \t\r\n,:", s.data[at]) >= 0 {
		at++
	}
	return at
}

// kindOf returns the kind that decides how t reads JSON. Types with an UnmarshalJSON method, and
// []byte, are leaves.
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

// leaf checks the value from start to here, which has been read.
func (s *jsonChecker) leaf(start int, t reflect.Type) {
	if s.deep {
		return
	}
	raw := s.data[start:s.dec.InputOffset()]
	if string(raw) == "null" || json.Unmarshal(raw, reflect.New(t).Interface()) != nil {
		s.noteMisfit(raw, t)
	}
}

// noteMisfit notes a value that is none of its type. The value itself is not repeated.
func (s *jsonChecker) noteMisfit(raw []byte, t reflect.Type) {
	said, suggestion := describeType(t), ""
	var text string
	if t == reflect.TypeFor[civil.Date]() && json.Unmarshal(raw, &text) == nil {
		suggestion = civil.SuggestDay(text)
	}
	if t == reflect.TypeFor[[]byte]() && json.Unmarshal(raw, &text) == nil && strings.HasPrefix(text, "data:") {
		said = problem.Text{ZH: "应为 Base64，不含前缀 data:…;base64,。", EN: "The value is base64 without data:…;base64, in front."}
	}
	s.note(&s.misfit, "type", said.ZH, said.EN)
	if n := len(s.misfit); suggestion != "" && s.misfit[n-1].Pointer == s.pointer() {
		s.misfit[n-1].Suggestion = suggestion
	}
}

// describeType says what a value of a type looks like.
func describeType(t reflect.Type) problem.Text {
	switch {
	case t == reflect.TypeFor[civil.Date]():
		return problem.Text{ZH: "日期应为 YYYY-MM-DD。", EN: "A day is written YYYY-MM-DD."}
	case t == reflect.TypeFor[[]byte]():
		return problem.Text{ZH: "应为 Base64 文字。", EN: "The value is base64 in a string."}
	}
	switch t.Kind() {
	case reflect.String:
		return problem.Text{ZH: "应为字符串。", EN: "The value is a string."}
	case reflect.Bool:
		return problem.Text{ZH: "应为 true 或 false。", EN: "The value is true or false."}
	case reflect.Int, reflect.Int64:
		return problem.Text{ZH: "应为整数。", EN: "The value is a whole number."}
	case reflect.Slice:
		return problem.Text{ZH: "应为数组。", EN: "The value is an array."}
	case reflect.Struct, reflect.Map:
		return problem.Text{ZH: "应为对象。", EN: "The value is an object."}
	}
	return problem.Text{ZH: "类型或格式不符。", EN: "The value has another type or form than expected."}
}

// members checks the members of an object or the elements of an array that was opened, and reads
// its end. Other values have none.
func (s *jsonChecker) members(opened json.Delim, within func(string) (reflect.Type, bool)) {
	if opened != '{' && opened != '[' {
		return
	}
	var seen map[string]bool
	if opened == '{' {
		seen = map[string]bool{}
	}
	for n := 0; !s.deep && s.dec.More(); n++ {
		name := strconv.Itoa(n)
		if opened == '{' {
			key, _ := s.dec.Token()
			name, _ = key.(string)
		}
		s.path = append(s.path, name)
		s.member(name, seen, within)
		s.path = s.path[:len(s.path)-1]
	}
	if !s.deep {
		_, _ = s.dec.Token()
	}
}

func (s *jsonChecker) member(name string, seen map[string]bool, within func(string) (reflect.Type, bool)) {
	if seen[name] {
		s.note(&s.repeated, "repeated", "字段重复", "The member is there twice.")
	}
	if seen != nil {
		seen[name] = true
	}
	t, ok := within(name)
	if !ok {
		s.note(&s.unknown, "unknown", "没有这个字段", "There is no such member.")
	}
	s.value(t)
}

// note adds the current member to a list that is not full.
func (s *jsonChecker) note(list *[]problem.Field, rule, zh, en string) {
	if len(*list) < maxReportedMembers {
		*list = append(*list, problem.Field{Pointer: s.pointer(), Rule: rule, Detail: problem.Text{ZH: zh, EN: en}})
	}
}

// pointer returns the JSON pointer of the current value.
func (s *jsonChecker) pointer() string {
	var b strings.Builder
	for _, name := range s.path {
		b.WriteByte('/')
		b.WriteString(escape(clip(name)))
	}
	return b.String()
}

// clip shortens a name, so that a very long one does not fill the answer.
func clip(name string) string {
	n := 0
	for at := range name {
		if n++; n > maxMemberName {
			return name[:at] + "…"
		}
	}
	return name
}

// fieldsOf returns the types of a struct's members by their JSON names.
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
