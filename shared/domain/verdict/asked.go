package verdict

import (
	"fmt"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// The rules on what is asked are those of the service and of the commands: what one refuses, the other does.
// Their errors are *certificate.FieldError.

// MaxAsked bounds a text to compare, MaxAsker the name of who asks, in characters.
const (
	MaxAsked = 200
	MaxAsker = 100
)

// NormalizeText brings a text into the form in which the register and the copies have theirs, so that what
// they accept is accepted and found here.
func NormalizeText(text string, longest int) (string, error) {
	text, err := certificate.NormalizeText(text, longest)
	if err != nil {
		return "", err
	}
	if strings.ContainsFunc(text, isBracketLike) {
		return "", refuse("text.bracket", "含有与「」形似的符号，请去掉。", "The text has a sign that looks like one of the brackets 「」. Leave it out.")
	}
	return text, nil
}

// isBracketLike reports whether r looks like the brackets around the asker's words in a receipt.
// The brackets themselves are allowed: a receipt shows them as 『』.
func isBracketLike(r rune) bool {
	return endorsement.IsCorner(r) && !strings.ContainsRune("「」『』", r)
}

// NormalizeKept is NormalizeText of a text that the ledger or a receipt keeps: it has nobody's number in it.
func NormalizeKept(text string, longest int) (string, error) {
	text, err := NormalizeText(text, longest)
	if err == nil {
		err = CheckKept(text)
	}
	return text, err
}

// CheckKept refuses a text that the ledger keeps if it has somebody's number in it.
func CheckKept(text string) error {
	if certificate.CheckImpersonal(text) == nil {
		return nil
	}
	return refuse("text.personal", "含有身份证号码或手机号码，请删去：此项会记入核验记录。",
		"The text has an identity number or a mobile number in it; take it out, because it is kept in the ledger.")
}

// ReadDay reads a day asked about, zero for a text that shows nothing. A day that is possible but absurd, such as
// one of the year 26 or a birth date, is a mistyped one: judging it would call a good copy invalid.
func ReadDay(text string, today civil.Date) (civil.Date, error) {
	if !certificate.HasVisibleRune(text) {
		return civil.Date{}, nil
	}
	text = certificate.TrimBlanks(text)
	day, err := civil.Parse(text)
	if err != nil {
		wrong := refuse("type", "日期应为 YYYY-MM-DD，年份为四位数，如 2026-12-01。", "A day is written YYYY-MM-DD, with four digits for the year, like 2026-12-01.")
		wrong.Suggestion = civil.SuggestDay(text)
		return civil.Date{}, wrong
	}
	if first, last := DaysAsked(today); day.Before(first) || day.After(last) {
		return civil.Date{}, refuse("day.range",
			fmt.Sprintf("使用日期应在 %s 至 %s 之间，收到的是 %s。年份为四位数，如 2026-12-01。", first, last, day),
			fmt.Sprintf("A day from %s to %s can be asked about; this is %s. The year has four digits, like 2026-12-01.", first, last, day))
	}
	return day, nil
}

func refuse(rule, zh, en string) *certificate.FieldError {
	return &certificate.FieldError{Rule: rule, Detail: problem.Text{ZH: zh, EN: en}}
}
