package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

type ask struct {
	Name  string         `json:"name"`
	Day   civil.Date     `json:"day"`
	Phone *string        `json:"phone"`
	Level int8           `json:"level"`
	Lines []line         `json:"lines"`
	Extra map[string]int `json:"extra"`
	Photo []byte         `json:"photo"`
	Any   any            `json:"any"`
	hide  string
}

var _ = ask{}.hide // an unexported member has no JSON name

type line struct {
	From civil.Date `json:"from"`
	embedded
}

type embedded struct {
	Code string `json:"a/b"`
}

func request(body string) *api.Request {
	return &api.Request{Header: map[string]string{"content-type": "application/json"}, Sent: body}
}

func TestMalformedJSONSaysWhatAndWhere(t *testing.T) {
	for body, want := range map[string]string{
		" \n":                 "has no body",
		"{\"name\":\"\xff\"}": "not in UTF-8",
		`{"name":'x'}`:        "at byte 9",
		`{"name":`:            "at byte 8: unexpected end",
		`{"name":"\ud800"}`:   "not part of a pair",
	} {
		var p *problem.Problem
		if err := api.Decode(request(body), new(ask)); !errors.As(err, &p) || !strings.Contains(p.Detail.EN, want) || p.Detail.ZH == "" {
			t.Errorf("%q: %v, want %q", body, err, want)
		}
	}
}

func TestAByteOrderMarkBeforeJSONIsIgnored(t *testing.T) {
	var got ask
	if err := api.Decode(request("\xef\xbb\xbf"+`{"name":"x"}`), &got); err != nil || got.Name != "x" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestDecodeRefusesWhatCouldBeReadInTwoWays(t *testing.T) {
	for name, c := range map[string]struct {
		body     string
		code     problem.Code
		pointers []string
	}{
		"nothing":                          {``, problem.MalformedJSON, nil},
		"no JSON":                          {`name=x`, problem.MalformedJSON, nil},
		"half a value":                     {`{"name":`, problem.MalformedJSON, nil},
		"a second value":                   {`{} {}`, problem.MalformedJSON, nil},
		"a brace too many":                 {`{}}`, problem.MalformedJSON, nil},
		"invalid UTF-8":                    {"{\"name\":\"\xff\"}", problem.MalformedJSON, nil},
		"half a surrogate pair":            {`{"name":"\ud800"}`, problem.MalformedJSON, nil},
		"the other half":                   {`{"name":"\udc00x"}`, problem.MalformedJSON, nil},
		"two first halves":                 {`{"name":"\ud800\ud800"}`, problem.MalformedJSON, nil},
		"a key twice":                      {`{"name":"a","name":"b"}`, problem.MalformedJSON, []string{"/name"}},
		"a key twice, once escaped":        {`{"name":"a","n\u0061me":"b"}`, problem.MalformedJSON, []string{"/name"}},
		"a key twice in a list":            {`{"lines":[{},{"from":"","from":""}]}`, problem.MalformedJSON, []string{"/lines/1/from"}},
		"a key twice where anything goes":  {`{"any":[{"x":1,"x":2}]}`, problem.MalformedJSON, []string{"/any/0/x"}},
		"a key twice in an unknown object": {`{"what":{"x":1,"x":2}}`, problem.MalformedJSON, []string{"/what/x"}},
		"nesting too deep":                 {`{"any":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`, problem.MalformedJSON, nil},
		"unknown keys, all of them":        {`{"nam":1,"lines":[{"x":1}],"~/":1}`, problem.UnknownField, []string{"/nam", "/lines/0/x", "/~0~1"}},
		"a key in another case":            {`{"Name":"x"}`, problem.UnknownField, []string{"/Name"}},
		"a key of an unexported member":    {`{"hide":"x"}`, problem.UnknownField, []string{"/hide"}},
		"a string for a number":            {`{"level":"3"}`, problem.InvalidField, []string{"/level"}},
		"a number too large":               {`{"level":300}`, problem.InvalidField, []string{"/level"}},
		"a fraction for a whole number":    {`{"level":1.5}`, problem.InvalidField, []string{"/level"}},
		"null for a string":                {`{"name":null}`, problem.InvalidField, []string{"/name"}},
		"a day that is none":               {`{"day":"2026-02-30"}`, problem.InvalidField, []string{"/day"}},
		"an object for a list":             {`{"lines":{}}`, problem.InvalidField, []string{"/lines"}},
		"a list for the whole":             {`[]`, problem.InvalidField, []string{""}},
		"null for the whole":               {" null\n", problem.InvalidField, []string{""}},
		"bytes that are no base64":         {`{"photo":"%"}`, problem.InvalidField, []string{"/photo"}},
		"several misfits deep down":        {`{"lines":[{"from":1},{"a/b":2}],"extra":{"x":"y"}}`, problem.InvalidField, []string{"/lines/0/from", "/lines/1/a~1b", "/extra/x"}},
		"everything there, null where may be": {`{"name":"\ud83d\ude00 \\u","day":"2026-11-23","phone":null,"level":3,"lines":null,` +
			`"extra":{"x":1},"photo":"AAEC","any":null}`, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			var v ask
			err := api.Decode(request(c.body), &v)
			if c.code == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			p, ok := problem.As(err)
			if !ok || p.Code != c.code {
				t.Fatalf("Decode = %v, want %s", err, c.code)
			}
			var pointers []string
			for _, f := range p.Fields {
				pointers = append(pointers, f.Pointer)
			}
			if diff := cmp.Diff(c.pointers, pointers); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDecodeLimitsTypeAndSize(t *testing.T) {
	body := func(n int) string { return `{"name":"` + strings.Repeat("x", n-11) + `"}` }
	for name, c := range map[string]struct {
		media, body string
		want        problem.Code
	}{
		"JSON":                      {"application/json", `{}`, ""},
		"JSON with a charset":       {"application/json; charset=UTF-8", `{}`, ""},
		"JSON in upper case":        {"Application/JSON", `{}`, ""},
		"JSON in another charset":   {"application/json; charset=gbk", `{}`, problem.UnsupportedMediaType},
		"no type":                   {"", `{}`, problem.UnsupportedMediaType},
		"a form":                    {"application/x-www-form-urlencoded", `{}`, problem.UnsupportedMediaType},
		"text":                      {"text/plain", `{}`, problem.UnsupportedMediaType},
		"another JSON":              {"application/problem+json", `{}`, problem.UnsupportedMediaType},
		"a type that is none":       {";;", `{}`, problem.UnsupportedMediaType},
		"a body of 64 KiB":          {"application/json", body(api.MaxBody), ""},
		"a body of one byte more":   {"application/json", body(api.MaxBody + 1), problem.BodyTooLarge},
		"a wrong type and too much": {"text/plain", body(api.MaxBody + 1), problem.UnsupportedMediaType},
	} {
		t.Run(name, func(t *testing.T) {
			r := request(c.body)
			r.Header["content-type"] = c.media
			if err := api.Decode(r, new(ask)); c.want == "" && err != nil || c.want != "" && !problem.Is(err, c.want) {
				t.Errorf("Decode = %v, want %q", err, c.want)
			}
		})
	}
}

// FuzzUnmarshal checks that accepted JSON means the same to encoding/json, and that encoding it
// again loses none of its keys.
func FuzzUnmarshal(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"name":"x","level":1}`, `{"lines":[{"from":"2026-11-23","a/b":"c"}]}`, `{"any":{"x":[null,true,1e9]}}`,
		`{"name":"a","name":"b"}`, `{"name":"\ud83d\ude00"}`, `{"name":"\ud800"}`, `{"photo":"AAEC"}`, `{"Name":1}`, `[[[[]]]]`, `{"a":1}x`, "\xff",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var got ask
		if api.Unmarshal(data, &got) != nil {
			return
		}
		var want ask
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&want); err != nil {
			t.Fatalf("encoding/json refuses %q: %v", data, err)
		}
		if !reflect.DeepEqual(want, got) {
			t.Fatalf("%q reads as %+v and as %+v", data, got, want)
		}
		if strings.Contains(got.Name, "\ufffd") && !bytes.Contains(data, []byte("\ufffd")) && !bytes.Contains(bytes.ToLower(data), []byte(`\ufffd`)) {
			t.Fatalf("%q lost a character", data)
		}
	})
}

// Content in a coding is refused on every route before the handler is called, whatever its type.
func TestContentInACodingIsRefusedOnEveryRoute(t *testing.T) {
	called := false
	handler := func(context.Context, *api.Request) (*api.Response, error) {
		called = true
		return api.NoContent(), nil
	}
	app := &api.App{Server: api.Server{Now: time.Now, Log: io.Discard}, Routes: map[string]api.Route{
		"POST /v1/x": {Handler: handler}, "GET /x": {Handler: handler, Page: true},
	}}
	spaced := map[string]string{"gzip": " gzip", "br": " br", "GZIP": " gzip", "deflate,gzip": " deflate gzip"} // how each is named
	for route := range app.Routes {
		for _, media := range []string{"application/json", "application/pdf", "text/plain", ""} {
			for coding, status := range map[string]int{"gzip": 415, "br": 415, "GZIP": 415, "deflate,gzip": 415, "xyzzy": 415, "": 204, "identity": 204, "Identity": 204} {
				called = false
				answer, err := app.Handle(t.Context(), events.APIGatewayV2HTTPRequest{
					RouteKey: route, Body: "{}", Headers: map[string]string{"Content-Type": media, "Content-Encoding": coding},
				})
				if err != nil || answer.StatusCode != status || called != (status == 204) {
					t.Errorf("%s, %q, %q: %d, %v", route, media, coding, answer.StatusCode, err)
				}
				if status == 415 && (answer.Headers["accept-encoding"] != "identity" || !strings.Contains(answer.Body, "（Content-Encoding）"+spaced[coding]+"，")) {
					t.Errorf("%v %s", answer.Headers, answer.Body)
				}
			}
		}
	}
}

func TestAMediaTypeThatIsNotTakenIsNamed(t *testing.T) {
	for came, says := range map[string]string{
		"text/plain": "text/plain", "application/json; charset=gbk": "字符集", "": "没有 Content-Type", "xyzzy/xyzzy": "Content-Type 不可用",
	} {
		var v struct{}
		err := api.Decode(&api.Request{Header: map[string]string{"content-type": came}, Sent: "{}"}, &v)
		p, ok := problem.As(err)
		if !ok || p.Status != 415 || !strings.Contains(p.Detail.ZH, says) || !strings.Contains(p.Detail.ZH, "application/json") || strings.Contains(p.Detail.ZH, "xyzzy") {
			t.Errorf("%q: %v", came, err)
		}
	}
}
