package certificate

import (
	"strings"
	"testing"
)

func TestRepair(t *testing.T) {
	oneOf := func(good ...string) func(string) bool {
		return func(s string) bool {
			for _, g := range good {
				if s == g {
					return true
				}
			}
			return false
		}
	}
	for _, test := range []struct {
		is, value string
		ok        func(string) bool
		want      string
	}{
		{"one way to replace", "lOl", oneOf("101"), "101"},
		{"the fewest replacements, found last", "OOO", oneOf("000", "OO0"), "OO0"},
		{"the fewest replacements, found first", "OOO", oneOf("0OO", "000"), "0OO"},
		{"two ways with equally many are no suggestion", "OOO", oneOf("0OO", "O0O"), ""},
		{"a tie does not hide a better way found later", "OOO", oneOf("00O", "0O0", "OO0"), "OO0"},
		{"no way", "lOl", oneOf("100"), ""},
		{"full-width characters", "１Ｏ", oneOf("10"), "10"},
		{"the value itself is no suggestion", "1O", oneOf("1O"), ""},
		{"more look-alikes than can be tried: all of them", strings.Repeat("O", 13), oneOf(strings.Repeat("0", 13)), strings.Repeat("0", 13)},
		{"more look-alikes than can be tried: not some of them", strings.Repeat("O", 13), oneOf(strings.Repeat("0", 12) + "O"), ""},
		{"a value longer than any number", strings.Repeat("O", 129), oneOf(strings.Repeat("0", 129)), ""},
	} {
		t.Run(test.is, func(t *testing.T) {
			if got := repair(test.value, lookalikes, test.ok); got != test.want {
				t.Errorf("%q, not %q", got, test.want)
			}
		})
	}
}
