package gateway

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
)

// stage is the only stage a local API has; its name does not appear in paths.
const stage = "$default"

// describe fills in everything about the request but its body and path parameters.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
func describe(e *events.APIGatewayV2HTTPRequest, r *http.Request, id, key string, now time.Time) {
	source, port, _ := net.SplitHostPort(r.RemoteAddr)
	host, _, _ := strings.Cut(r.Host, ":")
	prefix, _, _ := strings.Cut(host, ".")
	e.Version = "2.0"
	e.RouteKey = key
	e.RawPath = r.URL.Path
	e.RawQueryString = r.URL.RawQuery
	e.Headers, e.Cookies = headers(r)
	e.Headers["x-forwarded-for"] = appendItem(e.Headers["x-forwarded-for"], source)
	e.Headers["x-forwarded-proto"] = "http"
	e.Headers["x-forwarded-port"] = port
	e.Headers["x-amzn-trace-id"] = "Root=1-" + strconv.FormatInt(now.Unix(), 16) + "-" + hexadecimal(12)
	e.QueryStringParameters = query(r.URL.RawQuery)
	e.RequestContext = events.APIGatewayV2HTTPRequestContext{
		AccountID:    "000000000000",
		APIID:        "local",
		DomainName:   host,
		DomainPrefix: prefix,
		RequestID:    id,
		RouteKey:     key,
		Stage:        stage,
		Time:         now.UTC().Format("02/Jan/2006:15:04:05 +0000"),
		TimeEpoch:    now.UnixMilli(),
		HTTP: events.APIGatewayV2HTTPRequestContextHTTPDescription{
			Method:    r.Method,
			Path:      r.URL.Path,
			Protocol:  r.Proto,
			SourceIP:  source,
			UserAgent: r.UserAgent(),
		},
	}
}

// headers returns the headers with lower-case names and duplicates joined by commas,
// and the cookies apart from them.
func headers(r *http.Request) (map[string]string, []string) {
	h := map[string]string{"host": r.Host}
	if r.ContentLength > 0 {
		h["content-length"] = strconv.FormatInt(r.ContentLength, 10)
	}
	var cookies []string
	for name, values := range r.Header {
		if name == "Cookie" {
			for _, v := range values {
				for c := range strings.SplitSeq(v, ";") {
					cookies = append(cookies, strings.TrimSpace(c))
				}
			}
			continue
		}
		h[strings.ToLower(name)] = strings.Join(values, ",")
	}
	return h, cookies
}

// query returns the decoded query parameters, duplicates joined by commas, or nil.
func query(raw string) map[string]string {
	values, _ := url.ParseQuery(raw)
	if len(values) == 0 {
		return nil
	}
	q := make(map[string]string, len(values))
	for name, v := range values {
		q[name] = strings.Join(v, ",")
	}
	return q
}

// encode returns the body as it goes into the event. HTTP API passes text/*, JSON,
// XML and JavaScript on as they are and everything else in Base64, forms and bodies
// without a type included.
func encode(contentType string, body []byte) (string, bool) {
	if len(body) == 0 {
		return "", false
	}
	if isText(contentType) && utf8.Valid(body) {
		return string(body), false
	}
	return base64.StdEncoding.EncodeToString(body), true
}

func isText(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	switch kind {
	case "application/json", "application/xml", "application/javascript":
		return true
	}
	return strings.HasPrefix(kind, "text/")
}

func appendItem(list, item string) string {
	if list == "" {
		return item
	}
	return list + ", " + item
}

func hexadecimal(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// requestID looks like HTTP API's: 16 characters.
func requestID() string { return rand.Text()[:15] + "=" }
