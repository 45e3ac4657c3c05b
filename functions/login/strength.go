package main

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/secure/precis"
	"golang.org/x/text/unicode/norm"

	"github.com/jiazhu/jiazhu/shared/domain/breach"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// A password's length in characters. Length matters more than variety (NIST SP 800-63B-4, 3.1.1.2):
// there are no rules about kinds of characters, and no forced changes.
const (
	minPassword = breach.MinLength
	maxPassword = 128
)

//go:embed common.txt
var commonText string

// checkStrength returns password-weak with every rule that the new password breaks.
func checkStrength(password string, of identity.Account) error {
	_, unusable := precis.OpaqueString.String(password)
	typed := password
	password = string(normalize(password))
	p, words := problem.New(problem.PasswordWeak), onlyContext(password, of.Name)
	common, simple := isCommon(password), isSimple(password)
	for _, rule := range []struct {
		name, zh, en string
		broken       bool
	}{
		{"length", "密码须为 10 至 128 个字符", "A password has 10 to 128 characters.", !hasAllowedLength(password)},
		{
			"control", "密码不能包含控制字符、不可见字符和未分配的编码",
			"A password has no control or invisible characters and no unassigned codes.", password != "" && unusable != nil,
		},
		{"username", "密码不能包含用户名", "A password does not contain the user name.", contains(password, of.Username)},
		{
			"context", "密码除「" + words + "」外不足 4 个字母或汉字（数字和符号不计）；这类词最先被人猜到",
			"Beside 「" + words + "」, which is guessed first, the password has fewer than four letters. Digits and signs do not count.", words != "",
		},
		{"common", "密码过于常见", "The password is one of the common ones.", common},
		{"simple", "密码过于简单，重复或连续的字符太多", "The password repeats a few characters, or counts.", simple},
		{
			"breached", "密码在已泄露密码的清单中，请换一个未在任何网站用过的密码",
			"The password is on a list of breached passwords. Choose one that is used nowhere else.",
			!common && !simple && isBreached(typed),
		},
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

// fold returns a text as the rules compare it: full-width and other compatibility characters as
// ordinary ones (NFKC), without case.
func fold(text string) string {
	return norm.NFKC.String(cases.Fold().String(norm.NFKC.String(text)))
}

// foldWord is fold without anything but letters and digits.
func foldWord(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, fold(text))
}

func hasAllowedLength(password string) bool {
	n := utf8.RuneCountInString(password)
	return n >= minPassword && n <= maxPassword
}

// contains reports whether the user name is in the password. A name of two or three letters is in
// many passwords by chance; it counts only if the password has little else.
func contains(password, username string) bool {
	word, name := foldWord(password), foldWord(username)
	if len(name) >= 4 {
		return strings.Contains(word, name)
	}
	return strings.Trim(word, "0123456789") == name
}

// isCommon reports whether the password is a well-known one, as given, without what separates its
// letters, or without the digits and signs around it.
func isCommon(password string) bool {
	whole, word := strings.TrimSpace(fold(password)), foldWord(password)
	forms := []string{whole, word}
	for _, form := range forms {
		forms = append(forms, strings.TrimFunc(form, func(r rune) bool { return !unicode.IsLetter(r) }))
	}
	for known := range strings.Lines(commonText) {
		if slices.Contains(forms, strings.TrimSpace(known)) {
			return true
		}
	}
	return false
}

// isBreached reports whether the password is on the list of breached ones: as typed, without case, or without what
// separates its letters and digits.
func isBreached(password string) bool {
	whole := strings.TrimSpace(fold(password))
	return breach.Known().Has(password, string(normalize(password)), whole, foldWord(password))
}

// contextWords are the words an attacker tries first against this service (ASVS 5.0.0, 6.1.2), in
// lower case.
var contextWords = [...]string{
	"jiazhu", "加注", "zhengzhao", "证照", "zhengshu", "证书", "dianzi", "电子", "jianzaoshi", "建造师", "zhuce", "注册",
	"mohurd", "zhujianbu", "住建部", "gjzwfw", "zhengwu", "政务", "fuwu", "服务", "pingtai", "平台", "menhu", "门户",
	"password", "mima", "密码", "admin", "login", "denglu", "登录",
}

// onlyContext returns the context words and the parts of the holder's name in the password, if fewer
// than four letters are left without them and without digits and signs.
func onlyContext(password, holder string) string {
	left := foldWord(password)
	var found []string
	for _, word := range append(namesOf(holder), contextWords[:]...) {
		if strings.Contains(left, word) {
			found = append(found, word)
		}
		left = strings.ReplaceAll(left, word, " ")
	}
	letters := 0
	for _, r := range left {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	if letters >= 4 {
		return ""
	}
	return strings.Join(found, " ")
}

// namesOf returns the whole name and its parts of two characters and more, folded.
func namesOf(holder string) (names []string) {
	parts := strings.FieldsFunc(holder, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
	for _, part := range append([]string{holder}, parts...) {
		if part = foldWord(part); utf8.RuneCountInString(part) >= 2 && !slices.Contains(names, part) {
			names = append(names, part)
		}
	}
	return names
}

// isSimple reports whether the password has fewer than four different characters, or only counts up
// or down.
func isSimple(password string) bool {
	seen := map[rune]bool{}
	up, down := true, true
	last := rune(-1)
	for _, r := range fold(password) {
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
