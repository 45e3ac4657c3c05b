package verdict

import "github.com/jiazhu/jiazhu/shared/domain/certificate"

// subject returns what may be shown: for a file the file's content, for the token of a copy in
// force or for a number the registry's data, and otherwise the little that the token contains. The
// identifier (证照标识) is not printed on the certificate, so it is shown only for a file that
// contains it.
func (m evaluation) subject() *Subject {
	s := m.describeSubject()
	if s == nil {
		return nil
	}
	s.Test = s.Test || m.isTestCopy()
	if claim := m.evidence.Claim; claim != nil {
		s.Name, s.Number, s.From, s.Until = claim.Name, claim.Number, claim.From, claim.Until
		s.Purpose, s.Recipient, _ = m.holderDeclaration()
	}
	return s
}

// isTestCopy reports whether the register says of the registered copy that it was sealed with test
// keys.
func (m evaluation) isTestCopy() bool {
	e := m.records.Endorsement
	return m.evidence.Claim != nil && e != nil && e.Excerpt != nil && e.Excerpt.Test && m.matchesRecord()
}

func (m evaluation) describeSubject() *Subject {
	switch embedded, claim := m.evidence.Copy, m.evidence.Claim; {
	case embedded != nil:
		c := embedded.Certificate
		return &Subject{
			Name: certificate.MaskHolderName(c.Holder.IDType, c.Holder.Name), TypeName: c.TypeName, Number: c.Number,
			Identifier: c.Identifier, Issuer: c.Issuer.Name, Employer: c.Employer.Name, Details: c.Details, Specialties: c.Specialties,
			Test: embedded.Test,
		}
	case m.records.Access == Found && (claim == nil || m.records.Endorsement != nil):
		c := m.records.Certificate
		return &Subject{
			Name: certificate.MaskHolderName(c.Holder.IDType, c.Holder.Name), TypeName: c.TypeName, Number: c.Number,
			Issuer: c.Issuer.Name, Employer: c.Employer.Name, Details: c.Details, Specialties: c.Specialties,
		}
	case claim != nil:
		return &Subject{Name: claim.Name, Number: claim.Number}
	}
	return nil
}
