package faults

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/jiazhu/jiazhu/client"
)

// maxTries is how often a client sends a request before it gives up.
const maxTries = 4

// retrier sends a request again, as it was, when the answer is 503, as a careful client does. Where the service
// itself answered so, the answer has to say when to come back.
type retrier struct {
	next  http.RoundTripper
	proxy *Proxy
}

// RoundTrip sends the request up to maxTries times.
func (r retrier) RoundTrip(request *http.Request) (*http.Response, error) {
	for try := 1; ; try++ {
		answer, err := r.next.RoundTrip(request)
		if err != nil || answer.StatusCode != http.StatusServiceUnavailable || try == maxTries {
			return answer, err
		}
		if err := errors.Join(answer.Body.Close(), checkRetryAfter(answer.Header)); err != nil {
			return nil, err
		}
		if request.GetBody != nil {
			if request.Body, err = request.GetBody(); err != nil {
				return nil, err
			}
		}
		time.Sleep(10 * time.Millisecond)
		r.proxy.BeginRetry()
	}
}

// checkRetryAfter checks that a problem says when to come back. The gateway's own 503 is no problem.
func checkRetryAfter(h http.Header) error {
	if kind, _, _ := mime.ParseMediaType(h.Get("Content-Type")); kind != "application/problem+json" {
		return nil
	}
	if n, err := strconv.Atoi(h.Get("Retry-After")); err != nil || n < 1 || n > 60 {
		return fmt.Errorf("Retry-After is %q", h.Get("Retry-After"))
	}
	return nil
}

// problemCode is the code of a refusal, or "".
func problemCode(err error) client.ProblemCode {
	var p *client.Problem
	if errors.As(err, &p) {
		return p.Code
	}
	return ""
}
