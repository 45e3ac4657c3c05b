package e2e

import (
	"bytes"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/local/seed"
)

// page gets a page, or one of its files, which allows nothing but itself.
func page(t *testing.T, path string) *seed.Reply {
	t.Helper()
	reply, err := service.api().Send(t.Context(), seed.Call{Method: http.MethodGet, Path: path})
	if err != nil {
		t.Fatal(err)
	}
	if policy := reply.Header.Get("Content-Security-Policy"); reply.Status != http.StatusOK || !strings.Contains(policy, "default-src 'none'") || len(reply.Body) == 0 {
		t.Errorf("%s: %d, %v", path, reply.Status, reply.Header)
	}
	return reply
}

func TestTheContractIsServedAsAPageAndAsItIs(t *testing.T) {
	want, err := os.ReadFile(filepath.Join(service.root, "openapi.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if got := page(t, "/docs/openapi.yaml"); !bytes.Equal(got.Body, want) {
		t.Error("the contract that is served is another than openapi.yaml")
	}
	files := regexp.MustCompile(`(?:href|src)="(/[^"]+)"`).FindAllStringSubmatch(string(page(t, "/docs").Body), -1)
	if len(files) < 3 {
		t.Errorf("the page names %d files", len(files))
	}
	for _, file := range files {
		page(t, file[1])
	}
}

func TestThePageOfAScannedCodeComesWithItsFiles(t *testing.T) {
	get := func(path string) *seed.Reply {
		t.Helper()
		return page(t, path)
	}
	files := regexp.MustCompile(`(?:href|src)="(/v/[^"]+)"`).FindAllStringSubmatch(string(get("/v").Body), -1)
	if len(files) != 1 {
		t.Errorf("the page names %d files", len(files))
	}
	for _, file := range files {
		if kept := get(file[1]).Header.Get("Cache-Control"); !strings.Contains(kept, "immutable") {
			t.Errorf("%s may be kept by %q", file[1], kept)
		}
	}
	if scope := get("/v/sw.js").Header.Get("Service-Worker-Allowed"); scope != "/v" {
		t.Errorf("the worker is allowed %q", scope)
	}
}
