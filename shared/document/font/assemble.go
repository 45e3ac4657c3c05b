package font

import (
	"maps"
	"slices"
)

// Assemble writes a TrueType file from tables, by tag: directory, tables in the order
// of their tags, checksums. The head table's checkSumAdjustment must be zero. Whether
// the tables are consistent is not checked.
func Assemble(tables map[string][]byte) []byte {
	sorted := make([]tableOut, 0, len(tables))
	for _, tag := range slices.Sorted(maps.Keys(tables)) {
		sorted = append(sorted, tableOut{tag, tables[tag]})
	}
	return assemble(sorted)
}
