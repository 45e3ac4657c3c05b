package problem

import (
	"slices"
	"sync"
)

// catalogue returns every entry by code; it is built once and only read.
var catalogue = sync.OnceValue(func() map[Code]Problem {
	byCode := make(map[Code]Problem)
	for _, p := range entries() {
		byCode[p.Code] = p
	}
	return byCode
})

// entries lists the whole catalogue in the order of the files it is written in.
func entries() []Problem {
	return slices.Concat(
		requestProblems(), accountProblems(), identityProblems(),
		certificateProblems(), blockerProblems(), endorsementProblems(), serviceProblems(),
	)
}

// Catalogue returns a copy of the whole catalogue in a stable order, for the pages
// and documents that list it.
func Catalogue() []Problem { return entries() }
