package verdict

import "github.com/jiazhu/jiazhu/shared/domain/certificate"

// subject is what may be shown: for a file what the file says, for the token of a
// live copy or a number what the registry says, and otherwise what little the token
// says. The identifier (证照标识) is not printed on the face, so it is shown only to
// who has the file it stands in.
func (m evaluation) subject() *Subject {
	s := m.describeSubject()
	if s == nil {
		return nil
	}
	if claim := m.evidence.Claim; claim != nil {
		s.Name, s.Number, s.From, s.Until = claim.Name, claim.Number, claim.From, claim.Until
		s.Purpose, s.Recipient, _ = m.holderDeclaration()
	}
	return s
}

func (m evaluation) describeSubject() *Subject {
	switch embedded, claim := m.evidence.Copy, m.evidence.Claim; {
	case embedded != nil:
		c := embedded.Certificate
		return &Subject{
			Name: certificate.MaskName(c.Holder.Name), TypeName: c.TypeName, Number: c.Number,
			Identifier: c.Identifier, Issuer: c.Issuer.Name, Employer: c.Employer.Name, Specialties: c.Specialties,
			Test: embedded.Test,
		}
	case m.records.Access == Found && (claim == nil || m.records.Endorsement != nil):
		c := m.records.Certificate
		return &Subject{
			Name: certificate.MaskName(c.Holder.Name), TypeName: c.TypeName, Number: c.Number,
			Issuer: c.Issuer.Name, Employer: c.Employer.Name, Specialties: c.Specialties,
		}
	case claim != nil:
		return &Subject{Name: claim.Name, Number: claim.Number}
	}
	return nil
}
