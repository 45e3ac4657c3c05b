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
	answer, err := c.post(ctx, m)
	switch {
	case err != nil:
		offline.Note = err.Error()
		return offline
	case m.statement != nil: // a receipt is judged as one, whatever the service answers
		offline.Basis, offline.Now = ByRegistry, answer.Now
		return offline
	}
	r := answer
	r.Basis, r.Given, r.Summary, r.Checks = ByRegistry, offline.Given, "", mergeRows(offline, answer)
	switch {
	case offline.Verdict == verdict.Invalid:
		r.Verdict = verdict.Invalid
	case r.Verdict == verdict.Valid && !r.hasPassed():
		r.Verdict = verdict.Unknown
	}
	r.Name = r.Verdict.Name().In(c.Lang)
	return r
}

// mergeRows takes from the service the rows that only it can judge. What the document
// proves by itself is judged here: those rows are unchanged unless the service's row
// is worse. A row that failed here stays failed, and a question that the service does
// not answer stays asked. The one exception is the time at which a file was
// registered, if nothing here proves when it was signed.
func mergeRows(offline, answer Report) (rows []Row) {
	for _, check := range verdict.Checks() {
		here, there := offline.FindRow(check), answer.FindRow(check)
		switch check {
		case verdict.Integrity, verdict.Issuer, verdict.Numbers:
			late := here.Reason == verdict.TimeUnproven && there.Reason != ""
			if !late && (here.Result != verdict.Pass || there.Reason == "" || there.Result == verdict.Pass) {
				there = here
			}
		default:
			if here.Result == verdict.Fail && there.Result != verdict.Fail || here.hasAnswer() && !there.hasAnswer() && !isOfInvalidCopy(there, answer) {
				there = here
			}
		}
		if there.Reason != "" {
			rows = append(rows, there)
		}
	}
	return rows
}

// isOfInvalidCopy reports whether the service omits the row because the copy is not
// valid any more, which the copy row must state.
func isOfInvalidCopy(r Row, answer Report) bool {
	dead := r.Reason == verdict.HolderChanged || r.Reason == verdict.CopyDead
	return dead && answer.FindRow(verdict.Copy).Result != verdict.Pass
}

// hasAnswer reports whether a row is present and answers something that was asked.
func (r Row) hasAnswer() bool { return r.Reason != "" && r.Result != verdict.NotAsked }

// hasPassed reports whether the rows amount to 有效: all required rows passed, and no
// question failed or is unknown.
func (r Report) hasPassed() bool {
	for _, check := range verdict.Checks() {
		result := r.FindRow(check).Result
		switch check {
		case verdict.Specialty, verdict.Purpose, verdict.Reliance:
			if result == verdict.Fail || result == verdict.Unsure {
				return false
			}
		case verdict.Paper:
		default:
			if result != verdict.Pass {
				return false
			}
		}
	}
	return true
}

func (c Checker) post(ctx context.Context, m examination) (Report, error) {
	if err := CheckAddress(c.Registry); err != nil {
		return Report{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	request, err := c.request(ctx, m)
	if err != nil {
		return Report{}, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return Report{}, fmt.Errorf("ask the registry: %w", err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxResponse))
	if err != nil {
		return Report{}, fmt.Errorf("ask the registry: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return Report{}, fmt.Errorf("ask the registry: %s: %s", response.Status, body)
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
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Accept-Language", c.Lang)
	return request, nil
}
