package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/service/config"
)

// runCommand runs the command and returns its exit code, its output and its error output.
func runCommand(args ...string) (code int, out, errOut string) {
	var stdout, stderr bytes.Buffer
	c := console{in: strings.NewReader(""), out: &stdout, err: &stderr, getenv: func(string) string { return "" }, now: time.Now}
	code = c.run(context.Background(), args)
	return code, stdout.String(), stderr.String()
}

func TestWhatIsTypedWronglyIsExplained(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		code int
		want string
	}{
		"nothing":                  {nil, 0, "usage: jiazhu"},
		"help":                     {[]string{"help"}, 0, "usage: jiazhu"},
		"help of a command":        {[]string{"import", "-h"}, 0, "-refused"},
		"no such command":          {[]string{"improt"}, 2, `unknown command "improt"`},
		"half a command":           {[]string{"keys"}, 2, `unknown command "keys"`},
		"no such flag":             {[]string{"verify", "-x", "f"}, 2, "-x"},
		"an argument too few":      {[]string{"keys", "rotate", "one"}, 2, "jiazhu keys rotate -h"},
		"a client without a key":   {[]string{"accounts", "put", "u", "main.go"}, 2, "-client"},
		"a file that is not there": {[]string{"verify", "nothing.pdf"}, 2, "nothing.pdf"},
		"keys that are not there":  {[]string{"keys", "show", "nothing.pem"}, 2, "nothing.pem"},
		"no file to import":        {[]string{"import", "-client", "x", "-key", "main.go", "nothing.ndjson"}, 2, "nothing.ndjson"},
		"no key to import with":    {[]string{"import", "-client", "x", "-key", "nothing.pem", "main.go"}, 2, "nothing.pem"},
		"a directory to import":    {[]string{"import", "-client", "x", "-key", "main.go", "."}, 2, ". is no file"},
		"no tables":                {[]string{"history", "x"}, 2, "RECORDS_TABLE is not set"},
		"no key in the file":       {[]string{"keys", "show", "main.go"}, 1, "keys generate"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errOut := runCommand(test.args...)
			if code != test.code || !strings.Contains(out+errOut, test.want) {
				t.Errorf("%d, want %d with %q:\n%s%s", code, test.code, test.want, out, errOut)
			}
		})
	}
}

func TestKeysAreMadeRotatedAndNeverWrittenOver(t *testing.T) {
	folder := t.TempDir()
	first, second := filepath.Join(folder, "a.pem"), filepath.Join(folder, "b.pem")
	code, out, _ := runCommand("keys", "generate", first)
	if code != 0 {
		t.Fatal(out)
	}
	if info, err := os.Stat(first); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	_, both, _ := runCommand("keys", "rotate", first, second)
	for _, file := range []string{first, second} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		block, _ := pem.Decode(data)
		if block == nil || block.Type != "PRIVATE KEY" {
			t.Fatalf("%s is not PKCS #8 in PEM", file)
		}
		if _, err := x509.ParsePKCS8PrivateKey(block.Bytes); err != nil {
			t.Error(err)
		}
	}
	var set jose.JSONWebKeySet
	if err := json.Unmarshal([]byte(both), &set); err != nil {
		t.Fatal(err)
	}
	if len(set.Keys) != 2 || !set.Keys[0].IsPublic() || !set.Keys[1].IsPublic() || set.Keys[0].KeyID == set.Keys[1].KeyID {
		t.Errorf("%s", both)
	}
	before, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	if code, _, errOut := runCommand("keys", "generate", filepath.Join(filepath.Dir(first), "none", "key.pem")); code != 2 || strings.Contains(errOut, "overwritten") {
		t.Errorf("%d: %s", code, errOut)
	}
	if code, _, _ := runCommand("keys", "generate", first); code != 1 {
		t.Errorf("a key was written over: %d", code)
	}
	if after, err := os.ReadFile(first); err != nil || !bytes.Equal(before, after) {
		t.Error("the key is another")
	}
	if code, again, _ := runCommand("keys", "show", first); code != 0 || again != out {
		t.Errorf("%d, %s", code, again)
	}
}

// TestAKeyOfOpenSSLIsRead: `openssl ecparam -genkey` writes SEC 1, with the curve's parameters before it.
func TestAKeyOfOpenSSLIsRead(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	bare := pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})
	parameters := pem.EncodeToMemory(&pem.Block{Type: "EC PARAMETERS", Bytes: []byte{6, 8, 42, 134, 72, 206, 61, 3, 1, 7}})
	want, err := keys.KeyID(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"alone": bare, "with parameters": append(parameters, bare...)} {
		file := filepath.Join(t.TempDir(), "key.pem")
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if code, out, errOut := runCommand("keys", "show", file); code != 0 || !strings.Contains(out, want) {
			t.Errorf("%s: %d, %s%s", name, code, out, errOut)
		}
	}
}

func TestASingleKeyFileIsCutUpAndNothingWrittenOver(t *testing.T) {
	folder := t.TempDir()
	single, parts := filepath.Join(folder, "field.key"), filepath.Join(folder, "keys")
	key := strings.Repeat("A", 43) + "="
	if err := os.WriteFile(single, []byte("names "+key+"\nfield k "+key+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, errOut := runCommand("keys", "split", single, parts)
	var made map[string]string
	if err := json.Unmarshal([]byte(out), &made); err != nil || code != 0 {
		t.Fatalf("%d, %v: %s%s", code, err, out, errOut)
	}
	for setting, file := range made {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", file, info, err)
		}
		made[setting] = "file://" + file
	}
	settings, err := config.Load(func(name string) string { return made[name] }, config.NamesKey, config.LimitsKey, config.FieldKey)
	if err != nil {
		t.Fatal(err)
	}
	secrets, err := settings.Sealer()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := secrets.Seal(secrets.Hash("holder", "x")+secrets.HashPassing("limit", "x"), "place"); err != nil {
		t.Error(err)
	}
	if code, _, _ := runCommand("keys", "split", single, parts); code != 1 {
		t.Errorf("a key was written over: %d", code)
	}
}

func TestWithJSONARefusalIsJSONToo(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"status":403,"code":"forbidden","title":"无权","owner":"平台","remedy":"问","requestId":"R2","fields":[{"pointer":"/x","rule":"r","detail":"d"}]}`))
	}))
	defer server.Close()
	code, out, errOut := runCommand("verify", "--json", "-url", server.URL, "main.go")
	var got struct {
		Command, Error string
		Problem        struct {
			Status          int
			Code, RequestID string
			Fields          []struct{ Pointer string }
		}
	}
	if err := json.Unmarshal([]byte(errOut), &got); err != nil || code != 1 || out != "" {
		t.Fatalf("%d, %v: %s%s", code, err, out, errOut)
	}
	if p := got.Problem; got.Command != "verify" || p.Status != 403 || p.Code != "forbidden" || p.RequestID != "R2" || p.Fields[0].Pointer != "/x" {
		t.Errorf("%s", errOut)
	}
	code, _, errOut = runCommand("keys", "show", "-json", "main.go")
	if err := json.Unmarshal([]byte(errOut), &got); err != nil || code != 1 || strings.Contains(errOut, "problem") {
		t.Errorf("%d, %v: %s", code, err, errOut)
	}
}

func TestEveryCommandTakesJSON(t *testing.T) {
	for name := range commands() {
		code, out, errOut := runCommand(append(strings.Fields(name), "-h")...)
		if code != 0 || !strings.Contains(out+errOut, "-json") {
			t.Errorf("jiazhu %s has no -json: %d\n%s%s", name, code, out, errOut)
		}
	}
}

// The service does not say whether the client, its key or the signature is wrong; the command says what to look at.
func TestARefusedSignatureSaysOnceWhatToCheck(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"status":401,"code":"client-assertion-invalid","title":"t","detail":"the signature is wrong","requestId":"R1","fields":[{"pointer":"/client_assertion","rule":"signature","detail":"the signature is wrong"}]}`))
	}))
	defer server.Close()
	key := filepath.Join(t.TempDir(), "key.pem")
	runCommand("keys", "generate", key)
	code, _, errOut := runCommand("import", "-url", server.URL, "-client", "bj-registry", "-key", key, "-type", "constructor-1", writeOffice(t, soundID))
	if code != 1 || strings.Count(errOut, "the signature is wrong") != 1 || !strings.Contains(errOut, "is "+key+" the private key of the client bj-registry") {
		t.Errorf("%d: %s", code, errOut)
	}
}

func TestARefusalSaysWhoMustDoWhat(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = w.Write([]byte(`{"status":429,"code":"rate-limited","title":"操作频繁","detail":"等一会儿。","owner":"本人","remedy":"稍后再试。","requestId":"R1"}`))
	}))
	defer server.Close()
	code, _, errOut := runCommand("verify", "-url", server.URL, "main.go")
	if code != 1 {
		t.Error(code)
	}
	for _, want := range []string{"rate-limited", "操作频繁", "本人: 稍后再试。", "request R1"} {
		if !strings.Contains(errOut, want) {
			t.Errorf("%q is not in %s", want, errOut)
		}
	}
}

// A file that the service does not take was not judged.
func TestAFileThatIsTooLargeIsNotJudged(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		_, _ = w.Write([]byte(`{"status":413,"code":"file-too-large","title":"文件过大","owner":"本人","remedy":"扫描二维码"}`))
	}))
	defer server.Close()
	if code, _, errOut := runCommand("verify", "-url", server.URL, "main.go"); code != 2 || !strings.Contains(errOut, "本人: 扫描二维码") {
		t.Errorf("%d: %s", code, errOut)
	}
}

// What was examined is said first, to be compared with the paper.
func TestAVerdictSaysWhatItIsAbout(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"verdict":"valid","verdictName":"有效","given":"pdf","subject":{"name":"张*","number":"京1112019202000001","useFrom":"2026-11-23","useUntil":"2027-05-22"},
			"checks":[{"check":"integrity","result":"pass","text":"完整"}]}`))
	}))
	defer server.Close()
	want := "有效\n  given     pdf\n  name      张*\n  number    京1112019202000001\n  days      2026-11-23 to 2027-05-22\n  pass      integrity    完整\n"
	if code, out, errOut := runCommand("verify", "-url", server.URL, "main.go"); code != 0 || out != want {
		t.Errorf("%d: %s%s", code, out, errOut)
	}
}

// TestAFailedImportPrintsNoPresignedLink: with its query, anybody who reads the link can upload a
// file or download refused rows.
func TestAFailedImportPrintsNoPresignedLink(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	link := closed.URL + "/drops/x?X-Amz-Signature=secret"
	for name, address := range map[string]string{"nobody answers": link, "no address": "http://a b/drops/x?X-Amz-Signature=secret"} {
		t.Run(name, func(t *testing.T) {
			s := console{}.addServiceFlags(flag.NewFlagSet("import", flag.ContinueOnError), "")
			err := s.download(t.Context(), address, filepath.Join(t.TempDir(), "rows"))
			if err == nil || strings.Contains(err.Error(), "secret") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAnAddressThatIsNotTheServicesIsSuspected(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	code, _, errOut := runCommand("verify", "-url", server.URL+"/v", "main.go")
	if code != 1 || !strings.Contains(errOut, "-url names another") {
		t.Errorf("%d: %s", code, errOut)
	}
}
