package ofd

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// ErrXML reports a part that is not well-formed XML of OFD.
var ErrXML = errors.New("ofd: not a well-formed part")

// Limits on XML. A part of a real document has at most about 60 KB, a thousand elements,
// seven levels and eight attributes of an element.
const (
	maxXML        = 1 << 20 // bytes of a part
	maxMarkup     = 2 << 20 // bytes read of all parts of a file; a part that is read twice counts twice
	maxNesting    = 24
	maxElements   = 10_000 // of a part
	maxAttributes = 32     // of an element
)

// node is an element of a part. Attributes have no namespace in OFD.
type node struct {
	name       string
	attributes []attribute
	text       string // character data directly inside, joined
	children   []*node
	hasMore    bool // it has children that were not kept
}

type attribute struct{ name, value string }

// allLevels has a part parsed with all its nodes.
const allLevels = 0

// parse parses a part whose root element is root: UTF-8 without a document type, every
// element in the namespace of OFD. At least the nodes of so many levels are kept.
func parse(data []byte, root string, levels int) (*node, error) {
	if len(data) > maxXML {
		return nil, ErrTooLarge
	}
	if tree := readOwnMarkup(data, root, levels); tree != nil {
		return tree, nil
	}
	return parseAny(data, root)
}

// parseAny parses a part in any form of XML.
func parseAny(data []byte, root string) (*node, error) {
	r := &treeReader{decoder: xml.NewDecoder(bytes.NewReader(data))}
	for {
		token, err := r.decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = r.take(token)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrXML, err)
		}
	}
	if r.root == nil || r.root.name != root {
		return nil, fmt.Errorf("%w: root is not %s", ErrXML, root)
	}
	return r.root, nil
}

type treeReader struct {
	decoder *xml.Decoder
	root    *node
	open    []*node
	texts   []strings.Builder // of the open nodes
	count   int
}

func (r *treeReader) take(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		return r.start(t)
	case xml.EndElement:
		last := len(r.open) - 1
		r.open[last].text = r.texts[last].String()
		r.open, r.texts = r.open[:last], r.texts[:last]
	case xml.CharData:
		return r.text(string(t))
	case xml.Directive:
		return errors.New("a document type")
	case xml.ProcInst:
		if t.Target != "xml" || r.root != nil {
			return errors.New("a processing instruction")
		}
	case xml.Comment:
		return errors.New("a comment")
	}
	return nil
}

func (r *treeReader) start(t xml.StartElement) error {
	r.count++
	switch {
	case t.Name.Space != namespace:
		return fmt.Errorf("element %s of another namespace", t.Name.Local)
	case len(r.open) >= maxNesting || r.count > maxElements || len(t.Attr) > maxAttributes:
		return ErrTooLarge
	case len(r.open) == 0 && r.root != nil:
		return errors.New("a second root")
	}
	n := &node{name: t.Name.Local, attributes: make([]attribute, 0, len(t.Attr))}
	for _, a := range t.Attr {
		if a.Name.Space == "xmlns" || a.Name.Local == "xmlns" {
			continue
		}
		if n.has(a.Name.Local) || a.Name.Space != "" {
			return fmt.Errorf("attribute %s", a.Name.Local)
		}
		n.attributes = append(n.attributes, attribute{a.Name.Local, a.Value})
	}
	if len(r.open) == 0 {
		r.root = n
	} else {
		parent := r.open[len(r.open)-1]
		parent.children = append(parent.children, n)
	}
	r.open, r.texts = append(r.open, n), append(r.texts, strings.Builder{})
	return nil
}

func (r *treeReader) text(s string) error {
	if len(r.open) > 0 {
		r.texts[len(r.open)-1].WriteString(s)
		return nil
	}
	if strings.TrimSpace(s) != "" {
		return errors.New("text outside the root")
	}
	return nil
}

// childrenNamed returns the children with this name.
func (n *node) childrenNamed(name string) []*node {
	var found []*node
	if n == nil {
		return nil
	}
	for _, c := range n.children {
		if c.name == name {
			found = append(found, c)
		}
	}
	return found
}

// child follows names, one for each level, and returns that element, or nil if a level has
// no element of the name or several.
func (n *node) child(names ...string) *node {
	for _, name := range names {
		found := n.childrenNamed(name)
		if len(found) != 1 {
			return nil
		}
		n = found[0]
	}
	return n
}

// value returns the text of the element that child returns, or "".
func (n *node) value(names ...string) string {
	c := n.child(names...)
	if c == nil {
		return ""
	}
	return strings.TrimSpace(c.text)
}

// has reports whether the element has an attribute.
func (n *node) has(name string) bool {
	return slices.ContainsFunc(n.attributes, func(a attribute) bool { return a.name == name })
}

// attribute returns the value of an attribute, or "".
func (n *node) attribute(name string) string {
	if n == nil {
		return ""
	}
	for _, a := range n.attributes {
		if a.name == name {
			return a.value
		}
	}
	return ""
}
