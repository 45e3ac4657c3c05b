package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/jiazhu/jiazhu/shared/civil"
	"github.com/jiazhu/jiazhu/shared/problem"
	"github.com/jiazhu/jiazhu/shared/verdict"
)

func (p program) print(r report, o options) error {
	if o.json {
		e := json.NewEncoder(p.out)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(r)
	}
	_, err := p.out.Write([]byte(r.text(o.lang)))
	return err
}

// text is a report to be read: the answer, why, and every row.
func (r report) text(lang string) string {
	var b strings.Builder
	in := func(zh, en string) string { return problem.Text{ZH: zh, EN: en}.In(lang) }
	line := func(format string, values ...any) { fmt.Fprintf(&b, format+"\n", values...) }
	line("%s", strings.TrimSpace(r.Name+"  "+r.Summary))
	line("%s %s · %s %s · %s", in("按", "judged for"), r.AsOf, in("核验时间", "checked"),
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
	for _, one := range r.Checks {
		line("  %s%s%-16s%s", filled(label(one.Check).In(lang), 13), filled(resultName(one.Result).In(lang), 12), one.Reason, one.Text)
	}
	if r.Ends != nil {
		line("%s %s %s %s", in("截止：", "ends:"), r.Ends.On, r.Ends.Rule, r.Ends.Text)
	}
	if r.Newer {
		line("%s", in("同一证书另有较新的加注件", "the certificate has a newer copy"))
	}
	if r.row(verdict.Paper).Reason == "" {
		line("%s", r.Reminder)
	}
	line("GB/T 36906 %d", r.Code)
	if r.Note != "" {
		line("%s %s", in("未能查询登记信息：", "the registry was not heard:"), r.Note)
	}
	return b.String()
}

// filled fills a text up with spaces to so many columns of a terminal, where a
// Chinese character takes two.
func filled(text string, columns int) string {
	for _, r := range text {
		columns--
		if r >= '\u2e80' {
			columns--
		}
	}
	return text + strings.Repeat(" ", max(columns, 0))
}
