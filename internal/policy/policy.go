// Package policy judges calls to AWS by the roles that template.yaml gives its functions, as IAM does:
// a call is allowed if one statement allows it and none denies it. References stay as they are
// written: the table Records is "Records.Arn", its bucket's files are "Files.Arn/endorsements/*".
//
// It knows what the template uses of IAM, and refuses to read anything else.
package policy

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Statement is one statement of a policy.
type Statement struct {
	Sid       string                     `yaml:"Sid"`
	Effect    string                     `yaml:"Effect"`
	Action    List                       `yaml:"Action"`
	Resource  List                       `yaml:"Resource"`
	Condition map[string]map[string]List `yaml:"Condition"` // by operator and key
}

// List reads one text or several.
type List []string

// UnmarshalYAML reads a text as a list of one.
func (l *List) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*l = List{n.Value}
		return nil
	}
	return n.Decode((*[]string)(l))
}

// Role is everything a function may do.
type Role []Statement

// resource is what a template says of a resource that matters here.
type resource struct {
	Type       string `yaml:"Type"`
	Properties struct {
		CodeURI  string         `yaml:"CodeUri"`
		Role     string         `yaml:"Role"`
		Policies []inlinePolicy `yaml:"Policies"`
		Roles    List           `yaml:"Roles"`

		inlinePolicy `yaml:",inline"`
	} `yaml:"Properties"`
}

type inlinePolicy struct {
	Document struct {
		Statement Role `yaml:"Statement"`
	} `yaml:"PolicyDocument"`
}

func readResources(template []byte) (map[string]resource, error) {
	var t struct {
		Resources map[string]resource `yaml:"Resources"`
	}
	var root yaml.Node
	if err := yaml.Unmarshal(template, &root); err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	flattenReferences(&root)
	if err := root.Decode(&t); err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	return t.Resources, nil
}

// Roles reads the role of every function of a template, by the function's name as in functions/<name>.
func Roles(template []byte) (map[string]Role, error) {
	resources, err := readResources(template)
	if err != nil {
		return nil, err
	}
	roles := map[string]Role{}
	for id, f := range resources {
		if f.Type != "AWS::Serverless::Function" {
			continue
		}
		name, _, _ := strings.Cut(f.Properties.Role, ".")
		var all Role
		for _, p := range resources[name].Properties.Policies {
			all = append(all, p.Document.Statement...)
		}
		for _, p := range resources {
			if p.Type == "AWS::IAM::Policy" && slices.Contains(p.Properties.Roles, name) {
				all = append(all, p.Properties.Document.Statement...)
			}
		}
		if err := all.check(); err != nil {
			return nil, fmt.Errorf("policy: the role of %s: %w", id, err)
		}
		roles[strings.TrimSuffix(path.Base(f.Properties.CodeURI), ".zip")] = all
	}
	return roles, nil
}

// ManagedPolicies reads the managed policies of a template, by their names there.
func ManagedPolicies(template []byte) (map[string]Role, error) {
	resources, err := readResources(template)
	if err != nil {
		return nil, err
	}
	all := map[string]Role{}
	for id, p := range resources {
		if p.Type != "AWS::IAM::ManagedPolicy" {
			continue
		}
		all[id] = p.Properties.Document.Statement
		if err := all[id].check(); err != nil {
			return nil, fmt.Errorf("policy: %s: %w", id, err)
		}
	}
	return all, nil
}

// flattenReferences writes references out: "!GetAtt X.Arn" reads "X.Arn", and so does "${X.Arn}" in a !Sub.
func flattenReferences(n *yaml.Node) {
	if n.Kind == yaml.ScalarNode && strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!") {
		if n.Tag == "!Sub" {
			n.Value = reference.ReplaceAllString(n.Value, "$1")
		}
		n.Tag = "!!str"
	}
	for _, c := range n.Content {
		flattenReferences(c)
	}
}

var reference = regexp.MustCompile(`\$\{([A-Za-z0-9.]+)\}`)

// Call is a call for which a role needs permission.
type Call struct {
	Action   string              // dynamodb:PutItem
	Resource string              // Records.Arn
	Context  map[string][]string // by condition key; a key that is not there is absent from the request
}

// Allows reports whether the role may make the call.
func (r Role) Allows(c Call) bool { return r.GrantingStatement(c) >= 0 }

// GrantingStatement is the first statement that allows the call, or -1 where none does or one denies it.
func (r Role) GrantingStatement(c Call) int {
	granting := -1
	for i, s := range r {
		if !s.covers(c) {
			continue
		}
		if s.Effect == "Deny" {
			return -1
		}
		if granting < 0 {
			granting = i
		}
	}
	return granting
}

func (s Statement) covers(c Call) bool {
	action := func(pattern string) bool { return matchesPattern(strings.ToLower(pattern), strings.ToLower(c.Action)) }
	resource := func(pattern string) bool { return matchesPattern(pattern, c.Resource) }
	if !slices.ContainsFunc(s.Action, action) || !slices.ContainsFunc(s.Resource, resource) {
		return false
	}
	for operator, keys := range s.Condition {
		for key, wanted := range keys {
			values, present := c.Context[key]
			if !holds(operator, wanted, values, present) {
				return false
			}
		}
	}
	return true
}

// holds evaluates one condition. With ForAllValues a key that is absent holds, which is why a
// statement has a Null beside it; with anything else it does not.
func holds(operator string, wanted, values []string, present bool) bool {
	if operator == "Null" {
		return (wanted[0] == "true") != present
	}
	all := strings.HasPrefix(operator, "ForAllValues:")
	same := map[string]func(pattern, text string) bool{
		"StringEquals": func(pattern, text string) bool { return pattern == text }, "StringLike": matchesPattern,
	}[strings.TrimPrefix(operator, "ForAllValues:")]
	fits := func(value string) bool {
		return slices.ContainsFunc(wanted, func(pattern string) bool { return same(pattern, value) })
	}
	if all {
		return !slices.ContainsFunc(values, func(value string) bool { return !fits(value) })
	}
	return len(values) == 1 && fits(values[0])
}

// check refuses what this package does not know.
func (r Role) check() error {
	for _, s := range r {
		if s.Effect != "Allow" && s.Effect != "Deny" || len(s.Action) == 0 || len(s.Resource) == 0 {
			return fmt.Errorf("%s has no effect, action or resource that is known here", s.Sid)
		}
		for operator, keys := range s.Condition {
			if !slices.Contains([]string{"Null", "StringEquals", "StringLike", "ForAllValues:StringEquals", "ForAllValues:StringLike"}, operator) {
				return fmt.Errorf("%s: the condition %s is not known here", s.Sid, operator)
			}
			for key, wanted := range keys {
				if len(wanted) == 0 {
					return fmt.Errorf("%s: %s of %s has no values", s.Sid, operator, key)
				}
			}
		}
	}
	return nil
}

// matchesPattern reports whether text fits a pattern in which * stands for any text and ? for any byte.
func matchesPattern(pattern, text string) bool {
	for ; pattern != ""; pattern = pattern[1:] {
		switch {
		case pattern[0] == '*':
			for rest := len(text); rest >= 0; rest-- {
				if matchesPattern(pattern[1:], text[len(text)-rest:]) {
					return true
				}
			}
			return false
		case text == "" || pattern[0] != '?' && pattern[0] != text[0]:
			return false
		}
		text = text[1:]
	}
	return text == ""
}
