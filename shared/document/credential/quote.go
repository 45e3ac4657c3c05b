package credential

import "strings"

// Quote shows words of whoever asked as theirs, so that they cannot pass for
// findings: in 「」, whose like inside become 『』, and with one blank where
// there are several. No words are "".
func Quote(words string) string {
	words = strings.Join(strings.Fields(words), " ")
	if words == "" {
		return ""
	}
	return "「" + strings.NewReplacer("「", "『", "」", "』").Replace(words) + "」"
}
