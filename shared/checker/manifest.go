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

// genuineJob returns the line for a genuine manifest of a job.
func genuineJob(m credential.Manifest, lang string) string {
	at := m.At.In(civil.Zone()).Format("2006-01-02 15:04")
	return problem.Text{
		ZH: fmt.Sprintf("真实：%s 于 %s 出具的批量核验清单，共 %d 个文件 · 不能代替被核验的文件", m.Service, at, m.Count),
		EN: fmt.Sprintf("genuine: a job's manifest, issued by %s at %s, of %d files · it does not stand for the files", m.Service, at, m.Count),
	}.In(lang)
}

// jobFacts returns the lines of a job's manifest: who asked for which archive, and a line for each entry.
func jobFacts(m credential.Manifest, lang string) []string {
	words := func(key string) string { return verdict.TextOf(key).In(lang) }
	lines := []string{
		words("field client") + " " + m.Asker.ClientName + " " + m.Asker.Client,
		problem.Text{ZH: "压缩包 SHA-256 ", EN: "archive SHA-256 "}.In(lang) + m.Archive.SHA256,
	}
	for _, asked := range []struct{ key, value string }{
		{"field askedSpecialty", m.Question.Specialty}, {"field askedPurpose", m.Question.Purpose}, {"field askedRecipient", m.Question.Recipient},
	} {
		if asked.value != "" {
			lines = append(lines, words(asked.key)+" "+endorsement.Quote(asked.value))
		}
	}
	for n, e := range m.Entries {
		parts := []string{fmt.Sprint(n+1, "."), endorsement.Quote(certificate.EscapeText(e.Path)), e.SHA256, verdict.Overall(e.Verdict).Name().In(lang)}
		if c := e.Claim; c != nil {
			parts = append(parts, c.Name, c.Number)
		}
		lines = append(lines, strings.TrimSpace(strings.Join(append(parts, e.AsOf.String(), e.Text), " ")))
	}
	if m.Test {
		lines = append(lines, words("note test receipt"))
	}
	return lines
}
