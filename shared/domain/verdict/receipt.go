package verdict

import "time"

// ReceiptStatement is the part of a receipt that can be compared with the register.
type ReceiptStatement struct {
	Claim      Claim   // Endorsement is empty if the receipt is about a number
	Overall    Overall // the answer at that time
	Kind       Kind    // of the evidence at that time
	SHA256     string  // of the file examined, in hex; "" of a token or number
	CopyDigest string  // of the copy, in hex; "" where the receipt states none
}

// CurrentFindings is what the register says now about the claim of a receipt. It is not a verdict
// on a file: its rows are Certificate, Copy and Freshness, and SealState if the seal was changed.
type CurrentFindings struct {
	Findings []Finding
	Newer    bool // a later copy of the same certificate exists
}

// Compare compares the claim of a genuine receipt with the records. If the receipt states Invalid,
// no row of the certificate or the copy passes. If the certificate has another holder since, the
// findings say nothing about that holder.
func Compare(s ReceiptStatement, r Records, now time.Time) CurrentFindings {
	e := Evidence{Kind: s.Kind, Integrity: IntactContent(), Issuer: TrustedKey(), Numbers: SoundNumbers(), SHA256: s.SHA256, CopyDigest: s.CopyDigest}
	if s.Claim.Endorsement != "" {
		e.Claim = &s.Claim
	} else if s.Claim.Version < r.HeldFrom {
		r = Records{Access: passedOn}
	}
	m := newEvaluation(e, r, Question{}, now, &s)
	p := CurrentFindings{Findings: []Finding{m.certificate(), m.copy(), m.freshness()}, Newer: m.hasNewerCopy()}
	if f, ok := m.seal(); ok {
		p.Findings = append(p.Findings, f)
	}
	for i, f := range p.Findings {
		if s.Overall == Invalid && f.Result == Pass && f.Check != Freshness {
			p.Findings[i] = unconfirmedFinding(f)
		}
	}
	return p
}

// unconfirmedFinding replaces a passing row if the receipt states Invalid.
func unconfirmedFinding(f Finding) Finding {
	return newVariant(f.Check, Unsure, StatedInvalid, "receipt stated-invalid", textValues{"found": f.Text})
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

// receiptFinding makes a finding about a receipt itself.
func receiptFinding(r Result, why Reason) Finding {
	return newVariant(Integrity, r, why, "receipt "+string(why), nil)
}

// IntactReceipt says that a receipt's signature matches and, for its page, that the page is the one
// drawn from the receipt.
func IntactReceipt() Finding { return receiptFinding(Pass, Fine) }

// UnknownReceiptKey is UnknownTokenKey for a receipt.
func UnknownReceiptKey() Finding { return receiptFinding(Unsure, UnknownKey) }

// UnprovenPage says that a genuine receipt is attached to a page that is not the one drawn from it.
// The receipt is proven, the page is not.
func UnprovenPage() Finding { return receiptFinding(Unsure, PageDiffers) }

// BrokenReceipt says why a receipt cannot be trusted, and what to do: Unreadable, OutsideDays, or
// Altered for any other reason.
func BrokenReceipt(why Reason) Finding {
	switch why {
	case Unreadable, OutsideDays:
		return receiptFinding(Fail, why)
	}
	return receiptFinding(Fail, Altered)
}
