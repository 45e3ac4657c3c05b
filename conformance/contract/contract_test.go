// Package contract tests the lint rules for openapi.yaml: each rule must refuse a
// contract that breaks it.
package contract

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const whole = "../../openapi.yaml"

func TestBrokenCopiesAreRefused(t *testing.T) {
	redocly := os.Getenv("REDOCLY")
	if redocly == "" {
		t.Skip("REDOCLY names no program; `make check-contract` runs this")
	}
	text, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ old, new, rule string }{
		"a schema that is not there":        {"#/components/schemas/LoggedIn'", "#/components/schemas/LogedIn'", "no-unresolved-refs"},
		"a schema that nobody uses":         {"    Day: {type: string", "    Night: {type: string}\n    Day: {type: string", "no-unused-components"},
		"an example with another type":      {"realNameLevel: 4\n                  realNameLevelName", "realNameLevel: four\n                  realNameLevelName", "no-invalid-media-type-examples"},
		"a body without an example":         {"            example: {phone: '13800000000'}\n", "", "rule/json-is-shown"},
		"an operation that nobody serves":   {"      x-function: login\n", "", "rule/operations-say-which-function-serves-them"},
		"an answer with any status":         {"        '500': {$ref", "        default: {$ref", "rule/operations-own-up-to-faults"},
		"an operation for anybody, unsaid":  {"      security: []\n", "", "security-defined"},
		"an id twice":                       {"operationId: logout", "operationId: login", "operation-operationId-unique"},
		"a path whose part is not declared": {"parameters: [{$ref: '#/components/parameters/username'}]", "parameters: []", "path-parameters-defined"},
		"a member required, not described":  {"required: [portal, username, password]", "required: [portal, username, pasword]", "no-required-schema-properties-undefined"},
		"an operation without a summary":    {"      summary: End the session now (登出)\n", "", "operation-summary"},
		"a scope that there is not":         {"security: [{machine: [accounts]}]", "security: [{machine: [acounts]}]", "security-scopes-defined"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			broken := strings.Replace(string(text), c.old, c.new, 1)
			if broken == string(text) {
				t.Fatalf("openapi.yaml has no %q to break", c.old)
			}
			rules := refusals(t, redocly, broken)
			if !slices.Contains(rules, c.rule) {
				t.Errorf("refused by %q, want %s among them", rules, c.rule)
			}
		})
	}
}

// refusals returns the rules that a contract breaks.
func refusals(t *testing.T, redocly, text string) (rules []string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "openapi.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), redocly, "lint", "--config", "redocly.yaml", "--format", "json", path).Output()
	if err == nil {
		return nil
	}
	var answer struct {
		Problems []struct{ RuleID string }
	}
	if err := json.Unmarshal(out, &answer); err != nil {
		t.Fatalf("%v: %.300s", err, out)
	}
	for _, p := range answer.Problems {
		rules = append(rules, p.RuleID)
	}
	return rules
}
