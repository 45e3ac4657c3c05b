package gateway

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/jiazhu/jiazhu/local/lambda"
	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

// recorder keeps the events it gets and answers as it is told.
type recorder struct {
	events []events.APIGatewayV2HTTPRequest
	answer string
	err    error
}

func (r *recorder) Invoke(event []byte) ([]byte, error) {
	var e events.APIGatewayV2HTTPRequest
	if err := json.Unmarshal(event, &e); err != nil {
		return nil, err
	}
	r.events = append(r.events, e)
	return []byte(r.answer), r.err
}

var testTime = time.Date(2026, 11, 23, 9, 8, 7, 0, time.FixedZone("", 8*3600))

func serve(t *testing.T, f *recorder, shared template.CORS) (*httptest.Server, *bytes.Buffer) {
	t.Helper()
	errorLog := &bytes.Buffer{}
	g := New(&template.Template{
		Functions: []template.Function{{Name: "echo", Routes: []template.Route{
			{Method: "POST", Path: "/v1/things/{thing}"}, {Method: "GET", Path: "/v1/things"},
		}}},
		CORS: shared,
	}, map[string]Function{"echo": f}, errorLog)
	g.now = func() time.Time { return testTime }
	s := httptest.NewServer(g)
	t.Cleanup(s.Close)
	return s, errorLog
}

func send(t *testing.T, s *httptest.Server, method, path, body string, header ...string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Add(header[i], header[i+1])
	}
	response, err := s.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	got, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(got)
}

func TestTheEventIsOfPayloadFormat2(t *testing.T) {
	f := &recorder{answer: `{"statusCode":204}`}
	s, _ := serve(t, f, template.CORS{})
	response, _ := send(t, s, "POST", "/v1/things/%E4%B8%80%2F?a=1&b=2&a=%203", `{"x":"一"}`,
		"Content-Type", "application/json; charset=utf-8", "X-Twice", "one", "X-Twice", "two",
		"Cookie", "a=b; c=d", "User-Agent", "test/1")
	got := f.events[0]
	host := strings.TrimPrefix(s.URL, "http://")
	want := events.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: "POST /v1/things/{thing}", RawPath: "/v1/things/一/", RawQueryString: "a=1&b=2&a=%203",
		Cookies: []string{"a=b", "c=d"},
		Headers: map[string]string{
			"accept-encoding": "gzip", "content-length": "11", "content-type": "application/json; charset=utf-8",
			"host": host, "user-agent": "test/1", "x-twice": "one,two",
			"x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "http",
		},
		QueryStringParameters: map[string]string{"a": "1, 3", "b": "2"},
		PathParameters:        map[string]string{"thing": "一/"},
		RequestContext: events.APIGatewayV2HTTPRequestContext{
			RouteKey: "POST /v1/things/{thing}", AccountID: "000000000000", APIID: "local", Stage: "$default",
			DomainName: "127.0.0.1", DomainPrefix: "127",
			RequestID: response.Header.Get("apigw-requestid"),
			Time:      "23/Nov/2026:01:08:07 +0000", TimeEpoch: testTime.UnixMilli(),
			HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{
				Method: "POST", Path: "/v1/things/一/", Protocol: "HTTP/1.1", SourceIP: "127.0.0.1", UserAgent: "test/1",
			},
		},
		Body: `{"x":"一"}`,
	}
	ignored := cmpopts.IgnoreMapEntries(func(k, _ string) bool { return k == "x-amzn-trace-id" || k == "x-forwarded-port" })
	want.QueryStringParameters["a"] = "1, 3"
	if diff := cmp.Diff(want, got, ignored); diff != "" {
		t.Error(diff)
	}
}

func TestABodyIsTextOnlyWhenHTTPAPITakesItForText(t *testing.T) {
	for name, c := range map[string]struct {
		kind, body string
		binary     bool
	}{
		"JSON":                       {"application/json", `{}`, false},
		"JSON with a parameter":      {"Application/JSON;charset=utf-8", `{}`, false},
		"text":                       {"text/csv", "a,b", false},
		"XML":                        {"application/xml", "<a/>", false},
		"a form":                     {"application/x-www-form-urlencoded", "a=b", true},
		"lines of JSON":              {"application/x-ndjson", "{}\n{}", true},
		"a kind of JSON":             {"application/problem+json", "{}", true},
		"PDF":                        {"application/pdf", "%PDF-1.7\x80", true},
		"no type":                    {"", "{}", true},
		"JSON that is not UTF-8":     {"application/json", "\"\xff\"", true},
		"no body, whatever the type": {"application/pdf", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			f := &recorder{answer: `{"statusCode":204}`}
			s, _ := serve(t, f, template.CORS{})
			send(t, s, "POST", "/v1/things/1", c.body, "Content-Type", c.kind)
			want := c.body
			if c.binary {
				want = base64.StdEncoding.EncodeToString([]byte(c.body))
			}
			if got := f.events[0]; got.Body != want || got.IsBase64Encoded != c.binary {
				t.Errorf("got %q, base64 %t", got.Body, got.IsBase64Encoded)
			}
		})
	}
}

func TestTheAnswerBecomesTheResponse(t *testing.T) {
	for name, c := range map[string]struct {
		answer string
		status int
		header map[string]string
		body   string
	}{
		"text":                  {`{"statusCode":200,"body":"一"}`, 200, map[string]string{"Content-Type": "text/plain;charset=utf-8", "Content-Length": "3"}, "一"},
		"headers":               {`{"statusCode":201,"headers":{"content-type":"application/json","x-a":"b"},"body":"{}"}`, 201, map[string]string{"Content-Type": "application/json", "X-A": "b"}, "{}"},
		"bytes":                 {`{"statusCode":200,"headers":{"content-type":"application/pdf"},"body":"gIE=","isBase64Encoded":true}`, 200, map[string]string{"Content-Type": "application/pdf"}, "\x80\x81"},
		"cookies":               {`{"statusCode":200,"cookies":["a=b; Path=/"]}`, 200, map[string]string{"Set-Cookie": "a=b; Path=/"}, ""},
		"nothing":               {`{"statusCode":204,"body":"ignored"}`, 204, map[string]string{"Content-Length": ""}, ""},
		"JSON without a status": {`{"a":1}`, 200, map[string]string{"Content-Type": "application/json"}, `{"a":1}`},
		"a bare text":           {`"hello"`, 200, map[string]string{"Content-Type": "application/json"}, "hello"},
		"no JSON":               {`<html>`, 500, nil, `{"message":"Internal Server Error"}`},
		"a status of nonsense":  {`{"statusCode":"200"}`, 500, nil, `{"message":"Internal Server Error"}`},
		"a status out of range": {`{"statusCode":42}`, 500, nil, `{"message":"Internal Server Error"}`},
		"broken Base64":         {`{"statusCode":200,"body":"%","isBase64Encoded":true}`, 500, nil, `{"message":"Internal Server Error"}`},
	} {
		t.Run(name, func(t *testing.T) {
			s, errorLog := serve(t, &recorder{answer: c.answer}, template.CORS{})
			response, body := send(t, s, "GET", "/v1/things", "")
			if response.StatusCode != c.status || body != c.body {
				t.Errorf("got %d %q", response.StatusCode, body)
			}
			for name, want := range c.header {
				if got := response.Header.Get(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
			if failed := c.status == 500; failed != (errorLog.Len() > 0) {
				t.Errorf("shown: %q", errorLog)
			}
		})
	}
}

func TestFailuresLookAsTheyDoOnAWS(t *testing.T) {
	for name, c := range map[string]struct {
		err    error
		status int
		body   string
	}{
		"an error of the function": {&lambda.Error{Type: "errorString", Message: "secret"}, 500, `{"message":"Internal Server Error"}`},
		"a timeout":                {lambda.ErrTimeout, 503, `{"message":"Service Unavailable"}`},
		"too many at a time":       {lambda.ErrThrottled, 503, `{"message":"Service Unavailable"}`},
		"anything else":            {errors.New("disk full"), 500, `{"message":"Internal Server Error"}`},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := serve(t, &recorder{err: c.err}, template.CORS{})
			response, body := send(t, s, "GET", "/v1/things", "")
			if response.StatusCode != c.status || body != c.body {
				t.Errorf("got %d %q", response.StatusCode, body)
			}
		})
	}
	t.Run("no such route", func(t *testing.T) {
		f := &recorder{}
		s, _ := serve(t, f, template.CORS{})
		response, body := send(t, s, "DELETE", "/v1/things", "")
		if response.StatusCode != 404 || body != `{"message":"Not Found"}` || len(f.events) > 0 {
			t.Errorf("got %d %q", response.StatusCode, body)
		}
	})
}

func TestABodyLambdaWouldNotTakeIsRefusedWithoutInvoking(t *testing.T) {
	for name, c := range map[string]struct {
		kind string
		size int
		want int
	}{
		"text of 5.9 MB":            {"application/json", 5_900_000, 200},
		"text over 6 MB":            {"application/json", lambda.MaxPayload + 1, 413},
		"text just too long":        {"application/json", lambda.MaxPayload, 413}, // with the rest of the event
		"bytes of 4 MB":             {"application/pdf", 4_000_000, 200},
		"bytes over 6 MB in Base64": {"application/pdf", 4_800_000, 413},
		"20 MB":                     {"application/pdf", 20 << 20, 413},
	} {
		t.Run(name, func(t *testing.T) {
			f := &recorder{answer: `{"statusCode":200}`}
			s, _ := serve(t, f, template.CORS{})
			response, body := send(t, s, "POST", "/v1/things/1", strings.Repeat("a", c.size),
				"Content-Type", c.kind, "Accept-Language", "en")
			if response.StatusCode != c.want {
				t.Fatalf("got %d", response.StatusCode)
			}
			if c.want == 200 {
				return
			}
			if len(f.events) > 0 {
				t.Error("the function was invoked")
			}
			var p api.Problem
			if err := json.Unmarshal([]byte(body), &p); err != nil {
				t.Fatal(err)
			}
			if p.Code != "body-too-large" || p.Remedy == "" || p.RequestID == "" ||
				!strings.HasPrefix(response.Header.Get("Content-Type"), "application/problem+json") {
				t.Errorf("got %s", body)
			}
		})
	}
}

func TestCORSIsAnsweredAsTheTemplateSays(t *testing.T) {
	shared := template.CORS{
		AllowOrigins: []string{"https://a.example"}, AllowMethods: []string{"GET", "POST"},
		AllowHeaders: []string{"authorization"}, ExposeHeaders: []string{"retry-after"}, MaxAge: 60,
	}
	for name, c := range map[string]struct {
		method string
		header []string
		status int
		want   map[string]string
	}{
		"a preflight": {
			"OPTIONS", []string{"Origin", "https://a.example", "Access-Control-Request-Method", "POST"}, 204,
			map[string]string{
				"Access-Control-Allow-Origin": "https://a.example", "Access-Control-Allow-Methods": "GET,POST",
				"Access-Control-Allow-Headers": "authorization", "Access-Control-Max-Age": "60",
			},
		},
		"a preflight from elsewhere": {
			"OPTIONS", []string{"Origin", "https://b.example", "Access-Control-Request-Method", "POST"}, 204, map[string]string{},
		},
		"a request": {
			"GET", []string{"Origin", "https://a.example"}, 200,
			map[string]string{"Access-Control-Allow-Origin": "https://a.example", "Access-Control-Expose-Headers": "retry-after"},
		},
		"a request from elsewhere":     {"GET", []string{"Origin", "https://b.example"}, 200, map[string]string{}},
		"a request that is not shared": {"GET", nil, 200, map[string]string{}},
		"OPTIONS that is no preflight": {"OPTIONS", []string{"Origin", "https://a.example"}, 404, map[string]string{
			"Access-Control-Allow-Origin": "https://a.example", "Access-Control-Expose-Headers": "retry-after",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := serve(t, &recorder{answer: `{"statusCode":200,"headers":{"access-control-allow-origin":"*"}}`}, shared)
			response, _ := send(t, s, c.method, "/v1/things", "", c.header...)
			got := map[string]string{}
			for name := range response.Header {
				if strings.HasPrefix(name, "Access-Control-") {
					got[name] = response.Header.Get(name)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" || response.StatusCode != c.status {
				t.Errorf("%d %s", response.StatusCode, diff)
			}
		})
	}
}
