package verdict

import "time"

// enteredApart is how far the time at which a file says it was signed may be from
// the time at which its copy was registered: both happen in one request.
const maxEntryDelay = 10 * time.Minute

// issuer judges whether the signer could sign when the file was signed. What a
// file states about that is its signer's word, and a key that has come to an end,
// or was stolen later, can state any time. A time stamp proves it; the registry
// knows when it entered the copy; and without either the signer must still be good
// now, for whatever the file states, it was signed before now.
func (m evaluation) issuer() Finding {
	f, s := m.evidence.Issuer, m.evidence.Signing
	if f.Result != Pass || s == nil || s.Proven {
		return f
	}
	if e := m.records.Endorsement; e != nil {
		switch {
		case s.At.Sub(e.MadeAt).Abs() > maxEntryDelay:
			return newFinding(Issuer, Fail, TimeDiffers,
				"未受信任：文件所载签章时间与登记的签发时间不符", "Not trusted: the file says it was signed at another time than was registered")
		case !s.Within.Covers(e.MadeAt):
			return OutsideKeyDays()
		}
		return f
	}
	if !s.Within.Covers(m.now) {
		return newFinding(Issuer, Unsure, TimeUnproven,
			"签章时间未经证明：签章者的授权、证书或印章已到期，无法确认是到期前签章的，请联网核验",
			"The time of signing is not proven: the signer's days, certificate or seal have ended, and nothing shows that it signed before; verify online")
	}
	return f
}
