package verdict

import (
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// ReceiptStatement is the part of a receipt that can be compared with the register.
type ReceiptStatement struct {
	Claim      Claim   // Endorsement is empty if the receipt is about a number
	Overall    Overall // the answer at that time
	Kind       Kind    // of the evidence at that time
	SHA256     string  // of the file examined, in hex; "" of a token or number
	CopyDigest string  // of the copy, in hex; "" where the receipt states none
}

// CurrentFindings is what the register says now about the claim of a receipt. It is not a verdict
// on a file: its rows are Certificate, Copy and Freshness.
type CurrentFindings struct {
	Findings []Finding
	Newer    bool // a later copy of the same certificate exists
}

// Compare compares the claim of a genuine receipt with the records. If the receipt states Invalid,
// no row of the certificate or the copy passes. If the certificate has another holder since, the
// findings say nothing about that holder.
func Compare(s ReceiptStatement, r Records, now time.Time) CurrentFindings {
	e := Evidence{Kind: s.Kind, Integrity: IntactContent(), Issuer: TrustedKey(), Numbers: SoundNumbers(), SHA256: s.SHA256}
	if s.Claim.Endorsement != "" {
		e.Claim = &s.Claim
	} else if s.Claim.Version < r.HeldFrom {
		r = Records{Access: passedOn}
	}
	m := newEvaluation(e, r, Question{}, now, &s)
	p := CurrentFindings{Findings: []Finding{m.certificate(), m.copy(), m.freshness()}, Newer: m.hasNewerCopy()}
	for i, f := range p.Findings {
		if s.Overall == Invalid && f.Result == Pass && f.Check != Freshness {
			p.Findings[i] = unconfirmedFinding(f)
		}
	}
	return p
}

// unconfirmedFinding replaces a passing row if the receipt states Invalid.
func unconfirmedFinding(f Finding) Finding {
	return Finding{f.Check, Unsure, StatedInvalid, problem.Text{
		ZH: "登记信息：" + f.Text.ZH + "。回执所载结论为“无效”，须提交原文件重新核验",
		EN: "The register says: " + f.Text.EN + ". The receipt states Invalid: hand in the original again",
	}}
}

// receiptVerdict is the verdict on a receipt whose signature matches: about the receipt only.
func (m evaluation) receiptVerdict() Verdict {
	v := Verdict{
		Overall: GenuineReceipt, Code: CodeNone, AsOf: m.today, CheckedAt: m.now,
		Findings: []Finding{m.evidence.Integrity, m.evidence.Issuer},
	}
	for _, f := range v.Findings {
		if f.Result != Pass {
			v.Overall = Unknown
		}
	}
	return v
}

// IntactReceipt says that a receipt's signature matches and, for its page, that the page is the one
// drawn from the receipt.
func IntactReceipt() Finding {
	return newFinding(Integrity, Pass, Fine, "回执完整，未被篡改", "The receipt is intact, not altered")
}

// UnknownReceiptKey is KeyNotKnown for a receipt.
func UnknownReceiptKey() Finding {
	return newFinding(Integrity, Unsure, UnknownKey, "回执的签名密钥未知，无法核对", "The receipt's signing key is unknown; it cannot be checked")
}

// BrokenReceipt says why a receipt cannot be trusted, and what to do: Unreadable, OutsideDays,
// PageDiffers, or Altered for any other reason.
func BrokenReceipt(why Reason) Finding {
	switch why {
	case Unreadable:
		return newFinding(Integrity, Fail, why,
			"不是本平台出具的核验回执，或已损坏，内容不可信。请向出示者索取原回执。",
			"Not a receipt of this service, or a damaged one; nothing in it can be believed. Ask whoever shows it for the original.")
	case OutsideDays:
		return newFinding(Integrity, Fail, why,
			"回执的签名时间不在签名密钥的使用期限内，内容不可信。请勿采信，并向出具单位反映。",
			"Signed at a time at which the receipt's key was not in use; nothing in it can be believed. Do not rely on it, and tell who is said to have issued it.")
	case PageDiffers:
		return newFinding(Integrity, Fail, why,
			"本页与所附回执生成的页面不一致，页面内容均不可信。请将附件 receipt.jws 取出，单独提交核验。",
			"This page is not the one that the attached receipt draws; nothing on it can be believed. Take the attachment receipt.jws out and hand it in alone.")
	}
	return newFinding(Integrity, Fail, Altered,
		"回执内容与签名不符，不可信。请向出示者索取原回执。",
		"The receipt does not fit its signature; nothing in it can be believed. Ask whoever shows it for the original.")
}
