package verdict

import "time"

// maxEntryDelay is how far the stated signing time of a file may be from the time at which its copy
// was recorded. Both happen in one request.
const maxEntryDelay = 10 * time.Minute

// issuer judges whether the signer was allowed to sign when the file was signed. A signing time
// stated in the file is the signer's claim, and the thief of an expired key can state any time. A
// timestamp proves the time; the registry knows when the copy was recorded. Without either, the
// signer must be allowed to sign now, because the file was signed before now in any case.
func (m evaluation) issuer() Finding {
	f, s := m.evidence.Issuer, m.evidence.Signing
	if f.Result != Pass || s == nil || s.Proven {
		return f
	}
	if e := m.records.Endorsement; e != nil {
		switch {
		case s.At.Sub(e.MadeAt).Abs() > maxEntryDelay:
			return newFinding(Issuer, Fail, TimeDiffers, nil)
		case !s.Within.Covers(e.MadeAt):
			return OutsideKeyDays()
		}
		return f
	}
	if !s.Within.Covers(m.now) {
		return newFinding(Issuer, Unsure, TimeUnproven, nil)
	}
	return f
}
