package forgery

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
)

var (
	format    = regexp.MustCompile(`"format":"jiazhu-copy/(\d+)"`)
	status    = regexp.MustCompile(`,"status":\{"status_list":\{[^}]*\}\}`)
	idDigest  = regexp.MustCompile(`"idDigest":\{[^}]*\},`)
	birthdate = regexp.MustCompile(`("holder":\{"birth":"[^"]*",)`)
)

// mixtures are the JSON of a copy in which the versions of the format are mixed.
func (c Copy) mixtures() []named[string] {
	text := string(c.JSON)
	is := format.FindStringSubmatch(text)
	if is == nil {
		return nil
	}
	to := func(json, version string) string {
		return format.ReplaceAllString(json, `"format":"jiazhu-copy/`+version+`"`)
	}
	sum := sha256.Sum256([]byte("salt:111:110101198001010010"))
	without := idDigest.ReplaceAllString(text, "")
	with := birthdate.ReplaceAllString(without, `${1}"idDigest":{"salt":"salt","sha256":"`+hex.EncodeToString(sum[:])+`"},`)
	return []named[string]{
		{"version 1 with a digest", to(with, "1")},
		{"version 1 without a digest", to(without, "1")},
		{"version 3 with a digest", with},
		{"version 2 with a digest", to(with, "2")},
		{"version 2 without a digest, until 2036", strings.Replace(to(without, "2"), `"useUntil":"`+c.Says.UseUntil.String(), `"useUntil":"2036-05-28`, 1)},
		{"the genuine JSON", text},
		{"version 0", to(text, "0")},
		{"version 3 without a status", to(status.ReplaceAllString(text, ""), "3")},
		{"version 2 with a status", to(text, "2")},
		{"version 4", to(text, "4")},
		{"version 02", to(text, "02")},
		{"no version", format.ReplaceAllString(text, `"format":"jiazhu-copy"`)},
		{"both versions", strings.Replace(text, is[0], is[0]+`,"format":"jiazhu-copy/`+map[string]string{"1": "2", "2": "1", "3": "2"}[is[1]]+`"`, 1)},
	}
}

// mixedDrafts are a copy's page with each mixture, in files of either form.
func mixedDrafts(of Copy) (all []named[draft]) {
	for _, m := range of.mixtures() {
		for form := 1; form <= 3; form++ {
			if m.what == string(of.JSON) && form == of.Says.FormatVersion() {
				continue
			}
			d := draftOf(of)
			d.form, d.attachment = form, certificateJSON([]byte(m.what))
			all = append(all, named[draft]{fmt.Sprintf("%s, in a file of form %d", m.name, form), d})
		}
	}
	return all
}
