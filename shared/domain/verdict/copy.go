package verdict

import (
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
)

// copy judges the endorsed copy (加注件). Results that do not depend on the registry are given
// without it: a copy past its last day is expired, online or offline.
func (m evaluation) copy() Finding {
	claim := m.evidence.Claim
	if claim == nil {
		return newFinding(Copy, NotAsked, Omitted, "未提交加注件，只核对了注册信息", "No copy was given; only the registration was checked")
	}
	if f, failed := m.actsFinding(); failed {
		return f
	}
	switch {
	case m.day.After(claim.Until):
		return newFinding(Copy, Fail, Expired, "加注件已过期：有效至"+claim.Until.InText(), "The copy has expired: usable until "+claim.Until.String())
	case m.day.Before(claim.From):
		return newFinding(Copy, Fail, NotYet, "加注件尚未生效：自"+claim.From.InText()+"起", "The copy is not yet usable: from "+claim.From.String())
	case m.records.Access == NotReached:
		return newFinding(Copy, Unsure, Unreachable, "在使用有效期内；是否已撤回未知", "Within its window; whether it was withdrawn is unknown")
	case m.records.Endorsement == nil:
		return m.missingRecordFinding()
	case m.hasExpired():
		return newFinding(Copy, Unsure, Expired,
			"该日在使用有效期内；加注件现已过期（有效至"+claim.Until.InText()+"），不再核对证书当时的状态，请以当日出具的核验回执为准",
			"Within its window on that day; the copy has expired since (usable until "+claim.Until.String()+"), and the certificate's state of that day is not told: rely on a receipt of that day")
	}
	return m.content(claim.Until)
}

// actsFinding returns the finding for an act that ended the copy, which no day asked about changes.
func (m evaluation) actsFinding() (Finding, bool) {
	e := m.records.Endorsement
	switch {
	case e == nil:
		return Finding{}, false
	case !m.matchesRecord():
		return newFinding(Copy, Fail, Mismatch, "与签发记录不符", "It differs from the record of what was issued"), true
	case m.records.Access == passedOn:
		return newFinding(Copy, Fail, HolderChanged, "证书登记的持证人已更正，该加注件作废", "The certificate's holder was corrected in the register; this copy is void"), true
	case m.isOtherFile():
		return newFinding(Copy, Fail, FileNotRegistered,
			"不是签发时登记的文件：与登记的摘要不符，请勿采信，并向签发机关反映",
			"Not the file that was registered when the copy was issued; do not rely on it, and tell the issuing authority"), true
	case e.WithdrawnAt != nil:
		on := civil.Of(*e.WithdrawnAt)
		return newFinding(Copy, Fail, Withdrawn, "持证人已撤回（"+on.InText()+"）", "Withdrawn by the holder on "+on.String()), true
	case m.isSuperseded():
		return newFinding(Copy, Fail, Superseded, "已被新加注件取代", "Superseded by a newer copy"), true
	}
	return Finding{}, false
}

// missingRecordFinding judges a copy without a record. An endorsement exists only once it is
// recorded, so a copy under our own seal without a record was never issued, unless records of its
// time have been removed. Under another seal a missing record proves nothing.
func (m evaluation) missingRecordFinding() Finding {
	if last := endorsement.RecordUntil(m.evidence.Claim.Until); m.today.After(last) {
		return newFinding(Copy, Unsure, RecordEnded,
			"签发记录保存至"+last.InText()+"，现已期满，无法确认当时是否签发、是否撤回",
			"Records of such copies were kept until "+last.String()+"; whether it was issued or withdrawn can no longer be told")
	}
	if m.evidence.Issuer.Result == Pass {
		return newFinding(Copy, Fail, NoRecord, "没有该加注件的签发记录", "There is no record that this copy was issued")
	}
	return newFinding(Copy, Unsure, NoRecord, "本平台没有该加注件的记录", "This service has no record of the copy")
}

// content judges whether the registry still agrees with the copy.
func (m evaluation) content(until civil.Date) Finding {
	changed, sure := m.changes()
	switch {
	case len(changed) > 0:
		return newFinding(Copy, Fail, Changed,
			"加注后证书已变更（"+strings.Join(changed, "、")+"），须重新加注",
			"The certificate has changed since; a new copy is needed")
	case !sure && m.stated != nil:
		return newFinding(Copy, Unsure, Changed,
			"加注后证书已有更新，回执不含当时的全部内容，请提交文件核验",
			"The certificate was updated since; the receipt does not hold what it said then: verify the file")
	case !sure:
		return newFinding(Copy, Unsure, Changed,
			"加注后证书已有更新，二维码不含当时的全部内容，请提交文件核验",
			"The certificate was updated since; the QR code does not hold what it said then: verify the file")
	case m.isFile() && m.registeredDigest() == "":
		return newFinding(Copy, Unsure, FileUnrecorded,
			"登记信息中没有该种文件的摘要，无法确认是否为签发时登记的文件",
			"The record has no digest of such a file, so it cannot be told whether this is the one that was registered")
	}
	return newFinding(Copy, Pass, Fine, "加注件有效至"+until.InText(), "The copy is usable until "+until.String())
}

func (m evaluation) isSuperseded() bool {
	return m.records.Scheme != nil && m.records.Scheme.Supersedes && m.hasNewerCopy()
}

// matchesRecord compares what was signed with what was recorded at the time.
func (m evaluation) matchesRecord() bool {
	claim, e, embedded := m.evidence.Claim, m.records.Endorsement, m.evidence.Copy
	if e.ID != claim.Endorsement || e.CertID != claim.Certificate || e.UseFrom != claim.From || e.UseUntil != claim.Until {
		return false
	}
	if !m.isRegisteredCode() {
		return false
	}
	if m.stated != nil {
		return m.stated.CopyDigest == "" || m.stated.CopyDigest == e.CopyDigest
	}
	return embedded == nil || embedded.Digest() == e.CopyDigest
}

// isRegisteredCode reports whether a token has exactly the recorded text of the printed QR code; a
// valid key is not enough. It is true for anything other than a token.
func (m evaluation) isRegisteredCode() bool {
	_, code, printed := strings.Cut(m.records.Endorsement.QR, "#")
	return m.evidence.Words == "" || !printed || strings.HasPrefix(code, m.evidence.Words+".")
}

// isFile reports whether the evidence is a file whose digest was recorded.
func (m evaluation) isFile() bool { return m.evidence.Kind == PDF || m.evidence.Kind == OFD }

// isOtherFile reports whether the file differs from the one recorded when the copy was made.
func (m evaluation) isOtherFile() bool {
	return m.isFile() && m.registeredDigest() != "" && m.registeredDigest() != m.evidence.SHA256
}

// registeredDigest is the SHA-256 of the file of this kind that was recorded when the copy was
// made; "" if none was.
func (m evaluation) registeredDigest() string {
	return m.records.Endorsement.Files[string(m.evidence.Kind)].SHA256
}

// changes lists what the copy says and the registry no longer does. Longer periods and added
// specialties are no contradiction. A token has only the number and the masked name, so if the
// version has changed nothing else can be compared, and sure is false.
func (m evaluation) changes() (changed []string, sure bool) {
	c, claim, embedded := m.records.Certificate, m.evidence.Claim, m.evidence.Copy
	if claim.Number != c.Number {
		changed = append(changed, "注册编号")
	}
	if embedded == nil {
		if claim.Name != certificate.MaskName(c.Holder.Name) {
			changed = append(changed, "姓名")
		}
		return changed, m.records.Endorsement.CertVersion == c.Edition()
	}
	then := embedded.Certificate
	if then.Holder.Name != c.Holder.Name {
		changed = append(changed, "姓名")
	}
	if then.Employer.Name != c.Employer.Name || then.Employer.USCC != c.Employer.USCC {
		changed = append(changed, "聘用企业")
	}
	for _, s := range then.Specialties {
		if now, ok := specialtyNamed(c.Specialties, s.Name); !ok || now.To.Before(s.To) {
			changed = append(changed, s.Name)
		}
	}
	return changed, true
}
