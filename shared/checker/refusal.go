package checker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// refusal is a problem with which the registry answers (openapi.yaml, Problem).
type refusal struct {
	Code       string `json:"code"`
	Title      string `json:"title"` // Chinese
	Detail     string `json:"detail"`
	RetryAfter int    `json:"retryAfter"` // seconds
	Fields     []struct {
		Pointer string `json:"pointer"`
		Detail  string `json:"detail"`
	} `json:"fields"`
}

// text returns the problem in one language, with the places that are wrong.
func (p refusal) text(lang string) string {
	parts := []string{p.Title, p.Detail}
	if lang == "en" || p.Title == "" {
		parts = parts[1:]
	}
	for _, f := range p.Fields {
		parts = append(parts, strings.TrimSpace(f.Pointer+" "+f.Detail))
	}
	return strings.Join(parts, " ")
}

// RefusedError says that the registry refuses the question, whatever the documents are.
type RefusedError struct{ text string }

func (e *RefusedError) Error() string { return e.text }

// busyError says that the registry has no time now, and when to ask again.
type busyError struct {
	refusal
	text string
}

func (e *busyError) Error() string { return e.text }

// pause is how long the registry asks to wait.
func (p refusal) pause() time.Duration { return time.Duration(p.RetryAfter) * time.Second }

// readRefusal returns the error of an answer that is none.
func (c Checker) readRefusal(response *http.Response, body []byte) error {
	var p refusal
	if err := json.Unmarshal(body, &p); err != nil || p.Code == "" {
		return errors.New(c.describeFailure(response.Status))
	}
	switch response.StatusCode {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return &busyError{p, c.describeFailure(p.text(c.Lang))}
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		return &RefusedError{problem.Text{ZH: "核验服务不接受所提问题：", EN: "the registry refuses the question: "}.In(c.Lang) + p.text(c.Lang)}
	}
	return errors.New(c.describeFailure(p.text(c.Lang)))
}

// describeFailure says why the registry's answer is missing.
func (c Checker) describeFailure(why string) string {
	return problem.Text{ZH: "未能查询登记信息：", EN: "the registry was not asked: "}.In(c.Lang) + why
}

// How long the registry is waited for altogether: where too much was asked of it, and where it fails.
const (
	maxWaits    = 10 * time.Minute
	maxFailures = time.Minute
)

// patience is what is left of it.
type patience struct {
	left time.Duration
	next time.Duration // the least of the next wait, twice that of the last
}

func newPatience() *patience { return &patience{maxWaits, time.Second} }

// isLimit reports whether too much was asked.
func (p refusal) isLimit() bool { return p.Code == "rate-limited" }

// wait waits until the registry may be asked again, at least as long as it says, and says so. It returns
// false, at once, if that is too long.
func (c Checker) wait(ctx context.Context, p *patience, least time.Duration, limited bool) bool {
	if !limited {
		p.left = min(p.left, maxFailures)
	}
	wait := max(least, p.next)
	if wait > p.left {
		return false
	}
	p.left, p.next = p.left-wait, 2*p.next
	if c.Progress != nil {
		_, _ = fmt.Fprintln(c.Progress, problem.Text{
			ZH: fmt.Sprintf("核验服务繁忙，%d 秒后继续", int(wait.Seconds())), EN: fmt.Sprintf("the registry is busy; it is asked again in %d seconds", int(wait.Seconds())),
		}.In(c.Lang))
	}
	sleep := c.sleep
	if sleep == nil {
		sleep = time.After
	}
	select {
	case <-ctx.Done():
		return false
	case <-sleep(wait):
		return true
	}
}

// readAll reads an answer of bounded length.
func readAll(response *http.Response) ([]byte, error) {
	defer response.Body.Close()
	return io.ReadAll(io.LimitReader(response.Body, maxResponse))
}
