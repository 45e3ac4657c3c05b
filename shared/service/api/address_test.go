package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

// captureRequest returns the request that the handler received, nil if it was not called.
func captureRequest(t *testing.T, route api.Route, key string, set func(*events.APIGatewayV2HTTPRequest)) (*api.Request, int, api.Problem) {
	t.Helper()
	var got *api.Request
	route.Handler = func(_ context.Context, r *api.Request) (*api.Response, error) {
		got = r
		return api.NoContent(), nil
	}
	app := &api.App{
		Name: "test", Server: api.Server{Now: func() time.Time { return noon }, Log: &bytes.Buffer{}},
		Routes: map[string]api.Route{key: route},
	}
	e := event(key, nil)
	set(&e)
	out, err := app.Handle(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	var p api.Problem
	if out.Body != "" {
		if err := json.Unmarshal([]byte(out.Body), &p); err != nil {
			t.Fatal(err)
		}
	}
	return got, out.StatusCode, p
}

func TestAMemberOfTheQueryThatNobodyReadsIsRefusedByName(t *testing.T) {
	route := api.Route{Query: []string{"from", "to"}}
	many := ""
	for n := range 2000 {
		many += fmt.Sprintf("&m%04d=x", n)
	}
	for name, c := range map[string]struct {
		query string
		want  []string // pointer and rule of each field; nil: the handler is called
	}{
		"none":                                  {"", nil},
		"both":                                  {"from=2026-01-01&to=2026-02-01", nil},
		"one, empty":                            {"from=", nil},
		"one, encoded":                          {"%66rom=x", nil},
		"nothing between two signs":             {"&from=x&&", nil},
		"one that is misspelt":                  {"form=x", []string{"/form unknown"}},
		"one in other letters":                  {"From=x", []string{"/From unknown"}},
		"one with brackets":                     {"from[]=x", []string{"/from[] unknown"}},
		"one without a value":                   {"debug", []string{"/debug unknown"}},
		"one without a name":                    {"=x", []string{"/ unknown"}},
		"one twice":                             {"from=1&from=2", []string{"/from repeated"}},
		"one twice with one value":              {"from=1&from=1", []string{"/from repeated"}},
		"one twice, once encoded":               {"from=1&%66rom=2", []string{"/from repeated"}},
		"one twice and one misspelt":            {"to=1&to=2&fromm=3", []string{"/fromm unknown", "/to repeated"}},
		"a name with the pointer's own signs":   {"a/b~c=x", []string{"/a~1b~0c unknown"}},
		"a name as long as a header":            {strings.Repeat("a", 9000), []string{"/" + strings.Repeat("a", 64) + "… unknown"}},
		"more than anyone would read":           {many, []string{"/m0000 unknown", "/m0001 unknown", "/m0002 unknown", "/m0003 unknown", "/m0004 unknown"}},
		"a semicolon where an ampersand stands": {"from=1;to=2", []string{}},
		"an encoding that is none":              {"from=%zz", []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			got, status, p := captureRequest(t, route, "GET /x", func(e *events.APIGatewayV2HTTPRequest) { e.RawQueryString = c.query })
			if c.want == nil {
				if status != 204 || got == nil {
					t.Errorf("refused: %d %+v", status, p)
				}
				return
			}
			if got != nil || status != 422 || p.Code != problem.InvalidField || p.Remedy == "" {
				t.Fatalf("the handler was asked: %t, answer %d %+v", got != nil, status, p)
			}
			named := []string{}
			for _, f := range p.Fields {
				named = append(named, f.Pointer+" "+f.Rule)
				if f.Detail == "" {
					t.Errorf("%s says nothing", f.Pointer)
				}
			}
			if diff := cmp.Diff(c.want, named); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAPageOpensWhateverItsLinkHasGathered(t *testing.T) {
	for _, query := range []string{"", "utm_source=x&utm_source=y", "from=singlemessage&isappinstalled=0", "100%", "a;b", strings.Repeat("x", 9000)} {
		got, status, _ := captureRequest(t, api.Route{Page: true}, "GET /v", func(e *events.APIGatewayV2HTTPRequest) { e.RawQueryString = query })
		if status != 204 || got == nil || len(got.Query) != 0 {
			t.Errorf("%.40q: %d, and the handler reads %v", query, status, got)
		}
	}
}

func TestAPathParameterHasItsFormOrIsRefused(t *testing.T) {
	const ulid, text = "01ARZ3NDEKTSV4RRFFQ69G5FAV", "ABCDEFGHIJKLMNOPQRSTUVWXY2"
	for name, c := range map[string]struct {
		good []string
		bad  []string
		want problem.Code
	}{
		"certificate": {[]string{ulid}, []string{text, ulid + "\n", "8" + ulid[1:]}, problem.CertificateNotFound},
		"endorsement": {[]string{ulid}, []string{strings.ToLower(ulid)}, problem.EndorsementNotFound},
		"consent":     {[]string{ulid}, []string{ulid + "A"}, problem.ConsentNotFound},
		"report":      {[]string{ulid}, []string{"drops"}, problem.ReportNotFound},
		"challenge":   {[]string{text}, []string{ulid, strings.ToLower(text)}, problem.ChallengeNotFound},
		"file":        {[]string{"sw.js", "openapi.yaml"}, []string{"Sw.js", "a b"}, problem.NotFound},
		"username":    {[]string{"zhangsan", "Zhang.San-2@x_y"}, []string{"x", "张三", "-zhang", " zhang"}, problem.InvalidField},
	} {
		try := func(value string) (bool, problem.Code) {
			got, _, p := captureRequest(t, api.Route{}, "GET /x/{"+name+"}/y", func(e *events.APIGatewayV2HTTPRequest) {
				e.PathParameters = map[string]string{name: value}
			})
			return got != nil, p.Code
		}
		for _, value := range c.good {
			if let, code := try(value); !let {
				t.Errorf("%s: %q is refused as %s", name, value, code)
			}
		}
		for _, value := range append(c.bad, "", ".", "..", "..%2f", "%00", "a/b", "\x00", "x\r\ny", "\u2028", strings.Repeat("A", 3000), strings.Repeat("a", 65)) {
			if let, code := try(value); let || code != c.want {
				t.Errorf("%s: %.40q is let through: %t, refused as %q, want %q", name, value, let, code, c.want)
			}
		}
	}
}

func TestUserNamesOfThePathAreThoseOfTheAccounts(t *testing.T) {
	form, _ := api.PathForm("username")
	for _, name := range []string{
		"", "x", "ab", "AB", "a.b", "_a", "a_", "0a", "@a", "a@b-c_d.e", "张三", "a b", "a\n", strings.Repeat("x", 64), strings.Repeat("x", 65),
	} {
		if _, ok := identity.NormalizeUsername(name); ok != form.MatchString(name) && strings.TrimSpace(name) == name {
			t.Errorf("%q is a user name: %t; the path takes it: %t", name, ok, form.MatchString(name))
		}
	}
}

// TestABodyIsDecodedByWhoeverReadsItAndNotBefore: a refused request does not make the function
// decode megabytes.
func TestABodyIsDecodedByWhoeverReadsItAndNotBefore(t *testing.T) {
	app, _ := appOf(api.RequireHolder(fakeSessions{}, func(_ context.Context, r *api.Request) (*api.Response, error) {
		t.Error("let through by nobody")
		return api.NoContent(), nil
	}))
	e := event("GET /x", nil)
	e.Body, e.IsBase64Encoded = "%%%", true
	if out, _ := app.Handle(t.Context(), e); out.StatusCode != 401 {
		t.Errorf("answer %d %s, want 401 before the body is looked at", out.StatusCode, out.Body)
	}
}
