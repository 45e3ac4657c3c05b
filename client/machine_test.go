package client

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// writeKey writes a key as PEM blocks of these types into a file.
func writeKey(t *testing.T, key *ecdsa.PrivateKey, types ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "key.pem")
	var text []byte
	for _, kind := range types {
		var der []byte
		var err error
		switch kind {
		case "PRIVATE KEY":
			der, err = x509.MarshalPKCS8PrivateKey(key)
		case "EC PRIVATE KEY":
			der, err = x509.MarshalECPrivateKey(key)
		}
		if err != nil {
			t.Fatal(err)
		}
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})...)
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func makeKey(t *testing.T, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestKeysAreReadInEveryForm(t *testing.T) {
	key := makeKey(t, elliptic.P256())
	for _, types := range [][]string{{"PRIVATE KEY"}, {"EC PRIVATE KEY"}, {"EC PARAMETERS", "EC PRIVATE KEY"}} {
		if read, err := ReadKey(writeKey(t, key, types...)); err != nil || !read.Equal(key) {
			t.Errorf("%v: %v", types, err)
		}
	}
	for name, file := range map[string]string{
		"no file":       filepath.Join(t.TempDir(), "key.pem"),
		"no PEM block":  writeKey(t, key),
		"two keys":      writeKey(t, key, "PRIVATE KEY", "PRIVATE KEY"),
		"another curve": writeKey(t, makeKey(t, elliptic.P384()), "PRIVATE KEY"),
	} {
		if _, err := OpenSigner(file); err == nil {
			t.Errorf("%s was read as a key", name)
		}
	}
}

// TestAMachineClientProvesItself checks the request for a token as the service does.
func TestAMachineClientProvesItself(t *testing.T) {
	key := makeKey(t, elliptic.P256())
	var origin string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, err := jwt.ParseSigned(r.FormValue("client_assertion"), []jose.SignatureAlgorithm{jose.ES256})
		if err != nil {
			t.Error(err)
			return
		}
		var claims jwt.Claims
		if err := token.Claims(key.Public(), &claims); err != nil {
			t.Error(err)
		}
		if err := claims.ValidateWithLeeway(jwt.Expected{Issuer: "a-portal", Subject: "a-portal", AnyAudience: jwt.Audience{origin + "/v1/token"}, Time: time.Now()}, 0); err != nil {
			t.Error(err)
		}
		if len(token.Headers[0].KeyID) != 12 || claims.ID == "" {
			t.Errorf("key id %q, jti %q", token.Headers[0].KeyID, claims.ID)
		}
		if r.FormValue("grant_type") != "client_credentials" || r.FormValue("scope") != "accounts" ||
			r.FormValue("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
			t.Errorf("the form is %v", r.Form)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"access_token":"secret","token_type":"Bearer","expires_in":600,"scope":"accounts"}`))
	}))
	defer server.Close()
	origin = server.URL
	signer, err := NewSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewClient(origin)
	if err != nil {
		t.Fatal(err)
	}
	if token, err := c.Authenticate(t.Context(), Machine{ID: "a-portal", Signer: signer}, "accounts"); err != nil || token != "secret" {
		t.Errorf("got %q, %v", token, err)
	}
}

func TestErrorsHideTheQueryOfALink(t *testing.T) {
	c := &Client{Client: http.DefaultClient}
	for name, send := range map[string]func(link string) error{
		"get": func(link string) error {
			_, err := c.GetFile(t.Context(), link)
			return err
		},
		"put": func(link string) error {
			return c.PutFile(t.Context(), Drop{URL: link, Method: DropMethodPUT}, strings.NewReader("x"), 1)
		},
	} {
		if err := send("http://127.0.0.1:1/file?X-Amz-Signature=secret"); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAFileIsPutAndGot(t *testing.T) {
	var stored string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.RawQuery != "signature=1":
			http.Error(w, "AccessDenied", http.StatusForbidden)
		case r.Method == http.MethodPut:
			body := make([]byte, r.ContentLength)
			_, _ = r.Body.Read(body)
			stored = r.Header.Get("X-Amz-Meta-Rows") + string(body)
		default:
			_, _ = w.Write([]byte(stored))
		}
	}))
	defer server.Close()
	c := &Client{Client: server.Client()}
	link := server.URL + "/file?signature=1"
	if err := c.PutFile(t.Context(), Drop{URL: link, Method: DropMethodPUT, Headers: map[string]string{"X-Amz-Meta-Rows": "2:"}}, strings.NewReader("ab"), 2); err != nil {
		t.Fatal(err)
	}
	res, err := c.GetFile(t.Context(), link)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.ContentLength != 4 || stored != "2:ab" {
		t.Errorf("%d bytes of %q", res.ContentLength, stored)
	}
	if _, err := c.GetFile(t.Context(), server.URL+"/file?signature=2"); err == nil || !strings.Contains(err.Error(), "403 Forbidden AccessDenied") {
		t.Errorf("a refusal is %v", err)
	}
}

func TestAVerdictIsAskedForOneCheck(t *testing.T) {
	c := answers(t, 200, "application/json", `{"verdict":"valid","subject":null,"checks":[{"check":"copy","result":"pass","text":"x"}],"now":null}`)
	v, err := Read[Verdict](c.Verify(t.Context(), nil, VerificationAsk{Token: "t"}, Bearer("secret")))
	if result, text := v.Result(RowCheckCopy); err != nil || result != RowResultPass || text != "x" || v.Subject != nil {
		t.Errorf("got %+v, %v", v, err)
	}
	if result, _ := v.Result(RowCheckIssuer); result != "" {
		t.Errorf("a check that is not there is %q", result)
	}
	if result, _ := v.ResultNow(RowCheckCopy); result != "" {
		t.Errorf("a verdict on a copy states %q now", result)
	}
}
