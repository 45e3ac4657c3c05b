package certificate

import "math/bits"

// A look-alike is a character that is typed, or read by a scanner, in place of a
// digit. Numbers in production systems contain lll000… and 1332XW; when a value
// breaks its rule, the replacements are tried until the rule holds.

// lookalikes maps a character to the one it is mistaken for.
var lookalikes = map[rune]rune{
	'l': '1', 'I': '1', 'i': '1', '|': '1', 'O': '0', 'o': '0',
}

// codeLookalikes adds the letters that GB 32100 leaves out of its alphabet
// because they are mistaken for others.
var codeLookalikes = map[rune]rune{
	'l': '1', 'I': '1', 'i': '1', '|': '1', 'O': '0', 'o': '0',
	'Z': '2', 'S': '5', 'V': 'U',
}

// The bounds of the search: 2^12 tries of a value no longer than any number.
const (
	maxLookalikes = 12
	maxRepaired   = 128 // bytes
)

// repair returns the value that satisfies ok with the fewest look-alikes of s
// replaced. It returns "" when none does, or when several do with equally few
// replacements: a guess is no suggestion. When s has more look-alikes than can
// be tried one by one, only replacing all of them is tried.
func repair(s string, swaps map[rune]rune, ok func(string) bool) string {
	if len(s) > maxRepaired {
		return ""
	}
	runes := []rune(fold(s))
	var at []int
	for i, r := range runes {
		if _, swap := swaps[r]; swap {
			at = append(at, i)
		}
	}
	if len(at) > maxLookalikes {
		for _, i := range at {
			runes[i] = swaps[runes[i]]
		}
		if all := string(runes); ok(all) {
			return all
		}
		return ""
	}
	best, bestCount, ties := "", len(at)+1, 0
	for mask := range 1 << len(at) {
		count := bits.OnesCount(uint(mask))
		if count > bestCount {
			continue
		}
		candidate := replaceChosen(runes, at, swaps, mask)
		if candidate == s || !ok(candidate) {
			continue
		}
		if count < bestCount {
			best, bestCount, ties = candidate, count, 0
		} else {
			ties++
		}
	}
	if ties > 0 {
		return ""
	}
	return best
}

// replaceChosen returns runes with the look-alikes chosen by mask replaced.
func replaceChosen(runes []rune, at []int, swaps map[rune]rune, mask int) string {
	out := append([]rune(nil), runes...)
	for bit, i := range at {
		if mask&(1<<bit) != 0 {
			out[i] = swaps[out[i]]
		}
	}
	return string(out)
}

// fold turns full-width digits and letters (１Ａ) into ordinary ones.
func fold(s string) string {
	runes := []rune(s)
	for i, r := range runes {
		if r >= 0xFF01 && r <= 0xFF5E {
			runes[i] = r - 0xFEE0
		}
	}
	return string(runes)
}
