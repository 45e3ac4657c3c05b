package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/jiazhu/jiazhu/"

// call is a row of the table of calls in docs/architecture.md.
type call struct {
	directory, function string // a method's function is "Type.Method"
	times               int
}

var callRow = regexp.MustCompile("(?m)^\\| [^|]*\\| `([a-z/0-9]+)` \\| `([A-Za-z.]+)` \\| (\\d+) \\|")

func readCalls(t *testing.T) (calls []call) {
	t.Helper()
	text, err := os.ReadFile("../../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "\n### The calls of one endorsement\n")
	section, _, _ = strings.Cut(section, "\n## ")
	for _, row := range callRow.FindAllStringSubmatch(section, -1) {
		times, err := strconv.Atoi(row[3])
		if err != nil {
			t.Fatal(err)
		}
		calls = append(calls, call{row[1], row[2], times})
	}
	return calls
}

// TestOneEndorsement makes one endorsement. It makes no other call that the table names.
func TestOneEndorsement(t *testing.T) {
	newIssuingFixture(t).mustEndorse(t, `{"purpose":{"kind":"投标","text":"示例项目"}}`)
}

// TestTheCallsOfOneEndorsement runs the test above with coverage, which counts how often each
// function was called, and compares the counts with the table in docs/architecture.md. The request
// is checked once and the canonical JSON made once.
func TestTheCallsOfOneEndorsement(t *testing.T) {
	calls := readCalls(t)
	for _, once := range []call{
		{"shared/domain/endorsement", "Request.Check", 1}, {"shared/domain/endorsement", "Copy.Canonical", 1},
	} {
		if !slices.Contains(calls, once) {
			t.Errorf("docs/architecture.md does not have %s once", once.function)
		}
	}
	var packages []string
	for _, c := range calls {
		if name := module + c.directory; !slices.Contains(packages, name) {
			packages = append(packages, name)
		}
	}
	counts := countBlocks(t, strings.Join(packages, ","))
	for _, c := range calls {
		position := findBody(t, c)
		if got, counted := counts[position]; !counted || got != c.times {
			t.Errorf("%s %s, at %s: called %d times, in docs/architecture.md %d", c.directory, c.function, position, got, c.times)
		}
	}
}

// countBlocks runs one endorsement and returns how often each block of statements ran, by its
// position as a coverage profile writes it.
func countBlocks(t *testing.T, packages string) map[string]int {
	t.Helper()
	profile := filepath.Join(t.TempDir(), "profile")
	cmd := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-run", "^TestOneEndorsement$",
		"-covermode=count", "-coverpkg="+packages, "-coverprofile="+profile, ".")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	text, err := os.ReadFile(profile)
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for line := range strings.Lines(string(text)) {
		position, counted, _ := strings.Cut(strings.TrimSpace(line), ",")
		fields := strings.Fields(counted)
		if len(fields) != 3 {
			continue // the first line, which names the mode
		}
		if counts[position], err = strconv.Atoi(fields[2]); err != nil {
			t.Fatal(err)
		}
	}
	return counts
}

// findBody returns where a function's body begins, as a coverage profile writes it.
func findBody(t *testing.T, c call) string {
	t.Helper()
	sources, err := filepath.Glob("../../" + c.directory + "/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, source := range sources {
		positions := token.NewFileSet()
		file, err := parser.ParseFile(positions, source, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && fullName(f) == c.function {
				at := positions.Position(f.Body.Lbrace)
				return fmt.Sprintf("%s%s/%s:%d.%d", module, c.directory, filepath.Base(source), at.Line, at.Column)
			}
		}
	}
	t.Errorf("%s has no %s", c.directory, c.function)
	return ""
}

// fullName returns the name of a function, or Type.Method of a method.
func fullName(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return f.Name.Name
	}
	receiver := f.Recv.List[0].Type
	if star, ok := receiver.(*ast.StarExpr); ok {
		receiver = star.X
	}
	return receiver.(*ast.Ident).Name + "." + f.Name.Name
}
