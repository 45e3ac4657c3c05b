package ofd

import (
	"strings"
	"unicode/utf8"
)

// readOwnMarkup reads a part in the form in which markup writes it, without the cost of a general parser of
// XML: one prefix, double quotes, no comments, no text between the children of an element. It keeps the
// nodes of so many levels, and checks the others. It returns nil for a part in any other form, even a
// well-formed one, which parse then reads.
func readOwnMarkup(data []byte, root string, levels int) *node {
	if !utf8.Valid(data) {
		return nil
	}
	text, declared := strings.CutPrefix(string(data), header)
	for _, c := range []byte(text) {
		if c < ' ' && c != '\n' {
			return nil
		}
	}
	if strings.Contains(text, "\uFFFE") || strings.Contains(text, "\uFFFF") || !declared {
		return nil
	}
	r := &ownReader{rest: text, levels: levels}
	if !r.element() || r.open[0].name != root {
		return nil
	}
	top := r.open[0]
	for len(r.open) > 0 {
		if !r.readNext() {
			return nil
		}
	}
	if r.rest != "\n" {
		return nil
	}
	return top
}

// ownReader reads elements one after the other. Its strings share the part's text.
type ownReader struct {
	rest   string
	open   []*node
	count  int
	levels int
	spare  []node // nodes that are allocated together
}

// readNext reads a start tag, or text with the end tag after it, or an end tag.
func (r *ownReader) readNext() bool {
	at := strings.IndexByte(r.rest, '<')
	if at < 0 {
		return false
	}
	here := r.open[len(r.open)-1]
	if at > 0 {
		text, ok := unescapeText(r.rest[:at])
		if !ok || !strings.HasPrefix(r.rest[at:], "</") || len(here.children) > 0 || here.hasMore {
			return false
		}
		here.text, r.rest = text, r.rest[at:]
	}
	if end, ok := strings.CutPrefix(r.rest, "</ofd:"); ok {
		if end, ok = strings.CutPrefix(end, here.name); !ok || !strings.HasPrefix(end, ">") {
			return false
		}
		r.rest, r.open = end[1:], r.open[:len(r.open)-1]
		return true
	}
	return r.element()
}

// element reads a start tag, or the tag of an empty element.
func (r *ownReader) element() bool {
	rest, ok := strings.CutPrefix(r.rest, "<ofd:")
	if r.count++; !ok || r.count > maxElements || len(r.open) >= maxNesting {
		return false
	}
	n := r.newNode()
	n.name, rest = cutName(rest)
	if n.name == "" {
		return false
	}
	if len(r.open) == 0 {
		if rest, ok = strings.CutPrefix(rest, ` xmlns:ofd="`+namespace+`"`); !ok {
			return false
		}
	}
	for strings.HasPrefix(rest, " ") {
		var a attribute
		if a, rest, ok = cutAttribute(rest[1:]); !ok || len(n.attributes) == maxAttributes-1 || n.has(a.name) {
			return false
		}
		n.attributes = append(n.attributes, a)
	}
	r.add(n)
	if end, empty := strings.CutPrefix(rest, "/>"); empty {
		r.rest = end
		return len(r.open) > 0
	}
	r.rest, ok = strings.CutPrefix(rest, ">")
	r.open = append(r.open, n)
	return ok
}

// add adds a node to the one that is open, as far as its level is kept.
func (r *ownReader) add(n *node) {
	if len(r.open) == 0 {
		return
	}
	parent := r.open[len(r.open)-1]
	if r.levels == allLevels || len(r.open) < r.levels {
		parent.children = append(parent.children, n)
		return
	}
	parent.hasMore = true
}

// newNode returns a node. Nodes are allocated in blocks.
func (r *ownReader) newNode() *node {
	if len(r.spare) == 0 {
		r.spare = make([]node, min(1+r.count, 64))
	}
	n := &r.spare[0]
	r.spare = r.spare[1:]
	return n
}

// cutName returns the letters and digits at the beginning of s, and what follows.
func cutName(s string) (name, rest string) {
	for i := range len(s) {
		c := s[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || i > 0 && '0' <= c && c <= '9') {
			return s[:i], s[i:]
		}
	}
	return s, ""
}

func cutAttribute(s string) (a attribute, rest string, ok bool) {
	a.name, rest = cutName(s)
	if rest, ok = strings.CutPrefix(rest, `="`); !ok || a.name == "" || a.name == "xmlns" {
		return a, rest, false
	}
	value, rest, ok := strings.Cut(rest, `"`)
	if !ok || strings.Contains(value, "\n") {
		return a, rest, false
	}
	a.value, ok = unescapeText(value)
	return a, rest, ok
}

// references are the references that markup writes.
var references = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">", "&quot;", `"`, "&#9;", "\t", "&#10;", "\n", "&#13;", "\r")

// unescapeText replaces the references that markup writes. Others, and characters that it writes as references, are
// not ok.
func unescapeText(s string) (string, bool) {
	if strings.ContainsAny(s, "<>") {
		return "", false
	}
	if !strings.Contains(s, "&") {
		return s, true
	}
	known := 0
	for _, reference := range []string{"&amp;", "&lt;", "&gt;", "&quot;", "&#9;", "&#10;", "&#13;"} {
		known += strings.Count(s, reference)
	}
	return references.Replace(s), known == strings.Count(s, "&")
}
