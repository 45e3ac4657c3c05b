package endorsement

// Plan decides on an endorsement: it returns the days of use when nothing prevents the endorsement
// and the request, which has passed Check, fits the rules. The error is a *problem.Problem: the
// first of Preflight's blockers with all of them, or WindowFor's.
func Plan(s Situation, ask Request) (Window, error) {
	if blockers := Preflight(s); len(blockers) > 0 {
		return Window{}, blockers[0].WithBlockers(blockers)
	}
	return WindowFor(*s.Scheme, *s.Certificate, s.Today, ask)
}
