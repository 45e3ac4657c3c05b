package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// webACLRegion is where AWS WAF wants a web ACL for CloudFront, whichever region the rest is in.
const webACLRegion = "us-east-1"

func (d deployment) webACLStack() string { return d.stack() + "-web-acl" }

// hasWebACLStack reports whether the stage's web ACL is a stack of its own.
func hasWebACLStack(region string, values map[string]string) bool {
	return values["PortalPages"] == "true" && region != webACLRegion
}

// deployWebACL makes the web ACL where it is a stack of its own, and gives its ARN to the stage. It is the one of
// template.yaml, with what it refers to.
func (d deployment) deployWebACL(ctx context.Context, p *plan) error {
	if !hasWebACLStack(p.settings.Region, p.values) || p.values["PagesWebAcl"] != "" {
		return nil
	}
	folder, err := os.MkdirTemp("", "jiazhu-deploy-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	template, err := os.ReadFile(filepath.Join(d.root, "template.yaml"))
	if err != nil {
		return err
	}
	part, parameters, err := excerpt(template, "WebAcl")
	if err != nil {
		return err
	}
	values := map[string]string{}
	for _, name := range parameters {
		if v, ok := p.values[name]; ok {
			values[name] = v
		}
	}
	file, given := filepath.Join(folder, "web-acl.yaml"), filepath.Join(folder, "parameters.json")
	if err := errors.Join(os.WriteFile(file, part, 0o600), os.WriteFile(given, overrides(values), 0o600)); err != nil {
		return err
	}
	fmt.Fprintln(d.out, "the web ACL comes first,", d.webACLStack(), "in", webACLRegion)
	if _, err := d.aws(ctx, "cloudformation", "deploy", "--template-file", file, "--stack-name", d.webACLStack(), "--no-fail-on-empty-changeset",
		"--parameter-overrides", "file://"+given, "--region", webACLRegion); err != nil {
		return err
	}
	outputs, err := d.outputs(ctx, d.webACLStack(), webACLRegion)
	if err != nil {
		return err
	}
	if p.values["PagesWebAcl"] = outputs["WebAclArn"]; p.values["PagesWebAcl"] == "" {
		return fmt.Errorf("the stack %s does not say what its web ACL is", d.webACLStack())
	}
	return nil
}

// excerpt is a template with one resource of another and what that refers to: resources, conditions,
// parameters and the outputs that name nothing else. It also returns the parameters.
func excerpt(template []byte, resource string) (part []byte, parameters []string, err error) {
	var root yaml.Node
	if err := yaml.Unmarshal(template, &root); err != nil {
		return nil, nil, err
	}
	whole := root.Content[0]
	wanted := map[string]bool{}
	for todo := []string{resource}; len(todo) > 0; todo = todo[1:] {
		if wanted[todo[0]] {
			continue
		}
		wanted[todo[0]] = true
		for _, section := range []string{"Resources", "Conditions"} {
			if n := member(member(whole, section), todo[0]); n != nil {
				todo = append(todo, referencedNames(n)...)
			}
		}
	}
	made := &yaml.Node{Kind: yaml.MappingNode}
	for _, section := range []string{"AWSTemplateFormatVersion", "Parameters", "Conditions", "Resources", "Outputs"} {
		n := member(whole, section)
		if n == nil || n.Kind != yaml.MappingNode {
			if n != nil {
				put(made, section, n)
			}
			continue
		}
		kept := &yaml.Node{Kind: yaml.MappingNode}
		for i := 0; i < len(n.Content); i += 2 {
			name := n.Content[i].Value
			if section == "Outputs" {
				refers := referencedNames(n.Content[i+1])
				if len(refers) == 0 || slices.ContainsFunc(refers, func(r string) bool { return !wanted[r] }) {
					continue
				}
			} else if !wanted[name] {
				continue
			}
			put(kept, name, n.Content[i+1])
			if section == "Parameters" {
				parameters = append(parameters, name)
			}
		}
		put(made, section, kept)
	}
	if member(member(made, "Resources"), resource) == nil {
		return nil, nil, fmt.Errorf("template.yaml has no resource %s", resource)
	}
	part, err = yaml.Marshal(made)
	return part, parameters, err
}

func put(into *yaml.Node, name string, value *yaml.Node) {
	into.Content = append(into.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: name}, value)
}

func member(n *yaml.Node, name string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i+1]
		}
	}
	return nil
}

var subPattern = regexp.MustCompile(`\$\{([A-Za-z0-9:]+)`)

// referencedNames are the resources, conditions and parameters that a node refers to, without AWS's own.
func referencedNames(n *yaml.Node) (all []string) {
	add := func(name string) {
		if name, _, _ = strings.Cut(name, "."); name != "" && !strings.HasPrefix(name, "AWS::") {
			all = append(all, name)
		}
	}
	switch n.Tag {
	case "!Ref", "!GetAtt", "!Condition":
		add(n.Value)
	case "!If":
		add(n.Content[0].Value)
	case "!Sub":
		for _, m := range subPattern.FindAllStringSubmatch(n.Value, -1) {
			add(m[1])
		}
	}
	if condition := member(n, "Condition"); condition != nil && condition.Kind == yaml.ScalarNode {
		add(condition.Value)
	}
	for _, c := range n.Content {
		all = append(all, referencedNames(c)...)
	}
	return all
}
