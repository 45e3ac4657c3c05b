package main

import (
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// summary returns an offline verdict in one line: genuine when it was issued, whether
// it is in its days of use, and that the rest is unknown.
func summary(r report, lang string) string {
	if first := r.Checks[0]; first.Result != verdict.Pass {
		return first.Text
	}
	if r.Said != nil {
		return genuineReceipt(*r.Said, lang)
	}
	parts := []problem.Text{authenticity(r)}
	if r.Subject != nil && !r.Subject.Until.IsZero() {
		parts = append(parts, usePeriodState(r))
	}
	parts = append(parts, problem.Text{ZH: "实时状态未知", EN: "present state unknown"})
	text := ""
	for i, part := range parts {
		if i > 0 {
			text += " · "
		}
		text += part.In(lang)
	}
	return text
}

func authenticity(r report) problem.Text {
	switch issuer := r.row(verdict.Issuer); {
	case issuer.Reason == verdict.TimeUnproven:
		return problem.Text{ZH: "完整，但签章时间未经证明", EN: "Unaltered, but when it was signed is not proven"}
	case issuer.Result != verdict.Pass:
		return problem.Text{ZH: "完整，但签章者未受信任", EN: "Unaltered, but its signer is not trusted"}
	}
	return problem.Text{ZH: "真实（截至签发时）", EN: "Genuine (when issued)"}
}

func usePeriodState(r report) problem.Text {
	switch r.row(verdict.Copy).Reason {
	case verdict.Expired:
		return problem.Text{ZH: "已过使用有效期", EN: "past its days of use"}
	case verdict.NotYet:
		return problem.Text{ZH: "未到使用有效期", EN: "before its days of use"}
	}
	return problem.Text{ZH: "时效内", EN: "within its days of use"}
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

func label(c verdict.Check) problem.Text {
	switch c {
	case verdict.Integrity:
		return problem.Text{ZH: "完整性", EN: "Integrity"}
	case verdict.Issuer:
		return problem.Text{ZH: "签发机关", EN: "Issuer"}
	case verdict.Numbers:
		return problem.Text{ZH: "编号", EN: "Numbers"}
	case verdict.Certificate:
		return problem.Text{ZH: "证书状态", EN: "Certificate"}
	case verdict.Copy:
		return problem.Text{ZH: "加注件", EN: "Copy"}
	case verdict.Specialty:
		return problem.Text{ZH: "专业", EN: "Specialty"}
	case verdict.Purpose:
		return problem.Text{ZH: "用途与接收单位", EN: "Purpose"}
	case verdict.Reliance:
		return problem.Text{ZH: "使用日期当日", EN: "On that day"}
	case verdict.Freshness:
		return problem.Text{ZH: "实时状态", EN: "Freshness"}
	case verdict.Paper:
		return problem.Text{ZH: "纸质件", EN: "On paper"}
	}
	return problem.Text{ZH: string(c), EN: string(c)}
}

func resultName(r verdict.Result) problem.Text {
	switch r {
	case verdict.Pass:
		return problem.Text{ZH: "通过", EN: "passed"}
	case verdict.Fail:
		return problem.Text{ZH: "不通过", EN: "failed"}
	case verdict.Unsure:
		return problem.Text{ZH: "未知", EN: "unknown"}
	default:
		return problem.Text{ZH: "未核对", EN: "not checked"}
	}
}

func basisName(b verdictBasis) problem.Text {
	switch b {
	case byRegistry:
		return problem.Text{ZH: "公钥核对签名，登记信息由核验服务提供", EN: "signatures by the published keys, the rest by the service"}
	default:
		return problem.Text{ZH: "仅凭公钥核对，未查询登记信息", EN: "by the published keys alone; the registry was not asked"}
	}
}
