package verdict

import (
	"slices"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/statuslist"
)

// copy judges the endorsed copy (加注件). Results that do not depend on the registry are given
// without it: a copy past its last day is expired, online or offline.
func (m evaluation) copy() Finding {
	claim := m.evidence.Claim
	if claim == nil {
		return newFinding(Copy, NotAsked, Omitted, nil)
	}
	if f, failed := m.actsFinding(); failed {
		return f
	}
	switch {
	case m.isListedAs(statuslist.Ended):
		return newVariant(Copy, Fail, Listed, "copy listed ended", m.listingValues())
	case m.day.After(claim.Until):
		return newFinding(Copy, Fail, Expired, textValues{"until": dayValue(claim.Until)})
	case m.day.Before(claim.From):
		return newFinding(Copy, Fail, NotYet, textValues{"from": dayValue(claim.From)})
	case m.records.Access == NotReached:
		return newFinding(Copy, Unsure, Unreachable, nil)
	case m.records.Endorsement == nil && m.records.Access != listed:
		return m.missingRecordFinding()
	case m.hasExpired():
		return newVariant(Copy, Unsure, Expired, "copy expired since", textValues{"until": dayValue(claim.Until)})
	case m.records.Access == listed:
		return newFinding(Copy, Pass, Listed, textValues{"until": dayValue(claim.Until)})
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
		return newFinding(Copy, Fail, Mismatch, nil), true
	case m.records.Access == passedOn:
		return newFinding(Copy, Fail, HolderChanged, nil), true
	case m.isOtherFile():
		return newFinding(Copy, Fail, FileNotRegistered, nil), true
	case e.WithdrawnAt != nil:
		return newFinding(Copy, Fail, Withdrawn, textValues{"day": dayValue(civil.Of(*e.WithdrawnAt))}), true
	case m.isSuperseded():
		return newFinding(Copy, Fail, Superseded, nil), true
	}
	return Finding{}, false
}

// missingRecordFinding judges a copy without a record. An endorsement exists only once it is
// recorded, so a copy under our own seal without a record was never issued, unless records of its
// time have been removed. Under another seal a missing record proves nothing.
func (m evaluation) missingRecordFinding() Finding {
	if last := endorsement.RecordUntil(m.evidence.Claim.Until); m.today.After(last) {
		return newFinding(Copy, Unsure, RecordEnded, textValues{"until": dayValue(last)})
	}
	if m.evidence.Issuer.Result == Pass {
		return newFinding(Copy, Fail, NoRecord, nil)
	}
	return newVariant(Copy, Unsure, NoRecord, "copy no-record untrusted", nil)
}

// content judges whether the registry still agrees with the copy.
func (m evaluation) content(until civil.Date) Finding {
	changed, sure := m.changes()
	switch {
	case len(changed) > 0:
		return newFinding(Copy, Fail, Changed, textValues{"fields": {ZH: strings.Join(changed, "、")}})
	case !sure && m.stated != nil:
		return newVariant(Copy, Unsure, Changed, "copy changed receipt", nil)
	case !sure:
		return newVariant(Copy, Unsure, Changed, "copy changed token", nil)
	case m.isFile() && m.registeredDigest() == "":
		return newFinding(Copy, Unsure, FileUnrecorded, nil)
	}
	return newFinding(Copy, Pass, Fine, textValues{"until": dayValue(until)})
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
	digest := m.evidence.CopyDigest
	if embedded != nil {
		digest = embedded.Digest()
	}
	return digest == "" || digest == e.CopyDigest
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

// excerpt is what the copy says of the certificate: by the file, or else by the registry, which has it
// of the copies made since it is stored. A receipt is about the registered copy only if it states its
// digest.
func (m evaluation) excerpt() *endorsement.Excerpt {
	e := m.records.Endorsement
	switch {
	case m.evidence.Copy != nil:
		return m.evidence.Copy.Excerpt()
	case e == nil || m.stated != nil && m.evidence.CopyDigest == "":
		return nil
	}
	return e.Excerpt
}

// nameOf is what a finding calls the holder's name.
func nameOf(h certificate.Holder) string {
	if h.IsOrganisation() {
		return "企业名称"
	}
	return "姓名"
}

// changes lists what the copy says and the registry no longer does. Longer periods and added
// specialties and details are no contradiction. A token has only the number and the masked name, so if the
// version has changed and the registry has no excerpt, nothing else can be compared, and sure is
// false.
func (m evaluation) changes() (changed []string, sure bool) {
	c, claim, then := m.records.Certificate, m.evidence.Claim, m.excerpt()
	if claim.Number != c.Number {
		changed = append(changed, "注册编号")
	}
	if then == nil {
		if !certificate.IsSameName(claim.Name, certificate.NameInCode(c.Holder.IDType, c.Holder.Name)) {
			changed = append(changed, nameOf(c.Holder))
		}
		return changed, m.records.Endorsement.CertVersion == c.Edition()
	}
	if !certificate.IsSameName(then.Name, c.Holder.Name) {
		changed = append(changed, nameOf(c.Holder))
	}
	if c.Holder.IsOrganisation() && then.USCC != c.Holder.IDNumber {
		changed = append(changed, "统一社会信用代码")
	}
	if then.Employer.Name != c.Employer.Name || then.Employer.USCC != c.Employer.USCC {
		changed = append(changed, "聘用企业")
	}
	for _, s := range then.Specialties {
		if now, ok := specialtyNamed(c.Specialties, s.Name); !ok || now.To.Before(s.To) {
			changed = append(changed, s.Name)
		}
	}
	for _, d := range then.Details {
		if !slices.Contains(c.Details, d) {
			changed = append(changed, d.Name)
		}
	}
	return changed, true
}
