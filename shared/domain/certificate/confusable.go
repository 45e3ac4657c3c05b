package certificate

import "math/bits"

// A look-alike is a character that is typed, or read by a scanner, in place of a digit. Production
// data has numbers such as lll000… and 1332XW. When a value breaks its rule, repair replaces
// look-alikes until the rule is met.

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

// The bounds of the search: at most 2^12 tries, of values of at most maxRepaired bytes.
const (
	maxLookalikes = 12
	maxRepaired   = 128 // bytes
)

// repair returns the value that satisfies ok with the fewest look-alikes of s replaced. It returns
// "" when there is none, or when several values need equally few replacements, because a guess is
// not a suggestion. When s has too many look-alikes to try all combinations, it only tries to
// replace all of them.
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
