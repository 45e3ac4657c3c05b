package identity

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
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
	name = strings.ToLower(certificate.TrimBlanks(name))
	if len(name) < 2 || len(name) > 64 || !usernameCharacters.MatchString(name) {
		return "", false
	}
	return name, true
}

// NormalizePhone returns a mainland mobile number: 11 digits, without the blanks around them. The
// error is a *certificate.FieldError with the rule phone.format; it suggests the number without the
// prefix, spaces and marks that address books write, where that is one.
func NormalizePhone(number string) (string, error) {
	trimmed := strings.TrimSpace(number)
	if phoneForm.MatchString(trimmed) {
		return trimmed, nil
	}
	err := &certificate.FieldError{Rule: "phone.format", Detail: problem.Text{
		ZH: "请填写 11 位手机号码，不含区号、空格和符号。", EN: "Give a mobile number of 11 digits, without prefix, spaces and signs.",
	}}
	certificate.ExplainForm(err, number)
	bare := strings.Map(func(r rune) rune {
		if strings.ContainsRune("()", r) {
			return -1
		}
		return r
	}, certificate.BareCode(number))
	for _, prefix := range []string{"", "+86", "0086", "86"} {
		if rest, found := strings.CutPrefix(bare, prefix); found && phoneForm.MatchString(rest) {
			err.Suggestion = rest
			break
		}
	}
	return "", err
}
