package verifying

import (
	"fmt"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/service/api"
)

// MaxText bounds a text to compare, in characters.
const MaxText = 200

// TidyText removes the blanks around a text. A text that shows nothing is not given.
func TidyText(text string) string {
	if !certificate.HasVisibleRune(text) {
		return ""
	}
	return certificate.TrimBlanks(text)
}

// NormalizeText brings a text into the form in which the register and the copies have theirs, so that
// what they accept is accepted and found here.
func NormalizeText(pointer, text string, longest int) (string, error) {
	text, err := certificate.NormalizeText(text, longest)
	if err != nil {
		return "", api.NewFieldProblem(pointer, err)
	}
	if strings.ContainsFunc(text, isBracketLike) {
		return "", NewFieldProblem(pointer, "text.bracket", "含有与「」形似的符号，请去掉。", "The text has a sign that looks like one of the brackets 「」. Leave it out.")
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

// isBracketLike reports whether r looks like the brackets around the asker's words in a receipt.
// The brackets themselves are allowed: a receipt shows them as 『』.
func isBracketLike(r rune) bool {
	return endorsement.IsCorner(r) && !strings.ContainsRune("「」『』", r)
}

// ReadDay reads a day asked about. A day that is possible but absurd, such as one of the year 26 or
// a birth date, is a mistyped one: judging it would call a good copy invalid.
func ReadDay(text string, today civil.Date) (civil.Date, error) {
	text = TidyText(text)
	if text == "" {
		return civil.Date{}, nil
	}
	day, err := civil.Parse(text)
	if err != nil {
		return civil.Date{}, problem.New(problem.InvalidField).WithField(problem.Field{
			Pointer: "/asOf", Rule: "type", Suggestion: civil.SuggestDay(text), Detail: problem.Text{
				ZH: "日期应为 YYYY-MM-DD，年份为四位数，如 2026-12-01。", EN: "A day is written YYYY-MM-DD, with four digits for the year, like 2026-12-01.",
			},
		})
	}
	if first, last := verdict.DaysAsked(today); day.Before(first) || day.After(last) {
		return civil.Date{}, NewFieldProblem("/asOf", "day.range",
			fmt.Sprintf("使用日期应在 %s 至 %s 之间，收到的是 %s。年份为四位数，如 2026-12-01。", first, last, day),
			fmt.Sprintf("A day from %s to %s can be asked about; this is %s. The year has four digits, like 2026-12-01.", first, last, day))
	}
	return day, nil
}

// CheckKept refuses a text that the ledger keeps if it has somebody's number in it.
func CheckKept(pointer, text string) error {
	if certificate.CheckImpersonal(text) == nil {
		return nil
	}
	return NewFieldProblem(pointer, "text.personal",
		"含有身份证号码或手机号码，请删去：此项会记入核验记录。",
		"The text has an identity number or a mobile number in it; take it out, because it is kept in the ledger.")
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
