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
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
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
		`"disclosed":{"by":"organisation","name":"张三"`, `"refused":1`, `"rule":"id.checksum"`, `{"keys":[{"kty":"EC"`,
	} {
		_, after, ok := strings.Cut(left, want)
		if !ok {
			t.Fatalf("%s is missing, or comes too early:\n%s", want, out)
		}
		left = after
	}
}
