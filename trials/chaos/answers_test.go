package main

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/jiazhu/jiazhu/client"
)

func TestEveryFiveHundredIsHeldAgainstItsPromise(t *testing.T) {
	const said = `{"code":"unavailable","title":"系统繁忙","detail":"d","owner":"平台","remedy":"r","requestId":"1"}`
	for name, c := range map[string]struct {
		status int
		body   string
		count  string // that goes up
		failed int
	}{
		"a problem that says who must do what": {503, said, unavailableAnswers, 0},
		"a problem without an owner":           {503, `{"code":"unavailable","title":"t","detail":"d","remedy":"r","requestId":"1"}`, unavailableAnswers, 1},
		"a 5xx that is no problem":             {502, "Bad Gateway", unavailableAnswers, 1},
		"an error that nobody foresaw":         {500, `{"code":"internal","title":"t","detail":"d","owner":"平台","remedy":"r","requestId":"1"}`, unavailableAnswers, 1},
		"a function that died":                 {500, `{"message":"Internal Server Error"}`, diedAnswers, 0},
		"a function whose processes are busy":  {503, `{"message":"Service Unavailable"}`, busyAnswers, 0},
		"a refusal":                            {409, `{}`, calls, 0},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			}))
			defer server.Close()
			b := newOutcomeLog()
			client := &http.Client{Transport: &responseChecker{next: http.DefaultTransport, service: server.URL, outcomes: b}}
			res, err := client.Get(server.URL + "/v1/account")
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(res.Body)
			_ = res.Body.Close()
			if err != nil || string(body) != c.body {
				t.Errorf("the client reads %q, %v", body, err)
			}
			if b.get(c.count) != 1 || b.failed != c.failed {
				t.Errorf("%s is %d, %d failed: %v", c.count, b.get(c.count), b.failed, b.faults)
			}
		})
	}
}

func TestOneKeyLeadsToOneEndorsement(t *testing.T) {
	b, w := newOutcomeLog(), &endorseRequest{key: "k"}
	if err := errors.Join(b.acknowledge(w, client.Endorsement{Endorsement: "1"}), b.acknowledge(w, client.Endorsement{Endorsement: "1"})); err != nil {
		t.Error(err)
	}
	if b.acknowledge(w, client.Endorsement{Endorsement: "2"}) == nil {
		t.Error("another endorsement under the same key is taken")
	}
}
