package verdict

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// Catalogue is the JSON of every text of a verdict: for each key the Chinese and the English text,
// with {names} for values. The verification page has its texts from it too.
//
//go:embed texts.json
var Catalogue []byte

var readCatalogue = sync.OnceValue(func() map[string][2]string {
	var texts map[string][2]string
	if err := json.Unmarshal(Catalogue, &texts); err != nil {
		panic(err)
	}
	return texts
})

// TextOf returns the text of a key of the catalogue.
func TextOf(key string) problem.Text { return fillText(key, nil) }

// textValues replace the {names} of a text.
type textValues map[string]problem.Text

// dayValue is a day as each language writes it.
func dayValue(d civil.Date) problem.Text { return problem.Text{ZH: d.InText(), EN: d.String()} }

// sameValue is the same in both languages.
func sameValue(s string) problem.Text { return problem.Text{ZH: s, EN: s} }

func fillText(key string, values textValues) problem.Text {
	text, ok := readCatalogue()[key]
	if !ok {
		panic("verdict: no text for " + key)
	}
	var zh, en []string
	for name, v := range values {
		zh, en = append(zh, "{"+name+"}", v.ZH), append(en, "{"+name+"}", v.EN)
	}
	return problem.Text{ZH: strings.NewReplacer(zh...).Replace(text[0]), EN: strings.NewReplacer(en...).Replace(text[1])}
}

// Name is the answer as it is shown.
func (o Overall) Name() problem.Text {
	switch o {
	case Valid, Invalid, GenuineReceipt:
		return TextOf("verdict " + string(o))
	default:
		return TextOf("verdict unknown")
	}
}

// Name is the check as it is shown. A check that this version does not know, which an answer or a
// receipt of a later service may have, is shown by its identifier.
func (c Check) Name() problem.Text {
	if c != Consent && !slices.Contains(Checks(), c) {
		return sameValue(string(c))
	}
	return TextOf("check " + string(c))
}

// Name is the result as it is shown.
func (r Result) Name() problem.Text {
	switch r {
	case Pass, Fail, Unsure:
		return TextOf("result " + string(r))
	default:
		return TextOf("result not-asked")
	}
}

// Reminder is a rule that no program can check (the ministry's requirements for using
// 一级建造师电子注册证书, clause 二). It is shown with every verdict about a certificate that has handwriting on it, and with those about many.
func Reminder() problem.Text { return TextOf("paper sign-by-hand") }
