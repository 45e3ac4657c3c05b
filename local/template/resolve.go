package template

import (
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// names is what references in the template resolve to.
type names struct {
	parameters map[string]string // values by parameter
	lists      map[string]bool   // parameters of type CommaDelimitedList
	resources  map[string]string // resource types by logical id
	conditions map[string]*yaml.Node
}

// decode resolves the references below n and decodes the outcome into v, which
// keeps what it held where n says nothing.
func (s names) decode(n *yaml.Node, v any) error {
	if n == nil {
		return nil
	}
	resolved, err := s.resolve(n)
	if err != nil {
		return err
	}
	return resolved.Decode(v)
}

// resolve returns a copy of n without !Ref, !Sub, !GetAtt, !If and !Join. What is
// !Ref AWS::NoValue is left out of mappings and lists.
func (s names) resolve(n *yaml.Node) (*yaml.Node, error) {
	switch n.Tag {
	case "!Ref":
		return s.ref(n)
	case "!Sub":
		return s.sub(n)
	case "!GetAtt":
		v, err := s.attribute(n.Value)
		return text(v), at(n, err)
	case "!If":
		return s.choose(n)
	case "!Join":
		return s.join(n)
	}
	if strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!") {
		return nil, fmt.Errorf("line %d: %s cannot be resolved here", n.Line, n.Tag)
	}
	c := *n
	c.Content = nil
	for _, child := range n.Content {
		r, err := s.resolve(child)
		if err != nil {
			return nil, err
		}
		switch {
		case r.Tag != noValue:
			c.Content = append(c.Content, r)
		case n.Kind == yaml.MappingNode: // its key goes with it
			c.Content = c.Content[:len(c.Content)-1]
		}
	}
	return &c, nil
}

// noValue is the tag of what !Ref AWS::NoValue resolves to.
const noValue = "!NoValue"

func (s names) ref(n *yaml.Node) (*yaml.Node, error) {
	if n.Value == "AWS::NoValue" {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: noValue}, nil
	}
	v, err := s.value(n.Value)
	if err != nil {
		return nil, at(n, err)
	}
	if !s.lists[n.Value] {
		return text(v), nil
	}
	list := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	for part := range strings.SplitSeq(v, ",") {
		list.Content = append(list.Content, text(strings.TrimSpace(part)))
	}
	return list, nil
}

// subPattern finds ${Name} and ${Name.Attribute}; ${!literal} is CloudFormation's escape.
var subPattern = regexp.MustCompile(`\$\{([^}]+)\}`)

func (s names) sub(n *yaml.Node) (*yaml.Node, error) {
	if n.Kind != yaml.ScalarNode {
		return nil, fmt.Errorf("line %d: !Sub with a map of variables cannot be resolved here", n.Line)
	}
	var failed error
	v := subPattern.ReplaceAllStringFunc(n.Value, func(m string) string {
		name := m[2 : len(m)-1]
		if literal, ok := strings.CutPrefix(name, "!"); ok {
			return "${" + literal + "}"
		}
		v, err := s.attribute(name)
		if err != nil && failed == nil {
			failed = err
		}
		return v
	})
	return text(v), at(n, failed)
}

// value is what !Ref gives: a parameter's value, or a resource's physical name.
func (s names) value(name string) (string, error) {
	if v, ok := pseudoParameter(name); ok {
		return v, nil
	}
	if v, ok := s.parameters[name]; ok {
		return v, nil
	}
	switch kind, ok := s.resources[name]; {
	case ok && kind == "AWS::DynamoDB::Table":
		return TableName(name), nil
	case ok && kind == "AWS::S3::Bucket":
		return BucketName(name), nil
	case ok:
		return QueueName(name), nil
	}
	if _, ok := s.lists[name]; ok {
		return "", fmt.Errorf("parameter %s has no value", name)
	}
	return "", fmt.Errorf("nothing is called %s", name)
}

// attribute is what !GetAtt gives. Nothing local looks at ARNs, so any resource's
// attribute is a name that says what it stands for.
func (s names) attribute(name string) (string, error) {
	id, attribute, found := strings.Cut(name, ".")
	if !found {
		return s.value(name)
	}
	v, err := s.value(id)
	if err != nil {
		return "", err
	}
	return "arn:aws:local:::" + v + "/" + attribute, nil
}

// pseudoParameter resolves CloudFormation's pseudo parameters.
func pseudoParameter(name string) (string, bool) {
	v, ok := map[string]string{
		"AWS::Region":    "us-east-1",
		"AWS::Partition": "aws",
		"AWS::AccountId": "000000000000",
		"AWS::StackName": "jiazhu",
		"AWS::URLSuffix": "amazonaws.com",
	}[name]
	return v, ok
}

// child returns the value of a mapping's key, or nil.
func child(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func text(v string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: v}
}

func at(n *yaml.Node, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("line %d: %w", n.Line, err)
}
