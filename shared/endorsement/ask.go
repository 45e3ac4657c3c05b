package endorsement

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jiazhu/jiazhu/shared/certificate"
	"github.com/jiazhu/jiazhu/shared/civil"
	"github.com/jiazhu/jiazhu/shared/problem"
)

// Ask is what the holder wants of a copy. Everything is optional.
type Ask struct {
	UseFrom   civil.Date // zero = today
	UseUntil  civil.Date // zero = as late as the rules allow
	Purpose   *Purpose
	Recipient *Recipient
}

// Purpose is what a copy is for (制作事由, GB/T 36903). It is printed on the copy
// and checked at verification.
type Purpose struct {
	Kind        string `json:"kind"`                  // one of PurposeKinds
	Text        string `json:"text,omitempty"`        // at most 200 characters
	ProjectCode string `json:"projectCode,omitempty"` // at most 64 characters
}

// Recipient is the only organisation a copy is meant for.
type Recipient struct {
	Name string `json:"name"`
	USCC string `json:"uscc,omitempty"` // 统一社会信用代码
}

// PurposeKinds returns the kinds of purpose, in the order they are offered. The
// last needs a text.
func PurposeKinds() []string {
	return []string{"本人使用", "投标", "入职", "备案", otherPurpose}
}

const otherPurpose = "其他"

// The longest texts of an ask, in characters.
const (
	maxPurposeText   = 200 // GB/T 36903 as implemented: 事由 of at most 200
	maxProjectCode   = 64
	maxRecipientName = 100
)

// Check proves the form of an ask. It returns nil or an invalid-field problem
// with a JSON Pointer for each wrong value.
func (a Ask) Check() error {
	var fields []problem.Field
	fail := func(pointer, rule, zh, en string) {
		fields = append(fields, problem.Field{Pointer: pointer, Rule: rule, Detail: problem.Text{ZH: zh, EN: en}})
	}
	if !a.UseFrom.IsZero() && !a.UseUntil.IsZero() && a.UseUntil.Before(a.UseFrom) {
		fail("/useUntil", "window.order", "使用有效期截止日期早于起始日期。", "The last day of use is before the first.")
	}
	if p := a.Purpose; p != nil {
		if !slices.Contains(PurposeKinds(), p.Kind) {
			kinds := strings.Join(PurposeKinds(), "、")
			fail("/purpose/kind", "purpose.kind", "事由类别应为："+kinds+"。", "The kind of purpose is one of: "+kinds+".")
		}
		if p.Kind == otherPurpose && strings.TrimSpace(p.Text) == "" {
			fail("/purpose/text", "purpose.text", "事由为“其他”时须说明。", "A purpose of the kind 其他 (other) needs a text.")
		}
		checkText(fail, "/purpose/text", p.Text, maxPurposeText)
		checkText(fail, "/purpose/projectCode", p.ProjectCode, maxProjectCode)
	}
	if r := a.Recipient; r != nil {
		if strings.TrimSpace(r.Name) == "" {
			fail("/recipient/name", "recipient.name", "请填写接收单位名称。", "The recipient's name is missing.")
		}
		checkText(fail, "/recipient/name", r.Name, maxRecipientName)
		if err := certificate.CheckUSCC(r.USCC); r.USCC != "" && err != nil {
			fields = append(fields, recipientCode(err))
		}
	}
	if len(fields) == 0 {
		return nil
	}
	p := problem.New(problem.InvalidField)
	p.Fields = fields
	return p
}

// checkText refuses texts that are too long or have characters that do not print.
func checkText(fail func(pointer, rule, zh, en string), pointer, text string, longest int) {
	if utf8.RuneCountInString(text) > longest {
		fail(pointer, "text.length",
			fmt.Sprintf("不超过 %d 个字。", longest), fmt.Sprintf("At most %d characters.", longest))
	}
	if !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !certificate.Drawable(r) }) {
		fail(pointer, "text.character",
			"含有不可显示的字符。", "The text has characters that cannot be printed.")
	}
}

// recipientCode points a code's error at the recipient.
func recipientCode(err error) problem.Field {
	field := problem.Field{Pointer: "/recipient/uscc"}
	if e, ok := err.(*certificate.FieldError); ok {
		e.Field = field.Pointer
		field = e.Problem()
	}
	return field
}
