package identity

import (
	"regexp"
	"strconv"
	"strings"
)

// CitizenID is 居民身份证, the ID type whose numbers have a check character.
const CitizenID = "111"

// IDTypeName is the Chinese name of an ID type (GB/T 36903, appendix A), or "" if no person can
// have that type.
func IDTypeName(idType string) string {
	return map[string]string{
		CitizenID: "居民身份证",
		"114":     "军官证",
		"115":     "武警警官证",
		"118":     "士兵证",
		"119":     "武警士兵证",
		"120":     "军队文职人员证",
		"122":     "武警文职人员证",
		"411":     "外交护照",
		"412":     "公务护照",
		"413":     "公务普通护照",
		"414":     "普通护照",
		"511":     "台湾居民来往大陆通行证",
		"516":     "港澳居民来往内地通行证",
		"999":     "其他自然人有效证件",
	}[idType]
}

// RealNameLevels is how many levels of real-name verification there are.
const RealNameLevels = 4

// RealNameLevelName is the name of a level on the account page: 四级实名.
func RealNameLevelName(level int) string {
	if level < 1 || level > RealNameLevels {
		return strconv.Itoa(level) + "级实名"
	}
	return string([]rune("一二三四")[level-1]) + "级实名"
}

var (
	usernameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]{1,63}$`)
	phoneForm    = regexp.MustCompile(`^1[3-9][0-9]{9}$`)
)

// NormalizeUsername returns the form in which a user name is stored: lower case. It returns "" and
// false for an invalid one; a user name has 2 to 64 letters, digits and ._@-, and begins with a
// letter or digit.
func NormalizeUsername(name string) (string, bool) {
	name = strings.ToLower(strings.TrimSpace(name))
	if !usernameForm.MatchString(name) {
		return "", false
	}
	return name, true
}

// IsPhone reports whether number is a mainland mobile number: 11 digits, no
// prefix, no spaces.
func IsPhone(number string) bool { return phoneForm.MatchString(number) }
