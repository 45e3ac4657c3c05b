package scheme_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// Files that are right by themselves do not load together where one takes over what the other has.
func TestSchemesThatClashDoNotLoad(t *testing.T) {
	first := file(t, "constructor-2-beijing")
	// of takes replacements of texts of the first file by those of another kind.
	of := func(changes ...string) string {
		own := []string{"id: constructor-2-beijing", "id: apprentice", "13338W001", "13338W801", "typeName: 二级建造师注册证书", "typeName: 学徒证书"}
		return strings.NewReplacer(append(changes, own...)...).Replace(first)
	}
	before, rest, _ := strings.Cut(of(), "  patterns:\n")
	_, after, _ := strings.Cut(rest, "\nissuer:")
	apprentice := func(patterns string) string {
		return before + "  patterns: " + patterns + "\n  parts: { province: { is: province }, rest: { is: digits, digits: 16 } }\nissuer:" + after
	}
	for _, test := range []struct{ is, second, says string }{
		{"another kind of the same form", of(), ""},
		{"the same texts as they are", apprentice(`["{province}{rest}"]`), ""},
		{"the same texts in another spelling", apprentice(`["{province}-{rest}", "{province}{rest}"]`), "b.yml:22:35: number.patterns.1 takes 京2000000000000000, which patterns.0 keeps in another spelling in a.yaml"},
		{"one id", of("id: constructor-2-beijing", "id: constructor-2-beijing"), "b.yml:5:5: id is constructor-2-beijing, as in a.yaml"},
		{"one type code", of("13338W001", "13338W001"), "typeName is 学徒证书; the same typeCode has another name in a.yaml"},
		{"one type twice", of("13338W001", "13338W001", "typeName: 二级建造师注册证书", "typeName: 二级建造师注册证书"), "typeCode is 11100000000013338W001 of the same issuer, as in a.yaml"},
		{"one name of two types", of("typeName: 二级建造师注册证书", "typeName: 二级建造师注册证书"), "typeName is 二级建造师注册证书 of the same issuer, as in a.yaml"},
		{"one type of another issuer", of("13338W001", "13338W001", "typeName: 二级建造师注册证书", "typeName: 二级建造师注册证书", "  name: 北京", "  name: 湖南", "11110000000021135M", "11430000006122244L"), ""},
		{"one authority with two names", of("  name: 北京", "  name: 南京"), "issuer.name is 南京市住房和城乡建设委员会; the same code has another name in a.yaml"},
		{"one name of two authorities", of("11110000000021135M", "11430000006122244L"), "issuer.code is 11430000006122244L; the same name has another code in a.yaml"},
	} {
		set, err := scheme.LoadFrom(fstest.MapFS{"a.yaml": {Data: []byte(first)}, "b.yml": {Data: []byte(test.second)}, "c.txt": {Data: []byte("no scheme")}})
		switch {
		case test.says == "" && (err != nil || len(set.List()) != 2):
			t.Errorf("%s: %d kinds, %v", test.is, len(set.List()), err)
		case test.says != "" && (err == nil || !strings.Contains(err.Error(), test.says)):
			t.Errorf("%s: %v", test.is, err)
		}
	}
}

func TestTheAreasOfASchemeAreCodes(t *testing.T) {
	for areas, says := range map[string]string{
		`["43", "4401", "110105"]`: "", `["4300"]`: `areas.0 is "4300" and ends in zeros`, `["11", "11"]`: "areas.1 11 is listed twice",
		`["98"]`: `areas.0 is "98" and not`, `["1"]`: `areas.0 is "1" and not`, `[湖南]`: `areas.0 is "湖南" and not`, `["11"]`: "number.example is of an area",
	} {
		_, err := scheme.Parse([]byte(strings.Replace(file(t, "constructor-2-hunan"), `areas: ["43"]`, "areas: "+areas, 1)))
		if says == "" && err != nil || says != "" && (err == nil || !strings.Contains(err.Error(), says)) {
			t.Errorf("%s: %v", areas, err)
		}
	}
}

func TestWhatASchemeCountsIsBounded(t *testing.T) {
	for change, says := range map[[2]string]string{
		{"maxDays: 90", "maxDays: 3652"}: "", {"maxDays: 90", "maxDays: 3653"}: "window.maxDays is 3653 and more than 3652",
		{"maxDays: 90", "maxMonths: 121"}: "window.maxMonths is 121 and more than 120", {"maxDays: 90", "maxMonths: 120"}: "", {"termYears: 3", "termYears: 51"}: "termYears is 51 and more than 50",
		{"dailyQuota: 3", "dailyQuota: 10001"}: "dailyQuota is 10001 and more than 10000", {"dailyQuota: 3", "dailyQuota: -1"}: "dailyQuota is negative",
		{"ageLimit: 65", "ageLimit: 17"}: "ageLimit is 17 and no age", {"ageLimit: 65", "ageLimit: 121"}: "ageLimit is 121 and no age", {"ageLimit: 65", "ageLimit: 18"}: "",
	} {
		_, err := scheme.Parse([]byte(strings.Replace(file(t, "constructor-2-hunan"), change[0], change[1], 1)))
		if says == "" && err != nil || says != "" && (err == nil || !strings.Contains(err.Error(), says)) {
			t.Errorf("%s: %v", change[1], err)
		}
	}
}
