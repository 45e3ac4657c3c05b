package e2e

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/identityapp"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// canary is sent wherever a caller writes, and stands in no log, however it is escaped.
const canary = "canary-of-a-caller"

// hostileCanary has what would break a line, end a quotation or change what a reader sees.
const hostileCanary = canary + "\"}\r\n{\"fault\":1}\\\u2028\u202e张"

// TestNothingACallerSendsReachesALog makes every operation of the contract as who may, with the canary in each place of a request, one at
// a time: the path, members of the query and their values, headers, members of the body and their values, parts of tokens, headers and
// claims of statements, names within files.
func TestNothingACallerSendsReachesALog(t *testing.T) {
	c, calls := newCallerTokens(t), 0
	defer restoreOwner(t)
	send := func(t *testing.T, place string, call seed.Call) {
		calls++
		reply, err := service.api().Send(t.Context(), call)
		if err != nil {
			t.Fatal(err)
		}
		if reply.Status >= 500 {
			t.Errorf("%s %.60s with the canary as %s: %d %.200s", call.Method, call.Path, place, reply.Status, reply.Body)
		}
	}
	for operation, rows := range matrix() {
		_, pattern, _ := strings.Cut(operation, " ")
		for _, r := range rows {
			t.Run(strings.TrimSpace(operation+" "+r.note), func(t *testing.T) {
				c.t = t
				if operation == "PUT /v1/account/password" && r.note == "with the current one" {
					t.Skip("a text sent as the new password would become it; the row with a wrong one sends it too")
				}
				w := permittedCaller(r)
				call := r.call(c, w)
				call.Token = c.token(w, r.scope)
				for place, other := range callsWithCanary(t, pattern, call) {
					send(t, place, other)
				}
				if r.after != nil {
					r.after(c)
				}
			})
		}
	}
	for place, call := range statements(t, c) {
		send(t, place, call)
	}
	for place, call := range uploads(t) {
		send(t, place, call)
	}
	uploadCanaries(t)
	t.Logf("%d calls", calls)
	wantNoCanary(t)
}

// callsWithCanary is the call with the canary in each of its places.
func callsWithCanary(t *testing.T, pattern string, call seed.Call) map[string]seed.Call {
	t.Helper()
	all := map[string]seed.Call{}
	segments := strings.Split(call.Path, "/")
	for i, name := range strings.Split(pattern, "/") {
		if strings.HasPrefix(name, "{") {
			path := append([]string{}, segments...)
			path[i] = url.PathEscape(strings.ReplaceAll(hostileCanary, "/", ""))
			other := call
			other.Path = strings.Join(path, "/")
			all["the path's "+name] = other
		}
	}
	for place, query := range map[string]string{
		"a member of the query": url.QueryEscape(hostileCanary) + "=1", "a value of the query": "asOf=" + url.QueryEscape(hostileCanary),
		"a cursor": "cursor=" + canary, "a query of no form": canary + "%zz",
	} {
		other := call
		other.Path += "?" + query
		all[place] = other
	}
	for _, name := range []string{
		"Idempotency-Key", "Content-Type", "Accept", "Accept-Language", "If-None-Match", "X-Forwarded-For", "X-Amzn-Trace-Id", "Cookie", "Referer", "User-Agent", "X-Jiazhu-Edge", "X-" + canary,
	} {
		other := call
		other.Header = maps.Clone(call.Header)
		if other.Header == nil {
			other.Header = map[string]string{}
		}
		other.Header[name] = canary + `"\'`
		all["the header "+name] = other
	}
	other := call
	other.Token = strings.ReplaceAll(canary, "-", ".") + canary
	all["the bearer"] = other
	for place, body := range bodiesWith(t, call, hostileCanary, canary) {
		other := call
		other.JSON = body
		all[place] = other
	}
	if call.JSON != nil {
		for place, body := range map[string]string{
			"a member's name": `{"` + canary + `":1}`, "a text where an object is wanted": `"` + canary + `"`, "no JSON": `{"` + canary, "a number": `{"bytes":1` + strings.Repeat("0", 400) + canary,
		} {
			other := call
			other.JSON, other.Body, other.Type = nil, []byte(body), "application/json"
			all[place] = other
		}
	}
	return all
}

// statements are JWTs with the canary in a member of their header or in a claim, unsigned and rightly signed.
func statements(t *testing.T, c *callerTokens) map[string]seed.Call {
	t.Helper()
	part := func(v any) string {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(text)
	}
	forget(t, "LIMIT#challenge")
	_, code := openChallenge(t, c.sessions[identifiedHolder])
	m, err := service.target().Machine(seed.Registry)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	claims := func() map[string]any {
		return map[string]any{
			"iss": identityapp.Issuer, "sub": m.ID, "aud": service.stack.URL, "jti": rand.Text(), "iat": now.Unix(), "exp": now.Add(time.Minute).Unix(),
			"challenge": code.Challenge, "nonce": code.Nonce, "device": "phone", "number": "42", "method": "face", "result": "pass", "holder": "x",
		}
	}
	var texts []string
	for _, member := range []string{"alg", "kid", "typ", "jku", "cty", "crit", "jwk", canary} {
		head := map[string]any{"alg": "ES256", "kid": "app"}
		head[member] = hostileCanary
		texts = append(texts, part(head)+"."+part(claims())+".c2lnbmF0dXJl", part(head)+"."+part(claims())+"."+part(canary))
	}
	signers := []*client.Signer{app(t, owner(t)).Signer, m.Signer}
	for name := range claims() {
		for _, value := range []any{hostileCanary, canary, []string{canary}, map[string]string{canary: canary}, json.Number("1" + strings.Repeat("0", 40))} {
			said := claims()
			said[name] = value
			texts = append(texts, part(map[string]string{"alg": "ES256", "kid": "app"})+"."+part(said)+".c2lnbmF0dXJl")
			for _, signer := range signers {
				signed, err := signer.Sign(said)
				if err != nil {
					t.Fatal(err)
				}
				texts = append(texts, signed)
			}
		}
	}
	texts = append(texts, canary, canary+"."+canary+"."+canary, canary+"..", base64.RawURLEncoding.EncodeToString([]byte(canary))+".e30.e30")
	all := map[string]seed.Call{}
	for i, text := range texts {
		for place, call := range map[string]seed.Call{
			"a scan":       {Method: http.MethodPost, Path: "/v1/identity/challenges/" + code.Challenge + "/scan", JSON: map[string]string{"scan": text}},
			"an assertion": {Method: http.MethodPost, Path: "/v1/identity/challenges/" + code.Challenge + "/assertion", JSON: map[string]string{"assertion": text}},
			"a client's":   {Method: http.MethodPost, Path: "/v1/token", Type: "application/x-www-form-urlencoded", Body: tokenForm(text)},
			"a code":       {Method: http.MethodPost, Path: "/v1/verifications", JSON: map[string]string{"token": text}},
			"a receipt":    {Method: http.MethodPost, Path: "/v1/verifications", Type: "application/jose", Body: []byte(text)},
			"a bearer":     {Method: http.MethodGet, Path: "/v1/account", Token: text},
		} {
			all[fmt.Sprintf("statement %d as %s", i, place)] = call
		}
	}
	return all
}

// uploads are files with the canary in names and texts.
func uploads(t *testing.T) map[string]seed.Call {
	t.Helper()
	var ofd bytes.Buffer
	archive := zip.NewWriter(&ofd)
	for name, text := range map[string]string{
		"OFD.xml": `<?xml version="1.0"?><ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="` + canary + `"><` + canary + `/></ofd:OFD>`, canary + ".xml": canary, "../" + canary: canary,
	} {
		w, err := archive.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	all := map[string]seed.Call{}
	for name, file := range map[string][]byte{
		"a PDF": []byte("%PDF-1.7\n1 0 obj<</Type/" + canary + "/F(" + canary + ")>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF"), "an OFD": ofd.Bytes(), "a text": []byte(hostileCanary),
	} {
		for _, kind := range []string{"application/pdf", "application/ofd", "application/octet-stream", "application/x-" + canary} {
			all[name+" as "+kind] = seed.Call{Method: http.MethodPost, Path: "/v1/verifications", Body: file, Type: kind}
			all[name+" in a report as "+kind] = seed.Call{Method: http.MethodPost, Path: "/v1/reports", Token: token(t, seed.Registry, "report"), Body: file, Type: kind}
		}
	}
	return all
}

// uploadCanaries has a file of rows taken in, of a certificate that no other test knows: some land.
func uploadCanaries(t *testing.T) {
	t.Helper()
	row, err := seed.EndorsableHolder(798, civil.Of(time.Now())).WithSerial(798).Row()
	if err != nil {
		t.Fatal(err)
	}
	file := []byte(canary + "\n{\"" + canary + "\":\"" + canary + "\"}\n\"" + canary + "\"\n")
	for _, body := range bodiesWith(t, seed.Call{JSON: row}, hostileCanary) {
		line, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		file = append(append(file, line...), '\n')
	}
	if done := uploadReport(t, file); done.Refused == 0 {
		t.Errorf("the file of rows was taken in: %+v", done)
	}
}

// wantNoCanary looks for the canary in every line of every log, and for a cause that is no short line of printable ASCII.
func wantNoCanary(t *testing.T) {
	t.Helper()
	lines := 0
	for function, log := range logs(t) {
		for line := range strings.Lines(log) {
			lines++
			if i := strings.Index(line, canary); i >= 0 {
				t.Errorf("the log of %s repeats what was sent: …%.300s", function, line[max(0, i-200):])
			}
			var said struct{ Cause string }
			if json.Unmarshal([]byte(line), &said) != nil {
				continue
			}
			if len(said.Cause) > 1000 || strings.ContainsFunc(said.Cause, func(r rune) bool { return r < ' ' || r > '~' }) {
				t.Errorf("a cause in the log of %s is %.200s", function, said.Cause)
			}
		}
	}
	if lines < 1000 {
		t.Errorf("the logs have %d lines", lines)
	}
}
