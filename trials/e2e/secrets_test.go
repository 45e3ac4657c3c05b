package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/trials/checks"
	"github.com/jiazhu/jiazhu/trials/demo/scenario"
)

// secretRecorder passes requests on and keeps every secret it sees go by, by kind: tokens, passwords,
// codes, links, ID numbers, phone numbers, names, assertions.
type secretRecorder struct {
	next http.RoundTripper

	mu      sync.Mutex
	secrets map[string]string // kind by secret
}

// secretMembers are the members of JSON bodies that no log may repeat, with their kinds.
func secretMembers() map[string]string {
	return map[string]string{
		"token": "token", "access_token": "token", "secret": "token", "assertion": "assertion", "client_assertion": "assertion",
		"password": "password", "newPassword": "password", "currentPassword": "password",
		"code": "code", "Code": "code", "url": "link", "URL": "link", "qr": "link", "Text": "message", "text": "message",
		"idNumber": "ID number", "phone": "phone", "to": "phone", "To": "phone", "name": "name",
	}
}

func (h *secretRecorder) RoundTrip(r *http.Request) (*http.Response, error) {
	if token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		h.keep("token", token)
	}
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		h.read(body, true)
	}
	res, err := h.next.RoundTrip(r)
	if err != nil || !strings.HasPrefix(res.Header.Get("Content-Type"), "application/json") {
		return res, err
	}
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	res.Body = io.NopCloser(bytes.NewReader(body))
	h.read(body, false)
	return res, err
}

// read keeps the secrets of a JSON body. Answers name portals and specialties, which
// are nobody's, so names are kept from requests only.
func (h *secretRecorder) read(body []byte, asked bool) {
	var v any
	if json.Unmarshal(body, &v) == nil {
		h.visit(v, asked)
	}
}

func (h *secretRecorder) visit(v any, asked bool) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			h.visit(item, asked)
		}
	case map[string]any:
		for member, value := range v {
			text, ok := value.(string)
			kind := secretMembers()[member]
			switch {
			case !ok:
				h.visit(value, asked)
			case kind == "" || kind == "name" && !asked || strings.Contains(text, "*"): // masked
			case kind == "code" && strings.Trim(text, "0123456789") != "": // a problem's
			default:
				h.keep(kind, text)
			}
		}
	}
}

func (h *secretRecorder) keep(kind, secret string) {
	if len(secret) < 6 {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.secrets[secret] = kind
}

// leaks returns the kinds of the secrets that stand in a line, as words of their own.
func leaks(line string, secrets map[string]string) (kinds []string) {
	for secret, kind := range secrets {
		for rest := line; ; {
			i := strings.Index(rest, secret)
			if i < 0 {
				break
			}
			before, after := rest[:i], rest[i+len(secret):]
			if !strings.ContainsAny(before[max(0, len(before)-1):], alphanumeric) && !strings.ContainsAny(after[:min(1, len(after))], alphanumeric) {
				kinds = append(kinds, kind)
				break
			}
			rest = after
		}
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// runDemo goes every way of the demo and returns the secrets that went by.
func runDemo(t *testing.T) *secretRecorder {
	t.Helper()
	h := &secretRecorder{next: service.contract, secrets: map[string]string{}}
	target := service.target()
	target.HTTP = &http.Client{Timeout: time.Minute, Transport: h}
	w := &scenario.Runner{Steps: checks.Steps{Out: t.Output()}, Target: target, Dir: t.TempDir()}
	if err := w.Run(t.Context()); err != nil || w.Failed > 0 {
		t.Fatalf("%d steps failed, %v", w.Failed, err)
	}
	return h
}

func TestNoLogRepeatsASecret(t *testing.T) {
	h := runDemo(t)
	sendPlantedSecrets(t, h)

	kinds := map[string]int{}
	for kind := range maps.Values(h.secrets) {
		kinds[kind]++
	}
	t.Logf("secrets that went by: %v", kinds)
	for _, kind := range []string{"token", "password", "code", "link", "ID number", "phone", "name", "assertion", "planted"} {
		if kinds[kind] == 0 {
			t.Errorf("the walk showed no %s, so none can be looked for", kind)
		}
	}
	lines := 0
	for name, log := range logs(t) {
		for line := range strings.Lines(log) {
			lines++
			for _, kind := range leaks(line, h.secrets) {
				t.Errorf("the log of %s repeats a %s: %.80s…", name, kind, line)
			}
		}
	}
	if lines < 500 {
		t.Errorf("the logs have %d lines", lines)
	}
}

// sendPlantedSecrets sends what a caller should not, in every place of a request: none of it is of any form.
func sendPlantedSecrets(t *testing.T, h *secretRecorder) {
	t.Helper()
	for i, place := range []string{"path", "query", "header", "trace", "body", "name", "cookie", "bearer"} {
		secret := "planted-11010119900101" + strings.Repeat(string(rune('a'+i)), 4)
		h.keep("planted", secret)
		path, query, member, value := "/v1/certificates/x", "", "password", "x"
		headers := map[string]string{"Content-Type": "application/json"}
		switch place {
		case "path":
			path = "/v1/certificates/" + secret
		case "query":
			query = "?period=" + secret
		case "header":
			headers["Idempotency-Key"] = secret
		case "trace":
			headers["X-Amzn-Trace-Id"] = "Root=" + secret
		case "body":
			value = secret
		case "name":
			member = secret
		case "cookie":
			headers["Cookie"] = "session=" + secret
		case "bearer":
			headers["Authorization"] = "Bearer " + secret
		}
		for _, ask := range []struct{ method, path string }{{http.MethodGet, path}, {http.MethodPost, "/v1/login"}, {http.MethodPost, "/v1/verifications"}} {
			r, err := http.NewRequestWithContext(t.Context(), ask.method, service.stack.URL+ask.path+query, strings.NewReader(`{"`+member+`":"`+value+`"}`))
			if err != nil {
				t.Fatal(err)
			}
			for name, value := range headers {
				r.Header.Set(name, value)
			}
			res, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_ = res.Body.Close()
			if res.StatusCode < 400 || res.StatusCode >= 500 {
				t.Errorf("%s %s with something in the %s: %d", ask.method, ask.path, place, res.StatusCode)
			}
		}
	}
}

// logs returns what every function wrote so far, by function.
func logs(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(service.data, "logs", "*.log"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all[strings.TrimSuffix(filepath.Base(file), ".log")] = string(data)
	}
	return all
}

func TestALeakIsNoticed(t *testing.T) {
	secrets := map[string]string{"402817": "code", "13800000000": "phone", "李建国": "name"}
	for line, want := range map[string][]string{
		`{"cause":"send to 13800000000"}`:      {"phone"},
		`{"cause":"402817"}`:                   {"code"},
		`{"cause":"李建国, 402817"}`:              {"code", "name"},
		`{"ms":1402817,"time":"138000000001"}`: nil,
	} {
		if got := leaks(line, secrets); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", line, got, want)
		}
	}
}
