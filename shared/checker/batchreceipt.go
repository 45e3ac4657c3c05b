package checker

import (
	"fmt"
	"strings"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// genuineBatch returns the line for a genuine receipt of a batch.
func genuineBatch(b credential.BatchReceipt, lang string) string {
	at := b.At.In(civil.Zone()).Format("2006-01-02 15:04")
	return problem.Text{
		ZH: fmt.Sprintf("真实：%s 于 %s 出具的批量核验回执，共 %d 项 · 不能代替被核验的文件", b.Service, at, len(b.Items)),
		EN: fmt.Sprintf("genuine: a batch's receipt, issued by %s at %s, of %d items · it does not stand for the files", b.Service, at, len(b.Items)),
	}.In(lang)
}

// batchFacts returns the lines of a batch's receipt: what it proves, who asked, and a line for each
// item.
func batchFacts(b credential.BatchReceipt, lang string) []string {
	in := func(zh, en string) string { return problem.Text{ZH: zh, EN: en}.In(lang) }
	lines := []string{b.Statement, in("使用日期 ", "day of use ") + b.AsOf.String()}
	words := func(key string) string { return verdict.TextOf(key).In(lang) }
	if b.Asker.Client != "" {
		lines = append(lines, words("field client")+" "+b.Asker.ClientName+" "+b.Asker.Client)
	}
	if b.Asker.SelfStatedName != "" {
		lines = append(lines, words("field asker")+" "+endorsement.Quote(b.Asker.SelfStatedName))
	}
	if b.Build != "" {
		lines = append(lines, in("检查文件的程序（自称）", "Program that examined the files (as stated)")+" "+endorsement.Quote(b.Build))
	}
	for n, i := range b.Items {
		parts := []string{fmt.Sprint(n+1, "."), i.Given.Kind, i.Given.SHA256}
		if c := i.Claim; c != nil {
			parts = append(parts, c.Name, c.Number)
		}
		if p := i.Printed; p != nil {
			parts = append(parts, in("所填 ", "typed ")+strings.Join(strings.Fields(p.Name+" "+endorsement.Quote(certificate.EscapeText(p.Number))+" "+p.Until.String()), " "))
		}
		if i.Overall != "" {
			parts = append(parts, verdict.Overall(i.Overall).Name().In(lang))
		}
		for _, c := range i.Checks {
			parts = append(parts, c.Check+":"+c.Result+":"+c.Reason)
		}
		lines = append(lines, strings.Join(append(parts, i.Problem), " "))
	}
	if b.Test {
		lines = append(lines, words("note test receipt"))
	}
	return lines
}
