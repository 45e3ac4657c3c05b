package main

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// readValues reads a stage's parameters as SAM CLI takes them, and says which it would take otherwise than they are
// meant. The file may hold secrets, so no value is repeated and only its owner may read it. A missing file is written,
// to be filled in.
func readValues(path string, t template) (values map[string]string, faults []string, err error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := sketchValues(path, t); err != nil {
			return nil, nil, err
		}
		return nil, nil, fmt.Errorf("%s is new: fill it in, then run this again", path)
	}
	if err != nil {
		return nil, nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, nil, fmt.Errorf("%s may hold a secret and others can read it: chmod 600 %[1]s", path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	var nodes map[string]yaml.Node
	if err := yaml.Unmarshal(data, &nodes); err != nil {
		return nil, nil, fmt.Errorf("%s is not YAML of names and values", path) // the parser's error may quote a value
	}
	values = map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(nodes)) {
		node := nodes[name]
		if _, ok := t.Parameters[name]; !ok {
			faults = append(faults, "template.yaml has no parameter "+name)
		}
		if tag := node.ShortTag(); tag != "!!str" && tag != "!!int" {
			faults = append(faults, name+" is not a text: put it in quotes, or JSON behind |-")
		}
		if strings.Contains(node.Value, `\"`) || strings.Contains(node.Value, `\ `) || strings.Contains(node.Value, `\'`) {
			faults = append(faults, name+" has a backslash that SAM CLI takes away: write \\u0022 for a quote in JSON")
		}
		values[name] = node.Value
	}
	return values, faults, nil
}

// sketchValues writes a file with every parameter that has no default, and the layers of keys.
func sketchValues(path string, t template) error {
	wanted := map[string]bool{}
	for name, layer := range layers {
		if at := t.Parameters[name].Default; at != nil && strings.HasPrefix(*at, "file:///opt/") {
			wanted[layer] = true
		}
	}
	var text strings.Builder
	text.WriteString("# docs/operations.md, The parties, shows such a file.\n")
	for _, name := range slices.Sorted(maps.Keys(t.Parameters)) {
		if p := t.Parameters[name]; p.Default == nil || wanted[name] {
			fmt.Fprintf(&text, "# %s\n%s: \"\"\n", strings.TrimSpace(p.Description), name)
		}
	}
	return errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text.String()), 0o600))
}
