package endorsement

import (
	"slices"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// Request is what the holder asks for in a copy. Every field is optional.
type Request struct {
	UseFrom   civil.Date // zero = today
	UseUntil  civil.Date // zero = as late as the rules allow
	Purpose   *Purpose
	Recipient *Recipient
}

// Purpose is what a copy is for (制作事由, GB/T 36903). It is printed on the copy
// and checked at verification.
type Purpose struct {
	Kind        string `json:"kind"`                  // one of the scheme's PurposeKinds
	Text        string `json:"text,omitempty"`        // at most 200 characters
	ProjectCode string `json:"projectCode,omitempty"` // at most 64 characters
}

// Recipient is the only organisation that a copy is made for.
type Recipient struct {
	Name string `json:"name"`
	USCC string `json:"uscc,omitempty"` // 统一社会信用代码
}

// OtherPurpose is the kind of a purpose that is described by its text only.
const OtherPurpose = scheme.OtherPurpose

// The maximum lengths of a request's texts, in characters.
const (
	maxPurposeText   = 200 // GB/T 36903 as implemented: 事由 of at most 200
	maxProjectCode   = 64
	maxRecipientName = 100
)

// Normalize returns the request with its texts as they are stored and printed (certificate.TidyText).
// A text with line breaks keeps them, and Check refuses it.
func (a Request) Normalize() Request {
	if a.Purpose != nil {
		p := *a.Purpose
		p.Text, p.ProjectCode = certificate.TidyText(p.Text), certificate.TidyText(p.ProjectCode)
		a.Purpose = &p
	}
	if a.Recipient != nil {
		r := *a.Recipient
		r.Name, r.USCC = certificate.TidyText(r.Name), certificate.TidyText(r.USCC)
		a.Recipient = &r
	}
	return a
}

// Check validates a normalized request for a certificate of scheme s. The holder's words may not look
// like one of the numbers of any kind. It returns nil or an invalid-field problem with a JSON Pointer
// for each wrong value.
func (a Request) Check(s scheme.Scheme, numbers certificate.Grammars) error {
	authority := reserve(s, numbers)
	var fields []problem.Field
	fail := func(pointer, rule, zh, en string) {
		fields = append(fields, problem.Field{Pointer: pointer, Rule: rule, Detail: problem.Text{ZH: zh, EN: en}})
	}
	add := func(pointer string, err error) {
		if e, ok := err.(*certificate.FieldError); ok {
			f := e.Problem()
			f.Pointer = pointer
			fields = append(fields, f)
		}
	}
	words := func(pointer, text string, longest int, before ...string) {
		_, err := certificate.NormalizeText(text, longest)
		add(pointer, err)
		if found := authority.check(text, before...); found != nil {
			fail(pointer, reserved, found.ZH, found.EN)
		}
	}
	var printed []string // before the recipient
	if !a.UseFrom.IsZero() && !a.UseUntil.IsZero() && a.UseUntil.Before(a.UseFrom) {
		fail("/useUntil", "window.order", "使用有效期截止日期早于起始日期。", "The last day of use is before the first.")
	}
	if p := a.Purpose; p != nil {
		if !slices.Contains(s.PurposeKinds(), p.Kind) {
			kinds := strings.Join(s.PurposeKinds(), "、")
			fail("/purpose/kind", "purpose.kind", "事由类别应为："+kinds+"。", "The kind of purpose is one of: "+kinds+".")
		}
		if p.Kind == OtherPurpose && !certificate.HasVisibleRune(p.Text) {
			fail("/purpose/text", "purpose.text", "事由为“其他”时须说明。", "A purpose of the kind 其他 (other) needs a text.")
		}
		words("/purpose/text", p.Text, maxPurposeText)
		words("/purpose/projectCode", p.ProjectCode, maxProjectCode, p.Text)
		printed = append(printed, p.Text, p.ProjectCode)
	}
	if r := a.Recipient; r != nil {
		if !certificate.HasVisibleRune(r.Name) {
			fail("/recipient/name", "recipient.name", "请填写接收单位名称。", "The recipient's name is missing.")
		}
		words("/recipient/name", r.Name, maxRecipientName, printed...)
		if r.USCC != "" {
			add("/recipient/uscc", certificate.CheckUSCC(r.USCC))
		}
	}
	if len(fields) == 0 {
		return nil
	}
	p := problem.New(problem.InvalidField)
	p.Fields = fields
	return p
}
