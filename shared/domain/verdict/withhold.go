package verdict

// withhold returns the records without the certificate's data, unless a copy in force today was
// shown. Whoever has a copy may see the certificate's data during the copy's days of use only.
// After these days, or after the copy was ended, the data is no longer shown: the QR code on an old
// copy does not reveal the holder's next employer. A copy that is not the registered one never
// gives access, because anybody can write the ids of an old copy into a file of their own.
func (m evaluation) withhold() Records {
	r := m.records
	switch {
	case r.Access != Found || m.evidence.Claim == nil:
		return r
	case !m.isInForce():
		return Records{Access: withheld, Endorsement: r.Endorsement}
	case m.isSuperseded(): // the newer copy is why this one is not in force
		return Records{Access: withheld, Endorsement: r.Endorsement, Latest: r.Latest, Scheme: r.Scheme}
	}
	return r
}

// isInForce reports whether the copy is the registered one, not expired and not withdrawn.
func (m evaluation) isInForce() bool {
	e := m.records.Endorsement
	return e != nil && !m.hasExpired() && m.matchesRecord() && !m.isOtherFile() && e.WithdrawnAt == nil
}

// hasExpired reports whether the copy's last day is past, whatever day is asked about.
func (m evaluation) hasExpired() bool { return m.today.After(m.evidence.Claim.Until) }
