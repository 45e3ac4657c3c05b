package seed

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
)

// Verdict is a verification's answer.
type Verdict struct {
	Verdict     string  `json:"verdict"`
	VerdictName string  `json:"verdictName"`
	Code        int     `json:"code"`
	Newer       bool    `json:"newer"`
	Reminder    string  `json:"reminder"`
	Checks      []Check `json:"checks"`
	Subject     *struct {
		Name, TypeName, Number, UseFrom, UseUntil string

		// Disclosed is what this reader sees beyond what everybody does.
		Disclosed map[string]any
	} `json:"subject"`
	Receipt string `json:"receipt"` // compact JWS, where one was wanted
	Said    *struct {
		At, Verdict string
	} `json:"said"` // what a receipt states, where a genuine one was handed in
	Now *struct {
		Checks []Check
	} `json:"now"` // what the register says now of its claim

	raw []byte // as it came
}

// Check is one row of a verdict.
type Check struct{ Check, Result, Text string }

// Result is the result and the words of one check; "" when it is not among them.
func (v Verdict) Result(check string) (result, text string) { return resultIn(v.Checks, check) }

func resultIn(rows []Check, check string) (result, text string) {
	for _, c := range rows {
		if c.Check == check {
			return c.Result, c.Text
		}
	}
	return "", ""
}

// States checks that the verdict is on a genuine receipt, what it states, and what the
// register says now of the copy.
func (v Verdict) States(verdict, copyNow string) error {
	if v.Verdict != "receipt" || v.Subject != nil || v.Said == nil || v.Now == nil {
		return fmt.Errorf("the receipt is %s, states %+v, now %+v", v.Verdict, v.Said, v.Now)
	}
	if now, text := resultIn(v.Now.Checks, "copy"); v.Said.Verdict != verdict || now != copyNow {
		return fmt.Errorf("the receipt states %s and the copy is %s now (%s), want %s and %s", v.Said.Verdict, now, text, verdict, copyNow)
	}
	return nil
}

// Verify asks with a JSON body.
func (a *API) Verify(ctx context.Context, ask map[string]string) (Verdict, error) {
	return a.verdict(ctx, Call{Method: http.MethodPost, Path: "/v1/verifications", JSON: ask})
}

// VerifyAs asks with a JSON body, as a machine client that proved itself, or with no token as
// anybody.
func (a *API) VerifyAs(ctx context.Context, token string, ask map[string]any) (Verdict, error) {
	return a.verdict(ctx, Call{Method: http.MethodPost, Path: "/v1/verifications", Token: token, JSON: ask})
}

// VerifyFile uploads a document as it is, with questions in the query.
func (a *API) VerifyFile(ctx context.Context, kind string, file []byte, ask url.Values) (Verdict, error) {
	path := "/v1/verifications"
	if len(ask) > 0 {
		path += "?" + ask.Encode()
	}
	return a.verdict(ctx, Call{Method: http.MethodPost, Path: path, Body: file, Type: kind})
}

func (a *API) verdict(ctx context.Context, c Call) (v Verdict, err error) {
	reply, err := a.Send(ctx, c)
	if err != nil {
		return v, err
	}
	if reply.Status != http.StatusOK {
		return v, fmt.Errorf("verify: %w", problemOf(reply))
	}
	v.raw = reply.Body
	return v, reply.Decode(&v)
}

// is checks the verdict and what is said of one check.
func (v Verdict) is(verdict, check, result string) error {
	got, text := v.Result(check)
	if v.Verdict != verdict || got != result {
		return fmt.Errorf("the verdict is %s (%s: %s %s), want %s (%s: %s): %+v",
			v.Verdict, check, got, text, verdict, check, result, v.Checks)
	}
	return nil
}
