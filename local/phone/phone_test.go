package phone

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
)

const testCode = "http://127.0.0.1:8080/i#c1.n1"

var zhang = Person{Name: "张三", IDType: "111", IDNumber: "110101198001010016"}

// fakeService keeps what the app posts and answers as the service would.
type fakeService struct {
	path   string
	claims map[string]any
	status int
	answer string
}

type fixture struct {
	options Options
	key     *ecdsa.PrivateKey
	service *fakeService
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	h := &fixture{key: key, service: &fakeService{status: 200, answer: `{"state":"scanned"}`}}
	h.options = Options{Issuer: "https://app.example", Data: t.TempDir(), Secret: "s3cret"}
	h.options.Key = filepath.Join(h.options.Data, "app.key.pem")
	if err := os.WriteFile(h.options.Key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { h.serve(t, w, r) }))
	t.Cleanup(s.Close)
	h.options.Service = s.URL
	return h
}

// serve checks the signature as the service does.
func (h *fixture) serve(t *testing.T, w http.ResponseWriter, r *http.Request) {
	var body map[string]string
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil || len(body) != 1 {
		t.Errorf("body %v, %v", body, err)
	}
	for name, signed := range body {
		h.service.path = r.URL.Path + " " + name
		token, err := jwt.ParseSigned(signed, []jose.SignatureAlgorithm{jose.ES256})
		if err != nil {
			t.Fatal(err)
		}
		id, err := keys.KeyID(h.key.Public())
		if err != nil || token.Headers[0].KeyID != id {
			t.Errorf("kid %q, want %q, %v", token.Headers[0].KeyID, id, err)
		}
		h.service.claims = nil
		if err := token.Claims(h.key.Public(), &h.service.claims); err != nil {
			t.Error(err)
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(h.service.status)
	_, _ = io.WriteString(w, h.service.answer)
}

func (h *fixture) open(t *testing.T) *Phone {
	t.Helper()
	p, err := New(h.options)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func ask(p *Phone, method, path, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(context.Background(), method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	p.Handler().ServeHTTP(w, r)
	return w
}

func TestAScanIsSignedForTheChallenge(t *testing.T) {
	h := newFixture(t)
	w := ask(h.open(t), "POST", "/phone/scan", `{"qr":"`+testCode+`"}`)
	if w.Code != 200 || w.Body.String() != `{"state":"scanned"}` {
		t.Fatalf("got %d %s", w.Code, w.Body)
	}
	if want := "/v1/identity/challenges/c1/scan scan"; h.service.path != want {
		t.Errorf("posted to %s, want %s", h.service.path, want)
	}
	c := h.service.claims
	life := time.Duration(c["exp"].(float64)-c["iat"].(float64)) * time.Second
	if len(c["jti"].(string)) < 20 || c["device"] == "" || life != time.Minute {
		t.Errorf("claims %v", c)
	}
	for _, name := range []string{"jti", "iat", "exp", "device"} {
		delete(c, name)
	}
	want := map[string]any{"iss": "https://app.example", "aud": h.options.Service, "challenge": "c1", "nonce": "n1"}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Error(diff)
	}
}

func TestAnAssertionSaysWhoseFaceWasSeen(t *testing.T) {
	h := newFixture(t)
	p := h.open(t)
	if err := p.Keep([]Person{zhang}); err != nil {
		t.Fatal(err)
	}
	for _, result := range []string{"pass", "fail"} {
		w := ask(p, "POST", "/phone/assertion", `{"qr":"`+testCode+`","number":"42","result":"`+result+`","person":0}`)
		if w.Code != 200 || h.service.path != "/v1/identity/challenges/c1/assertion assertion" {
			t.Fatalf("got %d %s, %s", w.Code, w.Body, h.service.path)
		}
		sum := sha256.Sum256([]byte("c1:111:" + zhang.IDNumber))
		for name, want := range map[string]string{
			"number": "42", "method": "face", "result": result, "holder": hex.EncodeToString(sum[:]), "nonce": "n1",
		} {
			if got := h.service.claims[name]; got != want {
				t.Errorf("%s is %v, want %s", name, got, want)
			}
		}
	}
}

func TestARefusalOfTheServiceReachesThePage(t *testing.T) {
	h := newFixture(t)
	h.service.status, h.service.answer = 403, `{"code":"number-mismatch"}`
	w := ask(h.open(t), "POST", "/phone/scan", `{"qr":"`+testCode+`"}`)
	if w.Code != 403 || w.Body.String() != h.service.answer {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestMessagesAreKeptNewestFirst(t *testing.T) {
	h := newFixture(t)
	p := h.open(t)
	for _, id := range []string{"1", "2", "2"} {
		w := ask(p, "POST", "/messages", `{"id":"`+id+`","to":"1380000000`+id+`","kind":"phone-code","text":"验证码","code":"123456"}`,
			"Authorization", "Bearer s3cret")
		if w.Code != 202 {
			t.Fatalf("got %d %s", w.Code, w.Body)
		}
	}
	p = h.open(t) // after a restart
	for path, want := range map[string][]string{
		"/messages.json": {"2", "1"}, "/messages.json?to=13800000001": {"1"}, "/messages.json?to=1": {},
	} {
		var list []Message
		if err := json.Unmarshal(ask(p, "GET", path, "").Body.Bytes(), &list); err != nil {
			t.Fatal(err)
		}
		got := []string{}
		for _, m := range list {
			got = append(got, m.ID)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
	}
}

func TestPeopleAreShownMaskedAndKept(t *testing.T) {
	h := newFixture(t)
	w := ask(h.open(t), "PUT", "/phone/persons", `[{"name":"张三","idType":"111","idNumber":"110101198001010016"}]`)
	if w.Code != 204 {
		t.Fatalf("got %d %s", w.Code, w.Body)
	}
	p := h.open(t) // after a restart
	if err := p.Keep([]Person{zhang}); err != nil {
		t.Fatal(err)
	}
	got := ask(p, "GET", "/phone/persons", "").Body.String()
	if strings.Contains(got, zhang.IDNumber) || strings.Count(got, "张三") != 1 {
		t.Errorf("got %s", got)
	}
}

func TestWhatThePhoneRefuses(t *testing.T) {
	h := newFixture(t)
	p := h.open(t)
	for name, c := range map[string]struct {
		method, path, body string
		header             []string
		want               int
	}{
		"a message without the secret": {"POST", "/messages", `{}`, nil, 401},
		"a message with another":       {"POST", "/messages", `{}`, []string{"Authorization", "Bearer x"}, 401},
		"a message without a text":     {"POST", "/messages", `{"id":"1","to":"2"}`, []string{"Authorization", "Bearer s3cret"}, 422},
		"a message with extra fields":  {"POST", "/messages", `{"x":1}`, []string{"Authorization", "Bearer s3cret"}, 400},
		"another site's page":          {"POST", "/phone/scan", `{}`, []string{"Sec-Fetch-Site", "cross-site"}, 403},
		"a form":                       {"POST", "/phone/scan", `a=b`, []string{"Content-Type", "application/x-www-form-urlencoded"}, 415},
		"no QR code":                   {"POST", "/phone/scan", `{"qr":"hello"}`, nil, 422},
		"half a QR code":               {"POST", "/phone/scan", `{"qr":"http://x/i#abc"}`, nil, 422},
		"a face it does not know":      {"POST", "/phone/assertion", `{"qr":"` + testCode + `","result":"pass","person":7}`, nil, 422},
		"a result it does not know":    {"POST", "/phone/assertion", `{"qr":"` + testCode + `","result":"maybe"}`, nil, 422},
		"a person without a number":    {"PUT", "/phone/persons", `[{"name":"x","idType":"111"}]`, nil, 422},
	} {
		t.Run(name, func(t *testing.T) {
			if w := ask(p, c.method, c.path, c.body, c.header...); w.Code != c.want {
				t.Errorf("got %d %s, want %d", w.Code, w.Body, c.want)
			}
		})
	}
}

func TestThePagesAreServed(t *testing.T) {
	p := newFixture(t).open(t)
	for path, want := range map[string]string{
		"/phone": "text/html", "/i": "text/html", "/messages": "text/html",
		"/phone/static/phone.js": "text/javascript", "/phone/static/messages.js": "text/javascript", "/phone/static/phone.css": "text/css",
	} {
		w := ask(p, "GET", path, "")
		if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), want) {
			t.Errorf("%s: %d %s", path, w.Code, w.Header())
		}
	}
}
