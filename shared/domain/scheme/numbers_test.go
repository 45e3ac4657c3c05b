package scheme_test

import (
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

var partInBraces = regexp.MustCompile(`\{([a-zA-Z]+)(?::([0-9]+))?\}`)

// drawNumber draws a number of a grammar, in any of its patterns.
func drawNumber(t *rapid.T, g *certificate.Grammar) string {
	pattern := rapid.SampledFrom(g.Patterns).Draw(t, "pattern")
	return partInBraces.ReplaceAllStringFunc(pattern, func(token string) string {
		m := partInBraces.FindStringSubmatch(token)
		part := g.Parts[m[1]]
		width := part.Digits
		if m[2] != "" {
			width = must.Get(strconv.Atoi(m[2]))
		}
		switch {
		case part.Must != "":
			return part.Must
		case part.Is == "choice":
			return rapid.SampledFrom(part.Of).Draw(t, m[1])
		case part.Is == "province":
			return string(rapid.SampledFrom([]rune(certificate.ProvinceNames)).Draw(t, m[1]))
		case part.Is == "area":
			return fmt.Sprintf("%d%0*d", rapid.SampledFrom([]int{11, 31, 43, 65}).Draw(t, m[1]), width-2, 0)[:width]
		case part.Is == "year" && width == 2:
			return "21"
		case part.Is == "year":
			return "2021"
		}
		return rapid.StringMatching(fmt.Sprintf("[0-9]{%d}", width)).Draw(t, m[1])
	})
}

// A number leads to one certificate, whatever its kind: only kinds with the same form share one.
func TestNoNumberIsOfTwoForms(t *testing.T) {
	set := must.Get(scheme.Load())
	for _, s := range set.List() {
		t.Run(s.ID, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				number := drawNumber(t, s.Number)
				own, err := s.Number.Parse(number)
				if err != nil {
					t.Fatalf("%s is no number: %v", number, err)
				}
				if got := set.Numbers().Canonical(number); got != own.Canonical() {
					t.Fatalf("%s is looked up as %s, not %s", number, got, own.Canonical())
				}
				for _, other := range set.List() {
					if isSameForm(s.Number, other.Number) {
						continue
					}
					if _, err := other.Number.Parse(number); err == nil {
						t.Fatalf("%s is a number of %s, too", number, other.ID)
					}
				}
			})
		})
	}
}

// isSameForm reports whether grammars take the same numbers.
func isSameForm(a, b *certificate.Grammar) bool {
	return reflect.DeepEqual(a.Patterns, b.Patterns) && reflect.DeepEqual(a.Parts, b.Parts)
}
