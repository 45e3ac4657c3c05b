package reporting

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// spellings are ways to write a number that people read as the same number.
func spellings(number string) map[string]string {
	each := func(forms string) string {
		to := []rune(forms)
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return to[r-'0']
			}
			return r
		}, number)
	}
	return map[string]string{
		"plain": number, "full width": each("０１２３４５６７８９"), "ideographs": each("〇一二三四五六七八九"),
		"Arabic digits": each("٠١٢٣٤٥٦٧٨٩"), "letters O and l": each("Ol23456789"), "the letter O": each("O123456789"),
		"spaces": strings.Join(strings.Split(number, ""), " "), "hyphens": number[:6] + "-" + number[6:],
		"no check digit": number[:len(number)-1], "another check digit": number[:len(number)-1] + "7",
		"a joiner": number[:5] + "\u200d" + number[5:], "small": strings.ToLower(number),
	}
}

// plainly returns a text as somebody reads it who looks for a number in it.
func plainly(text string) string {
	return strings.Map(func(r rune) rune {
		for _, digits := range []string{"〇一二三四五六七八九", "٠١٢٣٤٥٦٧٨٩"} {
			if at := strings.IndexRune(digits, r); at >= 0 {
				return rune('0' + len([]rune(digits[:at])))
			}
		}
		switch {
		case r == 'O' || r == 'o':
			return '0'
		case r == 'l' || r == 'I':
			return '1'
		case r == '-' || r == ' ' || r == '\u200d':
			return -1
		}
		return r
	}, norm.NFKC.String(text))
}

// TestAnOutcomeHasNobodysNumber: outcomes are stored unencrypted.
func TestAnOutcomeHasNobodysNumber(t *testing.T) {
	schemes := schemeSet(t)
	for _, n := range []struct{ idType, number, sought string }{
		{"111", "110101198001010010", "11010119800101001"},
		{"414", "E12345678", "1234567"},
		{"999", "13800000000", "1380000000"},
	} {
		for how, written := range spellings(n.number) {
			judge := func(where string, row any) {
				t.Helper()
				raw, err := json.Marshal(row)
				if err != nil {
					t.Fatal(err)
				}
				for _, lang := range []string{"zh", "en"} {
					var o Outcome
					Open(schemes, raw, &o, lang)
					kept, err := json.Marshal(o)
					if err != nil {
						t.Fatal(err)
					}
					if strings.Contains(plainly(string(kept)), n.sought) {
						t.Errorf("%s %s in %s is kept: %s", n.number, how, where, kept)
					}
				}
			}
			sound := filledRow(t)
			sound.Holder.IDType, sound.Holder.IDNo = n.idType, n.number
			textsOf(reflect.ValueOf(&sound).Elem(), "", func(path string, text reflect.Value) {
				right := text.String()
				for _, value := range []string{written, "甲" + written + "乙"} {
					text.SetString(value)
					judge(path, sound)
				}
				text.SetString(right)
			})
			judge("a member's name", map[string]any{written: 1})
			judge("a member's name within", map[string]any{"holder": map[string]any{"idNo" + written: 1}, "number": written})
			judge("another type", map[string]any{"number": written, "holder": []string{written}, "issuedOn": written})
		}
	}
}
