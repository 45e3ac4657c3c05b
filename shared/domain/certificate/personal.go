package certificate

import (
	"regexp"
	"strings"
)

// CheckImpersonal refuses a text that contains anybody's resident identity number (GB 11643: 18
// characters, or 15 as before 1999) or a mobile number of 11 digits, in any spelling that the rule
// id.elsewhere recognises: rule text.personal. A number of 18 characters is found whatever
// separates its characters; the others only where no letter and no further digit does. Masked
// numbers, numbers of other documents, names and addresses are not found.
func CheckImpersonal(text string) error {
	read := replaceDigitForms(text)
	whole := digitSkeleton(read)
	for at := 0; at+18 <= len(whole); at++ {
		if id, err := readIDNumber(whole[at : at+18]); err == nil && provinces[id.Area[:2]] != "" && id.Birth.Year >= 1900 && id.Birth.Year < 2100 {
			return errPersonal()
		}
	}
	for _, runs := range []*regexp.Regexp{joinedDigits, bareDigits} {
		for _, run := range runs.FindAllString(read, -1) {
			if n := digitSkeleton(run); mobileNumber.MatchString(n) || oldIDNumber(n) {
				return errPersonal()
			}
		}
	}
	if mobileGroups.MatchString(read) {
		return errPersonal()
	}
	return nil
}

// ConcealNumbers replaces the digits of a text by *, in any spelling, if CheckImpersonal refuses
// it.
func ConcealNumbers(text string) string {
	if CheckImpersonal(text) == nil {
		return text
	}
	return concealDigits(text)
}

// ConcealName is ConcealNumbers for a JSON member's name, or a path to one. It also conceals
// numbers of other documents: no number of six or more digits stays. A name of letters only, such as
// qualificationNo, is no number.
func ConcealName(name string) string {
	if lettersOnly.MatchString(name) || len(bareDigits.FindString(digitSkeleton(name))) < minHintLength {
		return name
	}
	return concealDigits(name)
}

func concealDigits(text string) string {
	return strings.Map(func(r rune) rune {
		if digitSkeleton(string(r)) != "" {
			return '*'
		}
		return r
	}, text)
}

func errPersonal() error {
	return newFieldError("text.personal",
		"文字中含有身份证号码或手机号码，请删去。",
		"The text has an identity number or a mobile number in it; take it out.")
}

var (
	lettersOnly  = regexp.MustCompile(`^[A-Za-z/]*$`)
	bareDigits   = regexp.MustCompile(`[0-9]+`)
	joinedDigits = regexp.MustCompile(`[0-9](?:[^0-9\pL]{0,3}[0-9])*`)
	mobileNumber = regexp.MustCompile(`^(?:(?:00)?86)?1[3-9][0-9]{9}$`)
	mobileGroups = regexp.MustCompile(`(?:^|[^0-9])1[3-9][0-9][^0-9\pL]{1,3}[0-9]{4}[^0-9\pL]{1,3}[0-9]{4}(?:[^0-9]|$)`)
	oldBirth     = regexp.MustCompile(`^[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])$`)
)

// oldIDNumber reports whether digits have the form of a number of 15: an area, a date of birth with
// a two-digit year, a serial.
func oldIDNumber(digits string) bool {
	return len(digits) == 15 && !strings.ContainsAny(digits, "*X") && provinces[digits[:2]] != "" && oldBirth.MatchString(digits[6:12])
}
