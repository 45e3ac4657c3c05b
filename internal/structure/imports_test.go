package structure

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/jiazhu/jiazhu/"

// floor is where a room stands. A package imports packages of lower floors, and of
// its own room; the room of shared/render/pdf is render. So no arrow runs up and
// there is no circle.
type floor struct {
	rooms []string
	why   string
}

// floors from the ground up.
func floors() []floor {
	return []floor{
		{[]string{"civil", "problem"}, "a day and a failure mean the same to everybody"},
		{[]string{"outage"}, "stores tell alike what passes, each of its own floor"},
		{[]string{"identity", "seal", "files", "certificate", "photo", "vault"}, "each knows one thing and needs nobody to explain it"},
		{[]string{"tags", "journal"}, "what lies in a table or the journal is told from what somebody wrote there by a key of the vault's"},
		{[]string{"config", "sessions", "scheme"}, "settings, stored identities and the kinds of certificate are made of the floor below"},
		{[]string{"api", "endorsement"}, "an endorsement is of a certificate under a scheme; a request comes with a session"},
		{[]string{"render", "credential", "records", "verdict"}, "each shows, signs, keeps or judges endorsements"},
		{[]string{"evidence", "reporting"}, "evidence is read from renderings and credentials; reports land in the register"},
		{[]string{"document"}, "documents are made of renderings and credentials; documenttest brings the evidence of whom to trust"},
		{[]string{"functions"}, "functions put everything together, and nothing is built on them"},
		{[]string{"cmd"}, "a command for operators holds the tables as functions do, and nothing is built on it"},
	}
}

// pure packages get everything they need as arguments, so that their rules can be
// tried at any time of any day.
func pure() []string {
	return []string{
		"shared/certificate", "shared/civil", "shared/credential", "shared/document", "shared/endorsement", "shared/evidence", "shared/evidence/receiptpage",
		"shared/identity", "shared/photo", "shared/problem", "shared/render/...", "shared/scheme", "shared/seal/cms", "shared/seal/revocation",
		"shared/seal/ses", "shared/seal/strength", "shared/seal/tsp",
		"shared/vault", "shared/verdict",
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
			pure(),
			[]string{"net", "net/http", "os", "os/...", "io/ioutil", "syscall", "github.com/aws/..."},
			[]string{"shared/problem"}, // takes the names of HTTP's status codes from net/http
			"what is pure has no network, no files and no environment",
		},
		{
			[]string{"shared/problem"},
			[]string{"net", "os", "os/...", "syscall", "github.com/aws/..."},
			nil,
			"what is pure has no network, no files and no environment",
		},
		{
			[]string{"shared/..."},
			[]string{"github.com/aws/aws-sdk-go-v2/..."},
			[]string{
				"shared/tags", "shared/records", "shared/records/recordstest", "shared/sessions", "shared/sessions/sessionstest",
				"shared/files", "shared/journal/s3journal", "shared/seal/keys/kms", "shared/outage",
			},
			"only the stores speak to AWS; everybody else would have to be tested against a cloud",
		},
		{
			[]string{"shared/..."},
			[]string{"github.com/aws/aws-lambda-go/lambda"},
			nil,
			"being a Lambda function is the business of functions/",
		},
		{
			[]string{"..."},
			[]string{module + "functions/..."},
			nil,
			"a function is a program, not a library",
		},
		{
			[]string{"..."},
			[]string{module + "local/..."},
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
			[]string{"golang.org/x/crypto/argon2", module + "shared/document", module + "shared/document/...", module + "shared/seal/testca",
				module + "shared/seal/keys/kms", module + "shared/seal/notary", module + "shared/seal/tsp/tsa",
			},
			"anyone may talk to verify, so it can neither check passwords nor make documents, nor ask anybody to sign",
		},
		{
			"functions/download",
			[]string{"golang.org/x/crypto/argon2", module + "shared/document", module + "shared/render/...", module + "shared/seal/..."},
			"handing out a link needs no fonts and no seals",
		},
		{
			"functions/report",
			[]string{"golang.org/x/crypto/argon2", module + "shared/document", module + "shared/seal/..."},
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
	for _, p := range packages(t) {
		at, room := place(p.name())
		if at < 0 {
			if strings.HasPrefix(p.name(), "shared/") {
				t.Errorf("%s stands on no floor: give its room a place in floors()", p.name())
			}
			continue
		}
		for _, i := range p.Imports {
			name, ours := strings.CutPrefix(i, module)
			if !ours {
				continue
			}
			under, other := place(name)
			if under < at || other == room && room != "functions" {
				continue
			}
			t.Errorf("%s imports %s, which does not stand below it: %s", p.name(), name, floors()[at].why)
		}
	}
}

// place returns the floor and the room of a package; -1 for what is not part of the house.
func place(name string) (int, string) {
	parts := strings.Split(name, "/")
	room := parts[0]
	if room == "shared" && len(parts) > 1 {
		room = parts[1]
	} else if room != "functions" && room != "cmd" {
		return -1, ""
	}
	return slices.IndexFunc(floors(), func(f floor) bool { return slices.Contains(f.rooms, room) }), room
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
