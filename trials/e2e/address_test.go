package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

// pages are what people open by a link, to which messengers add.
func pages() []string { return []string{"GET /v", "GET /docs"} }

// TestEveryRouteReadsItsOwnQueryAndNoOther adds a member nobody knows, and one that is known twice, to every
// operation of the contract.
func TestEveryRouteReadsItsOwnQueryAndNoOther(t *testing.T) {
	contract := wantSpecification(t)
	for _, operation := range operations(t) {
		method, path, _ := strings.Cut(operation, " ")
		wrong := map[string]string{"?surprise=x": "/surprise unknown", "?x=" + strings.Repeat("y", 3000): "/x unknown", "?surprise": "/surprise unknown"}
		for _, p := range contract.Paths[path][strings.ToLower(method)].Parameters {
			if p.In == "query" {
				wrong["?"+p.Name+"=1&"+p.Name+"=2"] = "/" + p.Name + " repeated"
				wrong["?"+strings.ToUpper(p.Name)+"=1"] = "/" + strings.ToUpper(p.Name) + " unknown"
			}
		}
		for query, want := range wrong {
			reply, err := service.api().Send(t.Context(), seed.Call{Method: method, Path: parameterReplacer().Replace(path) + query})
			if err != nil {
				t.Fatal(err)
			}
			if slices.Contains(pages(), operation) {
				if reply.Status != http.StatusOK {
					t.Errorf("%s%.40s does not open: %d", operation, query, reply.Status)
				}
				continue
			}
			var p api.Problem
			_ = json.Unmarshal(reply.Body, &p)
			if reply.Status != http.StatusUnprocessableEntity || p.Code != "invalid-field" || len(p.Fields) != 1 || p.Fields[0].Pointer+" "+p.Fields[0].Rule != want {
				t.Errorf("%s%.40s: %d %s %v, want %s", operation, query, reply.Status, p.Code, p.Fields, want)
			}
		}
	}
}

// TestNothingACallerSendsIsTooLongForAKey makes every operation of the contract, as who may, with something far too long or of no form
// in each place where a caller writes: the parameters of the path, the query, the headers, every text of the body.
// Whatever becomes part of a key is bounded before, so that none of it is the service's fault.
func TestNothingACallerSendsIsTooLongForAKey(t *testing.T) {
	contract, c := wantSpecification(t), newCallerTokens(t)
	before, calls := faults(t), 0
	defer restoreOwner(t)
	try := func(t *testing.T, place string, call seed.Call) {
		calls++
		reply, err := service.api().Send(t.Context(), call)
		if err != nil {
			t.Fatal(err)
		}
		if reply.Status >= 500 {
			t.Errorf("%s %.60s with too much as %s: %d %.200s", call.Method, call.Path, place, reply.Status, reply.Body)
		}
	}
	for operation, rows := range matrix() {
		method, pattern, _ := strings.Cut(operation, " ")
		for _, r := range rows {
			t.Run(strings.TrimSpace(operation+" "+r.note), func(t *testing.T) {
				c.t = t
				if operation == "PUT /v1/account/password" && r.note == "with the current one" {
					t.Skip("a text sent as the new password would become it; the row with a wrong one sends it too")
				}
				w := permittedCaller(r)
				call := r.call(c, w)
				call.Token = c.token(w, r.scope)
				for place, path := range longPaths(pattern, call.Path) {
					other := call
					other.Path = path
					try(t, place, other)
				}
				for _, p := range contract.Paths[pattern][strings.ToLower(method)].Parameters {
					if p.In == "query" {
						other := call
						other.Path += "?" + p.Name + "=" + url.QueryEscape(strings.Repeat("长", 900))
						try(t, "the query's "+p.Name, other)
					}
				}
				for _, name := range []string{
					"Authorization", "Idempotency-Key", "Content-Type", "Accept", "Accept-Language", "If-None-Match", "X-Forwarded-For", "X-Amzn-Trace-Id", "Cookie", "X-" + strings.Repeat("A", 3000),
				} {
					if name == "Authorization" {
						other := call
						other.Token = strings.Repeat("A", 3000)
						try(t, name, other)
						continue
					}
					other := call
					other.Header = maps.Clone(call.Header)
					if other.Header == nil {
						other.Header = map[string]string{}
					}
					other.Header[name] = strings.Repeat("A", 3000)
					try(t, name, other)
				}
				for place, body := range bodiesWith(t, call, strings.Repeat("A", 3000), strings.Repeat("长", 1100), "CERT#"+strings.Repeat("0", 2000)) {
					other := call
					other.JSON = body
					try(t, place, other)
				}
				if r.after != nil {
					r.after(c)
				}
			})
		}
	}
	if after := faults(t); after != before {
		t.Errorf("%d faults were logged", after-before)
	}
	t.Logf("%d calls", calls)
}

// restoreOwner undoes what calls of the matrix changed that were let through with another text in them: the owner's account and
// record are as they were, and nobody has asked too often.
func restoreOwner(t *testing.T) {
	t.Helper()
	call := put(owner(t), owner(t))
	call.Token = token(t, seed.Ministry+"-portal", "accounts")
	if reply, err := service.api().Send(t.Context(), call); err != nil || reply.Status != http.StatusOK {
		t.Errorf("the owner's account: %+v, %v", reply, err)
	}
	row, err := owner(t).Row()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := service.target().Report(t.Context(), row); err != nil {
		t.Errorf("the owner's record: %v", err)
	}
	forget(t, "LIMIT#")
}

// permittedCaller is a caller whom the row lets do it.
func permittedCaller(r matrixRow) callerKind {
	for _, w := range []callerKind{identifiedHolder, machineClient, anonymous} {
		if strings.HasPrefix(r.expected[w], "2") {
			return w
		}
	}
	return identifiedHolder
}

// longPaths writes what is no name in place of each parameter of a path.
func longPaths(pattern, path string) map[string]string {
	names, segments := strings.Split(pattern, "/"), strings.Split(path, "/")
	all := map[string]string{}
	for i, name := range names {
		if !strings.HasPrefix(name, "{") {
			continue
		}
		for _, value := range []string{
			strings.Repeat("A", 3000), strings.Repeat("1", 1100), strings.Repeat("%E9%95%BF", 400), "01ARZ3NDEKTSV4RRFFQ69G5FAV" + strings.Repeat("%20", 900),
			"%2e%2e", "%2e%2e%2f%2e%2e%2fv1", "%00", "%25", "%25zz", "a%23b", "a%3Fb", "CERT%23x", ";", "01arz3ndektsv4rrffq69g5fav",
		} {
			other := slices.Clone(segments)
			other[i] = value
			all[fmt.Sprintf("%s %.30s", name, value)] = strings.Join(other, "/")
		}
	}
	return all
}

// bodiesWith writes each value in place of each text of a JSON body, one at a time.
func bodiesWith(t *testing.T, call seed.Call, values ...string) map[string]any {
	t.Helper()
	if call.JSON == nil {
		return nil
	}
	text, err := json.Marshal(call.JSON)
	if err != nil {
		t.Fatal(err)
	}
	var places [][]string
	var body any
	if err := json.Unmarshal(text, &body); err != nil {
		t.Fatal(err)
	}
	visit(body, nil, func(at []string) { places = append(places, slices.Clone(at)) })
	all := map[string]any{}
	for _, at := range places {
		for _, value := range values {
			var other any
			if err := json.Unmarshal(text, &other); err != nil {
				t.Fatal(err)
			}
			all[fmt.Sprintf("/%s %.9s", strings.Join(at, "/"), value)] = replaceAt(other, at, value)
		}
	}
	return all
}

// visit calls found with the place of every text.
func visit(v any, at []string, found func([]string)) {
	switch v := v.(type) {
	case string:
		found(at)
	case []any:
		for i, item := range v {
			visit(item, append(at, fmt.Sprint(i)), found)
		}
	case map[string]any:
		for name, item := range v {
			visit(item, append(at, name), found)
		}
	}
}

func replaceAt(v any, at []string, value string) any {
	if len(at) == 0 {
		return value
	}
	switch v := v.(type) {
	case []any:
		var i int
		_, _ = fmt.Sscan(at[0], &i)
		v[i] = replaceAt(v[i], at[1:], value)
	case map[string]any:
		v[at[0]] = replaceAt(v[at[0]], at[1:], value)
	}
	return v
}

// faults counts the lines of the logs that say the service failed.
func faults(t *testing.T) (n int) {
	t.Helper()
	for _, log := range logs(t) {
		n += strings.Count(log, `"fault":1`)
	}
	return n
}

// TestWhatStandsTwiceOrInAnotherSpellingIsNotTheSame sends addresses, methods and headers that two readers could read in two ways.
func TestWhatStandsTwiceOrInAnotherSpellingIsNotTheSame(t *testing.T) {
	s, certificate := loginAndIdentify(t, holder(t, "ready"))
	login := `{"portal":"mohurd","username":"nobody","password":"x"}`
	send := func(method, path, body string, headers ...string) int {
		r, err := http.NewRequestWithContext(t.Context(), method, service.stack.URL, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		r.URL.Opaque = path // as it is written
		for i := 0; i < len(headers); i += 2 {
			r.Header.Add(headers[i], headers[i+1])
		}
		res, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res.StatusCode
	}
	own, bearer, json := "/v1/certificates/"+certificate, "Bearer "+s.Token, "application/json"
	for name, c := range map[string]struct {
		method, path, body string
		headers            []string
		want               int
	}{
		"as it should be":                {"GET", own, "", []string{"Authorization", bearer}, 200},
		"HEAD":                           {"HEAD", own, "", []string{"Authorization", bearer}, 200},
		"OPTIONS without an origin":      {"OPTIONS", own, "", []string{"Authorization", bearer}, 404},
		"a path with two slashes":        {"GET", "/v1//certificates/" + certificate, "", []string{"Authorization", bearer}, 404},
		"a path with a slash at its end": {"GET", own + "/", "", []string{"Authorization", bearer}, 404},
		"a path with a dot":              {"GET", "/v1/certificates/./" + certificate, "", []string{"Authorization", bearer}, 404},
		"a path that goes back":          {"GET", "/v1/account/../certificates/" + certificate, "", []string{"Authorization", bearer}, 404},
		"a path that goes back, encoded": {"GET", "/v1/certificates/%2e%2e", "", []string{"Authorization", bearer}, 404},
		"an encoded slash":               {"GET", own + "%2Fpreflight", "", []string{"Authorization", bearer}, 404},
		"another case":                   {"GET", "/v1/certificates/" + strings.ToLower(certificate), "", []string{"Authorization", bearer}, 404},
		"a parameter behind a semicolon": {"GET", own + ";x=1", "", []string{"Authorization", bearer}, 404},
		"a semicolon in the query":       {"GET", own + "/endorsements?limit=1;limit=2", "", []string{"Authorization", bearer}, 422},
		"a question mark, encoded":       {"GET", own + "/endorsements%3Flimit=1", "", []string{"Authorization", bearer}, 404},
		"two bearers":                    {"GET", own, "", []string{"Authorization", bearer, "Authorization", bearer}, 401},
		"two bearers in one":             {"GET", own, "", []string{"Authorization", bearer + ", " + bearer}, 401},
		"two types":                      {"POST", "/v1/login", login, []string{"Content-Type", json, "Content-Type", json}, 415},
		"two charsets":                   {"POST", "/v1/login", login, []string{"Content-Type", json + "; charset=utf-8; charset=utf-16"}, 415},
		"another charset":                {"POST", "/v1/login", login, []string{"Content-Type", json + "; charset=utf-16"}, 415},
		"a type with a parameter":        {"POST", "/v1/login", login, []string{"Content-Type", json + "; charset=UTF-8"}, 401},
		"a type that begins alike":       {"POST", "/v1/login", login, []string{"Content-Type", json + "x"}, 415},
	} {
		if got := send(c.method, c.path, c.body, c.headers...); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
