package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/local/seed"
)

// mark is what the attacks below send; it may stand in no answer and no log.
const injectionMarker = "xyzzy-injected"

// TestWhatACallerSendsInHeadersComesBackNowhere sends hostile headers to every kind of route.
func TestWhatACallerSendsInHeadersComesBackNowhere(t *testing.T) {
	s, certificate := loginAndIdentify(t, holder(t, "ready"))
	headers := map[string][2]string{
		"another host":                   {"Host", injectionMarker + ".example"},
		"a host with a port and a path":  {"Host", injectionMarker + ".example:80"},
		"a forwarded host":               {"X-Forwarded-Host", injectionMarker + ".example"},
		"a forwarded address":            {"X-Forwarded-For", injectionMarker + ", 127.0.0.1"},
		"the standard's forwarded":       {"Forwarded", "for=" + injectionMarker + ";host=" + injectionMarker},
		"another origin":                 {"Origin", "https://" + injectionMarker + ".example"},
		"no origin by name":              {"Origin", "null"},
		"a referrer":                     {"Referer", "https://" + injectionMarker + ".example/"},
		"a language":                     {"Accept-Language", injectionMarker + ";q=1"},
		"a kind of answer":               {"Accept", "text/" + injectionMarker},
		"a user agent":                   {"User-Agent", injectionMarker},
		"a request id":                   {"X-Request-Id", injectionMarker},
		"a trace":                        {"X-Amzn-Trace-Id", "Root=" + injectionMarker},
		"a key of repetition":            {"Idempotency-Key", injectionMarker + "-<script>"},
		"an overridden method":           {"X-HTTP-Method-Override", "DELETE"},
		"an overridden path":             {"X-Original-URL", "/" + injectionMarker},
		"an entity tag":                  {"If-None-Match", `"` + injectionMarker + `"`},
		"a scheme of authorisation":      {"Authorization", injectionMarker + " x"},
		"a bearer":                       {"Authorization", "Bearer " + injectionMarker + injectionMarker},
		"a user and password":            {"Authorization", "Basic " + injectionMarker},
		"a media type with a parameter":  {"Content-Type", "application/json; charset=utf-8; boundary=" + injectionMarker},
		"a media type of its own making": {"Content-Type", injectionMarker + "/" + injectionMarker},
	}
	calls := map[string]seed.Call{
		"a page":        {Method: http.MethodGet, Path: "/v"},
		"a problem":     {Method: http.MethodGet, Path: "/v1/certificates/" + certificate},
		"an answer":     {Method: http.MethodGet, Path: "/v1/certificates", Token: s.Token},
		"a change":      {Method: http.MethodPost, Path: "/v1/certificates/" + certificate + "/endorsements", Token: s.Token, JSON: map[string]int{}},
		"a login":       {Method: http.MethodPost, Path: "/v1/login", JSON: map[string]string{"portal": "mohurd", "username": "nobody", "password": "x"}},
		"a token":       {Method: http.MethodPost, Path: "/v1/token", Body: []byte("grant_type=x"), Type: "application/x-www-form-urlencoded"},
		"a verdict":     {Method: http.MethodPost, Path: "/v1/verifications", JSON: map[string]string{"token": "x"}},
		"public keys":   {Method: http.MethodGet, Path: "/.well-known/jwks.json"},
		"no such route": {Method: http.MethodGet, Path: "/v1/nothing"},
	}
	for name, header := range headers {
		t.Run(name, func(t *testing.T) {
			for about, call := range calls {
				reply := sendWith(t, call, header[0], header[1])
				if where := traces(reply); where != "" {
					t.Errorf("%s to %s: %s", header[0], about, where)
				}
			}
		})
	}
	wantCleanLogs(t)
}

// sendWith sends the call with one header more, as it is.
func sendWith(t *testing.T, c seed.Call, name, value string) *seed.Reply {
	t.Helper()
	body := c.Body
	if c.JSON != nil {
		body, _ = json.Marshal(c.JSON)
		c.Type = "application/json"
	}
	r, err := http.NewRequestWithContext(t.Context(), c.Method, service.stack.URL+c.Path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", c.Type)
	if c.Token != "" {
		r.Header.Set("Authorization", "Bearer "+c.Token)
	}
	if r.Header.Set(name, value); name == "Host" {
		r.Host = value
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return &seed.Reply{Status: res.StatusCode, Header: res.Header, Body: data}
}

// traces says where the mark came back, or that an answer allows an origin it does not know.
func traces(r *seed.Reply) string {
	for name, values := range r.Header {
		if strings.Contains(name+strings.Join(values, ","), injectionMarker) {
			return fmt.Sprintf("the header %s: %q", name, values)
		}
	}
	switch {
	case bytes.Contains(r.Body, []byte(injectionMarker)):
		return fmt.Sprintf("the body: %.200s", r.Body)
	case r.Header.Get("X-Injected") != "":
		return "a header of the caller's"
	case r.Header.Get("Access-Control-Allow-Origin") != "":
		return "allowed for " + r.Header.Get("Access-Control-Allow-Origin")
	case r.Status >= 500:
		return fmt.Sprint("status ", r.Status)
	}
	return ""
}

// wantCleanLogs checks that every line of every log is one JSON object and that none has the mark.
func wantCleanLogs(t *testing.T) {
	t.Helper()
	lines := 0
	for function, log := range logs(t) {
		for line := range strings.Lines(log) {
			lines++
			if strings.Contains(line, injectionMarker) {
				t.Errorf("the log of %s repeats what was sent: %.200s", function, line)
			}
			if strings.HasPrefix(line, "{") && !json.Valid([]byte(line)) {
				t.Errorf("a line of the log of %s is broken: %.200s", function, line)
			}
		}
	}
	if lines == 0 {
		t.Error("there are no logs")
	}
}

// TestLineBreaksEndNothing sends line breaks, encoded and as they are, wherever a request has room.
func TestLineBreaksEndNothing(t *testing.T) {
	s, certificate := loginAndIdentify(t, holder(t, "ready"))
	breaks := []string{"\r\nX-Injected: 1\r\n\r\n" + injectionMarker, "\nX-Injected: 1", "\r" + injectionMarker, "\u2028" + injectionMarker, "\x00" + injectionMarker, "\x1b[2J" + injectionMarker}
	for i, text := range breaks {
		escaped := url.PathEscape(text)
		bodies := map[string]seed.Call{
			"an id":           {Method: http.MethodGet, Path: "/v1/certificates/" + escaped, Token: s.Token},
			"a user name":     {Method: http.MethodPut, Path: "/v1/accounts/" + escaped, Token: token(t, seed.Ministry+"-portal", "accounts"), JSON: map[string]int{}},
			"a page's file":   {Method: http.MethodGet, Path: "/v/" + escaped},
			"a cursor":        {Method: http.MethodGet, Path: "/v1/certificates/" + certificate + "/endorsements?cursor=" + url.QueryEscape(text), Token: s.Token},
			"a login":         {Method: http.MethodPost, Path: "/v1/login", JSON: map[string]string{"portal": "mohurd", "username": "u" + text, "password": text}},
			"a portal":        {Method: http.MethodPost, Path: "/v1/login", JSON: map[string]string{"portal": text, "username": "u", "password": "p"}},
			"a member's name": {Method: http.MethodPost, Path: "/v1/login", JSON: map[string]string{text: "x"}},
			"a reason":        {Method: http.MethodPost, Path: "/v1/certificates/" + certificate + "/endorsements", Token: s.Token, Header: map[string]string{"Idempotency-Key": "line-breaks-" + fmt.Sprint(i)}, JSON: map[string]any{"purpose": map[string]string{"kind": "投标", "text": "某某大厦" + text}}},
		}
		for about, call := range bodies {
			reply, err := service.api().Send(t.Context(), call)
			if err != nil {
				t.Fatal(err)
			}
			if reply.Header.Get("X-Injected") != "" || reply.Status >= 500 || reply.Status < 400 {
				t.Errorf("%q as %s: %d %v", text, about, reply.Status, reply.Header)
			}
			if !json.Valid(reply.Body) {
				t.Errorf("%q as %s: the body is no JSON: %.200s", text, about, reply.Body)
			}
		}
	}
	wantCleanLogs(t)
}

// TestRawRequestsThatAreTwo sends what proxies and servers have read differently.
func TestRawRequestsThatAreTwo(t *testing.T) {
	const body = `{"portal":"mohurd","username":"nobody","password":"x"}`
	head := func(more string) string {
		return "POST /v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\n" + more + "\r\n"
	}
	length := fmt.Sprintf("Content-Length: %d\r\n", len(body))
	for name, raw := range map[string]string{
		"two lengths":                       head(length+"Content-Length: 0\r\n") + body,
		"a length that is no number":        head("Content-Length: +54\r\n") + body,
		"a length and chunks":               head(length+"Transfer-Encoding: chunked\r\n") + "0\r\n\r\nGET /" + injectionMarker + " HTTP/1.1\r\n\r\n",
		"chunks by another name":            head("Transfer-Encoding: xchunked\r\n") + body,
		"a blank before the colon":          head("Content-Length : 54\r\n") + body,
		"a header folded":                   head(length+"X-A: b\r\n c: d\r\n") + body,
		"a line break within a header":      head(length+"X-A: b\rX-Injected: 1\r\n") + body,
		"a zero byte in a header":           head(length+"X-A: b\x00\r\n") + body,
		"a header as long as a megabyte":    head(length+"X-A: "+strings.Repeat("a", 1<<20+8<<10)+"\r\n") + body,
		"no host":                           "GET /v HTTP/1.1\r\nConnection: close\r\n\r\n",
		"a method of one's own":             "XYZZY /v1/login HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
		"TRACE":                             "TRACE /v HTTP/1.1\r\nHost: x\r\nX-A: " + injectionMarker + "\r\nConnection: close\r\n\r\n",
		"a second request behind the first": head("Content-Length: 2\r\n") + "{}GET /v1/" + injectionMarker + " HTTP/1.1\r\nHost: x\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			statuses, answer := raws(t, raw)
			if slices.ContainsFunc(statuses, func(s int) bool {
				return s < 400 || s >= 500 && s != http.StatusNotImplemented && s != http.StatusHTTPVersionNotSupported
			}) || len(statuses) != 1 {
				t.Errorf("answered %v: %.300s", statuses, answer)
			}
			if strings.Contains(answer, injectionMarker) || strings.Contains(answer, "X-Injected") {
				t.Errorf("what was sent comes back: %.300s", answer)
			}
		})
	}
}

// raws sends bytes as they are and reads all that is answered until the server hangs up.
func raws(t *testing.T, raw string) (statuses []int, answer string) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(service.stack.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(conn, raw) // the server may hang up before it has all
	var all bytes.Buffer
	in := bufio.NewReader(io.TeeReader(conn, &all))
	for {
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			return statuses, all.String()
		}
		statuses = append(statuses, res.StatusCode)
		if _, err := io.Copy(io.Discard, res.Body); err != nil {
			return statuses, all.String()
		}
	}
}

// TestAnAddressOnesOwnIsNotBelieved: limits are by the address of the connection, whatever a header says.
func TestAnAddressOnesOwnIsNotBelieved(t *testing.T) {
	statuses := map[int]int{}
	for n := range 14 {
		reply := sendWith(t, seed.Call{Method: http.MethodPost, Path: "/v1/login", JSON: map[string]string{
			"portal": "mohurd", "username": "nobody-at-all", "password": "x",
		}}, []string{"X-Forwarded-For", "Forwarded", "X-Real-Ip", "True-Client-Ip"}[n%4], fmt.Sprintf("198.51.100.%d", n))
		statuses[reply.Status]++
	}
	refused, limited := statuses[http.StatusUnauthorized], statuses[http.StatusTooManyRequests]
	if refused+limited != 14 || limited == 0 {
		t.Errorf("of 14 tries from 14 pretended addresses %d were tried and %d limited", refused, limited)
	}
}
