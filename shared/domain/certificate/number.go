package certificate

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Number is a number (注册编号, 证书编号) that was read by the grammar of a kind of certificate.
type Number struct {
	grammar *Grammar
	pattern pattern           // the one it was written in
	values  map[string]string // by part; years have four digits
}

// ProvinceNames are the characters a number may begin with: the provinces'
// abbreviations and 军 for the army's construction bureau.
const ProvinceNames = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼军"

// armyCode is used instead of a province code for the army's bureau in numbers, and ArmyArea in
// area codes. GB/T 2260 has neither.
const (
	armyCode = "99"
	ArmyArea = "990000"
)

// provinces are the first two digits of GB/T 2260.
var provinces = map[string]string{
	"11": "北京市", "12": "天津市", "13": "河北省", "14": "山西省", "15": "内蒙古自治区",
	"21": "辽宁省", "22": "吉林省", "23": "黑龙江省",
	"31": "上海市", "32": "江苏省", "33": "浙江省", "34": "安徽省", "35": "福建省", "36": "江西省", "37": "山东省",
	"41": "河南省", "42": "湖北省", "43": "湖南省", "44": "广东省", "45": "广西壮族自治区", "46": "海南省",
	"50": "重庆市", "51": "四川省", "52": "贵州省", "53": "云南省", "54": "西藏自治区",
	"61": "陕西省", "62": "甘肃省", "63": "青海省", "64": "宁夏回族自治区", "65": "新疆维吾尔自治区",
	"71": "台湾省", "81": "香港特别行政区", "82": "澳门特别行政区",
}

// AreaName returns the name of the province-level area of an area code of two or more digits (GB/T
// 2260), 军队 for ArmyArea, or "" if there is none.
func AreaName(code string) string {
	switch {
	case len(code) < 2:
		return ""
	case code == ArmyArea:
		return "军队"
	}
	return provinces[code[:2]]
}

// HasArea reports whether the number says in which area it was assigned.
func (n Number) HasArea() bool { return n.areaCode() != "" }

// InArea reports whether an area code lies in the area that the number names, or may lie anywhere
// because the number names none. A constructor's number begins with the province (or the army's bureau)
// where the holder was registered when it was given. A transfer keeps the number, so a transferred
// certificate may have an area in another province.
func (n Number) InArea(area string) bool { return strings.HasPrefix(area, n.areaCode()) }

// IsOf reports whether the number names one of the areas, a part of one or an area around one, or no
// area, or whether there are no areas. Areas are first digits of codes of GB/T 2260.
func (n Number) IsOf(areas []string) bool { return isOf(areas, n.areaCode()) }

// isOf reports whether the area with a code is, has or lies in one of the areas.
func isOf(areas []string, code string) bool {
	return len(areas) == 0 || slices.ContainsFunc(areas, func(area string) bool {
		return strings.HasPrefix(code, area) || strings.HasPrefix(area, code)
	})
}

// Area returns the six-digit code of the area that the number names, 110000 for 京, or "".
func (n Number) Area() string {
	code := n.areaCode()
	if code == "" {
		return ""
	}
	return (code + "0000")[:6]
}

// areaCode returns the digits of the area that the number names, or "".
func (n Number) areaCode() string {
	if n.grammar == nil || n.grammar.Area == "" {
		return ""
	}
	value := n.values[n.grammar.Area]
	if n.grammar.Parts[n.grammar.Area].Is == provincePart {
		return provinceCodes()[value]
	}
	return value
}

// provinceCodes are the codes of the characters in ProvinceNames (GB/T 2260).
func provinceCodes() map[string]string {
	return map[string]string{
		"京": "11", "津": "12", "冀": "13", "晋": "14", "蒙": "15", "辽": "21", "吉": "22", "黑": "23",
		"沪": "31", "苏": "32", "浙": "33", "皖": "34", "闽": "35", "赣": "36", "鲁": "37",
		"豫": "41", "鄂": "42", "湘": "43", "粤": "44", "桂": "45", "琼": "46",
		"渝": "50", "川": "51", "贵": "52", "云": "53", "藏": "54",
		"陕": "61", "甘": "62", "青": "63", "宁": "64", "新": "65", "军": armyCode,
	}
}

// Parse parses a number in any of the grammar's patterns. The error is a *FieldError, with a
// suggestion when replacing look-alike characters makes the number valid.
func (g *Grammar) Parse(s string) (Number, error) { return Grammars{g}.Parse(s) }

// Grammars are the grammars of several kinds of certificate, for numbers whose kind is not known.
type Grammars []*Grammar

// Parse parses a number by the first grammar that it fits, as Grammar.Parse does. The error is that of
// the grammar that it fits best.
func (all Grammars) Parse(s string) (Number, error) {
	var best *FieldError
	reached := -1
	for _, g := range all {
		n, err := g.read(s)
		if err == nil {
			return n, nil
		}
		if err.reached > reached {
			best, reached = err.FieldError, err.reached
		}
	}
	if reached <= 0 {
		best = all.formError()
	}
	return Number{}, ExplainForm(best, s).withSuggestion(all.suggest(s))
}

// Canonical returns the spelling under which a number is looked up: an old spelling and the present one
// of a number are one number. Text that is not a number is returned unchanged.
func (all Grammars) Canonical(s string) string {
	n, err := all.Parse(s)
	if err != nil {
		return s
	}
	return n.Canonical()
}

// suggest returns the number that s probably means, or "".
func (all Grammars) suggest(s string) string {
	if bare := all.readLoosely(BareCode(s)); bare != "" {
		return bare
	}
	return all.readLoosely(suggestCode(s, lookalikes, func(candidate string) bool { return all.readLoosely(candidate) != "" }))
}

// readLoosely returns the number, as it is printed, of which s is the bare code, or "".
func (all Grammars) readLoosely(s string) string {
	for _, g := range all {
		if n, err := g.match(s, func(p pattern) *regexp.Regexp { return p.loose }); err == nil {
			return n.String()
		}
	}
	return ""
}

// ConcealColumn returns the text of a column of numbers: unchanged if it has the form of a number of one
// of the grammars, otherwise masked by MaskIDNumber, because it may be a document's number.
func (all Grammars) ConcealColumn(text string) string {
	for _, g := range all {
		for _, p := range g.patterns {
			if p.strict.MatchString(text) && CheckImpersonal(text) == nil {
				return text
			}
		}
	}
	return MaskIDNumber(text)
}

// formError is the error of a text that fits no pattern. It names each form once.
func (all Grammars) formError() *FieldError {
	var zh, en []string
	named := make(map[string]bool)
	for _, g := range all {
		if form := g.Label.ZH + "应为" + g.Form.ZH; !named[form] {
			named[form] = true
			zh = append(zh, form+"，如 "+g.Example)
			en = append(en, "A "+g.Label.EN+" is "+g.Form.EN+", like "+g.Example)
		}
	}
	return newFieldError("number.form", strings.Join(zh, "；")+"。", strings.Join(en, ". ")+".")
}

// String returns the number in the spelling it was written in.
func (n Number) String() string { return n.pattern.write(n.values) }

// Canonical returns the number in the grammar's first pattern, if that has the same parts: a
// constructor's old number with two-digit years and its present one have the same. A check character is
// that of the first pattern.
func (n Number) Canonical() string {
	if !n.pattern.convertible {
		return n.String()
	}
	kept := ""
	for _, t := range n.grammar.patterns[0].tokens {
		written := pattern{tokens: []token{t}}.write(n.values)
		if check := checkers[n.grammar.Parts[t.part].By]; check.compute != nil {
			if c := check.compute(keepCodeCharacters(kept)); c != 0 {
				written = string(rune(c))
			}
		}
		kept += written
	}
	return kept
}

// checkIssue returns the error of a year that is later than that of the day of issue, or nil.
func (n Number) checkIssue(year int) *FieldError {
	for _, t := range n.pattern.tokens {
		part := n.grammar.Parts[t.part]
		if value, _ := strconv.Atoi(n.values[t.part]); part.NotAfterIssue && value > year {
			return newFieldError("number.years",
				n.grammar.Label.ZH+"中的"+part.Name.ZH+"晚于证照颁发日期。",
				"The "+part.Name.EN+" in the number is later than the day of issue.")
		}
	}
	return nil
}

// numberError is the error of a number, and how many parts of it were checked; none of a text that fits
// no pattern, which has no FieldError.
type numberError struct {
	*FieldError
	reached int
}

// read parses a number as it is printed and checks the rules of its parts.
func (g *Grammar) read(s string) (Number, *numberError) {
	return g.match(s, func(p pattern) *regexp.Regexp { return p.strict })
}

func (g *Grammar) match(s string, of func(pattern) *regexp.Regexp) (Number, *numberError) {
	best := &numberError{reached: 0}
	for _, p := range g.patterns {
		m := of(p).FindStringSubmatch(s)
		if m == nil {
			continue
		}
		n := g.assign(p, m[1:])
		err := n.check()
		if err == nil {
			return n, nil
		}
		if err.reached > best.reached {
			best = err
		}
	}
	return Number{}, best
}

// assign returns the number with the texts of a pattern's parts.
func (g *Grammar) assign(p pattern, texts []string) Number {
	n := Number{grammar: g, pattern: p, values: make(map[string]string)}
	for _, t := range p.tokens {
		if t.part == "" {
			continue
		}
		value := texts[len(n.values)]
		if t.short { // a registration begins in this century
			value = "20" + value
		}
		n.values[t.part] = g.Parts[t.part].restore(value)
	}
	return n
}

// restore returns the text of a choice of which value is the bare code; every other value is itself.
func (p Part) restore(value string) string {
	if slices.Contains(p.Of, value) {
		return value
	}
	for _, text := range p.Of {
		if BareCode(text) == value {
			return text
		}
	}
	return value
}

// check checks the parts in the order of the pattern, and then the years among each other.
func (n Number) check() *numberError {
	before := ""
	for i, t := range n.pattern.tokens {
		if err := n.checkPart(t, before); err != nil {
			return &numberError{err, i + 1}
		}
		written := pattern{tokens: []token{t}}
		before += written.write(n.values)
	}
	for _, t := range n.pattern.tokens {
		part := n.grammar.Parts[t.part]
		if limit := n.grammar.Parts[part.NotAfter]; part.NotAfter != "" && n.values[t.part] > n.values[part.NotAfter] {
			return &numberError{newFieldError("number.years",
				n.grammar.Label.ZH+"中的"+part.Name.ZH+"晚于"+limit.Name.ZH+"。",
				"The "+part.Name.EN+" in the "+n.grammar.Label.EN+" is later than the "+limit.Name.EN+"."), len(n.pattern.tokens) + 1}
		}
	}
	return nil
}

// checkPart checks one part by itself; before is the number up to it.
func (n Number) checkPart(t token, before string) *FieldError {
	part, value, label := n.grammar.Parts[t.part], n.values[t.part], n.grammar.Label
	switch {
	case part.Must != "" && value != part.Must:
		return newFieldError("number.level",
			label.ZH+"的"+part.Name.ZH+"应为 "+part.Must+"。",
			"The "+part.Name.EN+" of the "+label.EN+" should be "+part.Must+".")
	case part.Is == areaPart && provinces[value[:2]] == "" && !(part.Army && value[:2] == armyCode):
		return newFieldError("number.province",
			label.ZH+"中的"+part.Name.ZH+" "+value+" 不存在。",
			"There is no province with the code "+value+" in the "+label.EN+".")
	case part.Is == checkPart && value != string(checkers[part.By].compute(keepCodeCharacters(before))):
		return newFieldError("number.checksum", label.ZH+"校验不通过，请核对。", "The "+label.EN+" fails its check; please compare it.")
	}
	return nil
}

// keepCodeCharacters returns the digits and capital letters of s.
func keepCodeCharacters(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && base36(byte(r)) >= 0 {
			return r
		}
		return -1
	}, s)
}
