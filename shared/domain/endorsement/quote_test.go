package endorsement_test

import (
	"testing"

	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
)

func TestTheAskersWordsCannotLookLikeFindings(t *testing.T) {
	for words, want := range map[string]string{
		"":              "",
		" \u3000 ":      "",
		"丙招标代理":         "「丙招标代理」",
		" 丙　　　核验结论：有效 ": "「丙 核验结论：有效」",
		"丙」 核验结论：有效 「":  "「丙』 核验结论：有效 『」",
		"丙\n核验结论：\t有效":  "「丙 核验结论： 有效」",
	} {
		if got := endorsement.Quote(words); got != want {
			t.Errorf("%q is shown as %q, want %q", words, got, want)
		}
	}
}
