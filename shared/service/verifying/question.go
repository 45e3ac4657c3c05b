package verifying

import (
	"fmt"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

// MaxText bounds a text to compare, in characters.
const MaxText = verdict.MaxAsked

// TidyText removes the blanks around a text. A text that shows nothing is not given.
func TidyText(text string) string {
	if !certificate.HasVisibleRune(text) {
		return ""
	}
	return certificate.TrimBlanks(text)
}

// NormalizeText is verdict.NormalizeText of a value in a request.
func NormalizeText(pointer, text string, longest int) (string, error) {
	text, err := verdict.NormalizeText(text, longest)
	if err != nil {
		return "", api.NewFieldProblem(pointer, err)
	}
	return text, nil
}

// NormalizeQuestion normalizes the texts of a question.
func NormalizeQuestion(q *verdict.Question) (err error) {
	if q.Specialty, err = NormalizeText("/specialty", q.Specialty, MaxText); err != nil {
		return err
	}
	if q.Purpose, err = NormalizeText("/purpose", q.Purpose, MaxText); err != nil {
		return err
	}
	q.Recipient, err = NormalizeText("/recipient", q.Recipient, MaxText)
	return err
}

// ReadDay is verdict.ReadDay of a request.
func ReadDay(text string, today civil.Date) (civil.Date, error) {
	day, err := verdict.ReadDay(text, today)
	if err != nil {
		return day, api.NewFieldProblem("/asOf", err)
	}
	return day, nil
}

// CheckKept is verdict.CheckKept of a value in a request.
func CheckKept(pointer, text string) error {
	if err := verdict.CheckKept(text); err != nil {
		return api.NewFieldProblem(pointer, err)
	}
	return nil
}

// CheckPurpose refuses a purpose that the organisation may not state, before anything is looked up.
// For other callers a stated purpose has no effect.
func CheckPurpose(client *identity.Client, purpose string) error {
	if client == nil || purpose == "" || client.MayAskFor(purpose) {
		return nil
	}
	return problem.New(problem.PurposeNotListed).WithField(problem.Field{
		Pointer: "/statedPurpose", Rule: "purpose.listed", Detail: problem.Text{
			ZH: "可填写的事由：" + quoteAll(client.Purposes, "、") + "。",
			EN: "The listed purposes: " + quoteAll(client.Purposes, ", ") + ".",
		},
	})
}

func quoteAll(purposes []string, between string) string {
	quoted := make([]string, len(purposes))
	for n, p := range purposes {
		quoted[n] = fmt.Sprintf("「%s」", p)
	}
	return strings.Join(quoted, between)
}

// NewFieldProblem returns invalid-field with one field.
func NewFieldProblem(pointer, rule, zh, en string) error {
	return problem.New(problem.InvalidField).WithField(problem.Field{
		Pointer: pointer, Rule: rule, Detail: problem.Text{ZH: zh, EN: en},
	})
}
