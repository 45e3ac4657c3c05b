package main

import (
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// everyPart is the number of a kind that has every part there is, and each algorithm of check characters.
const everyPart = `number:
  label: { zh: 证书编号, en: certificate number }
  form: { zh: 全, en: all }
  example: EXAMPLE
  patterns: ["{place}甲[{year}]({choice}){from}{serial}-{check}", "{place}甲[{year:2}]({choice}){from:2}{serial}-{check}", "乙{serial:6}{check}"]
  parts:
    place: { is: province }
    year: { is: year }
    choice: { is: choice, of: [修, 修缮, A-B] }
    from: { is: year, notAfter: year, name: { zh: 起, en: from }, }
    serial: { is: digits, digits: 3 }
    check: { is: check, by: ALGORITHM }
`

// The page reads numbers as the service does: those of every kind, and what comes of changing any character of them.
func TestThePageReadsNumbersAsTheServiceDoes(t *testing.T) {
	sets := []scheme.Set{must.Get(scheme.Load())}
	file := string(must.Get(os.ReadFile("../../shared/domain/scheme/schemes/constructor-1.yaml")))
	begin, end := strings.Index(file, "number:\n"), strings.Index(file, "issuer:\n")
	for _, algorithm := range []string{"mod37-36", "mod11-2", "mod11-10", "mod10"} {
		part := strings.NewReplacer("ALGORITHM", algorithm, "EXAMPLE", findExample(t, algorithm), "year: { is: year }", "year: { is: year, name: { zh: 止, en: until } }").Replace(everyPart)
		sets = append(sets, must.Get(scheme.LoadFrom(fstest.MapFS{"every.yaml": {Data: []byte(file[:begin] + part + file[end:])}})))
	}
	for _, set := range sets {
		numbers := set.Numbers()
		var list []string
		for _, g := range numbers {
			runes := []rune(g.Example)
			list = append(list, g.Example, g.Example+"0", string(runes[1:]))
			for i := range runes {
				for _, other := range "019AX京沪甲-()" {
					changed := slices.Clone(runes)
					changed[i] = other
					list = append(list, string(changed))
				}
			}
		}
		good := 0
		for i, label := range runNode[*string](t, set, "testdata/numbers.mjs", list) {
			_, err := numbers.Parse(list[i])
			if (err == nil) != (label != nil) {
				t.Errorf("%s: the service says %v, the page %v", list[i], err, label)
			}
			if err == nil {
				good++
			}
		}
		if good < len(numbers) {
			t.Errorf("%d numbers are good", good)
		}
	}
}

// findExample returns a number of everyPart with its check character.
func findExample(t *testing.T, algorithm string) string {
	t.Helper()
	for _, c := range "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" {
		g := &certificate.Grammar{
			Label: certificate.Grammar{}.Label, Patterns: []string{"乙{serial:6}{check}"}, Example: "乙123456" + string(c),
			Parts: map[string]certificate.Part{"serial": {Is: "digits", Digits: 3}, "check": {Is: "check", By: algorithm}},
		}
		g.Label.ZH, g.Label.EN, g.Form.ZH, g.Form.EN = "编号", "number", "编号", "number"
		if g.Compile() == nil {
			return g.Example
		}
	}
	t.Fatalf("no check character of %s", algorithm)
	return ""
}
