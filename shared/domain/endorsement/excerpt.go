package endorsement

import "github.com/jiazhu/jiazhu/shared/domain/certificate"

// Excerpt is the part of a copy's content that is compared with the register later. It is stored with
// the endorsement, so that a verification that was not given the file compares the same as one that
// was. Endorsements of earlier versions have none.
type Excerpt struct {
	Number      string                  `json:"number"`
	Name        string                  `json:"name"`           // of the holder
	USCC        string                  `json:"uscc,omitempty"` // of a holder that is an organisation
	Employer    certificate.Employer    `json:"employer,omitzero"`
	Specialties []certificate.Specialty `json:"specialties"`
	Details     []certificate.Detail    `json:"details,omitempty"`
	Test        bool                    `json:"test,omitempty"` // sealed with test keys
}

// Excerpt returns the copy's excerpt.
func (c Copy) Excerpt() *Excerpt {
	return &Excerpt{
		Number: c.Certificate.Number, Name: c.Certificate.Holder.Name, USCC: c.Certificate.Holder.IDNumber, Employer: c.Certificate.Employer,
		Specialties: c.Certificate.Specialties, Details: c.Certificate.Details, Test: c.Test,
	}
}

// MaskName returns the holder's name as everybody may see it.
func (x Excerpt) MaskName() string {
	if x.USCC != "" {
		return x.Name
	}
	return certificate.MaskName(x.Name)
}
