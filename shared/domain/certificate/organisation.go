package certificate

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// OrganisationCode is the holder code type of an organisation's USCC (统一社会信用代码),
// GB/T 36903-2018, appendix A.
const OrganisationCode = "001"

// longestOrganisation is the longest name of an organisation in characters.
const longestOrganisation = 100

// IsOrganisation reports whether a holder's code is that of an organisation. Its name and its code are
// public, and it has no sex, day of birth, photo or handwritten signature.
func IsOrganisation(idType string) bool { return idType == OrganisationCode }

// IsOrganisation reports whether the holder is an organisation.
func (h Holder) IsOrganisation() bool { return IsOrganisation(h.IDType) }

// WithoutPersonalNumber returns the holder without the number of a person's document. An organisation's
// code stays.
func (h Holder) WithoutPersonalNumber() Holder {
	if !h.IsOrganisation() {
		h.IDNumber = ""
	}
	return h
}

// MaskHolderName is MaskName for a person. The name of an organisation is public and stays.
func MaskHolderName(idType, name string) string {
	if IsOrganisation(idType) {
		return name
	}
	return MaskName(name)
}

// longestInCode is the longest name of an organisation in a QR code, in characters. With a longer one the
// modules of the code would be too small to be read from paper.
const longestInCode = 40

// NameInCode is MaskHolderName as a QR code has it: of a longer name of an organisation the beginning, and an ellipsis.
func NameInCode(idType, name string) string {
	masked := []rune(MaskHolderName(idType, name))
	if len(masked) > longestInCode {
		masked = append(masked[:longestInCode-1], '…')
	}
	return string(masked)
}

// NormalizeOrganisationName returns the standard form of an organisation's name, which Standard gives
// it. The error is a *FieldError: the name shows something, has at most 100 characters, and each is
// legible.
func NormalizeOrganisationName(name string) (string, error) {
	name, _ = Standard(name)
	if err := checkOrganisationName("单位名称", "The organisation's name", "organisation", name); err != nil {
		return "", err
	}
	return name, nil
}

// leastOrganisation is how many ideographs tell the name of an organisation from a mistyped person's.
const leastOrganisation = 4

// NormalizeSearchedName is NormalizeHolderName for a verifier, who does not say whether a person or an
// organisation holds the certificate: NormalizeAnyName, or else the name of an organisation that has at
// least four ideographs and is not like a person's name.
func NormalizeSearchedName(name string) (string, error) {
	person, err := NormalizeAnyName(name)
	if e, ok := err.(*FieldError); !ok || e.Suggestion != "" {
		return person, err
	}
	organisation, other := NormalizeOrganisationName(name)
	count := 0
	for _, r := range organisation {
		if isIdeograph(r) {
			count++
		}
	}
	if other != nil || count < leastOrganisation {
		return "", err
	}
	return organisation, nil
}

// checkOrganisationName checks the name of an organisation, which the texts call zh and en. The rules
// begin with prefix.
func checkOrganisationName(zh, en, prefix, name string) error {
	if n := utf8.RuneCountInString(name); !HasVisibleRune(name) || n > longestOrganisation {
		return newFieldError(prefix+".name", fmt.Sprintf("%s应为 1 至 %d 个字。", zh, longestOrganisation), fmt.Sprintf("%s has 1 to %d characters.", en, longestOrganisation))
	}
	if strings.ContainsAny(name, "?\uFFFD") {
		return newFieldError(prefix+".lost", zh+"中有已丢失的字。", fmt.Sprintf("A character of %s was lost.", strings.ToLower(en[:1])+en[1:]))
	}
	if i := strings.IndexFunc(name, isUndrawable); i >= 0 {
		r, _ := utf8.DecodeRuneInString(name[i:])
		return newFieldError(prefix+".character",
			fmt.Sprintf("%s中的 U+%04X 不是标准编码的可显示字符，请改用国家标准编码的字。", zh, r),
			fmt.Sprintf("%s has U+%04X, which is not a standard character that shows.", en, r)).withSuggestion(suggestLegible(name))
	}
	return nil
}
