package verdict

import "slices"

// BrokenContent is the finding that the content cannot be trusted, why, and what to do: one of
// BrokenReasons, or Altered for any other reason.
//
// A reason says no more than can be said without trusting the file. It helps an honest sender to
// find the mistake; it does not change the result, which distinguishes "this is not what was signed"
// (Fail) from "this service cannot tell" (Unknown).
func BrokenContent(why Reason) Finding {
	switch {
	case why == Unsupported, why == TooLarge: // nothing was examined
		return newFinding(Integrity, Unsure, why, nil)
	case slices.Contains(BrokenReasons(), why):
		return newFinding(Integrity, Fail, why, nil)
	}
	return newFinding(Integrity, Fail, Altered, nil)
}

// BrokenReasons are the reasons that BrokenContent knows, in no particular order.
func BrokenReasons() []Reason {
	return []Reason{
		Altered, Unreadable, Contradicts, TooLarge, Foreign, Truncated, Prefixed, Appended, Updated,
		Repacked, Unsupported, SealDiffers, SealForged, SealExpired, SealUnlisted, OutsideDays, SignerExpired,
	}
}
