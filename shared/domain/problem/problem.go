// Package problem is the catalogue of all failures that the service reports.
//
// The manual this service follows shows its users three sentences: 证照过期,
// 正在生成证照,请耐心等待! and 加注失败. Each of them hides several causes, and none says what to
// do next. Here every failure has a stable code and answers three questions: what happened
// (Detail), what to do about it (Remedy), and who has to do it (Owner). Where the manual has a
// sentence for the failure, the Title is exactly that sentence, so that users recognise it.
//
// The structure is that of RFC 9457 with these additions. The package has data only;
// shared/service/api writes problems as application/problem+json.
package problem

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Code names one kind of failure. Codes are a public interface: they are only
// ever added, never renamed or reused.
type Code string

// Owner is the party that has to act to resolve the failure.
type Owner string

// The parties of the manual's process.
const (
	Holder   Owner = "本人"  // the certificate's holder, or whoever sent the request
	Employer Owner = "企业"  // the employer that files the registration
	Province Owner = "省厅"  // the provincial housing and construction department
	Ministry Owner = "住建部" // the Ministry of Housing and Urban-Rural Development
	Platform Owner = "平台"  // the portal or service that runs the software
)

// Text is one sentence in both languages of the service.
type Text struct {
	ZH string `json:"zh,omitempty"`
	EN string `json:"en,omitempty"`
}

// In returns the text for a language tag: English for "en" and its regions,
// Chinese for everything else.
func (t Text) In(lang string) string {
	lang = strings.ToLower(lang)
	if lang == "en" || strings.HasPrefix(lang, "en-") {
		return t.EN
	}
	return t.ZH
}

// IsZero reports whether there is no text.
func (t Text) IsZero() bool { return t == Text{} }

// Field is one rejected value of a request or a reported row.
type Field struct {
	Pointer    string // JSON Pointer (RFC 6901) to the value, "" for the whole document
	Rule       string // name of the broken rule, e.g. "id.checksum"
	Detail     Text
	Suggestion string // a value that would satisfy the rule, or ""
}

// Problem is one failure as it is shown. Everything but Cause may be shown to the person who made
// the request.
type Problem struct {
	Code       Code
	Status     int    // HTTP status
	Title      string // Chinese; the manual's sentence where it has one
	Detail     Text   // what happened
	Remedy     Text   // what to do
	Owner      Owner  // who has to do it
	Link       string // absolute URL of the place to do it, or ""
	ETA        Text   // when it can be expected to be resolved
	RetryAfter time.Duration
	Fields     []Field
	Blockers   []Problem
	Cause      error `json:"-"` // for the log only, never shown
}

// New returns a copy of the catalogue's entry for c. For a code that is not in the catalogue it
// returns the Internal entry: a mistake in the program must not cause a panic or an empty response.
func New(c Code) *Problem {
	p, ok := catalogue()[c]
	if !ok {
		p = catalogue()[Internal]
		p.Cause = errors.New("problem: no catalogue entry for code " + string(c))
	}
	return &p
}

// NewInvalidField returns invalid-field for one field of a request. pointer is a JSON Pointer, rule
// the code of the broken rule.
func NewInvalidField(pointer, rule, zh, en string) *Problem {
	return New(InvalidField).WithField(Field{Pointer: pointer, Rule: rule, Detail: Text{ZH: zh, EN: en}})
}

// Error returns the code, the English detail and the cause, for logs.
func (p *Problem) Error() string {
	s := string(p.Code) + ": " + p.Detail.EN
	if p.Cause != nil {
		s += ": " + p.Cause.Error()
	}
	return s
}

// Unwrap returns the cause.
func (p *Problem) Unwrap() error { return p.Cause }

// WithTitle returns a copy with another title. Only the pilot notice, which is a scheme's own text,
// needs it.
func (p *Problem) WithTitle(title string) *Problem {
	q := *p
	q.Title = title
	return &q
}

// WithDetail returns a copy with a more specific detail.
func (p *Problem) WithDetail(zh, en string) *Problem {
	q := *p
	q.Detail = Text{ZH: zh, EN: en}
	return &q
}

// WithRemedy returns a copy with another remedy and another owner.
func (p *Problem) WithRemedy(owner Owner, zh, en string) *Problem {
	q := *p
	q.Owner, q.Remedy = owner, Text{ZH: zh, EN: en}
	return &q
}

// WithCause returns a copy with err as the cause for the log.
func (p *Problem) WithCause(err error) *Problem {
	q := *p
	q.Cause = err
	return &q
}

// WithField returns a copy with one more rejected field.
func (p *Problem) WithField(f Field) *Problem {
	q := *p
	q.Fields = append(append([]Field(nil), p.Fields...), f)
	return &q
}

// WithBlockers returns a copy with a list of all blockers.
func (p *Problem) WithBlockers(blockers []Problem) *Problem {
	q := *p
	q.Blockers = append([]Problem(nil), blockers...)
	return &q
}

// retrySoon is the longest wait for which the remedy says "a little" instead of a time.
const retrySoon = 2 * time.Minute

// RetryIn returns a copy that asks the client to try again after d. If d is longer than retrySoon,
// the remedy of RateLimited says how long it is.
func (p *Problem) RetryIn(d time.Duration) *Problem {
	q := *p
	q.RetryAfter = d
	if d > retrySoon && p.Code == RateLimited && p.Remedy == catalogue()[RateLimited].Remedy {
		zh, en := formatDuration(d)
		q.Remedy = Text{"请在 " + zh + "后再试。", "Try again in " + en + "."}
	}
	return &q
}

// formatDuration formats a time in hours and minutes, rounded up to a minute.
func formatDuration(d time.Duration) (zh, en string) {
	minutes := int((d + time.Minute - 1) / time.Minute)
	for _, part := range []struct {
		n      int
		zh, en string
	}{{minutes / 60, "小时", "hour"}, {minutes % 60, "分钟", "minute"}} {
		if part.n == 0 {
			continue
		}
		if zh != "" {
			zh, en = zh+" ", en+" "
		}
		zh += fmt.Sprintf("%d %s", part.n, part.zh)
		en += fmt.Sprintf("%d %s", part.n, part.en)
		if part.n > 1 {
			en += "s"
		}
	}
	return zh, en
}

// As returns the problem inside err, if there is one.
func As(err error) (*Problem, bool) {
	var p *Problem
	ok := errors.As(err, &p)
	return p, ok
}

// Is reports whether err is, or wraps, a problem with code c.
func Is(err error, c Code) bool {
	p, ok := As(err)
	return ok && p.Code == c
}
