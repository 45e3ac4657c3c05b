package archtest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestEveryTargetIsPhony: a file called like a target would else keep make from doing it.
func TestEveryTargetIsPhony(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	phony := regexp.MustCompile(`(?m)^\.PHONY: (.*)$`).FindStringSubmatch(string(text))
	if phony == nil {
		t.Fatal("the Makefile has no .PHONY")
	}
	listed := strings.Fields(phony[1])
	var targets []string
	for _, m := range regexp.MustCompile(`(?m)^([a-z][a-z0-9-]*):([^=].*)?$`).FindAllStringSubmatch(string(text), -1) {
		targets = append(targets, m[1])
		needs := strings.Fields(strings.Split(m[2], "##")[0])
		if m[1] == "reset" && slices.Contains(needs, "build") {
			t.Error("reset builds every function before it removes a directory")
		}
	}
	slices.Sort(listed)
	slices.Sort(targets)
	if !slices.Equal(listed, targets) {
		t.Errorf("phony are %v, and the targets are %v", listed, targets)
	}
}
