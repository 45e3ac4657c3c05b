package certificate_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// drawGrammar draws a grammar of few characters, so that two of them often read the same texts; it has
// the parts, and perhaps a pattern, of another one.
func drawGrammar(t *rapid.T, other *certificate.Grammar) *certificate.Grammar {
	named := problem.Text{ZH: "部分", EN: "part"}
	part := rapid.SampledFrom([]certificate.Part{
		{Is: "digits", Digits: 1}, {Is: "digits", Digits: 2}, {Is: "digits", Digits: 3}, {Is: "year"}, {Is: "province"},
		{Is: "area", Digits: 2, Name: named}, {Is: "check", By: "mod10"}, {Is: "check", By: "mod37-36"},
		{Is: "choice", Of: []string{"1", "2"}}, {Is: "choice", Of: []string{"1", "11", "A"}},
		{Is: "choice", Of: []string{"1", "2"}, Must: "2", Name: named}, {Is: "choice", Of: []string{"A-", "A"}},
	})
	g := &certificate.Grammar{Label: named, Form: named, Parts: map[string]certificate.Part{}}
	names := []string{"a", "b", "c"}
	for _, name := range names {
		g.Parts[name] = part.Draw(t, name)
	}
	if other != nil {
		g.Parts = other.Parts
		if rapid.Bool().Draw(t, "same pattern") {
			g.Patterns = append(g.Patterns, rapid.SampledFrom(other.Patterns).Draw(t, "pattern"))
		}
	}
	for range rapid.IntRange(1, 3).Draw(t, "patterns") {
		pattern := ""
		for _, name := range rapid.Permutation(names).Draw(t, "order") {
			pattern += rapid.SampledFrom([]string{"", "", "1", "A", "京", "-", "20"}).Draw(t, "text")
			if g.Parts[name].Is == "year" && rapid.Bool().Draw(t, "short") {
				name += ":2"
			}
			pattern += "{" + name + "}"
		}
		g.Patterns = append(g.Patterns, pattern)
	}
	return g
}

// drawText draws what a pattern of a grammar may match.
func drawText(t *rapid.T, g *certificate.Grammar) string {
	pattern := rapid.SampledFrom(g.Patterns).Draw(t, "pattern")
	for name, part := range g.Parts {
		of := map[string]string{"digits": fmt.Sprintf("[0-2]{%d}", part.Digits), "year": "20[12][01]", "province": "京", "area": "1[12]", "check": "[0-9A]"}[part.Is]
		if part.Is == "choice" {
			of = strings.Join(part.Of, "|")
		}
		short := rapid.StringMatching("[12][01]").Draw(t, name)
		pattern = strings.NewReplacer("{"+name+"}", rapid.StringMatching(of).Draw(t, name), "{"+name+":2}", short).Replace(pattern)
	}
	return pattern
}

// Grammars without a conflict keep every number in one spelling, whichever grammar reads it first.
func TestNoNumberHasTwoSpellings(t *testing.T) {
	compared := 0
	rapid.Check(t, func(t *rapid.T) {
		a := drawGrammar(t, nil)
		b := drawGrammar(t, a)
		for _, g := range []*certificate.Grammar{a, b} {
			g.Example = drawText(t, g)
			if g.Compile() != nil {
				t.SkipNow()
			}
		}
		if _, found := a.FindConflict(b); found {
			t.SkipNow()
		}
		for range 20 {
			text := drawText(t, a)
			n, err := a.Parse(text)
			if err != nil {
				continue
			}
			kept := n.Canonical()
			if again := (certificate.Grammars{a}).Canonical(kept); again != kept {
				t.Fatalf("%s is kept as %s, and that as %s, by %q", text, kept, again, a.Patterns)
			}
			if n, err := b.Parse(text); err == nil && n.Canonical() != kept {
				t.Fatalf("%s is kept as %s by %q, and as %s by %q", text, kept, a.Patterns, n.Canonical(), b.Patterns)
			} else if err == nil {
				compared++
			}
			for _, both := range []certificate.Grammars{{a, b}, {b, a}} {
				if got := both.Canonical(kept); got != kept {
					t.Fatalf("%s is kept as %s beside %q and %q", kept, got, a.Patterns, b.Patterns)
				}
			}
		}
	})
	if compared < 20 {
		t.Errorf("only %d texts were numbers of both grammars", compared)
	}
}

// A new kind cannot take over how the numbers of another are kept; kinds of one form may be beside each other.
func TestGrammarsThatKeepANumberInTwoSpellingsConflict(t *testing.T) {
	digits := func(n int) certificate.Part { return certificate.Part{Is: "digits", Digits: n} }
	compile := func(example string, parts map[string]certificate.Part, patterns ...string) *certificate.Grammar {
		text := problem.Text{ZH: "编号", EN: "number"}
		g := &certificate.Grammar{Label: text, Form: text, Example: example, Patterns: patterns, Parts: parts}
		if err := g.Compile(); err != nil {
			t.Fatal(err)
		}
		return g
	}
	constructor := constructors(t, "")[0]
	apprentice := map[string]certificate.Part{"province": {Is: "province"}, "rest": digits(16)}
	for _, test := range []struct {
		is    string
		a, b  *certificate.Grammar
		found bool
	}{
		{"another first spelling of the same texts", constructor, compile("京-1112019202000001", apprentice, "{province}-{rest}", "{province}{rest}"), true},
		{"the same texts as they are", constructor, compile("京1112019202000001", apprentice, "{province}{rest}"), false},
		{"the old texts as they are", constructor, compile("京111192000001", map[string]certificate.Part{"province": {Is: "province"}, "rest": digits(12)}, "{province}{rest}"), true},
		{"the same grammar", constructor, constructor, false},
		{"another length", constructor, compile("京-11120192020000", map[string]certificate.Part{"province": {Is: "province"}, "rest": digits(14)}, "{province}-{rest}", "{province}{rest}"), false},
	} {
		for _, pair := range [][2]*certificate.Grammar{{test.a, test.b}, {test.b, test.a}} {
			c, found := pair[0].FindConflict(pair[1])
			if found != test.found {
				t.Errorf("%s: %v, %+v", test.is, found, c)
			}
		}
	}
}

// A check character belongs to the spelling; a part of another length is another part.
func TestASpellingIsConvertedAsAWhole(t *testing.T) {
	const head = "label: {zh: 编号, en: number}\nform: {zh: 数字, en: digits}\n"
	checked, err := readGrammar(t, head+`
example: 甲20210013
patterns: ["甲{year}{serial}{check}", "甲{year:2}{serial}{check}"]
parts: { year: { is: year }, serial: { is: digits, digits: 3 }, check: { is: check, by: mod11-10 } }
`)
	if err != nil {
		t.Fatal(err)
	}
	n, err := checked.Parse("甲210016")
	if err != nil || n.String() != "甲210016" || n.Canonical() != "甲20210013" {
		t.Errorf("it is kept as %s: %v", n.Canonical(), err)
	}
	shorter, err := readGrammar(t, head+`
example: 甲12345
patterns: ["甲{serial}", "甲{serial:4}", "甲乙{year}", "甲丙{year:2}"]
parts: { serial: { is: digits, digits: 5 }, year: { is: year } }
`)
	if err != nil {
		t.Fatal(err)
	}
	for _, number := range []string{"甲12345", "甲1234", "甲乙2020", "甲丙20"} {
		if got := (certificate.Grammars{shorter}).Canonical(number); got != number {
			t.Errorf("%s is kept as %s", number, got)
		}
	}
}
