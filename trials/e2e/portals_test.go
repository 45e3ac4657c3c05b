package e2e

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/local/seed"
)

// developer is the origin of the page that docs/portals.md has its reader write.
const developer = "http://127.0.0.1:3000"

// documentedCommands are the blocks of shell of docs/portals.md: what runs until it is stopped, and the rest.
func documentedCommands(t *testing.T) (serving []string, rest string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(service.root, "docs", "portals.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		if command := strings.TrimSpace(block[1]); strings.HasPrefix(command, "make run") || strings.HasSuffix(command, "serve.mjs") {
			serving = append(serving, command)
			continue
		}
		rest += block[1]
	}
	return serving, rest
}

func TestThePortalDevelopersPathWorksWhenPasted(t *testing.T) {
	for _, program := range []string{"sh", "curl", "node", "openssl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is missing", program)
		}
	}
	h := holder(t, "ready")
	phone := &seed.API{URL: service.stack.URL}
	if err := phone.Do(t.Context(), seed.Call{Method: http.MethodPut, Path: "/phone/persons", JSON: []map[string]string{
		{"name": h.Name, "idType": "111", "idNumber": h.IDNumber()},
	}}, nil); err != nil {
		t.Fatal(err)
	}
	serving, rest := documentedCommands(t)
	if diff := cmp.Diff([]string{"make run ORIGINS=" + developer, "node ~/my-portal/serve.mjs"}, serving); diff != "" {
		t.Errorf("what is started in windows of its own:\n%s", diff)
	}
	rest = strings.NewReplacer("http://127.0.0.1:8080", service.stack.URL, ".local/keys", service.stack.Keys).Replace(rest)
	cmd := exec.CommandContext(t.Context(), "sh", "-eu")
	home := t.TempDir()
	cmd.Dir = service.root
	cmd.Env = append(os.Environ(), "HOME="+home)
	cmd.Stdin = strings.NewReader(rest)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	left := string(out)
	for _, want := range []string{
		"the portal's token: ", `"username":"visitor-1"`, `"passwordLink":{`, "password set: 204",
		"Access-Control-Allow-Origin: " + developer,
		`"scanned"`, `"verified"`, "downloaded: 200 application/pdf", `"verdict":"valid"`,
		`"disclosed":{"by":"organisation","name":"张三"`, `"accepted":1`, `"refused":1`, `"rule":"id.checksum"`, `"keys": [`,
	} {
		_, after, ok := strings.Cut(left, want)
		if !ok {
			t.Fatalf("%s is missing, or comes too early:\n%s", want, out)
		}
		left = after
	}
	tryPrograms(t, filepath.Join(home, "my-portal"), string(out))
}

// documentedProgram is a program of docs/portals.md, whose first line says how it is called.
var documentedProgram = regexp.MustCompile("(?s)```[a-z]+\n((?:#|//) ((?:sh|node|python3|go run|java) ([A-Za-z]+\\.[a-z]+)) SERVICE ([A-Z -]+?)[;\n].*?)```")

// tryPrograms runs every program of docs/portals.md whose language is on this machine, with the files
// and the key that the commands before have made. said is what these commands printed.
func tryPrograms(t *testing.T, dir, said string) {
	text, err := os.ReadFile(filepath.Join(service.root, "docs", "portals.md"))
	if err != nil {
		t.Fatal(err)
	}
	programs := documentedProgram.FindAllStringSubmatch(string(text), -1)
	if len(programs) != 10 {
		t.Fatalf("docs/portals.md has %d programs, want two in each of five languages", len(programs))
	}
	for _, p := range programs {
		t.Run(p[3], func(t *testing.T) {
			file := filepath.Join(dir, p[3])
			if err := os.WriteFile(file, []byte(p[1]), 0o600); err != nil {
				t.Fatal(err)
			}
			call := strings.Fields(strings.Replace(p[2], p[3], file, 1))
			if call[0] == "python3" {
				call[0] = pythonWithCryptography(t)
			}
			if _, err := exec.LookPath(call[0]); err != nil {
				t.Skipf("%s is missing", call[0])
			}
			want := "valid"
			call = append(call, service.stack.URL)
			if p[4] == "PDF-FILE" {
				call = append(call, filepath.Join(dir, "certificate.pdf"))
			} else {
				kid := regexp.MustCompile(`capital-registry\.key\.pem (\S+) ~`).FindStringSubmatch(said)
				if kid == nil {
					t.Fatalf("the commands did not print the key's name:\n%s", said)
				}
				call = append(call, "capital-registry", service.stack.Paths.ClientKey("capital-registry"), kid[1], filepath.Join(dir, "rows.json"))
				want = `"unchanged":1`
			}
			out, err := exec.CommandContext(t.Context(), call[0], call[1:]...).CombinedOutput()
			if got := strings.ReplaceAll(string(out), `": `, `":`); err != nil || !strings.Contains(got, want) || strings.Contains(got, "invalid") {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

// pythonWithCryptography returns a Python that has the package cryptography.
func pythonWithCryptography(t *testing.T) string {
	cmd := exec.CommandContext(t.Context(), "tools/python", "conformance/pyhanko/requirements.txt")
	cmd.Dir = service.root
	bin, err := cmd.Output()
	if err != nil {
		t.Skipf("there is no Python with the package cryptography: %v", err)
	}
	return filepath.Join(strings.TrimSpace(string(bin)), "python")
}
