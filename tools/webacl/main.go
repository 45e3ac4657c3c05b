// Command webacl writes the web ACL of template.yaml as a template of its own, build/web-acl.yaml, and what it needs of a
// stage's parameters, build/web-acl-parameters.yaml. AWS WAF wants the web ACL of a CloudFront distribution in us-east-1, so
// a stage in another region has it there, as a second stack.
//
//	webacl deploy/prod.yaml
package main

import (
	"errors"
	"fmt"
	"maps"
	"os"

	"go.yaml.in/yaml/v3"
)

func main() {
	if err := writeWebACL(os.Args[len(os.Args)-1]); err != nil {
		fmt.Fprintln(os.Stderr, "webacl:", err)
		os.Exit(1)
	}
}

func writeWebACL(values string) error {
	template, err := os.ReadFile("template.yaml")
	if err != nil {
		return err
	}
	given, err := os.ReadFile(values)
	if err != nil {
		return err
	}
	part, parameters, err := extractWebACL(template, given)
	if err != nil {
		return err
	}
	return errors.Join(os.MkdirAll("build", 0o755), os.WriteFile("build/web-acl.yaml", part, 0o644),
		os.WriteFile("build/web-acl-parameters.yaml", parameters, 0o644))
}

// section is one of a template, its order aside.
type section map[string]yaml.Node

// extractWebACL keeps the web ACL with its networks and its output, all conditions, and the parameters that have a
// default and are no secret; the others are for functions. Of the values it keeps those of these parameters: SAM CLI
// shows whatever it is given.
func extractWebACL(template, values []byte) (part, parameters []byte, err error) {
	var t struct {
		Version    string  `yaml:"AWSTemplateFormatVersion"`
		Parameters section `yaml:"Parameters"`
		Conditions section `yaml:"Conditions"`
		Resources  section `yaml:"Resources"`
		Outputs    section `yaml:"Outputs"`
	}
	var given section
	if err := errors.Join(yaml.Unmarshal(template, &t), yaml.Unmarshal(values, &given)); err != nil {
		return nil, nil, err
	}
	maps.DeleteFunc(t.Parameters, func(_ string, p yaml.Node) bool {
		var is struct {
			Default *string `yaml:"Default"`
			NoEcho  bool    `yaml:"NoEcho"`
		}
		return p.Decode(&is) != nil || is.Default == nil || is.NoEcho
	})
	maps.DeleteFunc(t.Resources, func(name string, _ yaml.Node) bool { return name != "WebAcl" && name != "Servers" })
	maps.DeleteFunc(t.Outputs, func(name string, _ yaml.Node) bool { return name != "WebAclArn" })
	maps.DeleteFunc(given, func(name string, _ yaml.Node) bool {
		_, wanted := t.Parameters[name]
		return !wanted
	})
	if part, err = yaml.Marshal(t); err == nil {
		parameters, err = yaml.Marshal(given)
	}
	return part, parameters, err
}
