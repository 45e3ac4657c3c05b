package endorsement

import "strings"

// Quote marks a caller's words as quoted, so that they are not mistaken for findings:
// in 「」, with 「」 inside replaced by 『』 and each run of blanks by one blank.
// Blank words give "".
func Quote(words string) string {
	words = strings.Join(strings.Fields(words), " ")
	if words == "" {
		return ""
	}
	return "「" + strings.NewReplacer("「", "『", "」", "』").Replace(words) + "」"
}
