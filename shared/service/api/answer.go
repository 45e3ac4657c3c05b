package api

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// defaults are the headers of every answer. They forbid caching, framing and content sniffing; a
// page overrides them.
func defaults() map[string]string {
	return map[string]string{
		"cache-control":              "no-store",
		"content-security-policy":    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
		"cross-origin-opener-policy": "same-origin",
		"referrer-policy":            "no-referrer",
		"strict-transport-security":  "max-age=31536000; includeSubDomains",
		"x-content-type-options":     "nosniff",
	}
}

// answer turns what a handler returned into the event's answer. It also returns what to log: the
// problem's code, if any, and its cause.
func answer(r *Request, res *Response, err error) (events.APIGatewayV2HTTPResponse, problem.Code, error) {
	if err != nil {
		p := ProblemOf(err)
		return encodeProblem(r, p), p.Code, p.Cause
	}
	out, err := encode(res)
	if err != nil {
		p := problem.New(problem.Internal).WithCause(err)
		return encodeProblem(r, p), p.Code, p.Cause
	}
	return out, res.Code, res.Cause
}

func encode(res *Response) (events.APIGatewayV2HTTPResponse, error) {
	out := events.APIGatewayV2HTTPResponse{StatusCode: res.Status, Headers: defaults()}
	switch body := res.Body.(type) {
	case nil:
	case []byte:
		out.Body, out.IsBase64Encoded = string(body), false
		if !utf8.Valid(body) {
			out.Body, out.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
		}
	default:
		text, err := marshal(body)
		if err != nil {
			return out, fmt.Errorf("api: encode the answer: %w", err)
		}
		out.Headers["content-type"] = "application/json"
		out.Body = text
	}
	maps.Copy(out.Headers, res.Header)
	return out, nil
}

func marshal(v any) (string, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "", err
	}
	return string(bytes.TrimSuffix(buf.Bytes(), []byte("\n"))), nil
}

func encodeProblem(r *Request, p *problem.Problem) events.APIGatewayV2HTTPResponse {
	out := events.APIGatewayV2HTTPResponse{StatusCode: p.Status, Headers: defaults()}
	out.Headers["content-type"] = "application/problem+json"
	out.Headers["content-language"] = r.Lang
	if p.RetryAfter > 0 {
		out.Headers["retry-after"] = strconv.Itoa(wholeSeconds(p.RetryAfter))
	}
	switch p.Code {
	case problem.UnsupportedMediaType:
		out.Headers["accept-encoding"] = "identity" // RFC 9110, 15.5.16
	case problem.SessionRequired:
		out.Headers["www-authenticate"] = "Bearer"
	case problem.SessionExpired:
		out.Headers["www-authenticate"] = `Bearer error="invalid_token"`
	case problem.Forbidden:
		out.Headers["www-authenticate"] = `Bearer error="insufficient_scope"`
	}
	out.Body, _ = marshal(Describe(p, r)) // strings and numbers only, so it cannot fail
	return out
}

func wholeSeconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }
