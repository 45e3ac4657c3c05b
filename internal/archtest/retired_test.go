package archtest

import (
	"go/ast"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// readLines returns the lines of a file of testdata, without comments and empty lines.
func readLines(t *testing.T, name string) (lines []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			lines = append(lines, line)
		}
	}
	return lines
}

// readRetired returns the retired words, each with what to say instead.
func readRetired(t *testing.T) map[string]string {
	t.Helper()
	words := map[string]string{}
	for _, line := range readLines(t, "retired.txt") {
		word, instead, _ := strings.Cut(line, " ")
		words[word] = strings.TrimSpace(instead)
	}
	return words
}

// namesIn returns the names that a file declares: its own name and those of functions, types, fields, parameters, and
// variables and constants of any scope that are declared with var or const. Tests are named by what they test.
func namesIn(f goFile) (names []string) {
	names = append(names, strings.TrimSuffix(strings.TrimSuffix(f.base(), ".go"), "_test"))
	add := func(all ...*ast.Ident) {
		for _, n := range all {
			names = append(names, n.Name)
		}
	}
	ast.Inspect(f.File, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if !f.isTest() || !strings.HasPrefix(n.Name.Name, "Test") {
				add(n.Name)
			}
		case *ast.TypeSpec:
			add(n.Name)
		case *ast.Field:
			add(n.Names...)
		case *ast.ValueSpec:
			add(n.Names...)
		}
		return true
	})
	return names
}

// findRetired returns the retired word in a name, or "".
func findRetired(words map[string]string, name string) string {
	for _, part := range namePart.FindAllString(name, -1) {
		if word := strings.ToLower(part); words[word] != "" {
			return word
		}
	}
	return ""
}

// TestRetiredWordsAreNotUsed: testdata/remaining.txt lists the names that still have one. It only gets shorter.
func TestRetiredWordsAreNotUsed(t *testing.T) {
	words, remaining, found := readRetired(t), readLines(t, "remaining.txt"), map[string]bool{}
	for _, f := range goFiles(t, func(goFile) bool { return true }) {
		for _, name := range namesIn(f) {
			word := findRetired(words, name)
			if line := f.path + " " + name; word != "" && !found[line] {
				found[line] = true
				if !slices.Contains(remaining, line) {
					t.Errorf("%s: do not say %s; say %s", line, word, words[word])
				}
			}
		}
	}
	for _, line := range remaining {
		if !found[line] {
			t.Errorf("%s is gone: remove its line from testdata/remaining.txt", line)
		}
	}
}

func TestRetiredWordsAreFoundInNames(t *testing.T) {
	words := readRetired(t)
	for name, want := range map[string]string{
		"folderOf": "folder", "Notary": "notary", "sealStamp": "stamp", "compress": "", "timestamp": "", "always": "", "thief_test": "thief",
	} {
		if got := findRetired(words, name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}
