package checker

import (
	"fmt"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// Text returns a report for people: the answer, why, and every row.
func (r Report) Text(lang string) string {
	var b strings.Builder
	in := func(zh, en string) string { return problem.Text{ZH: zh, EN: en}.In(lang) }
	words := func(key string) string { return verdict.TextOf(key).In(lang) }
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
			line("%s %s – %s", words("field use"), s.From, s.Until)
		}
		if s.Test {
			line("%s", words("note test"))
		}
	}
	rows := func(list []Row, ends *useEnd, newer bool) {
		for _, one := range list {
			line("  %s%s%-16s%s", padText(one.Check.Name().In(lang), 16), padText(one.Result.Name().In(lang), 12), one.Reason, one.Text)
		}
		if ends != nil {
			line("%s %s %s %s", in("截止：", "ends:"), ends.On, ends.Rule, ends.Text)
		}
		if newer {
			line("%s", words("note newer"))
		}
	}
	rows(r.Checks, r.Ends, r.Newer)
	if r.Said != nil {
		line("%s", strings.Join(r.Said.facts(lang), "\n"))
		rows(r.Said.Checks, r.Said.Ends, r.Said.Newer)
	}
	if r.Batch != nil {
		line("%s", strings.Join(batchFacts(*r.Batch, lang), "\n"))
	}
	if r.Job != nil {
		line("%s", strings.Join(jobFacts(*r.Job, lang), "\n"))
	}
	if r.Now != nil {
		line("%s", words("now")+in("：", ":"))
		rows(r.Now.Checks, nil, r.Now.Newer)
	}
	if r.Scan != nil {
		line("%s", strings.Join(r.Scan.describe(lang), "\n"))
	}
	if r.FindRow(verdict.Paper).Reason == "" && r.Said == nil && r.Batch == nil && r.Job == nil {
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
func (s receiptStatement) facts(lang string) []string {
	words := func(key string) string { return verdict.TextOf(key).In(lang) }
	lines := []string{words("said") + problem.Text{ZH: "：", EN: ": "}.In(lang) + s.Name}
	add := func(label, value string) {
		if value != "" {
			lines = append(lines, label+" "+value)
		}
	}
	if s.Claim != nil {
		add(s.Claim.Name, s.Claim.Number)
		if !s.Claim.From.IsZero() {
			add(words("field use"), s.Claim.From.String()+" – "+s.Claim.Until.String())
		}
	}
	add(words("field given"), strings.TrimSpace(s.Given.Kind+" "+s.Given.SHA256))
	add(words("field copyDigest"), s.CopyDigest)
	proven := words("not proven")
	if s.Asker.Client != "" {
		name := strings.TrimSpace(s.Asker.ClientName + " " + s.Asker.Client)
		proven = strings.Replace(words("proven"), "{name}", name, 1)
	}
	add(words("field client"), proven)
	add(words("field asker"), endorsement.Quote(s.Asker.SelfStatedName))
	add(words("field askedSpecialty"), endorsement.Quote(s.Question.Specialty))
	add(words("field askedPurpose"), endorsement.Quote(s.Question.Purpose))
	add(words("field askedRecipient"), endorsement.Quote(s.Question.Recipient))
	if s.Test {
		lines = append(lines, words("note test receipt"))
	}
	return lines
}

// padText pads a text with spaces to a number of terminal columns.
func padText(text string, columns int) string {
	return text + strings.Repeat(" ", max(columns-countColumns(text), 0))
}
