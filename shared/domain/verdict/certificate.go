package verdict

import (
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// certificate judges the certificate's state in the registry.
func (m evaluation) certificate() Finding {
	switch m.records.Access {
	case NotReached:
		return newFinding(Certificate, Unsure, Unreachable, "状态未知：未能查询登记信息", "State unknown: the registry could not be asked")
	case Missing:
		return newFinding(Certificate, Unsure, NoRecord, "未找到匹配的证照信息", "No matching certificate was found")
	case passedOn:
		return newFinding(Certificate, NotAsked, HolderChanged, "证书登记的持证人已更正，不再核对", "The certificate's holder was corrected in the register; it is not compared")
	case withheld:
		return withheldFinding(Certificate)
	}
	c := m.records.Certificate
	if c.State != certificate.Valid {
		return stateFinding(c.State)
	}
	if m.day.After(certificate.Birthday65(c.Holder.Birth)) {
		return newFinding(Certificate, Fail, Lapsed, "已过期：持证人已满65周岁", "Expired: the holder is past 65")
	}
	if !m.isRegisteredOn(m.day) {
		return newFinding(Certificate, Fail, Lapsed, "已过期：注册专业均不在有效期内", "Expired: no specialty is within its registration")
	}
	end := lastDay(c.Specialties)
	return newFinding(Certificate, Pass, Fine, "有效，注册有效期至"+end.InText(), "In force, registered until "+end.String())
}

// stateFinding maps the registry's states to the three of the share service (GB/T 36906: 21
// cancelled, 22 expired, 23 restricted).
func stateFinding(s certificate.State) Finding {
	zh, en := "（"+s.Name()+"）", " (state "+string(s)+")"
	switch s {
	case certificate.Withdrawn, certificate.Cancelled, certificate.Revoked:
		return newFinding(Certificate, Fail, Cancelled, "已废止或已注销"+zh, "Revoked or cancelled"+en)
	case certificate.Invalid: // set by the operation 过期失效
		return newFinding(Certificate, Fail, Lapsed, "已过期"+zh, "Expired"+en)
	default: // 暂扣, 办理转出, 其他
		return newFinding(Certificate, Fail, Restricted, "受限使用"+zh, "Restricted"+en)
	}
}

// isRegisteredOn reports whether a specialty was valid on the day. For a past day the certificate
// as copied in the file counts as well, because a renewal replaces the earlier period in the
// registry.
func (m evaluation) isRegisteredOn(day civil.Date) bool {
	if hasValidSpecialty(m.records.Certificate.Specialties, day) {
		return true
	}
	return day.Before(m.today) && m.evidence.Copy != nil && hasValidSpecialty(m.evidence.Copy.Certificate.Specialties, day)
}

func hasValidSpecialty(specialties []certificate.Specialty, day civil.Date) bool {
	for _, s := range specialties {
		if s.IsValidOn(day) {
			return true
		}
	}
	return false
}

// lastDay is the latest last day of the specialties.
func lastDay(specialties []certificate.Specialty) civil.Date {
	var last civil.Date
	for _, s := range specialties {
		if s.To.After(last) {
			last = s.To
		}
	}
	return last
}

func specialtyNamed(specialties []certificate.Specialty, name string) (certificate.Specialty, bool) {
	for _, s := range specialties {
		if isSameText(s.Name, name) {
			return s, true
		}
	}
	return certificate.Specialty{}, false
}
