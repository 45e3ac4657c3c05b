package main

import (
	_ "embed"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// A password's length in characters. Length matters more than variety (NIST SP 800-63B, 5.1.1.2):
// there are no rules about kinds of characters, and no forced changes.
const (
	minPassword = 10
	maxPassword = 128
)

//go:embed common.txt
var commonText string

// checkStrength returns password-weak with every rule that the new password breaks.
func checkStrength(password, username string) error {
	password = string(normalize(password))
	p, words := problem.New(problem.PasswordWeak), onlyContext(password)
	for _, rule := range []struct {
		name, zh, en string
		broken       bool
	}{
		{"length", "密码须为 10 至 128 个字符", "A password has 10 to 128 characters.", !hasAllowedLength(password)},
		{"control", "密码不能包含控制字符", "A password has no control characters.", strings.ContainsFunc(password, unicode.IsControl)},
		{"username", "密码不能包含用户名", "A password does not contain the user name.", contains(password, username)},
		{
			"context", "密码除「" + words + "」外不足 4 个字母或汉字（数字和符号不计）；这类词最先被人猜到",
			"Beside 「" + words + "」, which is guessed first, the password has fewer than four letters. Digits and signs do not count.", words != "",
		},
		{"common", "密码过于常见", "The password is one of the common ones.", isCommon(password)},
		{"simple", "密码过于简单，重复或连续的字符太多", "The password repeats a few characters, or counts.", isSimple(password)},
	} {
		if rule.broken {
			p = p.WithField(problem.Field{Pointer: "/new", Rule: "password." + rule.name, Detail: problem.Text{ZH: rule.zh, EN: rule.en}})
		}
	}
	if len(p.Fields) == 0 {
		return nil
	}
	return p
}

func hasAllowedLength(password string) bool {
	n := utf8.RuneCountInString(password)
	return n >= minPassword && n <= maxPassword
}

// contains reports whether the user name is in the password. A name of two or three letters is in
// many passwords by chance; it counts only if the password has little else.
func contains(password, username string) bool {
	lower := strings.ToLower(password)
	if len(username) >= 4 {
		return strings.Contains(lower, username)
	}
	return strings.Trim(lower, "0123456789!@#$%^&*._-") == username
}

// isCommon reports whether the password is a well-known one, as given or without the digits and
// signs around it.
func isCommon(password string) bool {
	lower := strings.ToLower(strings.TrimSpace(password))
	word := strings.TrimFunc(lower, func(r rune) bool { return !unicode.IsLetter(r) })
	for known := range strings.Lines(commonText) {
		if known = strings.TrimSpace(known); known == lower || known == word {
			return true
		}
	}
	return false
}

// contextWords are the words an attacker tries first against this service (ASVS 5.0.0, 6.1.2), in
// lower case.
var contextWords = [...]string{
	"jiazhu", "加注", "zhengzhao", "证照", "zhengshu", "证书", "dianzi", "电子", "jianzaoshi", "建造师", "zhuce", "注册",
	"mohurd", "zhujianbu", "住建部", "gjzwfw", "zhengwu", "政务", "fuwu", "服务", "pingtai", "平台", "menhu", "门户",
	"password", "mima", "密码", "admin", "login", "denglu", "登录",
}

// onlyContext returns the context words in the password, if fewer than four letters are left
// without them and without digits and signs.
func onlyContext(password string) string {
	lower := strings.ToLower(password)
	var found []string
	for _, word := range contextWords {
		if strings.Contains(lower, word) {
			found = append(found, word)
		}
		lower = strings.ReplaceAll(lower, word, "")
	}
	left := 0
	for _, r := range lower {
		if unicode.IsLetter(r) {
			left++
		}
	}
	if left >= 4 {
		return ""
	}
	return strings.Join(found, " ")
}

// isSimple reports whether the password has fewer than four different characters, or only counts up
// or down.
func isSimple(password string) bool {
	seen := map[rune]bool{}
	up, down := true, true
	last := rune(-1)
	for _, r := range strings.ToLower(password) {
		seen[r] = true
		if last >= 0 {
			up, down = up && follows(last, r), down && follows(r, last)
		}
		last = r
	}
	return len(seen) < 4 || up || down
}

// follows reports whether b comes after a when counting; 0 comes after 9.
func follows(a, b rune) bool { return b == a+1 || a == '9' && b == '0' }
