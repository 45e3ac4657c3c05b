package verdict

import (
	"slices"
	"strings"
	"testing"
)

func TestEveryReasonOfABrokenFileSaysWhatHappenedAndWhatToDo(t *testing.T) {
	reasons := BrokenReasons()
	words := map[string]Reason{}
	for _, why := range reasons {
		got := BrokenContent(why)
		want := Fail
		if why == Unsupported || why == TooLarge {
			want = Unsure
		}
		if got.Check != Integrity || got.Result != want || got.Reason != why {
			t.Errorf("%s: %+v", why, got)
		}
		zh, en := got.Text.ZH, got.Text.EN
		if strings.Count(zh, "。") != 2 || !strings.Contains(zh, "请") || strings.Count(en, ".") != 2 {
			t.Errorf("%s: %q, %q", why, zh, en)
		}
		if other, twice := words[zh]; twice {
			t.Errorf("%s and %s say the same", why, other)
		}
		words[zh] = why
	}
	slices.Sort(reasons)
	if len(slices.Compact(reasons)) != len(words) {
		t.Error("a reason stands twice")
	}
	if got := BrokenContent("anything else"); got.Reason != Altered {
		t.Errorf("got %+v", got)
	}
}
