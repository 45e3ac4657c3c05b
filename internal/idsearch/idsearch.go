// Package idsearch tries to find a holder's identity number in the files that the
// holder gives to others, as an attacker does who reads the day of birth and the sex
// on the page.
//
// A resident identity number is an area code, the day of birth, a serial whose last
// digit is odd for men, and a check character: for one day and sex there are 1.6
// million numbers. The package looks for each of them in every part of every file,
// unpacked: in plain and masked (also with former area codes), as its MD5, SHA-1,
// SHA-256 and SM3, and as the salted SHA-256 of the files' first format, with each
// text of the files that could be the salt. For all other combinations of a number
// with a text, it tries the true number only: it is found exactly if trying all
// numbers would find it.
//
// Only tests import it.
package idsearch

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// File is something a holder gives to others: a document, a preview, the text of a code.
type File struct {
	Name string
	Data []byte
}

// Person is what the page of a certificate says about its holder.
type Person struct {
	Birth civil.Date
	Sex   string // 男 or 女
}

// Match is a number that a file reveals.
type Match struct {
	Number string // "" where a part of it is masked
	Member string // path of the part that has it
	How    string
}

func (f Match) String() string { return fmt.Sprintf("%s: %s, %s", f.Member, f.Number, f.How) }

// areaList has a line for each prefecture: its four digits, the last two of the
// counties in it, and those of counties that GB/T 2260 had earlier, since 1980. A
// dash means none.
//
//go:embed areas.txt
var areaList string

// Areas returns every present six-digit area code, and if former also those that are
// no longer in use, in no order.
func Areas(former bool) []string {
	var all []string
	for line := range strings.Lines(areaList) {
		fields := strings.Fields(line)
		all = append(all, counties(fields[0], fields[1])...)
		if former {
			all = append(all, counties(fields[0], fields[2])...)
		}
	}
	return all
}

// counties reads spans like 01-19,22.
func counties(prefecture, spans string) []string {
	var all []string
	for span := range strings.SplitSeq(strings.TrimPrefix(spans, "-"), ",") {
		first, last, ranged := strings.Cut(span, "-")
		if !ranged {
			last = first
		}
		for n := digits(first); span != "" && n <= digits(last); n++ {
			all = append(all, fmt.Sprintf("%s%02d", prefecture, n))
		}
	}
	return all
}

func digits(text string) int {
	n := 0
	for _, d := range text {
		n = 10*n + int(d-'0')
	}
	return n
}

// numbers calls each with every number of a person from some areas in turn. The
// bytes are only good until each returns.
func numbers(p Person, areas []string, each func(number []byte)) {
	number := make([]byte, 18)
	copy(number[6:], p.Birth.Compact())
	for _, area := range areas {
		copy(number, area)
		for serial := parity(p.Sex); serial < 1000; serial += 2 {
			number[14], number[15], number[16] = byte('0'+serial/100), byte('0'+serial/10%10), byte('0'+serial%10)
			number[17] = check(number)
			each(number)
		}
	}
}

func parity(sex string) int {
	if sex == "男" {
		return 1
	}
	return 0
}

// check computes the check character of the first 17 digits (GB 11643).
func check(number []byte) byte {
	sum := 0
	for i, weight := range [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(number[i]-'0') * weight
	}
	return "10X98765432"[sum%11]
}

// Search tries every possible number of a person, without knowing it.
func Search(files []File, p Person) []Match { return search(files, p, Areas(false)) }

func search(files []File, p Person, areas []string) []Match {
	all := unpack(files)
	found := append(findPlainNumbers(all, p), findMaskedNumbers(all)...)
	w := windowsOf(all)
	tries := []attempt{{}}
	for _, salt := range saltsOf(all) {
		tries = append(tries, attempt{before: salt + ":111:", only: sha256Name})
	}
	for _, t := range tries {
		found = append(found, t.run(w, p, areas)...)
	}
	return found
}

// SearchKnown tries a number that is known, in every combination with a text of
// the files.
func SearchKnown(files []File, number string, p Person) []Match {
	all := unpack(files)
	found := append(findPlainNumbers(all, p), findMaskedNumbers(all)...)
	w := windowsOf(all)
	texts := textsOf(all)
	for _, one := range []string{number, strings.ToLower(number)} {
		for _, c := range combinations(one, texts) {
			found = append(found, w.lookUp(c.data, number, c.how)...)
		}
	}
	return found
}
