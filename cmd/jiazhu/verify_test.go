package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/conformance/vectors/cases"
	"github.com/jiazhu/jiazhu/conformance/vectors/kit"
)

// verifyCase writes the file of a published vector, and the published keys beside it.
func verifyCase(t *testing.T, name string) (keys, file string, now time.Time) {
	t.Helper()
	c, err := cases.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	k := kit.New(t)
	made := k.Make(t, c)
	directory := t.TempDir()
	keys, file = filepath.Join(directory, "trust.json"), filepath.Join(directory, "file."+made.Input.Ending)
	for at, data := range map[string][]byte{keys: k.Bundle, file: made.Input.Bytes()} {
		if err := os.WriteFile(at, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return keys, file, c.Now
}

func runAt(now time.Time, args ...string) (code int, out, errOut string) {
	var stdout, stderr strings.Builder
	c := console{in: strings.NewReader(""), out: &stdout, err: &stderr, getenv: func(string) string { return "" }, now: func() time.Time { return now }}
	code = c.run(context.Background(), args)
	return code, stdout.String(), stderr.String()
}

// TestOfflineNobodyIsAsked: with -offline the service is not asked, whether for one file or several.
func TestOfflineNobodyIsAsked(t *testing.T) {
	keys, file, now := verifyCase(t, "pdf-good")
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("asked %s", r.URL) }))
	defer server.Close()
	for _, files := range [][]string{{file}, {file, file}} {
		code, out, errOut := runAt(now, append([]string{"verify", "-offline", "-keys", keys, "-url", server.URL}, files...)...)
		if code != 2 || !strings.Contains(out, "真实（截至签发时）") {
			t.Errorf("%d files: %d: %s%s", len(files), code, out, errOut)
		}
	}
	if code, _, errOut := runAt(now, "verify", "-offline", "-keys", keys+".none", file); code != 2 || !strings.Contains(errOut, "-keys") {
		t.Errorf("without keys: %d: %s", code, errOut)
	}
}

// TestTheQuestionIsAskedOfTheService for a single file, and with a language.
func TestTheQuestionIsAskedOfTheService(t *testing.T) {
	var query, language string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query, language = r.URL.Query().Encode(), r.Header.Get("Accept-Language")
		_ = json.NewEncoder(w).Encode(map[string]string{"verdict": "valid", "verdictName": "有效"})
	}))
	defer server.Close()
	code, out, errOut := runCommand("verify", "-url", server.URL, "-as-of", "2026-12-01", "-specialty", "same", "-purpose", "same", "-recipient", "r", "-lang", "en", "main.go")
	if want := "asOf=2026-12-01&purpose=same&recipient=r&specialty=same"; code != 0 || query != want || language != "en" {
		t.Errorf("%d, %q in %q: %s%s", code, query, language, out, errOut)
	}
	for _, wrong := range [][]string{{"-as-of", "26-12-01"}, {"-purpose", "⌈投标⌉"}, {"-asker", "张 13800138000"}, {"-lang", "fr"}, {"-json", "-csv"}} {
		if code, _, errOut := runCommand(append(append([]string{"verify", "-url", server.URL}, wrong...), "main.go")...); code != 2 {
			t.Errorf("%q: %d: %s", wrong, code, errOut)
		}
	}
}

// TestTheCodesInAScanAreShown, each with its page, and what was not searched.
func TestTheCodesInAScanAreShown(t *testing.T) {
	const code = `{"page":2,"token":"t","verdict":{"verdict":"invalid","verdictName":"无效","given":"token","checks":[{"check":"copy","result":"fail","text":"已撤回"}]}}`
	for found, want := range map[string]string{
		`{"pages":3,"codes":[` + code + `],"unread":[{"page":3,"reason":"time"}],"others":0}`:                                                  "code on page 2: 无效\n  given     token\n  fail      copy         已撤回\npage 3 was not searched: time\n",
		`{"pages":1,"codes":[],"unread":[],"others":0,"several":1}`:                                                                            "有 1 个二维码各含本平台的多个二维码内容，未作判断。\n",
		`{"pages":3,"codes":[` + strings.Replace(code, `"token":"t"`, `"token":"t","leadsTo":"evil.example"`, 1) + `],"unread":[],"others":0}`: "code on page 2（二维码指向 evil.example）: 无效\n  given     token\n  fail      copy         已撤回\n",
		`{"pages":1,"codes":[],"unread":[],"others":0}`:                                                                                        "no code of this service was found\n",
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"verdict":"unknown","verdictName":"无法确认","given":"pdf","checks":[],"scan":`+found+`}`)
		}))
		code, out, errOut := runCommand("verify", "-url", server.URL, "main.go")
		if server.Close(); code != 2 || out != "无法确认\n  given     pdf\n"+want {
			t.Errorf("%d: %s%s", code, out, errOut)
		}
	}
}

// TestSeveralFilesAreJudgedHere by the keys that the service publishes.
func TestSeveralFilesAreJudgedHere(t *testing.T) {
	keys, file, now := verifyCase(t, "pdf-altered-at-50")
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.URL.Path)
		f, err := os.Open(keys)
		if err != nil {
			t.Error(err)
			return
		}
		defer f.Close()
		_, _ = io.Copy(w, f)
	}))
	defer server.Close()
	code, out, errOut := runAt(now, "verify", "-url", server.URL, file, file)
	if code != 1 || !strings.Contains(out, "共 2 件 · 无效 2") || strings.Join(asked, " ") != "GET /.well-known/jiazhu-trust.json" {
		t.Errorf("%d, asked %q: %s%s", code, asked, out, errOut)
	}
}
