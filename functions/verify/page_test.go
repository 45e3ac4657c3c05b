package main

import (
	"encoding/json"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/documenttest"
	"github.com/jiazhu/jiazhu/shared/evidence"
	"github.com/jiazhu/jiazhu/shared/records/recordstest"
	"github.com/jiazhu/jiazhu/shared/verdict"
)

func TestThePageAllowsOnlyItself(t *testing.T) {
	p, err := newPage()
	if err != nil {
		t.Fatal(err)
	}
	body := string(p.body)
	for _, wanted := range []string{source(pageScript), source(pageStyle), "default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'"} {
		if !strings.Contains(p.policy, wanted) {
			t.Errorf("the policy lacks %s: %s", wanted, p.policy)
		}
	}
	if strings.Contains(p.policy, "unsafe") {
		t.Errorf("the policy is unsafe: %s", p.policy)
	}
	if found := regexp.MustCompile(`(?i)(https?:)?//[a-z]|\son[a-z]+=|style="|innerHTML|eval\(`).FindString(body); found != "" {
		t.Errorf("the page holds %q", found)
	}
	if !strings.Contains(body, "{{") && !strings.Contains(body, pageScript) {
		t.Error("the page lacks its script")
	}
}

func TestThePageHasWordsForEveryRow(t *testing.T) {
	for _, c := range verdict.Checks() {
		if strings.Count(pageScript, string(c)+":") < 2 {
			t.Errorf("%s has no words in both languages", c)
		}
	}
}

func TestPageAndKeysAreServed(t *testing.T) {
	press := documenttest.New(t, documenttest.MadeAt())
	trust, err := evidence.ParseTrust(press.Trust)
	if err != nil {
		t.Fatal(err)
	}
	app, err := newApp(deps{trust: trust, log: io.Discard}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("the page", func(t *testing.T) {
		got := recordstest.Send(t, app, recordstest.Ask{Route: "GET /v"})
		if got.Status != 200 || got.Header["content-type"] != "text/html; charset=utf-8" || !strings.Contains(got.Body, "电子证照核验") {
			t.Errorf("got %d %v", got.Status, got.Header)
		}
		if got.Header["content-security-policy"] == "" || got.Header["referrer-policy"] != "no-referrer" {
			t.Errorf("the page is not protected: %v", got.Header)
		}
	})
	t.Run("the keys", func(t *testing.T) {
		got := recordstest.Send(t, app, recordstest.Ask{Route: "GET /.well-known/jwks.json"})
		var set struct{ Keys []map[string]string }
		if err := json.Unmarshal([]byte(got.Body), &set); err != nil || len(set.Keys) != 2 {
			t.Fatalf("got %s: %v", got.Body, err)
		}
		if !strings.HasPrefix(got.Header["cache-control"], "public") {
			t.Errorf("the keys may not be kept: %v", got.Header)
		}
		for _, k := range set.Keys {
			if k["d"] != "" || k["alg"] != "ES256" || k["kid"] == "" {
				t.Errorf("got %v", k)
			}
		}
	})
}
