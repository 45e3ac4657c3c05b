package certificate

// State is the registration state of a certificate, by the two-digit codes of
// the ministry's state-update interface for its electronic certificates.
type State string

// The states. Only Valid allows an endorsement.
const (
	Valid        State = "01"
	Suspended    State = "02"
	Withdrawn    State = "03"
	Cancelled    State = "04"
	Invalid      State = "05"
	Transferring State = "06"
	Revoked      State = "07"
	Other        State = "99" // requires a state note
)

// Name returns the state's Chinese name, or "" if there is no such state.
func (s State) Name() string {
	switch s {
	case Valid:
		return "有效"
	case Suspended:
		return "暂扣"
	case Withdrawn:
		return "撤销"
	case Cancelled:
		return "注销"
	case Invalid:
		return "失效"
	case Transferring:
		return "办理转出"
	case Revoked:
		return "吊销"
	case Other:
		return "其他"
	}
	return ""
}

// HasEnded reports whether a decision ended the registration: 撤销, 注销, 吊销. A registration that
// is 失效 has run out, and can be renewed.
func (s State) HasEnded() bool { return s == Withdrawn || s == Cancelled || s == Revoked }

// IsKnown reports whether s is one of the states.
func (s State) IsKnown() bool { return s.Name() != "" }
