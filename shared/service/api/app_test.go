package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
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

var noon = time.Date(2026, 11, 23, 4, 0, 0, 0, time.UTC)

func event(route string, headers map[string]string) events.APIGatewayV2HTTPRequest {
	e := events.APIGatewayV2HTTPRequest{RouteKey: route, Headers: headers}
	e.RequestContext.RequestID = "request-1"
	e.RequestContext.HTTP.SourceIP = "192.0.2.1"
	return e
}

func appOf(h api.Handler) (*api.App, *bytes.Buffer) {
	var log bytes.Buffer
	return &api.App{
		Name: "test", Server: api.Server{Now: func() time.Time { return noon }, Log: &log},
		Routes: map[string]api.Route{"GET /x": {Handler: h}},
	}, &log
}

func fails(err error) api.Handler {
	return func(context.Context, *api.Request) (*api.Response, error) { return nil, err }
}

func TestErrorsBecomeProblems(t *testing.T) {
	for name, c := range map[string]struct {
		handler api.Handler
		status  int
		code    problem.Code
	}{
		"a problem":              {fails(problem.New(problem.NotBound)), 409, problem.NotBound},
		"a wrapped problem":      {fails(fmt.Errorf("look: %w", problem.New(problem.NotBound))), 409, problem.NotBound},
		"any other error":        {fails(errors.New("hidden-cause")), 500, problem.Internal},
		"the end of the time":    {fails(fmt.Errorf("hidden-cause: %w", context.DeadlineExceeded)), 503, problem.Unavailable},
		"a panic":                {func(context.Context, *api.Request) (*api.Response, error) { panic("hidden-cause") }, 500, problem.Internal},
		"no answer":              {func(context.Context, *api.Request) (*api.Response, error) { return nil, nil }, 500, problem.Internal},
		"an answer JSON has not": {func(context.Context, *api.Request) (*api.Response, error) { return api.JSON(200, func() {}), nil }, 500, problem.Internal},
		"an index out of range": {func(_ context.Context, r *api.Request) (*api.Response, error) {
			return api.JSON(200, r.Sent[len(r.Sent)]), nil
		}, 500, problem.Internal},
	} {
		t.Run(name, func(t *testing.T) {
			app, _ := appOf(c.handler)
			out, err := app.Handle(t.Context(), event("GET /x", nil))
			if err != nil {
				t.Fatal(err)
			}
			var p api.Problem
			if err := json.Unmarshal([]byte(out.Body), &p); err != nil {
				t.Fatal(err)
			}
			if out.StatusCode != c.status || p.Status != c.status || p.Code != c.code || p.RequestID != "request-1" {
				t.Errorf("answer %d %+v, want %d %s", out.StatusCode, p, c.status, c.code)
			}
			if got := out.Headers["content-type"]; got != "application/problem+json" {
				t.Errorf("content-type is %q", got)
			}
			if strings.Contains(out.Body, "hidden-cause") {
				t.Errorf("the answer shows the cause: %s", out.Body)
			}
		})
	}
}

func TestARouteThatIsNotThere(t *testing.T) {
	app, _ := appOf(fails(nil))
	out, _ := app.Handle(t.Context(), event("GET /y", nil))
	if out.StatusCode != 404 || !strings.Contains(out.Body, "not-found") {
		t.Errorf("answer %d %s", out.StatusCode, out.Body)
	}
}

func TestProblemsSpeakTheLanguageAskedFor(t *testing.T) {
	catalogue := problem.New(problem.PhoneUnbound)
	for header, want := range map[string]string{
		"":                              "zh-CN",
		"en":                            "en",
		"en-GB,en;q=0.9,zh;q=0.8":       "en",
		"zh-CN,zh;q=0.9,en;q=0.8":       "zh-CN",
		"fr,en;q=0.5":                   "en",
		"fr":                            "zh-CN",
		"en;q=0":                        "zh-CN",
		"en;q=0.1,zh-TW;q=0.2":          "zh-CN",
		"en;q=7,zh;q=0.1":               "zh-CN",
		"*":                             "zh-CN",
		strings.Repeat("en;q=0.1,", 50): "en",
		" EN-us ; q=1 , zh":             "en",
		"en;q=NaN,;;,=,zh;q=":           "zh-CN",
	} {
		app, _ := appOf(fails(catalogue))
		out, _ := app.Handle(t.Context(), event("GET /x", map[string]string{"Accept-Language": header}))
		var p api.Problem
		if err := json.Unmarshal([]byte(out.Body), &p); err != nil {
			t.Fatal(err)
		}
		if out.Headers["content-language"] != want || p.Detail != catalogue.Detail.In(want) || p.Title != catalogue.Title {
			t.Errorf("Accept-Language %q: %s %q %q, want %s", header, out.Headers["content-language"], p.Title, p.Detail, want)
		}
	}
}

func TestAProblemIsWrittenWhole(t *testing.T) {
	blocker := *problem.New(problem.PhoneUnbound)
	p := problem.New(problem.RateLimited).RetryIn(1500*time.Millisecond).
		WithDetail("细节", "detail").WithRemedy(problem.Ministry, "办法", "remedy").
		WithField(problem.Field{Pointer: "/a", Rule: "r", Detail: problem.Text{ZH: "字段", EN: "field"}, Suggestion: "s"}).
		WithBlockers([]problem.Problem{blocker}).WithCause(errors.New("hidden"))
	got := api.Describe(p, &api.Request{ID: "request-1", Lang: api.Chinese})
	want := api.Problem{
		Type: "urn:jiazhu:problem:rate-limited", Title: p.Title, Status: 429, Detail: "细节", Code: problem.RateLimited,
		Owner: "住建部", Remedy: "办法", RetryAfter: 2, RequestID: "request-1",
		Fields:   []api.Field{{Pointer: "/a", Rule: "r", Detail: "字段", Suggestion: "s"}},
		Blockers: []api.Problem{api.Blocker(&blocker, api.Chinese)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestEveryAnswerHasTheSecurityHeaders(t *testing.T) {
	page := func(context.Context, *api.Request) (*api.Response, error) {
		return &api.Response{Status: 200, Header: map[string]string{
			"content-type": "text/html", "cache-control": "public",
		}, Body: []byte("<p>")}, nil
	}
	for name, c := range map[string]struct {
		handler api.Handler
		cache   string
	}{
		"JSON":                    {func(context.Context, *api.Request) (*api.Response, error) { return api.JSON(200, 1), nil }, "no-store"},
		"nothing":                 {func(context.Context, *api.Request) (*api.Response, error) { return api.NoContent(), nil }, "no-store"},
		"a problem":               {fails(problem.New(problem.NotFound)), "no-store"},
		"a page that says itself": {page, "public"},
	} {
		app, _ := appOf(c.handler)
		out, _ := app.Handle(t.Context(), event("GET /x", nil))
		want := map[string]string{
			"cache-control":              c.cache,
			"content-security-policy":    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
			"cross-origin-opener-policy": "same-origin",
			"referrer-policy":            "no-referrer",
			"strict-transport-security":  "max-age=31536000; includeSubDomains",
			"x-content-type-options":     "nosniff",
		}
		for header, value := range want {
			if out.Headers[header] != value {
				t.Errorf("%s: %s is %q, want %q", name, header, out.Headers[header], value)
			}
		}
	}
}

func TestTheHandlerIsToldBeforeTheFunctionIsStopped(t *testing.T) {
	deadline := time.Now().Add(time.Hour)
	ctx, cancel := context.WithDeadline(t.Context(), deadline)
	defer cancel()
	app, _ := appOf(func(ctx context.Context, _ *api.Request) (*api.Response, error) {
		if d, ok := ctx.Deadline(); !ok || !d.Before(deadline) {
			t.Errorf("the handler has until %v, the function until %v", d, deadline)
		}
		return api.NoContent(), nil
	})
	if out, _ := app.Handle(ctx, event("GET /x", nil)); out.StatusCode != 204 {
		t.Error(out.Body)
	}
}

func TestTheLogLineSaysWhatHappenedAndNoSecret(t *testing.T) {
	const secret = "planted-secret"
	handlers := []api.Handler{
		func(_ context.Context, r *api.Request) (*api.Response, error) {
			return nil, api.Decode(r, new(struct {
				A int `json:"a"`
			}))
		},
		func(context.Context, *api.Request) (*api.Response, error) { panic(secret) },
		func(context.Context, *api.Request) (*api.Response, error) { return api.JSON(200, secret), nil },
		fails(problem.New(problem.Unavailable).WithCause(errors.New("the table is away"))),
	}
	for _, h := range handlers {
		app, log := appOf(h)
		e := event("GET /x", map[string]string{
			"authorization": "Bearer " + secret, "content-type": "application/json", "cookie": secret,
			"x-amzn-trace-id": "Root=" + secret,
		})
		e.Body, e.RawPath, e.RawQueryString = `{"`+secret+`":"`+secret+`"}`, "/"+secret, "q="+secret
		e.PathParameters = map[string]string{"x": secret}
		out, _ := app.Handle(t.Context(), e)
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log shows the secret: %s", log)
		}
		var line map[string]any
		if err := json.Unmarshal(log.Bytes(), &line); err != nil || strings.Count(log.String(), "\n") != 1 {
			t.Fatalf("not one JSON line: %v\n%s", err, log)
		}
		for key, want := range map[string]any{
			"timestamp": "2026-11-23T04:00:00.000Z", "requestId": "request-1",
			"route": "GET /x", "status": float64(out.StatusCode), "cold": 1.0, "ms": 0.0,
		} {
			if line[key] != want {
				t.Errorf("%s is %v, want %v", key, line[key], want)
			}
		}
		if strings.Contains(log.String(), "the table is away") != (line["code"] == "unavailable") {
			t.Errorf("the cause is not logged: %s", log)
		}
		log.Reset()
		_, _ = app.Handle(t.Context(), e)
		if strings.Contains(log.String(), `"cold"`) {
			t.Errorf("the second request is cold: %s", log)
		}
	}
}

type fakeSessions struct{ sessions map[string]identity.Session }

func (s fakeSessions) Session(_ context.Context, token string, _ time.Time) (identity.Session, error) {
	if found, ok := s.sessions[token]; ok {
		return found, nil
	}
	return identity.Session{}, problem.New(problem.SessionExpired)
}

func (s fakeSessions) Client(_ context.Context, token string, _ time.Time) (identity.Client, error) {
	if token == "machine-token-0001" {
		return identity.Client{ID: "portal", Scopes: []string{"accounts"}}, nil
	}
	return identity.Client{}, problem.New(problem.SessionExpired)
}

func TestWhoIsLetThrough(t *testing.T) {
	store := fakeSessions{map[string]identity.Session{
		"plain-token-00001": {ExpiresAt: noon.Add(time.Hour)},
		"faced-token-00001": {ExpiresAt: noon.Add(time.Hour), IdentifiedUntil: noon.Add(time.Minute)},
		"faded-token-00001": {ExpiresAt: noon.Add(time.Hour), IdentifiedUntil: noon},
	}}
	inside := func(_ context.Context, r *api.Request) (*api.Response, error) {
		if r.Session == nil && r.Client == nil {
			t.Error("let through by nobody")
		}
		return api.NoContent(), nil
	}
	holder, identified := api.RequireHolder(store, inside), api.RequireIdentified(store, inside)
	machine, other := api.RequireMachine(store, "accounts", inside), api.RequireMachine(store, "report", inside)
	for name, c := range map[string]struct {
		guard  api.Handler
		header string
		want   string // code, or "204"
		asks   string // www-authenticate
	}{
		"no header":                           {holder, "", "session-required", "Bearer"},
		"basic":                               {holder, "Basic eDp5", "session-required", "Bearer"},
		"an unknown token":                    {holder, "Bearer unknown-token-001", "session-expired", `Bearer error="invalid_token"`},
		"a token of no form":                  {holder, "Bearer x", "session-expired", `Bearer error="invalid_token"`},
		"a token with spaces":                 {holder, "Bearer plain-token-00001 x", "session-expired", `Bearer error="invalid_token"`},
		"a huge token":                        {holder, "Bearer " + strings.Repeat("x", 10000), "session-expired", `Bearer error="invalid_token"`},
		"a session":                           {holder, "Bearer plain-token-00001", "204", ""},
		"a session, scheme in lower case":     {holder, "bearer plain-token-00001", "204", ""},
		"a session where a face is wanted":    {identified, "Bearer plain-token-00001", "identity-required", ""},
		"an identified session":               {identified, "Bearer faced-token-00001", "204", ""},
		"one whose step-up just ended":        {identified, "Bearer faded-token-00001", "identity-required", ""},
		"a machine":                           {machine, "Bearer machine-token-0001", "204", ""},
		"a machine without the scope":         {other, "Bearer machine-token-0001", "forbidden", `Bearer error="insufficient_scope"`},
		"a holder where a machine is wanted":  {machine, "Bearer plain-token-00001", "session-expired", `Bearer error="invalid_token"`},
		"a machine where a holder is wanted":  {holder, "Bearer machine-token-0001", "session-expired", `Bearer error="invalid_token"`},
		"a machine asked for without a token": {machine, "", "session-required", "Bearer"},
	} {
		t.Run(name, func(t *testing.T) {
			app, _ := appOf(c.guard)
			headers := map[string]string{}
			if c.header != "" {
				headers["authorization"] = c.header
			}
			out, _ := app.Handle(t.Context(), event("GET /x", headers))
			got := "204"
			if out.StatusCode != 204 {
				var p api.Problem
				if err := json.Unmarshal([]byte(out.Body), &p); err != nil {
					t.Fatal(err)
				}
				got = string(p.Code)
			}
			if got != c.want || out.Headers["www-authenticate"] != c.asks {
				t.Errorf("got %s, asks for %q", got, out.Headers["www-authenticate"])
			}
		})
	}
}

func TestBodiesInBase64AndBytesOut(t *testing.T) {
	echo := func(_ context.Context, r *api.Request) (*api.Response, error) {
		body, err := r.Body()
		return &api.Response{Status: 200, Header: map[string]string{"content-type": "application/octet-stream"}, Body: body}, err
	}
	app, _ := appOf(echo)
	e := event("GET /x", nil)
	e.Body, e.IsBase64Encoded = "AP8B", true
	out, _ := app.Handle(t.Context(), e)
	if out.Body != "AP8B" || !out.IsBase64Encoded || out.Headers["content-type"] != "application/octet-stream" {
		t.Errorf("answer %+v", out)
	}
	e.Body = "%%%"
	if out, _ = app.Handle(t.Context(), e); out.StatusCode != 400 {
		t.Errorf("no base64: %d", out.StatusCode)
	}
	e.Body, e.IsBase64Encoded, e.RawQueryString = "", false, "a=%zz"
	if out, _ = app.Handle(t.Context(), e); out.StatusCode != 422 {
		t.Errorf("a query that is none: %d", out.StatusCode)
	}
}

func TestInstantsAreWrittenInBeijingTime(t *testing.T) {
	got, err := json.Marshal(struct{ A, B api.Instant }{A: api.Instant(noon.Add(123 * time.Millisecond))})
	if want := `{"A":"2026-11-23T12:00:00+08:00","B":null}`; err != nil || string(got) != want {
		t.Errorf("%s, %v; want %s", got, err, want)
	}
}
