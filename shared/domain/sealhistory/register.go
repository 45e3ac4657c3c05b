package sealhistory

import (
	"cmp"
	"slices"
	"time"
)

// KeySet is what the copies of an issuing authority are sealed with. The register numbers the key sets
// from 1, and an endorsement's record has the number.
type KeySet struct {
	Issuer string `json:"issuer"` // code of the issuing authority
	Seal   string `json:"seal"`   // number of its electronic seal
	PDF    string `json:"pdf"`    // Fingerprint of the certificate that signs the PDF
	OFD    string `json:"ofd"`    // likewise, of the certificate that uses the seal
}

// Names returns the names of the seal and of both certificates.
func (k KeySet) Names() []Name {
	return []Name{{k.Issuer, k.Seal}, {k.Issuer, k.PDF}, {k.Issuer, k.OFD}}
}

// Register has the histories of all seals and certificates that were ever changed.
type Register struct {
	Of   map[Name]History
	Sets map[Name][]int // numbers of the key sets that one of them is in, ascending
}

// FindStopped returns the first seal or certificate that may not be used now, and its state. Where all
// may, the ID is empty.
func (r Register) FindStopped(names []Name) (id string, state State) {
	for _, n := range names {
		if state := r.Of[n].Current(); state != Active {
			return n.ID, state
		}
	}
	return "", Active
}

// FindStoppedAt returns the first seal or certificate that was not active at a time, and its state.
// Where all were active, the ID is empty.
func (r Register) FindStoppedAt(t time.Time, names []Name) (id string, state State) {
	for _, n := range names {
		if state := r.Of[n].StateAt(t); state != Active {
			return n.ID, state
		}
	}
	return "", Active
}

// FindChanged returns the seals and certificates of the key set with a number that were ever changed,
// and none for the number 0.
func (r Register) FindChanged(set int) (all []Name) {
	for n, sets := range r.Sets {
		if slices.Contains(sets, set) {
			all = append(all, n)
		}
	}
	slices.SortFunc(all, func(a, b Name) int { return cmp.Or(cmp.Compare(len(a.ID), len(b.ID)), cmp.Compare(a.ID, b.ID)) })
	return all
}

// ListSets returns the numbers of those key sets, of all there are in their order, that a seal or
// certificate is in.
func ListSets(all []KeySet, of Name) (numbers []int) {
	for i, k := range all {
		if slices.Contains(k.Names(), of) {
			numbers = append(numbers, i+1)
		}
	}
	return numbers
}
