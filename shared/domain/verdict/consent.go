package verdict

import "github.com/jiazhu/jiazhu/shared/domain/civil"

// The following functions make the finding about a consent that was given with a copy. It stands
// beside the verdict and is no part of it: a reader who is shown less than expected learns why.

// ConsentHolds says that the consent is in force, until the end of a day.
func ConsentHolds(until civil.Date) Finding {
	return newFinding(Consent, Pass, Fine, textValues{"until": dayValue(until)})
}

// ConsentCut says that the secret has another length than secrets have, as where a link was cut.
func ConsentCut() Finding { return newFinding(Consent, Fail, Truncated, nil) }

// ConsentUnknown says that there is no such consent to this copy.
func ConsentUnknown() Finding { return newFinding(Consent, Fail, NoRecord, nil) }

// ConsentRevoked says on which day the holder revoked the consent.
func ConsentRevoked(on civil.Date) Finding {
	return newFinding(Consent, Fail, Withdrawn, textValues{"day": dayValue(on)})
}

// ConsentEnded says that the consent's last day is past.
func ConsentEnded(last civil.Date) Finding {
	return newFinding(Consent, Fail, Expired, textValues{"until": dayValue(last)})
}

// ConsentUnreachable says that the consent could not be looked up.
func ConsentUnreachable() Finding { return newFinding(Consent, Unsure, Unreachable, nil) }

// ConsentToDeadCopy says that a consent shows nothing more of a copy that is not in force.
func ConsentToDeadCopy() Finding { return newFinding(Consent, NotAsked, CopyDead, nil) }
