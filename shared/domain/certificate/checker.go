package certificate

import (
	"maps"
	"slices"
)

// checkers are the algorithms of check characters that a grammar can name, each with the characters
// that it gives. compute returns 0 for a body that the algorithm does not accept.
var checkers = map[string]struct {
	characters string
	compute    func(body string) byte
}{
	"mod37-36": {"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", func(body string) byte { // ISO/IEC 7064, as of 证照标识
		check, err := IdentifierCheck(body)
		if err != nil {
			return 0
		}
		return check
	}},
	"mod11-2":  {"0123456789X", computeMod112}, // ISO/IEC 7064, as of GB 11643
	"mod11-10": {"0123456789", computeMod1110}, // ISO/IEC 7064
	"mod10":    {"0123456789", computeMod10},   // ISO/IEC 7812, Luhn
}

func listCheckers() []string { return slices.Sorted(maps.Keys(checkers)) }

func computeMod112(body string) byte {
	if !allDigits(body) {
		return 0
	}
	p := 0
	for i := range len(body) {
		p = (p + int(body[i]-'0')) * 2 % 11
	}
	return "0123456789X"[(12-p)%11]
}

func computeMod1110(body string) byte {
	if !allDigits(body) {
		return 0
	}
	p := 10
	for i := range len(body) {
		if p = (p + int(body[i]-'0')) % 10; p == 0 {
			p = 10
		}
		p = p * 2 % 11
	}
	return "0123456789"[(11-p)%10]
}

func computeMod10(body string) byte {
	if !allDigits(body) {
		return 0
	}
	sum, double := 0, true
	for i := len(body) - 1; i >= 0; i-- {
		d := int(body[i] - '0')
		if double {
			d = d/5 + d*2%10
		}
		sum, double = sum+d, !double
	}
	return "0123456789"[(10-sum%10)%10]
}
