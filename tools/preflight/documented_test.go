package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/service/config"
)

// TestTheDocumentedStageCanBeDeployed: the file of a stage that docs/operations.md shows has no fault, and each function
// starts with what it is given of it.
func TestTheDocumentedStageCanBeDeployed(t *testing.T) {
	text, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "\n## The parties\n")
	file := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindStringSubmatch(section)
	if file == nil {
		t.Fatal("docs/operations.md shows no file of a stage")
	}
	s, err := readStage(newStage(t, "us-east-1", file[1], 0o600), "test", false)
	if err != nil {
		t.Fatal(err)
	}
	s.aws = answer(healthyAnswers())
	if err := s.checkDeployment(); err != nil {
		t.Fatal(err)
	}
	given := map[string]bool{} // settings that a function is given
	for id, r := range s.template.Resources {
		variables, needs := map[string]string{}, []string{}
		for name, node := range r.Properties.Environment.Variables {
			if variables[name] = s.estimateVariable(node); variables[name] != "" {
				needs = append(needs, name)
				given[name] = true
			}
		}
		got, err := config.Load(func(name string) string { return variables[name] }, needs...)
		if err != nil {
			t.Errorf("%s does not start: %v", id, err)
		}
		if _, has := variables[config.Clients]; has && len(got.Clients) != 5 {
			t.Errorf("%s has %d clients", id, len(got.Clients))
		}
		if _, has := variables[config.Issuers]; has && (len(got.Issuers) != 1 || !got.Issuers[0].Serves("gjzwfw")) {
			t.Errorf("%s has the apps %v", id, got.Issuers)
		}
		if _, has := variables[config.Portals]; has && config.PhonePortal(got.Portals) != "gjzwfw" {
			t.Errorf("%s has the portals %v", id, got.Portals)
		}
	}
	for _, name := range []string{config.Portals, config.Clients, config.Issuers, config.MessagesURL, config.MessagesSecret} {
		if !given[name] {
			t.Errorf("no function is given %s", name)
		}
	}
}
