package certificate

import (
	"fmt"
	"regexp"
	"strings"
)

// usccAlphabet is the alphabet of GB 32100-2015: without I, O, Z, S and V, which
// are mistaken for 1, 0, 2, 5 and U.
const usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

var usccForm = regexp.MustCompile(`^[0-9A-HJ-NPQRTUWXY]{18}$`)

// CheckUSCC verifies a unified social credit code (统一社会信用代码, GB 32100-2015): 18 characters
// of its alphabet, the check character, and the organisation code in characters 9 to 17 (GB 11714).
// The error is a *FieldError, with a suggestion when replacing look-alike characters makes the code
// valid.
func CheckUSCC(s string) error {
	if err := proveUSCC(s); err != nil {
		return ExplainForm(err, s).withSuggestion(suggestUSCC(s))
	}
	return nil
}

// proveUSCC checks in the order form, check character, organisation code.
func proveUSCC(s string) *FieldError {
	if !usccForm.MatchString(s) {
		return newFieldError("uscc.form",
			"统一社会信用代码应为 18 位数字或大写字母（不含 I、O、Z、S、V）。",
			"A unified social credit code has 18 digits or capital letters, never I, O, Z, S or V.")
	}
	if want := usccCheck(s); want != s[17] {
		return newFieldError("uscc.checksum",
			"统一社会信用代码校验不通过，请逐位核对。",
			"The unified social credit code fails its check character; compare it character by character.")
	}
	if want := organisationCheck(s[8:16]); want != s[16] {
		return newFieldError("uscc.organisation",
			fmt.Sprintf("统一社会信用代码第 9 至 17 位的组织机构代码校验不通过，第 17 位应为 %c。", want),
			fmt.Sprintf("The organisation code in characters 9 to 17 fails its check; character 17 should be %c.", want))
	}
	return nil
}

// suggestUSCC tries capital letters first, then look-alikes.
func suggestUSCC(s string) string {
	holds := func(candidate string) bool { return proveUSCC(candidate) == nil }
	if upper := strings.ToUpper(BareCode(s)); upper != s && holds(upper) {
		return upper
	}
	return suggestCode(s, codeLookalikes, holds)
}

// usccCheck computes the 18th character over the first 17: the weights are the
// powers of 3 modulo 31.
func usccCheck(s string) byte {
	sum, weight := 0, 1
	for i := range 17 {
		sum += strings.IndexByte(usccAlphabet, s[i]) * weight
		weight = weight * 3 % 31
	}
	return usccAlphabet[(31-sum%31)%31]
}

// organisationCheck computes the check character of an organisation code
// (组织机构代码, GB 11714-1997) over its first eight characters.
func organisationCheck(body string) byte {
	sum := 0
	for i, weight := range [8]int{3, 7, 9, 10, 5, 8, 4, 2} {
		sum += base36(body[i]) * weight
	}
	switch c := 11 - sum%11; c {
	case 10:
		return 'X'
	case 11:
		return '0'
	default:
		return byte('0' + c)
	}
}
