package checker

import (
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// summary returns an offline verdict in one line: genuine when it was issued, whether
// it is in its days of use, and that the rest is unknown.
func summary(r Report, lang string) string {
	if first := r.Checks[0]; first.Result != verdict.Pass {
		return first.Text
	}
	if r.Batch != nil {
		return genuineBatch(*r.Batch, lang)
	}
	if r.Job != nil {
		return genuineJob(*r.Job, lang)
	}
	if r.Said != nil {
		return genuineReceipt(*r.Said, lang)
	}
	parts := []problem.Text{authenticity(r)}
	if r.Subject != nil && !r.Subject.Until.IsZero() {
		parts = append(parts, usePeriodState(r))
	}
	if r.Basis == ByKeys {
		parts = append(parts, verdict.TextOf("offline state"))
	}
	text := ""
	for i, part := range parts {
		if i > 0 {
			text += " · "
		}
		text += part.In(lang)
	}
	return text
}

func authenticity(r Report) problem.Text {
	switch issuer := r.FindRow(verdict.Issuer); {
	case issuer.Reason == verdict.TimeUnproven:
		return verdict.TextOf("offline unproven")
	case issuer.Result != verdict.Pass:
		return verdict.TextOf("offline untrusted")
	}
	return verdict.TextOf("offline genuine")
}

func usePeriodState(r Report) problem.Text {
	switch r.FindRow(verdict.Copy).Reason {
	case verdict.Expired:
		return verdict.TextOf("offline expired")
	case verdict.NotYet:
		return verdict.TextOf("offline not-yet")
	}
	return verdict.TextOf("offline in time")
}

// genuineReceipt returns the line for a genuine receipt: its time, its issuer, and its
// content.
func genuineReceipt(s receiptStatement, lang string) string {
	at := s.At.In(civil.Zone()).Format("2006-01-02 15:04")
	return problem.Text{
		ZH: "真实：" + s.Service + " 于 " + at + " 出具 · 当时按 " + s.AsOf.String() + " 核验的结论：" + s.Name + " · 不能代替被核验的文件",
		EN: "genuine: issued by " + s.Service + " at " + at + " · found then, for " + s.AsOf.String() + ": " + s.Name + " · it does not stand for the file",
	}.In(lang)
}

// questionNote returns the note for a question asked about a receipt.
func questionNote(lang string) string {
	return problem.Text{
		ZH: "核验回执只说明当时的核验结论，所提使用日期、专业、用途或接收单位未作判断",
		EN: "a receipt states its own question; the one given was not asked",
	}.In(lang)
}

func basisName(b Basis) problem.Text {
	switch b {
	case ByRegistry:
		return problem.Text{ZH: "公钥核对签名，登记信息由核验服务提供", EN: "signatures by the published keys, the rest by the service"}
	case ByList:
		return problem.Text{ZH: "公钥核对签名，状态取自离线状态列表", EN: "signatures by the published keys, the state by a status list"}
	default:
		return problem.Text{ZH: "仅凭公钥核对，未查询登记信息", EN: "by the published keys alone; the registry was not asked"}
	}
}
