package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/jiazhu/jiazhu/"

// floor is a directory of the product. Its packages import the floors that stand in its row, and of
// their own floor those to the left of them.
type floor struct {
	name     string   // shared/domain
	packages []string // from the left: civil, problem, certificate; "seal" is seal and all below it
	imports  []string // names of floors
}

// readFloors reads the table under "## Floors" in docs/architecture.md.
func readFloors(t *testing.T) []floor {
	t.Helper()
	text, err := os.ReadFile("../../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ = bytes.Cut(text, []byte("\n## Floors\n"))
	text, _, _ = bytes.Cut(text, []byte("\n## "))
	code := regexp.MustCompile("`([^`]+)`")
	names := func(cell string) (out []string) {
		for _, m := range code.FindAllStringSubmatch(cell, -1) {
			out = append(out, strings.Fields(m[1])...)
		}
		return out
	}
	var floors []floor
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, "|")
		if len(cells) < 5 || len(names(cells[1])) != 1 {
			continue
		}
		floors = append(floors, floor{names(cells[1])[0], names(cells[2]), names(cells[3])})
	}
	if len(floors) < 6 {
		t.Fatalf("docs/architecture.md has a table of %d floors", len(floors))
	}
	return floors
}

// packagePlace is where a package stands: its floor, and which of the floor's packages it belongs to.
type packagePlace struct{ floor, index int }

// findPlace returns the place of a package; ok is false for what stands on no floor.
func findPlace(floors []floor, name string) (p packagePlace, ok bool) {
	for i, f := range floors {
		below, ok := strings.CutPrefix(name+"/", f.name+"/")
		if !ok {
			continue
		}
		first, _, _ := strings.Cut(below, "/")
		if f.packages == nil {
			return packagePlace{i, 0}, true // a floor of programs
		}
		if n := slices.Index(f.packages, first); n >= 0 {
			return packagePlace{i, n}, true
		}
	}
	return packagePlace{}, false
}

// mayImport reports whether what stands at one place may import what stands at another.
func mayImport(floors []floor, from, to packagePlace) bool {
	if from.floor != to.floor {
		return slices.Contains(floors[from.floor].imports, floors[to.floor].name)
	}
	return floors[from.floor].packages != nil && to.index <= from.index
}

// forTests reports whether a package is there for tests alone, by its name. It may import what is above
// it, and only tests and packages like it import it.
func forTests(name string) bool { return strings.HasSuffix(name, "test") }

// purePackages packages get everything they need as arguments, so that their rules can be
// tried at any time of any day.
func purePackages() []string {
	return []string{
		"shared/document/archive", "shared/document/sheet", "shared/domain/certificate", "shared/domain/copylog", "shared/domain/civil", "shared/domain/filename", "shared/document/credential", "shared/document/issue", "shared/domain/endorsement", "shared/document/evidence", "shared/document/evidence/receiptpage",
		"shared/domain/identity", "shared/document/photo", "shared/domain/problem", "shared/document/deflate", "shared/document/displaylist", "shared/document/font",
		"shared/document/layout", "shared/document/ofd", "shared/document/pdf", "shared/document/receiptpdf", "shared/document/svg", "shared/domain/scheme", "shared/document/seal/cms", "shared/document/seal/revocation",
		"shared/document/seal/ses", "shared/document/seal/strength", "shared/document/seal/tsp",
		"shared/store/fieldcrypto", "shared/domain/verdict",
	}
}

// rule forbids imports to packages.
type rule struct {
	who    []string // patterns; "..." = and everything below
	never  []string // patterns of imports
	except []string // packages the rule does not bind
	why    string
}

func rules() []rule {
	return []rule{
		{
			purePackages(),
			[]string{"net", "net/http", "os", "os/...", "io/ioutil", "syscall", "github.com/aws/..."},
			[]string{"shared/domain/problem"}, // takes the names of HTTP's status codes from net/http
			"what is pure has no network, no files and no environment",
		},
		{
			[]string{"shared/domain/problem"},
			[]string{"net", "os", "os/...", "syscall", "github.com/aws/..."},
			nil,
			"what is pure has no network, no files and no environment",
		},
		{
			[]string{"shared/..."},
			[]string{"github.com/aws/aws-sdk-go-v2/..."},
			[]string{
				"shared/store/dynamo", "shared/store/tags", "shared/store/records", "shared/store/records/recordstest", "shared/store/sessions",
				"shared/store/sessions/sessionstest", "shared/store/files", "shared/store/journal/s3journal", "shared/document/seal/keys/kms",
				"shared/service/boot", "shared/service/boot/buckets",
			},
			"only the stores speak to AWS; everybody else would have to be tested against a cloud",
		},
		{
			[]string{"shared/..."},
			[]string{"github.com/aws/aws-lambda-go/lambda"},
			[]string{"shared/service/boot"},
			"shared/service/boot starts the functions",
		},
		{
			[]string{"..."},
			[]string{module + "functions/..."},
			nil,
			"a function is a program, not a library",
		},
		{
			[]string{"..."},
			[]string{module + "local/...", module + "trials/..."},
			nil,
			"what runs in production does not know of the local stack",
		},
	}
}

// closure forbids packages to a program, however indirectly.
type closure struct {
	program string
	never   []string
	why     string
}

func closures() []closure {
	return []closure{
		{
			"functions/verify",
			[]string{"golang.org/x/crypto/argon2", module + "shared/document/issue/...", module + "shared/document/seal/testca",
				module + "shared/document/seal/keys/kms", module + "shared/document/seal/ltv", module + "shared/document/seal/tsp/tsa",
			},
			"anyone may talk to verify, so it can neither check passwords nor make documents, nor ask anybody to sign",
		},
		{
			"functions/download",
			[]string{"golang.org/x/crypto/argon2", module + "shared/document/issue/...", module + "shared/document/pdf", module + "shared/document/seal/keys/kms",
				module + "shared/document/seal/ltv", module + "shared/document/seal/tsp/tsa", module + "shared/document/seal/testca",
			},
			"handing out a link and drawing a preview makes no documents, and asks nobody to sign",
		},
		{
			"functions/report",
			[]string{"golang.org/x/crypto/argon2", module + "shared/document/issue/...", module + "shared/document/seal/..."},
			"reporting makes no documents",
		},
	}
}

type goPackage struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	Imports    []string
	Deps       []string
	Standard   bool
	Error      *struct{ Err string }
}

func (p goPackage) name() string { return strings.TrimPrefix(p.ImportPath, module) }

// packages are those of the root module, without their tests.
func packages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Dir,GoFiles,Imports,Deps,Standard,Error", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []goPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		if p.Error != nil && len(p.GoFiles) > 0 {
			t.Errorf("%s: %s", p.name(), p.Error.Err)
		}
		all = append(all, p)
	}
}

func TestImportsGoDownOnly(t *testing.T) {
	floors := readFloors(t)
	found := map[packagePlace]bool{}
	for _, p := range packages(t) {
		at, ok := findPlace(floors, p.name())
		if !ok {
			if strings.HasPrefix(p.name(), "shared/") {
				t.Errorf("%s stands on no floor: add it to the table of docs/architecture.md", p.name())
			}
			continue
		}
		found[at] = true
		for _, i := range p.Imports {
			name, ours := strings.CutPrefix(i, module)
			if !ours || forTests(p.name()) {
				continue
			}
			if forTests(name) {
				t.Errorf("%s imports %s, which is for tests", p.name(), name)
			} else if to, ok := findPlace(floors, name); ok && !mayImport(floors, at, to) {
				t.Errorf("%s imports %s: the table of docs/architecture.md does not allow it", p.name(), name)
			}
		}
	}
	for i, f := range floors {
		for n, name := range f.packages {
			if !found[packagePlace{i, n}] {
				t.Errorf("docs/architecture.md has %s/%s, which is no package", f.name, name)
			}
		}
	}
}

// TestFloorsStandOnEachOther keeps the table itself from allowing what the floors are for.
func TestFloorsStandOnEachOther(t *testing.T) {
	floors := readFloors(t)
	for _, c := range []struct {
		from, to string
		want     bool
	}{
		{"shared/domain/verdict", "shared/domain/civil", true},
		{"shared/domain/civil", "shared/domain/verdict", false},
		{"shared/domain/endorsement", "shared/store/records", false},
		{"shared/domain/problem", "shared/service/api", false},
		{"shared/domain/verdict", "shared/document/evidence", false},
		{"shared/document/issue", "shared/store/files", false},
		{"shared/document/evidence", "shared/domain/verdict", true},
		{"shared/document/evidence", "shared/document/issue", false},
		{"shared/store/records", "shared/document/photo", false},
		{"shared/store/records", "shared/service/api", false},
		{"shared/store/records", "shared/domain/endorsement", true},
		{"shared/service/reporting", "shared/store/records", true},
		{"shared/service/api", "functions/verify", false},
		{"functions/verify", "functions/endorse", false},
		{"functions/verify", "cmd/jiazhu", false},
		{"functions/verify", "shared/service/api", true},
		{"functions/verify", "client", false},
		{"functions/verify", "shared/checker", false},
		{"shared/checker", "shared/document/evidence", true},
		{"shared/checker", "shared/service/api", false},
		{"cmd/jiazhu", "shared/checker", true},
		{"shared/service/api", "client", false},
		{"cmd/jiazhu", "client", true},
	} {
		from, ok := findPlace(floors, c.from)
		to, too := findPlace(floors, c.to)
		if !ok || !too {
			t.Errorf("%s or %s stands on no floor", c.from, c.to)
		} else if got := mayImport(floors, from, to); got != c.want {
			t.Errorf("%s may import %s: %v, want %v", c.from, c.to, got, c.want)
		}
	}
}

func TestNobodyImportsWhatIsNotForThem(t *testing.T) {
	all := packages(t)
	for _, r := range rules() {
		for _, p := range all {
			if !anyMatch(r.who, p.name()) || slices.Contains(r.except, p.name()) {
				continue
			}
			for _, i := range p.Imports {
				if anyMatch(r.never, i) {
					t.Errorf("%s imports %s: %s", p.name(), i, r.why)
				}
			}
		}
	}
}

func TestNoProgramHoldsWhatItHasNoUseFor(t *testing.T) {
	all := packages(t)
	for _, c := range closures() {
		i := slices.IndexFunc(all, func(p goPackage) bool { return p.name() == c.program })
		if i < 0 {
			t.Errorf("there is no %s", c.program)
			continue
		}
		for _, d := range all[i].Deps {
			if anyMatch(c.never, d) {
				t.Errorf("%s holds %s: %s", c.program, d, c.why)
			}
		}
	}
}

// anyMatch says whether one of the patterns fits. "a/..." fits everything below a,
// "..." everything.
func anyMatch(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		if pattern == "..." {
			return true
		}
		if below, ok := strings.CutSuffix(pattern, "..."); ok {
			return strings.HasPrefix(name, below)
		}
		return path.Clean(pattern) == name
	})
}
