package scheme

import (
	"strconv"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

// Clash is a rule that two schemes of a list break together.
type Clash struct {
	At, With int // in the list; At is the later one, in which Rule has its member
	Rule     *certificate.RuleError
}

// NameOther returns the rule, as one of a scheme beside the scheme of that name.
func (c Clash) NameOther(name string) error {
	return &certificate.RuleError{Path: c.Rule.Path, Text: c.Rule.Text + " " + name}
}

// FindClashes returns the rules that schemes break together: that each has an id and a type of its own,
// that an authority has one name and one code, and that no number is kept in two spellings.
func FindClashes(list []Scheme) (found []Clash) {
	for j, s := range list {
		for i, other := range list[:j] {
			var r rules
			r.checkBeside(s, other)
			for _, err := range r {
				found = append(found, Clash{j, i, err.(*certificate.RuleError)})
			}
		}
	}
	return found
}

// checkBeside adds the rules that s breaks beside another scheme. The other's name follows each.
func (r *rules) checkBeside(s, other Scheme) {
	isOfOneIssuer := s.Issuer.Code == other.Issuer.Code
	switch {
	case s.ID == other.ID:
		r.add("id", "is %s, as in", s.ID)
	case s.TypeCode == other.TypeCode && s.TypeName != other.TypeName:
		r.add("typeName", "is %s; the same typeCode has another name in", s.TypeName)
	case s.TypeCode == other.TypeCode && isOfOneIssuer:
		r.add("typeCode", "is %s of the same issuer, as in", s.TypeCode)
	case s.TypeName == other.TypeName && isOfOneIssuer:
		r.add("typeName", "is %s of the same issuer, as in", s.TypeName)
	}
	switch {
	case isOfOneIssuer && s.Issuer.Name != other.Issuer.Name:
		r.add("issuer.name", "is %s; the same code has another name in", s.Issuer.Name)
	case !isOfOneIssuer && s.Issuer.Name == other.Issuer.Name:
		r.add("issuer.code", "is %s; the same name has another code in", s.Issuer.Code)
	}
	if s.Number == nil || other.Number == nil {
		return
	}
	if c, found := s.Number.FindConflict(other.Number); found {
		r.add("number.patterns."+strconv.Itoa(c.Pattern), "takes %s, which patterns.%d keeps in another spelling in", c.Text, c.Other)
	}
}
