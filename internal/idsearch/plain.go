package idsearch

import (
	"bytes"
	"regexp"
)

// findPlainNumbers looks for numbers as they are written: in any character set that keeps
// digits apart by nothing but zero bytes, with or without separators.
func findPlainNumbers(all []member, p Person) []Match {
	areas := map[string]bool{}
	for _, area := range Areas(true) {
		areas[area] = true
	}
	var found []Match
	birth := []byte(p.Birth.Compact())
	for _, m := range all {
		for how, text := range views(m.data) {
			for at := 0; ; at++ {
				next := bytes.Index(text[at:], birth)
				if next < 0 {
					break
				}
				if at += next; at < 6 || at+12 > len(text) {
					continue
				}
				number := bytes.ToUpper(text[at-6 : at+12])
				if serial := number[14:17]; onlyDigits(serial) && int(serial[2]-'0')%2 == parity(p.Sex) && areas[string(number[:6])] && number[17] == check(number) {
					found = append(found, Match{string(number), m.path, how})
				}
			}
		}
	}
	return found
}

func onlyDigits(text []byte) bool {
	return !bytes.ContainsFunc(text, func(r rune) bool { return r < '0' || r > '9' })
}

// views are the ways in which a text may be spelt.
func views(data []byte) map[string][]byte {
	return map[string][]byte{
		"in plain":                data,
		"in two bytes a digit":    bytes.ReplaceAll(data, []byte{0}, nil),
		"in plain, with gaps":     keepBytes(data, "0123456789Xx"),
		"in full-width digits":    fullWidth.ReplaceAllFunc(data, func(d []byte) []byte { return []byte{d[2] - '\x90' + '0'} }),
		"in octal escapes of PDF": bytes.ReplaceAll(octal.ReplaceAllFunc(data, decodeOctal), []byte{0}, nil),
	}
}

func decodeOctal(d []byte) []byte { return []byte{d[1]&7<<6 | d[2]&7<<3 | d[3]&7} }

var (
	fullWidth = regexp.MustCompile(`[０-９]`)
	octal     = regexp.MustCompile(`\\[0-3][0-7][0-7]`)
	mask      = regexp.MustCompile(`[0-9]{2,8}(\*{3,}|＊{3,}|×{3,}|•{3,}|●{3,})[0-9Xx]{1,6}`)
)

// keepBytes is data without the bytes that are not wanted, in runs no longer than a
// line: what stands further apart does not belong together.
func keepBytes(data []byte, wanted string) []byte {
	out := make([]byte, 0, len(data)/4)
	gap := 0
	for _, b := range data {
		if bytes.IndexByte([]byte(wanted), b) >= 0 {
			if gap > 3 {
				out = append(out, '\n')
			}
			out, gap = append(out, b), 0
			continue
		}
		gap++
	}
	return out
}

// findMaskedNumbers looks for numbers of which a part is hidden. With the day of birth beside
// it, what is left to try is a hundred numbers or fewer.
func findMaskedNumbers(all []member) []Match {
	var found []Match
	for _, m := range all {
		for _, text := range mask.FindAll(bytes.ReplaceAll(m.data, []byte{0}, nil), -1) {
			found = append(found, Match{"", m.path, "masked as " + string(text)})
		}
	}
	return found
}
