package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// settings are a stage's file, deploy/<stage>.json. It may hold a secret, so only its
// owner may read it, and it is never committed.
type settings struct {
	Region     string                     `json:"region"`
	Artifacts  string                     `json:"artifacts"` // bucket for programs on their way
	Parameters map[string]json.RawMessage `json:"parameters"`
}

// parameter is one of the template's.
type parameter struct {
	Description    string   `yaml:"Description"`
	Default        *string  `yaml:"Default"`
	AllowedPattern string   `yaml:"AllowedPattern"`
	AllowedValues  []string `yaml:"AllowedValues"`
	MinValue       *float64 `yaml:"MinValue"`
	MaxValue       *float64 `yaml:"MaxValue"`
	Type           string   `yaml:"Type"`
}

func readParameters(template string) (map[string]parameter, error) {
	data, err := os.ReadFile(template)
	if err != nil {
		return nil, err
	}
	var t struct {
		Parameters map[string]parameter `yaml:"Parameters"`
	}
	if err := yaml.Unmarshal(data, &t); err != nil {
		return nil, fmt.Errorf("%s: %w", template, err)
	}
	return t.Parameters, nil
}

// readSettings reads the stage's file. Where there is none it writes one to be filled
// in, and says so.
func readSettings(path string, parameters map[string]parameter) (settings, error) {
	var s settings
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := sketch(path, parameters); err != nil {
			return s, err
		}
		return s, fmt.Errorf("%s is new: fill it in, and come again", path)
	}
	if err != nil {
		return s, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return s, fmt.Errorf("%s may hold a secret and others can read it: chmod 600 %[1]s", path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(data, &s); err != nil {
		return s, fmt.Errorf("%s: %w", path, err)
	}
	return s, nil
}

// sketch writes a file with every parameter that has no default.
func sketch(path string, parameters map[string]parameter) error {
	s := settings{Parameters: map[string]json.RawMessage{}}
	for name, p := range parameters {
		if p.Default == nil {
			s.Parameters[name] = json.RawMessage(`""`)
		}
	}
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(path, append(data, '\n'), 0o600)
}

// values are the parameters as CloudFormation takes them: texts. JSON that is written as
// JSON is put on one line.
func (s settings) values() map[string]string {
	values := map[string]string{}
	for name, raw := range s.Parameters {
		var text string
		if json.Unmarshal(raw, &text) != nil {
			compact, _ := json.Marshal(raw) // it was read as JSON
			text = string(compact)
		}
		values[name] = text
	}
	return values
}

// judge returns what is wrong with the values, in words for whoever wrote them.
func judge(values map[string]string, parameters map[string]parameter) (faults []string) {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if _, ok := parameters[name]; !ok {
			faults = append(faults, "there is no parameter "+name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		p := parameters[name]
		value, given := values[name]
		switch {
		case p.Default == nil && value == "":
			faults = append(faults, fmt.Sprintf("%s is missing: %s", name, p.Description))
		case given:
			faults = append(faults, p.refuses(name, value)...)
		}
	}
	for location, layer := range map[string]string{
		"NamesKey": "NamesKeyLayer", "LimitsKey": "LimitsKeyLayer", "FieldKey": "FieldKeyLayer", "IntegrityKey": "IntegrityKeyLayer", "SigningKeys": "SigningLayer", "ReceiptKey": "VerifyLayer", "Trust": "VerifyLayer",
		"Portals": "SettingsLayer", "Clients": "SettingsLayer", "Issuers": "SettingsLayer",
	} {
		at, ok := values[location]
		if !ok && parameters[location].Default != nil {
			at = *parameters[location].Default
		}
		if strings.HasPrefix(at, "file:///opt/") && values[layer] == "" {
			faults = append(faults, fmt.Sprintf("%s is %s, and %s does not say which layer brings it", location, at, layer))
		}
	}
	slices.Sort(faults)
	return faults
}

// longest is what a parameter may hold, in bytes.
const maxParameter = 4096

// refuses returns why the template does not allow a value. It repeats no value: one may be a secret.
func (p parameter) refuses(name, value string) (faults []string) {
	if len(value) > maxParameter {
		faults = append(faults, fmt.Sprintf("%s has %d bytes, and CloudFormation takes %d", name, len(value), maxParameter))
	}
	if p.AllowedPattern != "" && !regexp.MustCompile(p.AllowedPattern).MatchString(value) {
		faults = append(faults, fmt.Sprintf("%s has not the form %s", name, p.AllowedPattern))
	}
	if len(p.AllowedValues) > 0 && !slices.Contains(p.AllowedValues, value) {
		faults = append(faults, fmt.Sprintf("%s is none of %s", name, strings.Join(p.AllowedValues, ", ")))
	}
	if p.Type == "Number" {
		n, err := strconv.ParseFloat(value, 64)
		if err != nil || p.MinValue != nil && n < *p.MinValue || p.MaxValue != nil && n > *p.MaxValue {
			faults = append(faults, name+" is not a number within the template's bounds")
		}
	}
	if slices.Contains([]string{"Portals", "Clients", "Issuers"}, name) && !json.Valid([]byte(value)) && !strings.HasPrefix(value, "file:///") {
		faults = append(faults, name+" is no JSON, nor where a file of it is (file:///opt/…)")
	}
	return faults
}
