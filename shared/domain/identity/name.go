package identity

import (
	"regexp"
	"strconv"
	"strings"
)

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
	usernameCharacters = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]*$`)
	phoneForm          = regexp.MustCompile(`^1[3-9][0-9]{9}$`)
)

// NormalizeUsername returns the form in which a user name is stored: lower case. It returns "" and
// false for an invalid one; a user name has 2 to 64 letters, digits and ._@-, and begins with a
// letter or digit.
func NormalizeUsername(name string) (string, bool) {
	name = strings.ToLower(strings.TrimSpace(name))
	if len(name) < 2 || len(name) > 64 || !usernameCharacters.MatchString(name) {
		return "", false
	}
	return name, true
}

// IsPhone reports whether number is a mainland mobile number: 11 digits, no
// prefix, no spaces.
func IsPhone(number string) bool { return phoneForm.MatchString(number) }
