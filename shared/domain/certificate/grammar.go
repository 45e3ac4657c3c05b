package certificate

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// Grammar is the form of the numbers of one kind of certificate, as its scheme gives it: patterns of
// text and parts in braces, and what each part is.
//
//	patterns: ["{province}{level}{serial}", "{province}{level}-{serial:4}"]
//
// The first pattern is the one in which a number is kept and looked up. A number in a later pattern
// with the same parts, each as long, is the same number in another spelling; any other stays as it is.
// After a colon stands the number of digits, where it is not the part's own; a year of two digits is
// one of this century.
type Grammar struct {
	Label    problem.Text    `yaml:"label" json:"label"`     // what the number is called
	Form     problem.Text    `yaml:"form" json:"form"`       // the form in words, for messages
	Example  string          `yaml:"example" json:"example"` // for messages
	Patterns []string        `yaml:"patterns" json:"patterns"`
	Parts    map[string]Part `yaml:"parts" json:"parts"`
	Area     string          `yaml:"area" json:"area,omitempty"` // the part that gives the area in which the number is assigned; "" if none does

	patterns []pattern
}

// Part is one part of a number.
type Part struct {
	Is            string       `yaml:"is" json:"is"`                   // a kind: province, area, year, digits, choice or check
	Name          problem.Text `yaml:"name" json:"name,omitzero"`      // for messages
	Digits        int          `yaml:"digits" json:"digits,omitempty"` // of area and digits
	Army          bool         `yaml:"army" json:"army,omitempty"`     // an area may be the army's, 99
	Of            []string     `yaml:"of" json:"of,omitempty"`         // the texts of a choice
	Must          string       `yaml:"must" json:"must,omitempty"`     // the one of them that numbers of this kind of certificate have
	NotAfter      string       `yaml:"notAfter" json:"notAfter,omitempty"`
	NotAfterIssue bool         `yaml:"notAfterIssue" json:"notAfterIssue,omitempty"` // a year that is not later than that of the day of issue
	By            string       `yaml:"by" json:"by,omitempty"`                       // the algorithm of a check character
}

// The kinds of parts.
const (
	provincePart = "province" // a character of ProvinceNames
	areaPart     = "area"     // digits that begin with a province's code of GB/T 2260
	yearPart     = "year"
	digitsPart   = "digits"
	choicePart   = "choice"
	checkPart    = "check" // over all letters and digits before it
)

// token is a piece of a pattern: a text, or a part with its number of digits.
type token struct {
	text, part string
	digits     int
	short      bool // a year in two digits
}

// pattern is a pattern in parsed form. Strict matches a number as it is printed, loose what BareCode
// makes of it.
type pattern struct {
	tokens        []token
	strict, loose *regexp.Regexp
	convertible   bool // has the parts of the first pattern, so that a number is kept as that one writes it
	readings      []reading
}

var (
	placeholder = regexp.MustCompile(`\{([a-zA-Z]+)(?::([0-9]{1,2}))?\}`)
	partName    = regexp.MustCompile(`^[a-zA-Z]+$`)
)

// NumberForm is the form of all numbers of every grammar, a regular expression.
const NumberForm = `^[0-9A-Z一-鿿()（）\[\]〔〕-]{4,32}$`

// longestNumber bounds a number in characters.
const longestNumber = 32

var (
	anyNumber   = regexp.MustCompile(NumberForm)
	literalForm = regexp.MustCompile(`^[0-9A-Z一-鿿()（）\[\]〔〕-]+$`)
)

// RuleError is a rule that a grammar, or the file of a kind of certificate, breaks. Path leads to the wrong
// member.
type RuleError struct {
	Path []string
	Text string
}

func (e *RuleError) Error() string { return strings.Join(e.Path, ".") + " " + e.Text }

// Compile prepares the grammar for Parse. The error joins a *RuleError for each rule that the
// grammar breaks.
func (g *Grammar) Compile() error {
	var errs []error
	wrong := func(text string, path ...string) { errs = append(errs, &RuleError{path, text}) }
	for name, text := range map[string]problem.Text{"label": g.Label, "form": g.Form} {
		if text.ZH == "" || text.EN == "" {
			wrong("needs zh and en", name)
		}
	}
	for name, part := range g.Parts {
		for _, e := range g.checkPart(name, part) {
			e.Path = append([]string{"parts", name}, e.Path...)
			errs = append(errs, e)
		}
	}
	if len(g.Patterns) == 0 {
		wrong("is missing", "patterns")
	}
	g.patterns = nil
	for i, text := range g.Patterns {
		p, err := g.parsePattern(text)
		if err != nil {
			wrong(err.Error(), "patterns", strconv.Itoa(i))
			continue
		}
		p.convertible = i == 0 || len(g.patterns) > 0 && g.patterns[0].hasPartsOf(p)
		g.patterns = append(g.patterns, p)
	}
	if area, ok := g.Parts[g.Area]; g.Area != "" && (!ok || area.Is != provincePart && area.Is != areaPart) {
		wrong("is no part of the kind province or area", "area")
	}
	if len(errs) == 0 {
		for i, p := range g.patterns {
			g.patterns[i].strict = g.expression(p.tokens, func(s string) string { return s })
			g.patterns[i].loose = g.expression(p.tokens, BareCode)
		}
		for i, p := range g.patterns {
			if g.patterns[i].readings = g.listReadings(p, i == 0); g.patterns[i].readings == nil {
				wrong("has choices of too many lengths", "patterns", strconv.Itoa(i))
			}
		}
		if c, found := g.FindConflict(g); found {
			wrong(fmt.Sprintf("takes %s, as patterns.%d does, which would keep it in another spelling", c.Text, c.Other), "patterns", strconv.Itoa(c.Pattern))
		}
		if _, err := g.Parse(g.Example); err != nil {
			wrong("breaks the grammar: "+err.Error(), "example")
		} else if !anyNumber.MatchString(g.Example) {
			wrong("has not between 4 and 32 characters", "example")
		}
	}
	return errors.Join(errs...)
}

// checkPart returns the rules that a part breaks.
func (g *Grammar) checkPart(name string, p Part) (errs []*RuleError) {
	wrong := func(text string, path ...string) { errs = append(errs, &RuleError{path, text}) }
	needsName := p.Is == areaPart || p.Must != "" || p.NotAfter != "" || p.NotAfterIssue
	switch {
	case !partName.MatchString(name):
		wrong("has a name that is not of letters only")
	case needsName && (p.Name.ZH == "" || p.Name.EN == ""):
		wrong("needs a name in zh and en, because a message names it")
	}
	switch p.Is {
	case provincePart, yearPart:
	case areaPart:
		if p.Digits != 2 && p.Digits != 4 && p.Digits != 6 {
			wrong("is 2, 4 or 6", "digits")
		}
	case digitsPart:
		if p.Digits < 1 || p.Digits > longestNumber {
			wrong("is missing or too large", "digits")
		}
	case choicePart:
		if len(p.Of) == 0 || slices.ContainsFunc(p.Of, func(text string) bool { return !literalForm.MatchString(text) }) {
			wrong("lists the texts of the choice, of digits, capital letters, Chinese characters, brackets and hyphens", "of")
		}
		if p.Must != "" && !slices.Contains(p.Of, p.Must) {
			wrong("is not in of", "must")
		}
	case checkPart:
		if checkers[p.By].compute == nil {
			wrong("is no algorithm for check characters: "+strings.Join(listCheckers(), ", "), "by")
		}
	default:
		wrong("is province, area, year, digits, choice or check", "is")
	}
	if p.NotAfter != "" && (p.Is != yearPart || g.Parts[p.NotAfter].Is != yearPart || g.Parts[p.NotAfter].Name.ZH == "" || g.Parts[p.NotAfter].Name.EN == "") {
		wrong("compares a year with another year that has a name", "notAfter")
	}
	if p.NotAfterIssue && p.Is != yearPart {
		wrong("is for a year", "notAfterIssue")
	}
	return errs
}

// parsePattern parses a pattern.
func (g *Grammar) parsePattern(text string) (pattern, error) {
	var p pattern
	seen := make(map[string]bool)
	literal := func(s string) error {
		switch {
		case strings.ContainsAny(s, "{}"):
			return errors.New("has a brace that encloses no part")
		case s != "" && !literalForm.MatchString(s):
			return fmt.Errorf("has %q; a number consists of digits, capital letters, Chinese characters, brackets and hyphens", s)
		case s != "":
			p.tokens = append(p.tokens, token{text: s})
		}
		return nil
	}
	end := 0
	for _, m := range placeholder.FindAllStringSubmatchIndex(text, -1) {
		if err := literal(text[end:m[0]]); err != nil {
			return pattern{}, err
		}
		end = m[1]
		t := token{part: text[m[2]:m[3]]}
		part, known := g.Parts[t.part]
		switch {
		case !known:
			return pattern{}, fmt.Errorf("has the part %s, which is not in parts", t.part)
		case seen[t.part]:
			return pattern{}, fmt.Errorf("has the part %s twice", t.part)
		}
		seen[t.part], t.digits = true, part.Digits
		if part.Is == yearPart {
			t.digits = 4
		}
		if m[4] >= 0 {
			t.digits, _ = strconv.Atoi(text[m[4]:m[5]])
			t.short = part.Is == yearPart && t.digits == 2
			switch {
			case part.Is != yearPart && part.Is != digitsPart:
				return pattern{}, fmt.Errorf("gives a number of digits to %s, which has none", t.part)
			case part.Is == yearPart && t.digits != 2 && t.digits != 4, t.digits < 1, t.digits > longestNumber:
				return pattern{}, fmt.Errorf("gives %s %d digits", t.part, t.digits)
			}
		}
		p.tokens = append(p.tokens, t)
	}
	if err := literal(text[end:]); err != nil {
		return pattern{}, err
	}
	for name, part := range g.Parts {
		if part.NotAfter != "" && seen[name] && !seen[part.NotAfter] {
			return pattern{}, fmt.Errorf("has %s without %s", name, part.NotAfter)
		}
	}
	if len(seen) == 0 {
		return pattern{}, errors.New("has no part")
	}
	return p, nil
}

// expression returns the regular expression of a pattern, with a group for each part.
func (g *Grammar) expression(tokens []token, width func(string) string) *regexp.Regexp {
	var b strings.Builder
	b.WriteString("^")
	for _, t := range tokens {
		switch part := g.Parts[t.part]; {
		case t.part == "":
			b.WriteString(regexp.QuoteMeta(width(t.text)))
		case part.Is == provincePart:
			b.WriteString("([" + ProvinceNames + "])")
		case part.Is == choicePart:
			var texts []string
			for _, text := range part.Of {
				texts = append(texts, regexp.QuoteMeta(width(text)))
			}
			b.WriteString("(" + strings.Join(texts, "|") + ")")
		case part.Is == checkPart:
			b.WriteString("([" + checkers[part.By].characters + "])")
		default:
			fmt.Fprintf(&b, "([0-9]{%d})", t.digits)
		}
	}
	b.WriteString("$")
	return regexp.MustCompile(b.String())
}

// Shapes returns a regular expression for each pattern that texts can be searched for, with the
// pattern's texts as fold changes them and letters in lower case; none for a pattern of digits only,
// which any other number has.
func (g *Grammar) Shapes(fold func(string) string) []*regexp.Regexp {
	var all []*regexp.Regexp
	for _, p := range g.patterns {
		var b strings.Builder
		for _, t := range p.tokens {
			switch part := g.Parts[t.part]; {
			case t.part == "":
				b.WriteString(regexp.QuoteMeta(fold(t.text)))
			case part.Is == provincePart:
				b.WriteString("[" + ProvinceNames + "]")
			case part.Is == choicePart:
				var texts []string
				for _, text := range part.Of {
					texts = append(texts, regexp.QuoteMeta(fold(text)))
				}
				b.WriteString("(?:" + strings.Join(texts, "|") + ")")
			case part.Is == checkPart:
				b.WriteString("[0-9a-z]")
			default:
				fmt.Fprintf(&b, "[0-9]{%d}", t.digits)
			}
		}
		if form := b.String(); !digitsOnly.MatchString(form) {
			all = append(all, regexp.MustCompile(form))
		}
	}
	return all
}

// digitsOnly matches an expression of Shapes that fits texts of digits.
var digitsOnly = regexp.MustCompile(`^(?:[0-9]|\[0-9\]\{[0-9]+\}|\[0-9a-z\]|\(\?:[0-9|]+\))*$`)

// hasPartsOf reports whether a later pattern has the parts of p, each as long. A year may have two digits
// there and four in p.
func (p pattern) hasPartsOf(later pattern) bool {
	digits := make(map[string]int)
	for _, t := range p.tokens {
		if t.part != "" {
			digits[t.part] = t.digits
		}
	}
	for _, t := range later.tokens {
		if t.part == "" {
			continue
		}
		if has, ok := digits[t.part]; !ok || has != t.digits && !(t.short && has == 4) {
			return false
		}
		delete(digits, t.part)
	}
	return len(digits) == 0
}

// write writes a number in the pattern.
func (p pattern) write(values map[string]string) string {
	var b strings.Builder
	for _, t := range p.tokens {
		value := values[t.part]
		if t.part == "" {
			value = t.text
		} else if t.short {
			value = value[2:]
		}
		b.WriteString(value)
	}
	return b.String()
}

// IsSame reports whether both grammars say the same.
func (g *Grammar) IsSame(as *Grammar) bool {
	if g == nil || as == nil {
		return g == as
	}
	return g.Label == as.Label && g.Form == as.Form && g.Example == as.Example && g.Area == as.Area &&
		slices.Equal(g.Patterns, as.Patterns) && maps.EqualFunc(g.Parts, as.Parts, Part.isSame)
}

func (p Part) isSame(as Part) bool {
	of := slices.Equal(p.Of, as.Of)
	p.Of, as.Of = nil, nil
	return of && reflect.DeepEqual(p, as)
}
