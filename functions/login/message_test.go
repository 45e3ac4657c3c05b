package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"os"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/config"
)

func TestTheGatewaysSecretGoesToNoOtherAddress(t *testing.T) {
	var followed atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { followed.Add(1) }))
	t.Cleanup(elsewhere.Close)
	gateway := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	t.Cleanup(gateway.Close)
	err := newGateway(config.Messages{URL: gateway.URL, Secret: "secret"}).Send(t.Context(), message{Kind: "code"})
	if !problem.Is(err, problem.Unavailable) || followed.Load() != 0 {
		t.Errorf("got %v; followed %d times", err, followed.Load())
	}
	if err := newGateway(config.Messages{URL: elsewhere.URL, Secret: "secret"}).Send(t.Context(), message{Kind: "code"}); err != nil {
		t.Errorf("without the redirect: %v", err)
	}
}

// documentedMessages returns the request line and headers that docs/operations.md shows, and the messages by kind.
func documentedMessages(t *testing.T) (head string, byKind map[string]map[string]any) {
	t.Helper()
	text, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "### The gateway for short messages\n")
	section, _, _ = strings.Cut(section, "\n### ")
	blocks := regexp.MustCompile("(?s)```(http|json)\n(.*?)```").FindAllStringSubmatch(section, -1)
	byKind = map[string]map[string]any{}
	for _, block := range blocks {
		body := block[2]
		if block[1] == "http" {
			head, body, _ = strings.Cut(body, "\n\n")
		}
		decoder := json.NewDecoder(strings.NewReader(body))
		for decoder.More() {
			var m map[string]any
			if err := decoder.Decode(&m); err != nil {
				t.Fatal(err)
			}
			byKind[m["kind"].(string)] = m
		}
	}
	return head, byKind
}

func TestTheGatewayGetsWhatTheDocumentShows(t *testing.T) {
	const gatewayAddress, gatewaySecret = "sms.example.cn", "the-secret-that-the-gateway-gave-you"
	head, documented := documentedMessages(t)
	w := newFixture(t)
	portal := w.zhang()
	forgotten := person(zhangID, zhangPhone)
	forgotten["passwordLink"] = true
	w.want(200, "", openAccountCall(portal, "zhangsan", forgotten))
	token := w.loginAfterFace("zhangsan")
	w.want(202, "", codeCall(token, "13900000002"))
	messages := w.gateway.take()
	for _, m := range messages {
		if m["kind"] == phoneCode {
			w.want(200, "", bindCall(token, "13900000002", m["code"]))
		}
	}
	messages = append(messages, w.gateway.take()...)
	if len(messages) != len(documented) {
		t.Fatalf("%d messages, %d documented: %v", len(messages), len(documented), messages)
	}
	for _, sent := range messages {
		want := documented[sent["kind"]]
		got := map[string]any{}
		for name, value := range sent {
			got[name] = strings.ReplaceAll(value, origin, "https://cert.example.cn")
		}
		if sent["expiresAt"] == "" {
			got["expiresAt"] = nil
		}
		// What is drawn by lot is as the document has it.
		got["id"] = want["id"]
		if link, ok := got["url"].(string); ok {
			_, secret, _ := strings.Cut(link, "#")
			got["url"], got["text"] = strings.ReplaceAll(link, secret, "LINK"), strings.ReplaceAll(got["text"].(string), secret, "LINK")
		}
		if code, ok := got["code"].(string); ok {
			got["code"], got["text"] = want["code"], strings.ReplaceAll(got["text"].(string), code, want["code"].(string))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", sent["kind"], diff)
		}
	}

	var request []byte
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		r.Header.Del("User-Agent")
		r.Header.Del("Content-Length")
		r.Header.Del("Accept-Encoding")
		r.Host = gatewayAddress
		request, _ = httputil.DumpRequest(r, false)
	}))
	t.Cleanup(server.Close)
	if err := newGateway(config.Messages{URL: server.URL + "/v1/messages", Secret: gatewaySecret}).Send(t.Context(), message{Kind: phoneCode}); err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(strings.ReplaceAll(string(request), "\r\n", "\n")); got != head {
		t.Errorf("the request is\n%s\nthe document shows\n%s", got, head)
	}
}
