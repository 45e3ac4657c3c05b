package identity

// Organisation is the organisation for which the person of an account acts (法人账户). Its portal states
// it, as it states the person's phone, and may state another one or none later. Sessions that were opened
// for the former one end then.
type Organisation struct {
	Holder string // keyed hash of its code, as the certificates that it holds have it
	Name   string
	USCC   string
}

// IsSameAs reports whether both are the same organisation, or neither is one. A name may change.
func (o *Organisation) IsSameAs(other *Organisation) bool {
	if o == nil || other == nil {
		return o == other
	}
	return o.USCC == other.USCC
}

// WithOrganisation returns the account of which the portal states that its person acts for this
// organisation, nil for none, and the token hashes of the sessions that end because it is another one.
func (a Account) WithOrganisation(o *Organisation) (Account, []string) {
	changed := !a.Organisation.IsSameAs(o)
	a.Organisation = o
	if !changed {
		return a, nil
	}
	var ended []string
	for hash := range a.Sessions {
		ended = append(ended, hash)
	}
	a.Sessions = nil
	return a, ended
}
