package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

func TestATextOfACallersIsLoggedEscapedAndShort(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "",
		"read CERT: it is 2":           "read CERT: it is 2",
		`a "quoted" \ text`:            `a \"quoted\" \\ text`,
		"two\r\nlines\tand a tab":      `two\r\nlines\tand a tab`,
		"张三":                           `\u5f20\u4e09`,
		"\u2028\u202e\ufeff":           `\u2028\u202e\ufeff`,
		"\x00\x1b[2J\x7f":              `\x00\x1b[2J\x7f`,
		"\xff\xfe":                     `\xff\xfe`,
		"😀":                            `\U0001f600`,
		strings.Repeat("a", 1000):      strings.Repeat("a", 1000),
		strings.Repeat("a", 1001):      strings.Repeat("a", 997) + "...",
		strings.Repeat("a", 1<<20):     strings.Repeat("a", 997) + "...",
		strings.Repeat("张", 1<<20):     strings.Repeat(`\u5f20`, 166) + "...",
		strings.Repeat("a", 999) + `"`: strings.Repeat("a", 997) + "...",
	} {
		got := api.EscapeForLog(text)
		if got != want {
			t.Errorf("%.40q is logged as %.60s (%d bytes), want %.60s (%d)", text, got, len(got), want, len(want))
		}
	}
}

func FuzzLoggable(f *testing.F) {
	for _, text := range []string{"", `"`, `\`, "\xff", "张三\n", strings.Repeat("😀", 400)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := api.EscapeForLog(text)
		if len(got) > 1000 {
			t.Errorf("%d bytes", len(got))
		}
		for i := range len(got) {
			if got[i] < ' ' || got[i] > '~' {
				t.Fatalf("the byte %#x", got[i])
			}
		}
		if api.EscapeForLog(text) != got {
			t.Error("it is not the same twice")
		}
	})
}

func TestCausesAreLoggedEscapedAndShort(t *testing.T) {
	secret := "canary\"\r\n{\"level\":\"ERROR\"}\u2028" + strings.Repeat("x", 1<<20)
	for name, h := range map[string]api.Handler{
		"an error":          fails(errors.New("about " + secret)),
		"a problem's cause": fails(problem.New(problem.Unavailable).WithCause(errors.New("about " + secret))),
		"an answer's": func(context.Context, *api.Request) (*api.Response, error) {
			return &api.Response{Status: 200, Cause: errors.New(secret)}, nil
		},
		"a panic with a text": func(context.Context, *api.Request) (*api.Response, error) { panic(secret) },
		"a panic with an error": func(context.Context, *api.Request) (*api.Response, error) {
			panic(errors.New(secret))
		},
	} {
		t.Run(name, func(t *testing.T) {
			app, log := appOf(h)
			if _, err := app.Handle(t.Context(), event("GET /x", nil)); err != nil {
				t.Fatal(err)
			}
			if strings.Count(log.String(), "\n") != 1 || strings.Contains(log.String(), secret[:20]) || strings.Contains(log.String(), "\u2028") {
				t.Errorf("the log has %.300s", log)
			}
			var line struct{ Cause, Stack string }
			if err := json.Unmarshal(log.Bytes(), &line); err != nil {
				t.Fatal(err)
			}
			if line.Cause == "" || len(line.Cause) > 1000 || strings.ContainsAny(line.Cause, "\r\n\u2028") {
				t.Errorf("the cause has %d bytes: %.200s", len(line.Cause), line.Cause)
			}
			if panics := strings.HasPrefix(name, "a panic"); panics != strings.Contains(line.Stack, "log_test.go") || panics && strings.Contains(line.Cause, "canary") {
				t.Errorf("the cause is %.200s, the stack %.200s", line.Cause, line.Stack)
			}
		})
	}
}
