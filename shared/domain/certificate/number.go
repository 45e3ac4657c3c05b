package certificate

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Number is a registration number (注册编号), printed
// 京1112019202000001: the province of registration in one character, the level,
// the province code of the first registration, the year of qualification, the
// year of first registration and a serial. Until the years were widened to four
// digits it was written with two (京111192000001).
type Number struct {
	Province      string // one character, or 军; the province of the present registration
	Level         string // "1" or "2"
	FirstProvince string // two digits of GB/T 2260, or 99 for the army; the province of the first registration
	Qualified     int    // year
	Registered    int    // year of first registration
	Serial        string // five digits
	Legacy        bool   // was written with two-digit years
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

var (
	modernNumber = regexp.MustCompile(`^([` + ProvinceNames + `])([12])([0-9]{2})([0-9]{4})([0-9]{4})([0-9]{5})$`)
	legacyNumber = regexp.MustCompile(`^([` + ProvinceNames + `])([12])([0-9]{2})([0-9]{2})([0-9]{2})([0-9]{5})$`)
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

// InProvince reports whether an area code lies in the province (or is that of the army) that the
// number begins with, which is where the holder was registered when the number was given. A
// transfer keeps the number, so a transferred certificate may have an area in another province.
func (n Number) InProvince(area string) bool {
	code := provinceCodes()[n.Province]
	return code != "" && strings.HasPrefix(area, code)
}

// ProvinceArea returns the area code of the province that the number begins with, 京 110000.
func (n Number) ProvinceArea() string { return provinceCodes()[n.Province] + "0000" }

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

// ParseNumber parses a registration number of the given level ("1", "2"; "" accepts both) in its
// modern form of 17 characters or its old one of 13. The error is a *FieldError, with a suggestion
// when replacing look-alike characters makes the number valid.
func ParseNumber(s, level string) (Number, error) {
	n, err := readNumber(s, level)
	if err != nil {
		return Number{}, ExplainForm(err, s).withSuggestion(suggestCode(s, lookalikes, func(candidate string) bool {
			_, err := readNumber(candidate, level)
			return err == nil
		}))
	}
	return n, nil
}

// String returns the number in the form it was written in.
func (n Number) String() string {
	if !n.Legacy {
		return n.ModernForm()
	}
	return fmt.Sprintf("%s%s%s%02d%02d%s", n.Province, n.Level, n.FirstProvince, n.Qualified%100, n.Registered%100, n.Serial)
}

// ModernForm returns the number with four-digit years. The old and the new number of a registration
// have the same modern form.
func (n Number) ModernForm() string {
	return fmt.Sprintf("%s%s%s%04d%04d%s", n.Province, n.Level, n.FirstProvince, n.Qualified, n.Registered, n.Serial)
}

// readNumber parses either form and checks the rules between its parts.
func readNumber(s, level string) (Number, *FieldError) {
	n, found := splitNumber(s)
	switch {
	case !found:
		return Number{}, newFieldError("number.form",
			"注册编号应为省份简称加 16 位数字（旧编号为 12 位数字），如 京1112019202000001。",
			"A registration number is a province's character and 16 digits (12 in old numbers), like 京1112019202000001.")
	case level != "" && n.Level != level:
		return Number{}, newFieldError("number.level",
			fmt.Sprintf("注册编号的级别位应为 %s。", level),
			fmt.Sprintf("The level digit of the registration number should be %s.", level))
	case n.FirstProvince != armyCode && provinces[n.FirstProvince] == "":
		return Number{}, newFieldError("number.province",
			"注册编号中的省级代码 "+n.FirstProvince+" 不存在。",
			"There is no province with the code "+n.FirstProvince+" in the registration number.")
	case n.Qualified > n.Registered:
		return Number{}, newFieldError("number.years",
			"注册编号中的取得资格年份晚于初始注册年份。",
			"The year of qualification in the registration number is later than the year of first registration.")
	}
	return n, nil
}

// splitNumber splits a number into its parts by form alone.
func splitNumber(s string) (Number, bool) {
	legacy := false
	m := modernNumber.FindStringSubmatch(s)
	if m == nil {
		legacy = true
		m = legacyNumber.FindStringSubmatch(s)
	}
	if m == nil {
		return Number{}, false
	}
	qualified, _ := strconv.Atoi(m[4])
	registered, _ := strconv.Atoi(m[5])
	if legacy { // registration of constructors began in this century
		qualified += 2000
		registered += 2000
	}
	return Number{
		Province: m[1], Level: m[2], FirstProvince: m[3],
		Qualified: qualified, Registered: registered, Serial: m[6], Legacy: legacy,
	}, true
}
