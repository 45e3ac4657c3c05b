package e2e

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/local/seed"
)

// example is the block of shell in a README that goes through the service with curl.
func example(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(service.root, file))
	if err != nil {
		t.Fatal(err)
	}
	const begin = "```sh\nU=http://127.0.0.1:8080\n"
	_, rest, ok := strings.Cut(string(text), begin)
	block, _, closed := strings.Cut(rest, "```")
	if !ok || !closed {
		t.Fatalf("%s has no block that begins %q", file, begin)
	}
	return block
}

func TestTheReadmesExampleWorksWhenPasted(t *testing.T) {
	for _, program := range []string{"sh", "curl"} {
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
	for _, file := range []string{"README.md", "README.zh-CN.md"} {
		t.Run(file, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), "sh", "-eu")
			cmd.Dir = t.TempDir()
			cmd.Stdin = strings.NewReader("U=" + service.stack.URL + "\n" + example(t, file))
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			rest := string(out)
			for _, want := range []string{
				`"scanned"`, `"verified"`, `"ready":true`, `加注成功!`,
				`"verdict":"valid"`, `"verdict":"valid"`, `"state":"withdrawn"`, `"verdict":"invalid"`,
			} {
				_, after, ok := strings.Cut(rest, want)
				if !ok {
					t.Fatalf("%s is missing, or comes too early:\n%s", want, out)
				}
				rest = after
			}
		})
	}
}
