package archtest

import (
	"fmt"
	"go/ast"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// asvs is every requirement of levels 1 and 2 of the OWASP Application Security Verification
// Standard 5.0.0, by section: those of level 1, those of level 2. Of level 3 there are 92 more.
func asvs() map[string]string {
	return map[string]string{
		"1.1": "2: 1 2", "1.2": "1: 1 2 3 4 5 2: 6 7 8 9", "1.3": "1: 1 2 2: 3 4 5 6 7 8 9 10 11", "1.4": "2: 1 2 3", "1.5": "1: 1 2: 2",
		"2.1": "1: 1 2: 2 3", "2.2": "1: 1 2 2: 3", "2.3": "1: 1 2: 2 3 4", "2.4": "2: 1",
		"3.2": "1: 1 2", "3.3": "1: 1 2: 2 3 4", "3.4": "1: 1 2 2: 3 4 5 6", "3.5": "1: 1 2 3 2: 4 5", "3.7": "2: 1 2",
		"4.1": "1: 1 2: 2 3", "4.2": "2: 1", "4.3": "2: 1 2", "4.4": "1: 1 2: 2 3 4",
		"5.1": "2: 1", "5.2": "1: 1 2 2: 3", "5.3": "1: 1 2", "5.4": "2: 1 2 3",
		"6.1": "1: 1 2: 2 3", "6.2": "1: 1 2 3 4 5 6 7 8 2: 9 10 11 12", "6.3": "1: 1 2 2: 3 4", "6.4": "1: 1 2 2: 3 4",
		"6.5": "2: 1 2 3 4 5", "6.6": "2: 1 2 3", "6.8": "2: 1 2 3 4",
		"7.1": "2: 1 2 3", "7.2": "1: 1 2 3 4", "7.3": "2: 1 2", "7.4": "1: 1 2 2: 3 4 5", "7.5": "2: 1 2", "7.6": "2: 1 2",
		"8.1": "1: 1 2: 2", "8.2": "1: 1 2 2: 3", "8.3": "1: 1", "8.4": "2: 1",
		"9.1": "1: 1 2 3", "9.2": "1: 1 2: 2 3 4",
		"10.1": "2: 1 2", "10.2": "2: 1 2", "10.3": "2: 1 2 3 4", "10.4": "1: 1 2 3 4 5 2: 6 7 8 9 10 11", "10.5": "2: 1 2 3 4 5",
		"10.6": "2: 1 2", "10.7": "2: 1 2 3",
		"11.1": "2: 1 2", "11.2": "2: 1 2 3", "11.3": "1: 1 2 2: 3", "11.4": "1: 1 2: 2 3 4", "11.5": "2: 1", "11.6": "2: 1",
		"12.1": "1: 1 2: 2 3", "12.2": "1: 1 2", "12.3": "2: 1 2 3 4",
		"13.1": "2: 1", "13.2": "2: 1 2 3 4 5", "13.3": "2: 1 2", "13.4": "1: 1 2: 2 3 4 5",
		"14.1": "2: 1 2", "14.2": "1: 1 2: 2 3 4", "14.3": "1: 1 2: 2 3",
		"15.1": "1: 1 2: 2 3", "15.2": "1: 1 2: 2 3", "15.3": "1: 1 2: 2 3 4 5 6 7",
		"16.1": "2: 1", "16.2": "2: 1 2 3 4 5", "16.3": "2: 1 2 3 4", "16.4": "2: 1 2 3", "16.5": "2: 1 2 3",
		"17.1": "2: 1", "17.2": "2: 1 2 3 4", "17.3": "2: 1 2",
	}
}

// requirements is the list by number: its level.
func requirements() map[string]string {
	levels := map[string]string{}
	for section, list := range asvs() {
		level := ""
		for _, word := range strings.Fields(list) {
			if l, ok := strings.CutSuffix(word, ":"); ok {
				level = l
			} else {
				levels[section+"."+word] = level
			}
		}
	}
	return levels
}

// claim is a row of docs/security.md.
type claim struct{ number, level, asks, status, where, test string }

var claimForm = regexp.MustCompile(`^\| v5\.0\.0-([0-9.]+) \| ([123]) \| ([^|]+) \| (met|not met|n/a) \| ([^|]+) \| ([^|]+) \|$`)

func claims(t *testing.T) (rows []claim, text string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, "docs", "security.md"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "| v5.") {
			continue
		}
		m := claimForm.FindStringSubmatch(line)
		if m == nil {
			t.Errorf("this row has no number, level, status, place or test: %.120s", line)
			continue
		}
		rows = append(rows, claim{m[1], m[2], strings.TrimSpace(m[3]), m[4], strings.TrimSpace(m[5]), strings.TrimSpace(m[6])})
	}
	return rows, string(data)
}

func TestEveryRequirementOfASVSHasARow(t *testing.T) {
	rows, text := claims(t)
	got, counts := map[string]string{}, map[string]int{}
	for _, r := range rows {
		if _, twice := got[r.number]; twice {
			t.Errorf("%s has two rows", r.number)
		}
		got[r.number] = r.level
		counts[r.status]++
	}
	want := requirements()
	if len(want) != 253 {
		t.Fatalf("the list has %d requirements; levels 1 and 2 have 70 and 183", len(want))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("requirements (-) and rows (+):\n%s", diff)
	}
	sum := fmt.Sprintf("%d met, %d not met, %d not applicable", counts["met"], counts["not met"], counts["n/a"])
	if !strings.Contains(text, sum) {
		t.Errorf("the document does not say %q", sum)
	}
}

func TestWhatIsMetHasATestThatExists(t *testing.T) {
	rows, _ := claims(t)
	tests, targets := testNames(t), makeTargets(t)
	for _, r := range rows {
		if len(r.asks) < 3 || len(r.where) < 4 {
			t.Errorf("%s says too little", r.number)
		}
		if r.status != "met" {
			if r.test != "—" {
				t.Errorf("%s is %s and names a test", r.number, r.status)
			}
			continue
		}
		for _, name := range strings.Fields(strings.ReplaceAll(r.test, "`", "")) {
			target, isMake := strings.CutPrefix(name, "make:")
			switch {
			case name == "document":
			case isMake && targets[target], tests[name]:
			default:
				t.Errorf("%s: there is no %s", r.number, name)
			}
		}
		for _, place := range regexp.MustCompile("`([a-z./_A-Z0-9-]+)`").FindAllStringSubmatch(r.where, -1) {
			if _, err := os.Stat(filepath.Join(root, place[1])); err != nil {
				t.Errorf("%s: %v", r.number, err)
			}
		}
		if r.test == "document" && !strings.Contains(r.where, "](") {
			t.Errorf("%s is met by a document and links none", r.number)
		}
	}
}

var (
	targetForm = regexp.MustCompile(`(?m)^([a-z-]+):`)
)

func testNames(t *testing.T) map[string]bool {
	t.Helper()
	names := map[string]bool{}
	for _, file := range goFiles(t, goFile.isTest) {
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
				names[f.Name.Name] = true
			}
		}
	}
	return names
}

func makeTargets(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, m := range targetForm.FindAllStringSubmatch(string(text), -1) {
		names[m[1]] = true
	}
	return names
}

// sources returns the files below the directories whose names end so.
func sources(t *testing.T, ending string, directories ...string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, directory := range directories {
		err := filepath.WalkDir(filepath.Join(root, directory), func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ending) {
				return err
			}
			text, err := os.ReadFile(path)
			all[path] = string(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(all) == 0 {
		t.Fatalf("there are no %s in %v", ending, directories)
	}
	return all
}

// TestWhatIsDeployedImportsNothingDangerous: no programs are started, no templates filled, no memory
// reached past the language, no plugins loaded; weak digests only where a format or list names things by them,
// weak random numbers only where somebody waits; certificates are always checked.
func TestWhatIsDeployedImportsNothingDangerous(t *testing.T) {
	allowed := map[string][]string{
		"crypto/md5":   {"shared/document/pdf/assemble.go"},
		"crypto/sha1":  {"shared/document/seal/tsp/algorithm.go", "shared/domain/breach/breach.go"},
		"math/rand/v2": {"functions/login/app.go", "shared/store/dynamo/do.go"},
	}
	never := []string{"os/exec", "unsafe", "plugin", "text/template", "html/template", "crypto/md5", "crypto/sha1", "crypto/des", "crypto/rc4", "math/rand", "math/rand/v2"}
	for _, file := range goFiles(t, func(f goFile) bool { return f.isBelow("shared", "functions") && !f.isTest() && !forTests(f.dir()) }) {
		for _, pkg := range file.imports() {
			if slices.Contains(never, pkg) && !slices.Contains(allowed[pkg], file.path) {
				t.Errorf("%s imports %s", file.path, pkg)
			}
		}
		ast.Inspect(file.File, func(n ast.Node) bool {
			if name, ok := n.(*ast.Ident); ok && name.Name == "InsecureSkipVerify" {
				t.Errorf("%s may leave certificates unchecked", file.path)
			}
			return true
		})
	}
}

// TestPasswordsAreTypedHiddenAndMayBePasted reads the pages' own code.
func TestPasswordsAreTypedHiddenAndMayBePasted(t *testing.T) {
	fields := 0
	for path, text := range sources(t, ".js", "portal/static") {
		if strings.Contains(text, "paste") && strings.Contains(text, "preventDefault") && strings.Contains(path, "account") {
			t.Errorf("%s may keep passwords from being pasted", path)
		}
		for _, m := range regexp.MustCompile(`element\('input', \{[^}]*\}`).FindAllString(text, -1) {
			if !strings.Contains(m, "password") {
				continue
			}
			fields++
			if !strings.Contains(m, "type: 'password'") || !strings.Contains(m, "autocomplete") || strings.Contains(m, "autocomplete: 'off'") {
				t.Errorf("%s: %s", path, m)
			}
		}
	}
	if fields < 2 {
		t.Errorf("found %d fields for passwords", fields)
	}
}

// TestPagesNameTheMembersTheySet: no page's code sets a member by a name that an answer or an address
// could bring ("__proto__"), and none merges objects into others.
func TestPagesNameTheMembersTheySet(t *testing.T) {
	computed := regexp.MustCompile(`(?m)^.*[A-Za-z)]\[[^\]'"]*[A-Za-z][^\]'"]*\] ?= ?[^=>].*$`)
	harmless := map[string]string{"verify.js": "given[name] = value.trim()"} // names of the form's own fields
	files := sources(t, ".js", "portal", "functions/verify/page")
	for path, text := range files {
		for _, line := range computed.FindAllString(text, -1) {
			if strings.Contains(line, "const [") || strings.Contains(line, "let [") {
				continue
			}
			if known := harmless[filepath.Base(path)]; known == "" || !strings.Contains(line, known) {
				t.Errorf("%s: %s", path, strings.TrimSpace(line))
			}
		}
		for _, word := range []string{"Object.assign(", "__proto__", "setPrototypeOf", "eval(", "new Function"} {
			if strings.Contains(text, word) {
				t.Errorf("%s has %s", path, word)
			}
		}
	}
	if !computed.MatchString("  into[name] = value;") || computed.MatchString("  if (a[b] === c) return;") {
		t.Error("the test does not see what it looks for")
	}
}

// TestTheEdgesSpeakTLS holds every place of template.yaml that names a version of TLS to 1.2 and above,
// and what programs call to HTTPS without being sent there: who forgot the s is to find out.
func TestTheEdgesSpeakTLS(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	allowed := map[string][]string{
		"SecurityPolicy": {"TLS_1_2"}, "MinimumProtocolVersion": {"TLSv1.2_2021"}, "OriginProtocolPolicy": {"https-only"},
		"OriginSSLProtocols": {"[TLSv1.2]"}, "ViewerProtocolPolicy": {"redirect-to-https", "https-only"},
	}
	for _, calls := range []string{"/v1/*", "/.well-known/*"} {
		if !strings.Contains(string(text), "- PathPattern: "+calls+"\n            TargetOriginId: api\n            ViewerProtocolPolicy: https-only\n") {
			t.Errorf("%s redirects", calls)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(allowed)) {
		found := regexp.MustCompile(`\b`+name+`: ([^,}\n]+)`).FindAllStringSubmatch(string(text), -1)
		if len(found) == 0 {
			t.Errorf("nothing says %s", name)
		}
		for _, m := range found {
			if !slices.Contains(allowed[name], m[1]) {
				t.Errorf("%s is %s", name, m[1])
			}
		}
	}
}
