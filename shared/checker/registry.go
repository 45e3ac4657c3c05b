package checker

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// maxResponse bounds the service's response in bytes.
const maxResponse = 1 << 20

// askRegistry completes a report with what only the registry knows. Without a response
// the report is unchanged except for a note. The only error is that the question is refused.
func (c Checker) askRegistry(ctx context.Context, m examination, offline Report) (Report, error) {
	if m.batch != nil || m.job != nil { // the service says the same of it
		return offline, nil
	}
	answer, err := c.postPatiently(ctx, m)
	refused, isRefused := errors.AsType[*RefusedError](err)
	switch {
	case isRefused:
		return offline, refused
	case err != nil:
		offline.Note = err.Error()
		return offline, nil
	case m.statement != nil: // a receipt is judged as one, whatever the service answers
		offline.Basis, offline.Now = ByRegistry, answer.Now
		return offline, nil
	}
	merged := verdict.Merge(offline.verdict(), answer.verdict())
	r := answer
	r.Basis, r.Given, r.Summary, r.Checks = ByRegistry, offline.Given, "", rowsOf(merged.Findings, c.Lang)
	r.Verdict, r.Code, r.Name = merged.Overall, merged.Code, merged.Overall.Name().In(c.Lang)
	return r, nil
}

// postPatiently is post, again while the registry is busy.
func (c Checker) postPatiently(ctx context.Context, m examination) (Report, error) {
	for left := newPatience(); ; {
		answer, err := c.post(ctx, m)
		busy, ok := errors.AsType[*busyError](err)
		if !ok || !c.wait(ctx, left, busy.pause(), busy.isLimit()) {
			return answer, err
		}
	}
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
		return Report{}, errors.New(c.describeFailure(problem.Text{ZH: "其答复不是核验结论", EN: "its answer is no verdict"}.In(c.Lang)))
	}
	if genuine := r.Verdict == verdict.GenuineReceipt; genuine != (m.statement != nil) {
		return Report{}, errors.New(c.describeFailure(problem.Text{ZH: "其答复所指不是所核验的内容", EN: "its answer is of something else"}.In(c.Lang)))
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
		return nil, errors.New(c.describeFailure(err.Error()))
	}
	body, err := readAll(response)
	if err != nil {
		return nil, errors.New(c.describeFailure(err.Error()))
	}
	if response.StatusCode != http.StatusOK {
		return nil, c.readRefusal(response, body)
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
