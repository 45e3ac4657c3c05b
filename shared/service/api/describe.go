package api

import "github.com/jiazhu/jiazhu/shared/domain/problem"

// Problem is the JSON of a problem: RFC 9457, with the members that pages need to say what to do.
// The cause is left out.
type Problem struct {
	Type       string       `json:"type"` // "urn:jiazhu:problem:<code>"
	Title      string       `json:"title"`
	Status     int          `json:"status"`
	Detail     string       `json:"detail,omitempty"`
	Code       problem.Code `json:"code"`
	Owner      string       `json:"owner,omitempty"`
	Remedy     string       `json:"remedy,omitempty"`
	Link       string       `json:"link,omitempty"`
	ETA        string       `json:"eta,omitempty"`
	RetryAfter int          `json:"retryAfter,omitempty"` // seconds
	RequestID  string       `json:"requestId,omitempty"`
	Fields     []Field      `json:"fields,omitempty"`
	Blockers   []Problem    `json:"blockers,omitempty"`
}

// Field is one rejected value.
type Field struct {
	Pointer    string `json:"pointer"` // RFC 6901
	Rule       string `json:"rule,omitempty"`
	Detail     string `json:"detail,omitempty"`
	Suggestion string `json:"suggestion,omitempty"`
}

// Describe describes p in the language of the request, with the request's id.
func Describe(p *problem.Problem, r *Request) Problem {
	d := Blocker(p, r.Lang)
	d.RequestID = r.ID
	return d
}

// Blocker describes p in lang, as a member of another answer.
func Blocker(p *problem.Problem, lang string) Problem {
	d := Problem{
		Type: "urn:jiazhu:problem:" + string(p.Code), Title: p.Title, Status: p.Status,
		Detail: p.Detail.In(lang), Code: p.Code, Owner: string(p.Owner), Remedy: p.Remedy.In(lang),
		Link: p.Link, ETA: p.ETA.In(lang),
	}
	if p.RetryAfter > 0 {
		d.RetryAfter = wholeSeconds(p.RetryAfter)
	}
	for _, f := range p.Fields {
		d.Fields = append(d.Fields, Field{
			Pointer: f.Pointer, Rule: f.Rule, Detail: f.Detail.In(lang), Suggestion: f.Suggestion,
		})
	}
	for i := range p.Blockers {
		d.Blockers = append(d.Blockers, Blocker(&p.Blockers[i], lang))
	}
	return d
}
