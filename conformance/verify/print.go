package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

func (p cli) print(r report, o options) error {
	if o.json {
		e := json.NewEncoder(p.out)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(r)
	}
	_, err := p.out.Write([]byte(r.text(o.lang)))
	return err
}

// text returns a report for people: the answer, why, and every row.
func (r report) text(lang string) string {
	var b strings.Builder
	in := func(zh, en string) string { return problem.Text{ZH: zh, EN: en}.In(lang) }
	line := func(format string, values ...any) { fmt.Fprintf(&b, format+"\n", values...) }
	line("%s", strings.TrimSpace(r.Name+"  "+r.Summary))
	judged := in("按", "judged for") + " " + r.AsOf.String() + " · "
	if r.Given == verdict.Receipt {
		judged = ""
	}
	line("%s%s %s · %s", judged, in("核验时间", "checked"),
		r.CheckedAt.In(civil.Zone()).Format("2006-01-02 15:04 -07:00"), basisName(r.Basis).In(lang))
	if s := r.Subject; s != nil {
		line("%s %s %s", s.Name, s.Number, s.TypeName)
		if !s.From.IsZero() {
			line("%s %s – %s", in("使用有效期", "days of use"), s.From, s.Until)
		}
		if s.Test {
			line("%s", in("测试件，不具有法律效力", "a test copy without legal force"))
		}
	}
	rows := func(list []row, ends *useEnd, newer bool) {
		for _, one := range list {
			line("  %s%s%-16s%s", padText(label(one.Check).In(lang), 13), padText(resultName(one.Result).In(lang), 12), one.Reason, one.Text)
		}
		if ends != nil {
			line("%s %s %s %s", in("截止：", "ends:"), ends.On, ends.Rule, ends.Text)
		}
		if newer {
			line("%s", in("同一证书另有较新的加注件", "the certificate has a newer copy"))
		}
	}
	rows(r.Checks, r.Ends, r.Newer)
	if r.Said != nil {
		line("%s", strings.Join(r.Said.facts(in), "\n"))
		rows(r.Said.Checks, r.Said.Ends, r.Said.Newer)
	}
	if r.Now != nil {
		line("%s", in("登记信息现在：", "the register now:"))
		rows(r.Now.Checks, nil, r.Now.Newer)
	}
	if r.row(verdict.Paper).Reason == "" && r.Said == nil {
		line("%s", r.Reminder)
	}
	line("GB/T 36906 %d", r.Code)
	if r.Note != "" {
		line("%s %s", in("注：", "note:"), r.Note)
	}
	return b.String()
}

// facts returns the lines above the rows of a receipt: what was examined, asked and by
// whom. The asker's words are in 「」.
func (s receiptStatement) facts(in func(zh, en string) string) []string {
	lines := []string{in("当时的结论：", "found then: ") + s.Name}
	add := func(label, value string) {
		if value != "" {
			lines = append(lines, label+" "+value)
		}
	}
	if s.Claim != nil {
		add(s.Claim.Name, s.Claim.Number)
		if !s.Claim.From.IsZero() {
			add(in("使用有效期", "days of use"), s.Claim.From.String()+" – "+s.Claim.Until.String())
		}
	}
	add(in("被核验内容", "examined:"), strings.TrimSpace(s.Given.Kind+" "+s.Given.SHA256))
	add(in("加注件摘要", "digest of the copy:"), s.CopyDigest)
	proven := in("身份未经证实", "nobody who proved who they are")
	if s.Asker.Client != "" {
		proven = strings.TrimSpace(s.Asker.ClientName+" "+s.Asker.Client) + in("（身份已证实）", " (proven)")
	}
	add(in("核验单位", "asked by:"), proven)
	add(in("核验人（自称，未经证实）", "who asked (self-stated, not verified):"), credential.Quote(s.Asker.SelfStatedName))
	add(in("询问专业", "specialty asked for:"), credential.Quote(s.Question.Specialty))
	add(in("询问事由", "purpose asked for:"), credential.Quote(s.Question.Purpose))
	add(in("询问使用对象", "recipient asked for:"), credential.Quote(s.Question.Recipient))
	if s.Test {
		lines = append(lines, in("测试回执，不具有法律效力", "a test receipt without legal force"))
	}
	return lines
}

// padText pads a text with spaces to a number of terminal columns; a Chinese character
// takes two.
func padText(text string, columns int) string {
	for _, r := range text {
		columns--
		if r >= '\u2e80' {
			columns--
		}
	}
	return text + strings.Repeat(" ", max(columns, 0))
}
