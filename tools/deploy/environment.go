package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// environment is what AWS lets the variables of a Lambda function take together, in bytes. It counts
// them as one JSON object, in which a quote takes two: its refusal shows the text it has measured.
const environment = 4096

// suffix is the length of what CloudFormation puts behind a resource's name to make it the stack's own.
const suffix = 13

// checkVariableSizes returns the functions whose variables would not fit. It repeats no value: one may be a secret.
func checkVariableSizes(template, stack string, values map[string]string) (faults []string, err error) {
	data, err := os.ReadFile(template)
	if err != nil {
		return nil, err
	}
	var t struct {
		Parameters map[string]parameter `yaml:"Parameters"`
		Resources  map[string]struct {
			Type       string `yaml:"Type"`
			Properties struct {
				Environment struct {
					Variables map[string]yaml.Node `yaml:"Variables"`
				} `yaml:"Environment"`
			} `yaml:"Properties"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(data, &t); err != nil {
		return nil, fmt.Errorf("%s: %w", template, err)
	}
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		r := t.Resources[id]
		if r.Type != "AWS::Serverless::Function" {
			continue
		}
		variables := map[string]string{}
		for name, node := range r.Properties.Environment.Variables {
			if variables[name], err = resolveVariable(node, stack, t.Parameters, values); err != nil {
				return nil, fmt.Errorf("%s, %s of %s: %w", template, name, id, err)
			}
		}
		if size := jsonSize(variables); size > environment {
			faults = append(faults, fmt.Sprintf("the variables of %s have %d bytes as Lambda counts them, and %d fit; %s. Let what is long lie in a file "+
				"(SettingsLayer): docs/operations.md, Settings that do not fit", strings.ToLower(id), size, environment, listLongVariables(variables)))
		}
	}
	return faults, nil
}

// resolveVariable is the variable's value, or for a resource's name a text of its length.
func resolveVariable(node yaml.Node, stack string, parameters map[string]parameter, values map[string]string) (string, error) {
	if node.Kind != yaml.ScalarNode || strings.HasPrefix(node.Tag, "!") && !strings.HasPrefix(node.Tag, "!!") && node.Tag != "!Ref" {
		return "", fmt.Errorf("how long %s will be cannot be told; name a parameter or a resource", node.Tag)
	}
	if node.Tag != "!Ref" {
		return node.Value, nil
	}
	p, isParameter := parameters[node.Value]
	if !isParameter {
		return strings.Repeat("x", len(stack)+len(node.Value)+2+suffix), nil
	}
	if value, given := values[node.Value]; given || p.Default == nil {
		return value, nil
	}
	return *p.Default, nil
}

// jsonSize is how many bytes the variables have as JSON.
func jsonSize(variables map[string]string) int {
	var text bytes.Buffer
	lines := json.NewEncoder(&text)
	lines.SetEscapeHTML(false)
	_ = lines.Encode(variables) // texts only
	return text.Len() - 1       // without the end of line
}

// listLongVariables names the variables that take more than a tenth each.
func listLongVariables(variables map[string]string) string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		if n := jsonSize(map[string]string{name: variables[name]}); n > environment/10 {
			names = append(names, fmt.Sprintf("%s %d", name, n))
		}
	}
	return strings.Join(names, ", ")
}
