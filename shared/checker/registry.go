package checker

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// maxResponse bounds the service's response in bytes.
const maxResponse = 1 << 20

// askRegistry completes a report with what only the registry knows. Without a response
// the report is unchanged except for a note.
func (c Checker) askRegistry(ctx context.Context, m examination, offline Report) Report {
	if m.batch != nil { // the service says the same of it
		return offline
	}
	answer, err := c.post(ctx, m)
	switch {
	case err != nil:
		offline.Note = err.Error()
		return offline
	case m.statement != nil: // a receipt is judged as one, whatever the service answers
		offline.Basis, offline.Now = ByRegistry, answer.Now
		return offline
	}
	merged := verdict.Merge(offline.verdict(), answer.verdict())
	r := answer
	r.Basis, r.Given, r.Summary, r.Checks = ByRegistry, offline.Given, "", rowsOf(merged.Findings, c.Lang)
	r.Verdict, r.Code, r.Name = merged.Overall, merged.Code, merged.Overall.Name().In(c.Lang)
	return r
}

func (c Checker) post(ctx context.Context, m examination) (Report, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	request, err := c.request(ctx, m)
	if err != nil {
		return Report{}, err
	}
	body, err := c.send(request)
	if err != nil {
		return Report{}, err
	}
	var r Report
	if err := json.Unmarshal(body, &r); err != nil || len(r.Checks) == 0 {
		return Report{}, fmt.Errorf("ask the registry: its answer is no verdict: %s", body)
	}
	if genuine := r.Verdict == verdict.GenuineReceipt; genuine != (m.statement != nil) {
		return Report{}, fmt.Errorf("ask the registry: its answer is of something else: %s", body)
	}
	return r, nil
}

// send sends a request to the registry and returns the body of its answer.
func (c Checker) send(request *http.Request) ([]byte, error) {
	if err := CheckAddress(c.Registry); err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Accept-Language", c.Lang)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("ask the registry: %w", err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxResponse))
	if err != nil {
		return nil, fmt.Errorf("ask the registry: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("ask the registry: %s: %s", response.Status, body)
	}
	return body, nil
}

// request returns the HTTP request: the question in the query and the input as the
// body; for a token both in a JSON body.
func (c Checker) request(ctx context.Context, m examination) (*http.Request, error) {
	asked := map[string]string{}
	for name, value := range map[string]string{
		"asOf": m.question.AsOf.String(), "specialty": m.question.Specialty,
		"purpose": m.question.Purpose, "recipient": m.question.Recipient,
	} {
		if value != "" {
			asked[name] = value
		}
	}
	address, body, media := strings.TrimSuffix(c.Registry, "/")+"/v1/verifications", m.input.File, "application/octet-stream"
	switch {
	case m.input.Token != "":
		asked["token"] = m.input.Token
		media = "application/json"
		body, _ = json.Marshal(asked) // strings always marshal
	case m.input.Receipt != "":
		media, body = "application/jose", []byte(m.input.Receipt)
	default:
		query := url.Values{}
		for name, value := range asked {
			query.Set(name, value)
		}
		address += "?" + query.Encode()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", media)
	return request, nil
}
