package roster

import "github.com/jiazhu/jiazhu/shared/domain/scheme"

// kind is what a table has to know of a type of certificate.
type kind struct {
	id, name    string
	specialties []string // nil allows any
	label       string   // what its number is called
	form        string   // of its number, in words
	number      string   // an example
}

func kindOf(s scheme.Scheme) kind {
	k := kind{id: s.ID, name: s.TypeName, label: s.Number.Label.ZH, form: s.Number.Form.ZH, number: s.Number.Example}
	for _, n := range s.Specialties {
		k.specialties = append(k.specialties, n.Name)
	}
	return k
}

// describeNumber returns the column of the kind's number.
func (k kind) describeNumber(c column) column {
	c.heading, c.form = k.label, k.form+"，如 "+k.number
	return c
}

// templateColumns are those of a table of the kind. Where its number is called 证书编号, no other
// column is.
func (k kind) templateColumns() (all []column) {
	for _, c := range templateColumns() {
		switch {
		case c.field == numberField:
			all = append(all, k.describeNumber(c))
		case c.heading != k.label:
			all = append(all, c)
		}
	}
	return all
}

func listKinds(schemes scheme.Set) (all []kind) {
	for _, s := range schemes.List() {
		all = append(all, kindOf(s))
	}
	return all
}
