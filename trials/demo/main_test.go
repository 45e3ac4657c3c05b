package main

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/testkeys"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// TestKeysOfAnotherServiceAreNamedBeforeAnyStep: where they are, and how to name the right ones.
func TestKeysOfAnotherServiceAreNamedBeforeAnyStep(t *testing.T) {
	var asked []string
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path)
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"code":"client-assertion-invalid","title":"客户端身份校验失败"}`))
	}))
	defer service.Close()
	others := filepath.Join(t.TempDir(), "keys")
	if _, err := testkeys.Ensure(others, "http://127.0.0.1:1", must.Get(scheme.Load())); err != nil {
		t.Fatal(err)
	}
	for _, keys := range []string{others, filepath.Join(t.TempDir(), "keys")} {
		_, err := run(t.Context(), settings{url: service.URL, keys: keys, out: t.TempDir()})
		if err == nil || !strings.Contains(err.Error(), keys) || !strings.Contains(err.Error(), "make demo URL="+service.URL+" DATA=") {
			t.Error(err)
		}
	}
	if len(asked) != 1 || asked[0] != "/v1/token" {
		t.Errorf("it was asked for %v", asked)
	}
}
