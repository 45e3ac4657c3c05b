package e2e

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/local/demo"
)

func TestThePageOfAScannedCodeComesWithItsFiles(t *testing.T) {
	get := func(path string) *demo.Reply {
		t.Helper()
		reply, err := service.api().Send(t.Context(), demo.Call{Method: http.MethodGet, Path: path})
		if err != nil {
			t.Fatal(err)
		}
		if policy := reply.Header.Get("Content-Security-Policy"); reply.Status != http.StatusOK || !strings.Contains(policy, "default-src 'none'") || len(reply.Body) == 0 {
			t.Errorf("%s: %d, %v", path, reply.Status, reply.Header)
		}
		return reply
	}
	files := regexp.MustCompile(`(?:href|src)="(/v/[^"]+)"`).FindAllStringSubmatch(string(get("/v").Body), -1)
	if len(files) < 4 {
		t.Errorf("the page names %d files", len(files))
	}
	for _, file := range files {
		get(file[1])
	}
	if scope := get("/v/sw.js").Header.Get("Service-Worker-Allowed"); scope != "/v" {
		t.Errorf("the worker is allowed %q", scope)
	}
}
