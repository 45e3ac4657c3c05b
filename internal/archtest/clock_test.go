package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// use is one mention of a package's name in the code, such as time.Now.
type use struct{ file, name string }

// uses finds mentions of the given names in a package, tests apart.
func uses(t *testing.T, p goPackage, names ...string) []use {
	t.Helper()
	var found []use
	for _, f := range p.GoFiles {
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, f), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && slices.Contains(names, x.Name+"."+s.Sel.Name) {
					found = append(found, use{f, x.Name + "." + s.Sel.Name})
				}
			}
			return true
		})
	}
	return found
}

func TestPurePackagesAreToldTheTime(t *testing.T) {
	for _, p := range packages(t) {
		if !anyMatch(purePackages(), p.name()) {
			continue
		}
		for _, u := range uses(t, p, "time.Now", "time.Since", "time.Until", "time.Sleep", "time.After", "time.NewTimer") {
			t.Errorf("%s: %s uses %s: a pure rule takes the time as an argument", p.name(), u.file, u.name)
		}
	}
}

func TestOnlyProgramsReadTheEnvironment(t *testing.T) {
	for _, p := range packages(t) {
		if strings.HasSuffix(p.name(), "test") { // support for tests
			continue
		}
		for _, u := range uses(t, p, "os.Getenv", "os.LookupEnv", "os.Environ") {
			if u.file != "main.go" && p.name() != "shared/service/boot" {
				t.Errorf("%s: %s uses %s: settings come from shared/service/config, which a main.go or boot gives the environment", p.name(), u.file, u.name)
			}
		}
	}
}

func TestOnlyMainSpeaksToAWSInFunctions(t *testing.T) {
	for _, p := range packages(t) {
		if !strings.HasPrefix(p.name(), "functions/") {
			continue
		}
		for _, f := range p.GoFiles {
			parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, f), nil, parser.ImportsOnly)
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range parsed.Imports {
				if f != "main.go" && strings.HasPrefix(i.Path.Value, `"github.com/aws/`) {
					t.Errorf("%s/%s imports %s: main.go connects, handlers use what it gives them", p.name(), f, i.Path.Value)
				}
			}
		}
	}
}

// TestNoBuildThatIsDeployedHasTheTestClock: only trials/model builds functions with the tag.
func TestNoBuildThatIsDeployedHasTheTestClock(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "git", "-C", "../..", "grep", "-lI", "testclock", "--", ":!docs").Output()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"internal/archtest/clock_test.go", "shared/service/boot/clock.go", "shared/service/boot/testclock.go", "trials/model/clock.go",
	}
	if diff := cmp.Diff(want, strings.Fields(string(out))); diff != "" {
		t.Error(diff)
	}
}
