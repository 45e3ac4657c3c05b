package certificate_test

import (
	"maps"
	"slices"
)

// keys collects the sorted keys of every object of a JSON tree under the key
// that holds it.
func keys(at string, node any, found map[string][]string) {
	switch node := node.(type) {
	case map[string]any:
		found[at] = slices.Sorted(maps.Keys(node))
		for key, child := range node {
			keys(key, child, found)
		}
	case []any:
		keys(at, node[0], found)
	}
}
