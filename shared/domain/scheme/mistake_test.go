package scheme_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// Every mistake is named at once, each with its place.
func TestEveryMistakeHasItsPlace(t *testing.T) {
	lines := strings.Split(file(t, "constructor-1"), "\n")
	var want []scheme.Mistake
	replace := func(old, replacement, at, path, text string) {
		t.Helper()
		i := slices.IndexFunc(lines, func(line string) bool { return strings.Contains(line, old) })
		if i < 0 {
			t.Fatalf("%q is not in the file", old)
		}
		lines[i] = strings.Replace(lines[i], old, replacement, 1)
		before, _, _ := strings.Cut(lines[i], at)
		want = append(want, scheme.Mistake{Line: i + 1, Column: len([]rune(before)) + 1, Path: path, Text: text})
	}
	replace("13338W999", "13338W99", "11100000000013338W99", "typeCode", "has 20 characters, not 21")
	replace(`must: "1"`, `must: "3"`, `"3"`, "number.parts.level.must", "is not in of")
	replace(`"10401002"`, `"10401001"`, `"10401001" }`, "specialties.1.code", "10401001 is used twice")
	replace("maxDays: 180", "maxDays: many", "many", "window.maxDays", "is many, which is no whole number")
	replace("dailyQuota: 0", "dailyQuotas: 0", "dailyQuotas", "dailyQuotas", "is no member of a scheme's file")
	replace(`"460000"`, `"980000"`, `"980000"`, "pilot.areas.3", `"980000" is no province code of GB/T 2260`)
	_, got := scheme.FindMistakes([]byte(strings.Join(lines, "\n")))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsNoSchemeAtAllHasItsPlaceToo(t *testing.T) {
	for text, want := range map[string]string{
		"":                    "1:1: the file is empty",
		"id: a\ntitle: @b\n":  "2:1: found character that cannot start any token: indent with blanks",
		"id: a\n# \xd6\xd0\n": "2:1: this line is not in UTF-8: save the file as UTF-8",
		"termYears: .inf\n":   "1:12: termYears is .inf, which is no whole number",
		"- a":                 "1:1: is no mapping of members to values",
		"id: a\ntitle: [\n":   "2:1: ",
		"id: a\nid: b\n":      "2:1: id stands here twice",
		"id: &x a\ntitle: *x": "2:8: title is an alias, which these files do not use",
	} {
		_, mistakes := scheme.FindMistakes([]byte(text))
		found := false
		for _, m := range mistakes {
			found = found || strings.HasPrefix(m.String(), want)
		}
		if !found {
			t.Errorf("%q: %v", text, mistakes)
		}
	}
}

// A member that stands twice does not hide the members that stand once.
func TestAMemberThatStandsTwiceIsTheOnlyMistake(t *testing.T) {
	_, found := scheme.FindMistakes([]byte(file(t, "constructor-1") + "termYears: 4\n"))
	if len(found) != 1 || found[0].Path != "termYears" || found[0].Text != "stands here twice" {
		t.Error(found)
	}
}
