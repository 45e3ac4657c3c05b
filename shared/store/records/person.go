package records

import (
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
)

// Person is who asks for certificates, a person or an organisation, and the portal on which they ask.
type Person struct {
	Holder string // keyed hash of the ID type and number, see Store.HolderKey
	Name   string
	Portal string

	AnyName bool // an operator asks by the document alone
}

// PersonOf returns whose certificates a session shows: its person's, or those of the organisation for
// which the person acts.
func PersonOf(x *identity.Session) Person {
	if o := x.Organisation; o != nil {
		return Person{Holder: o.Holder, Name: o.Name, Portal: x.Portal}
	}
	return Person{Holder: x.Holder, Name: x.Name, Portal: x.Portal}
}

// BelongsTo reports whether a certificate, and with it every copy made from it, is this person's. All
// readers for a person ask it. The number of a document is theirs, and the name too where the number
// alone does not say who somebody is (certificate.NamesPerson). A certificate that was replaced is
// nobody's.
func (r Record) BelongsTo(who Person) bool {
	h := r.Certificate.Holder
	return r.Holder == who.Holder && r.ReplacedBy == "" &&
		(certificate.NamesPerson(h.IDType) || who.AnyName || certificate.IsSameName(h.Name, who.Name))
}
