package verdict

import (
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
)

// seal judges whether the seal and the certificates with which the register says that a copy was sealed
// were valid when it was sealed. There is a row only for the registered copy, and only if one of them was
// ever changed: without a change all are valid.
//
// When it was sealed the register says. A timestamp in the file of a trusted signer comes later, when the
// signature was made, and the seal must have been valid then, too. So nothing that a file or a verifier states makes it better.
func (m evaluation) seal() (f Finding, ok bool) {
	e := m.records.Endorsement
	if e == nil || e.KeySet == 0 || m.evidence.Claim == nil || !m.matchesRecord() || m.isOtherFile() {
		return f, false
	}
	changed := m.seals.FindChanged(e.KeySet)
	if len(changed) == 0 {
		return f, false
	}
	at := e.MadeAt
	id, state := m.seals.FindStoppedAt(at, changed)
	if s := m.evidence.Signing; s != nil && s.Proven && m.evidence.Issuer.Result == Pass && id == "" {
		if id, state = m.seals.FindStoppedAt(s.At, changed); id != "" {
			at = s.At
		}
	}
	values := textValues{"time": sameValue(at.In(civil.Zone()).Format("2006-01-02 15:04:05")), "id": sameValue(sealhistory.Abbreviate(id))}
	switch state {
	case sealhistory.Suspended:
		f = newFinding(SealState, Fail, SealSuspended, values)
	case sealhistory.Replaced:
		f = newFinding(SealState, Fail, SealReplaced, values)
	case sealhistory.Revoked:
		f = newFinding(SealState, Fail, SealRevoked, values)
	default:
		f = newFinding(SealState, Pass, Fine, values)
	}
	return f, true
}
