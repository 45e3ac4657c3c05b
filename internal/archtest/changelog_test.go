package archtest

import (
	"os"
	"regexp"
	"testing"
	"time"
)

// The newest version in the changelog is the contract's, and versions and days only go up.
func TestTheChangelogEndsWithTheContractsVersion(t *testing.T) {
	var contract struct {
		Info struct {
			Version string `yaml:"version"`
		} `yaml:"info"`
	}
	read(t, "openapi.yaml", &contract)
	text, err := os.ReadFile("../../CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	headings := regexp.MustCompile(`(?m)^## (\d+\.\d+\.\d+) - (\S+)$`).FindAllStringSubmatch(string(text), -1)
	if len(headings) == 0 || headings[0][1] != contract.Info.Version {
		t.Fatalf("the changelog begins with %q, openapi.yaml has version %s", headings, contract.Info.Version)
	}
	for i, h := range headings {
		day, err := time.Parse(time.DateOnly, h[2])
		if err != nil {
			t.Errorf("%s: %v", h[1], err)
		}
		if i > 0 && day.Format(time.DateOnly) > headings[i-1][2] {
			t.Errorf("%s is of %s, after %s", h[1], h[2], headings[i-1][2])
		}
	}
}
