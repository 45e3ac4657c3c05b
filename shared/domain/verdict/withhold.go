package verdict

// withhold returns the records without what they say of the certificate, where no
// copy that can be relied on today was shown. Whoever holds a copy was given a view
// of the certificate for its days of use. Once those are over, or the copy was ended
// before, the view ends too: a code on old paper does not follow its holder to the
// next employer. A copy that is not the registered one never opened it: anybody can
// write the ids of a dead copy into a file of their own.
func (m evaluation) withhold() Records {
	r := m.records
	switch {
	case r.Access != Found || m.evidence.Claim == nil:
		return r
	case !m.isInForce():
		return Records{Access: withheld, Endorsement: r.Endorsement}
	case m.isSuperseded(): // the newer copy is why this one is dead
		return Records{Access: withheld, Endorsement: r.Endorsement, Latest: r.Latest, Scheme: r.Scheme}
	}
	return r
}

// isInForce reports whether the copy is the registered one, and neither over nor withdrawn.
func (m evaluation) isInForce() bool {
	e := m.records.Endorsement
	return e != nil && !m.hasExpired() && m.matchesRecord() && !m.isOtherFile() && e.WithdrawnAt == nil
}

// hasExpired reports whether the copy's last day has gone by, whatever day is asked about.
func (m evaluation) hasExpired() bool { return m.today.After(m.evidence.Claim.Until) }

// withheldFinding is a row that only what is withheld could answer.
func withheldFinding(c Check) Finding {
	return newFinding(c, NotAsked, CopyDead,
		"加注件无效，不再显示证书的登记信息", "The copy is not valid; what the register says of the certificate is not shown")
}
