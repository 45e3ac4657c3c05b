package roster

import "github.com/jiazhu/jiazhu/shared/domain/scheme"

// kind is what a table has to know of a type of certificate.
type kind struct {
	id, name    string
	specialties []string // nil allows any
	number      string   // an example
}

func kindOf(s scheme.Scheme) kind {
	k := kind{id: s.ID, name: s.TypeName, number: s.Number.Example}
	for _, n := range s.Specialties {
		k.specialties = append(k.specialties, n.Name)
	}
	return k
}

func listKinds(schemes scheme.Set) (all []kind) {
	for _, s := range schemes.List() {
		all = append(all, kindOf(s))
	}
	return all
}
