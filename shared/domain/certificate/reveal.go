package certificate

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// minHintLength is the length of the shortest document number that is looked for in other fields;
// shorter ones occur in them by chance.
const minHintLength = 6

// maxOpenLength is how many digits of an identity number can be masked in a text that still reveals
// it: as many as the birthday has, which every copy shows.
const maxOpenLength = 8

// revealsNumber reports whether a text reveals a holder's document number, whatever separates its
// characters and however they are written. An identity number is also revealed if only its check
// character, century or birthday is missing or masked. An organisation's code is public.
func revealsNumber(text string, h Holder) bool {
	if len(h.IDNumber) < minHintLength || h.IsOrganisation() {
		return false
	}
	if h.IDType != ResidentID || !idNumberForm.MatchString(h.IDNumber) {
		return strings.Contains(codeSkeleton(text), codeSkeleton(h.IDNumber))
	}
	id := h.IDNumber
	skeleton := digitSkeleton(text)
	for _, form := range []string{id[:17], id[:6] + id[8:17], id[:6] + id[14:]} {
		if strings.Contains(skeleton, form) {
			return true
		}
	}
	for _, form := range []string{id, id[:17], id[:6] + id[8:17]} {
		if hasMaskedNumber(skeleton, form) {
			return true
		}
	}
	return false
}

// hasMaskedNumber reports whether a skeleton contains the number with at most maxOpenLength of its
// characters masked. A run of masks stands for any number of characters.
func hasMaskedNumber(skeleton, number string) bool {
	for _, at := range masks.FindAllStringIndex(skeleton, -1) {
		before, after := skeleton[:at[0]], skeleton[at[1]:]
		head, tail := len(number), len(number)
		for head > 0 && !strings.HasSuffix(before, number[:head]) {
			head--
		}
		for tail > 0 && !strings.HasPrefix(after, number[len(number)-tail:]) {
			tail--
		}
		if head+tail >= len(number)-min(maxOpenLength, len(number)-9) {
			return true
		}
	}
	for at := 0; at+len(number) <= len(skeleton); at++ {
		open := 0
		for i := range len(number) {
			switch c := skeleton[at+i]; {
			case c == number[i]:
			case c == '*' || c == 'X':
				open++
			default:
				open = len(number)
			}
		}
		if open <= maxOpenLength {
			return true
		}
	}
	return false
}

// masks are the characters used for masking. X is one where it is not the check character.
var masks = regexp.MustCompile(`[*X]+`)

// digitSkeleton reduces a text to what can be part of an identity number: digits in any form, X,
// and * for every masking character.
func digitSkeleton(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9' || r == 'X':
			return r
		case r == 'x' || r == '×' || r == '✕' || r == '╳' || r == 'Х' || r == 'х' || r == 'Χ' || r == 'χ':
			return 'X'
		case strings.ContainsRune("*?#_※∗⁎✱✳★☆●•■□▇█◆◇▲△", r):
			return '*'
		}
		return -1
	}, replaceDigitForms(text))
}

// codeSkeleton reduces a text to its letters and digits in one form.
func codeSkeleton(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r > 0x7F {
			return r
		}
		return -1
	}, strings.ToUpper(replaceDigitForms(text)))
}

// replaceDigitForms returns a text in compatibility form, with every character that is read as a
// digit replaced by that digit.
func replaceDigitForms(text string) string {
	return strings.Map(func(r rune) rune {
		if to, found := lookalikes[r]; found {
			return to
		}
		for i, forms := range digitForms {
			if strings.ContainsRune(forms, r) {
				return rune('0' + i)
			}
		}
		return digitOf(r)
	}, norm.NFKC.String(text))
}

// digitOf returns the digit 0 to 9 for a decimal digit of any script, and any other character
// unchanged. Unicode has the ten digits of each script in order.
func digitOf(r rune) rune {
	if r <= unicode.MaxLatin1 || !unicode.Is(unicode.Nd, r) {
		return r
	}
	first := r
	for first-1 > unicode.MaxLatin1 && unicode.Is(unicode.Nd, first-1) {
		first--
	}
	return '0' + (r-first)%10
}

// digitForms are characters that are read as the digits 0 to 9.
var digitForms = [10]string{
	"〇零○О", "一壹弌幺", "二贰貳貮弍", "三叁參叄弎", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖",
}
