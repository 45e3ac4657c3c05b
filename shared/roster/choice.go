package roster

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
)

// choice is a value that the service takes as a code, and people write as a name.
type choice struct{ code, name string }

func (c choice) String() string { return c.name + "（" + c.code + "）" }

func listStates() (all []choice) {
	for _, s := range []certificate.State{certificate.Valid, certificate.Suspended, certificate.Withdrawn, certificate.Cancelled,
		certificate.Invalid, certificate.Transferring, certificate.Revoked, certificate.Other} {
		all = append(all, choice{string(s), s.Name()})
	}
	return all
}

func listOperations() (all []choice) {
	for n := 1; ; n++ {
		o := certificate.Operation(fmt.Sprintf("%02d", n))
		if o.Name() == "" {
			return all
		}
		all = append(all, choice{string(o), o.Name()})
	}
}

func listDocuments() (all []choice) {
	for _, code := range strings.Split(certificate.ListIDTypes(), "、") {
		all = append(all, choice{code, certificate.IDTypeName(code)})
	}
	return all
}

func listProvinces() (all []choice) {
	for n := 11; n <= 99; n++ {
		code := fmt.Sprintf("%d0000", n)
		if name := certificate.AreaName(code); name != "" {
			all = append(all, choice{code, name})
		}
	}
	return all
}

// listTypes names the types, and with them the authorities of those that have one name.
func (r *Roster) listTypes() (all []choice) {
	for _, k := range r.kinds {
		name := k.name
		if slices.ContainsFunc(r.kinds, func(other kind) bool { return other.id != k.id && other.name == k.name }) {
			name = k.fullName()
		}
		all = append(all, choice{k.id, name})
	}
	return all
}

// otherNames are names in use for a document, an area or a sex, which mean one only.
var otherNames = map[string]string{
	"身份证": certificate.ResidentID, "二代身份证": certificate.ResidentID, "第二代居民身份证": certificate.ResidentID, "公民身份证": certificate.ResidentID, "中国居民身份证": certificate.ResidentID,
	"台胞证": "511", "台湾居民通行证": "511", "回乡证": "516", "港澳居民通行证": "516",
	"内蒙古": "150000", "广西": "450000", "西藏": "540000", "宁夏": "640000", "新疆": "650000",
	"香港": "810000", "澳门": "820000",
}

// pick returns the code of a choice that is written as its code, its name, or both (01 有效). A
// spreadsheet takes the zero from 01. Ok is false for another text.
func pick(text string, choices []choice) (code string, ok bool) {
	bare := tidyChoice(text)
	for _, c := range choices {
		name := tidyChoice(c.name)
		short := strings.TrimRight(name, "市省")
		switch bare {
		case c.code, strings.TrimPrefix(c.code, "0"), name, short, c.code + name, name + c.code, strings.ReplaceAll(c.code, "-", ""):
			return c.code, true
		}
		if otherNames[bare] == c.code {
			return c.code, true
		}
	}
	return "", false
}

// tidyChoice returns a text without white space, brackets and marks.
func tidyChoice(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune("'’()[].:、-", r) {
			return -1
		}
		return r
	}, norm.NFKC.String(text))
}

func joinChoices(choices []choice) string {
	var names []string
	for _, c := range choices {
		names = append(names, c.String())
	}
	return strings.Join(names, "、")
}
