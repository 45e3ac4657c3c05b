package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/jiazhu/jiazhu/client"
)

// responseChecker counts every answer to a client, and checks that each of 500 and above says who must do what.
type responseChecker struct {
	next     http.RoundTripper
	service  string // its origin
	outcomes *outcomeLog
}

func (w *responseChecker) RoundTrip(r *http.Request) (*http.Response, error) {
	w.outcomes.count(calls)
	res, err := w.next.RoundTrip(r)
	if err != nil {
		w.outcomes.count(noAnswer)
		return nil, err
	}
	if res.StatusCode < 500 {
		return res, nil
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	_ = res.Body.Close()
	res.Body = io.NopCloser(bytes.NewReader(body))
	switch {
	case !strings.HasPrefix(r.URL.String(), w.service+"/"):
		w.outcomes.count(storageRefusals)
	case isGatewayAnswer(res, body, http.StatusInternalServerError, "Internal Server Error"):
		w.outcomes.count(diedAnswers)
	case isGatewayAnswer(res, body, http.StatusServiceUnavailable, "Service Unavailable"):
		w.outcomes.count(busyAnswers)
	default:
		w.outcomes.count(unavailableAnswers)
		w.outcomes.check(r.Method+" "+r.URL.Path, checkProblem(body))
	}
	return res, nil
}

// isGatewayAnswer reports whether API Gateway answered itself, because the function did not: it died (500), or all its
// processes were busy or it ran out of time (503).
func isGatewayAnswer(res *http.Response, body []byte, status int, message string) bool {
	return res.StatusCode == status && strings.TrimSpace(string(body)) == `{"message":"`+message+`"}`
}

// checkProblem checks that a problem says everything that it must.
func checkProblem(body []byte) error {
	var p client.Problem
	if err := json.Unmarshal(body, &p); err != nil {
		return fmt.Errorf("a 5xx without a problem: %.200s", body)
	}
	if p.Code == "" || p.Title == "" || p.Detail == "" || p.Owner == "" || p.Remedy == "" || p.RequestID == "" {
		return fmt.Errorf("a problem that does not say what happened and who must do what: %.300s", body)
	}
	if p.Code == "internal" {
		return &unexpectedError{p.RequestID}
	}
	return nil
}

// unexpectedError is an internal error: it does not say who must do what. Its cause is in the function's log.
type unexpectedError struct{ request string }

func (u *unexpectedError) Error() string { return "an unexpected error, request " + u.request }
