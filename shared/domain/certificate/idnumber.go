package certificate

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// ResidentID is the holder code type of the resident identity number (公民身份号码),
// GB/T 36903-2018, appendix A.
const ResidentID = "111"

// The two values of a holder's sex.
const (
	Male   = "男"
	Female = "女"
)

// holderCodeTypes are the codes of GB/T 36903-2018, appendix A, that a natural person can have,
// with the names shown to users.
var holderCodeTypes = map[string]string{
	ResidentID: "居民身份证",
	"114":      "军官证",
	"115":      "武警警官证",
	"118":      "士兵证",
	"119":      "武警士兵证",
	"120":      "军队文职人员证",
	"122":      "武警文职人员证",
	"411":      "外交护照",
	"412":      "公务护照",
	"413":      "公务普通护照",
	"414":      "普通护照",
	"511":      "台湾居民来往大陆通行证",
	"516":      "港澳居民来往内地通行证",
	"999":      "其他自然人有效证件",
}

// IDTypeName returns the name of a holder's document type, or "".
func IDTypeName(code string) string {
	if IsOrganisation(code) {
		return "统一社会信用代码"
	}
	return holderCodeTypes[code]
}

// IsPersonal reports whether a code is that of a natural person's document.
func IsPersonal(code string) bool { return holderCodeTypes[code] != "" }

// ListIDTypes lists the codes of natural persons' documents, for messages.
func ListIDTypes() string { return strings.Join(slices.Sorted(maps.Keys(holderCodeTypes)), "、") }

// IDNumber is the content of a resident identity number (GB 11643-1999).
type IDNumber struct {
	Area  string // six digits of the place of first registration
	Birth civil.Date
	Sex   string // 男 or 女
}

// withOwnNumber are the kinds of document whose number names one holder for life: the identity number,
// the permits to the mainland, which one authority issues, and an organisation's code.
var withOwnNumber = []string{ResidentID, "511", "516", OrganisationCode}

// NamesPerson reports whether the number of such a document alone says who its holder is. The number
// of a passport is unique only within the state that issued it (ICAO Doc 9303-4), which no record
// names, and that of another document only within its issuer; there the name has to be the same too.
func NamesPerson(idType string) bool { return slices.Contains(withOwnNumber, idType) }

var idNumberForm = regexp.MustCompile(`^[1-9][0-9]{16}[0-9X]$`)

// NormalizeDocument returns a document's number in the form in which it is stored, compared and
// hashed: its characters take their compatibility form (NFKC), so that full-width letters become
// ordinary ones, spaces, hyphens and brackets are left out, and letters become capital. Of a resident
// identity number only the check letter becomes X; other mistakes stay, and ParseIDNumber refuses
// them. Normalizing a normalized number changes nothing.
func NormalizeDocument(idType, number string) string {
	number = norm.NFKC.String(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.In(r, unicode.Pd, unicode.Ps, unicode.Pe) || r == '\u2212' {
			return -1
		}
		return r
	}, norm.NFKC.String(number)))
	if idType != ResidentID {
		return norm.NFKC.String(strings.ToUpper(number))
	}
	if body, found := strings.CutSuffix(number, "x"); found && len(number) == 18 {
		return body + "X"
	}
	return number
}

// withIdeographs are the kinds of document whose numbers have ideographs (军字第1234567号): those of
// the forces, and the other ones.
var withIdeographs = []string{"114", "115", "118", "119", "120", "122", "999"}

// The length of the number of a document other than the identity card, in characters. The shortest
// real ones have four.
const (
	shortestDocument = 4
	longestDocument  = 32
)

// CheckDocument proves the number of a document in the form that NormalizeDocument gives it: an
// identity number as CheckIDNumber does, an organisation's code as CheckUSCC does, of another document that it has 4 to 32 characters, only the
// letters A to Z and digits, and ideographs where such documents have them, and that it is no
// placeholder (无, E0000, 1111), which would make one person of all who have it. Whatever looks like one of
// these characters would make another person of the same document's holder. The error is a *FieldError;
// its rule is id.form for any other document, and id.placeholder.
func CheckDocument(idType, number string) error {
	switch idType {
	case ResidentID:
		return CheckIDNumber(number)
	case OrganisationCode:
		return CheckUSCC(number)
	}
	ideographs := slices.Contains(withIdeographs, idType)
	for _, r := range number {
		if !(r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || ideographs && isIdeograph(r)) {
			return ExplainForm(newFieldError("id.form",
				"证件号码只能由数字和字母 A 至 Z 组成（军人、武警证件及其他证件可含汉字），空格、连字符和括号不计；请勿使用形似的其他文字。",
				"A document number has digits and the letters A to Z, of the forces' and other documents also Chinese characters; spaces, hyphens and brackets do not count. Letters of other scripts only look alike."), number)
		}
	}
	if n := utf8.RuneCountInString(number); n < shortestDocument || n > longestDocument {
		return newFieldError("id.form",
			fmt.Sprintf("证件号码应为 %d 至 %d 个字符，空格、连字符和括号不计。", shortestDocument, longestDocument),
			fmt.Sprintf("A document number has %d to %d characters; spaces, hyphens and brackets do not count.", shortestDocument, longestDocument))
	}
	if isPlaceholder(number) {
		return newFieldError("id.placeholder",
			"这不是证件号码：号码应含有数字，且不能全为 0 或由同一字符组成。请按证件填写。",
			"This is no document's number: it has no digit, only zeros for digits, or one character throughout. Give the number on the document.")
	}
	return nil
}

// isPlaceholder reports whether a number has no digit but zeros, or only one character.
func isPlaceholder(number string) bool {
	return !strings.ContainsAny(number, "123456789") || strings.Trim(number, number[:1]) == ""
}

// CheckIDNumber verifies a resident identity number: 18 characters, a real date of birth, and the
// check character of GB 11643 (ISO 7064 MOD 11-2). A lower-case x is accepted. The error is a
// *FieldError. If replacing look-alike characters makes the number valid, it names their positions;
// it never contains the number, because errors are stored where numbers must not be.
func CheckIDNumber(s string) error {
	_, err := ParseIDNumber(s)
	return err
}

// ParseIDNumber verifies a resident identity number as CheckIDNumber does and returns its content.
func ParseIDNumber(s string) (IDNumber, error) {
	number := NormalizeDocument(ResidentID, s)
	id, err := readIDNumber(number)
	if err == nil {
		return id, nil
	}
	meant := repair(number, idLookalikes, func(candidate string) bool {
		_, err := readIDNumber(candidate)
		return err == nil
	})
	switch {
	case meant != "":
		err.Detail = misread(number, meant)
	case err.Rule == "id.checksum" && number[15:] == "000":
		err.Detail = problem.Text{
			ZH: "公民身份号码末三位为 000，校验不通过：表格软件只保留 15 位数字，后三位已经丢失；请将单元格设为文本，按身份证重新填写。",
			EN: "The identity number ends in 000 and fails its check digit: a spreadsheet keeps 15 digits, and the last three are lost. Format the cell as text and enter the number again from the card.",
		}
	case err.Rule == "id.form":
		err = ExplainForm(err, s)
	}
	return IDNumber{}, err
}

// misread names the positions where a number differs from the one that was meant.
func misread(written, meant string) problem.Text {
	var places []string
	right := []rune(meant)
	for i, r := range []rune(written) {
		if r != right[i] {
			places = append(places, strconv.Itoa(i+1))
		}
	}
	if len(places) == 1 && places[0] == "18" && right[17] == 'X' {
		return problem.Text{
			ZH: "公民身份号码第 18 位是形似字母 X 的其他字符（如西里尔字母 Х），请改为英文字母 X。",
			EN: "Character 18 of the identity number only looks like X, as the Cyrillic Х does; write the Latin letter.",
		}
	}
	return problem.Text{
		ZH: fmt.Sprintf("公民身份号码第 %s 位是形似数字的其他字符（如字母 O、l），请改为数字。", strings.Join(places, "、")),
		EN: fmt.Sprintf("Characters %s of the identity number only look like digits, as the letters O and l do; write digits.", strings.Join(places, ", ")),
	}
}

// idLookalikes adds the letters and signs that are mistaken for the check character X.
var idLookalikes = map[rune]rune{
	'l': '1', 'I': '1', 'i': '1', '|': '1', 'O': '0', 'o': '0',
	'Х': 'X', 'х': 'X', 'Χ': 'X', 'χ': 'X', '×': 'X', '✕': 'X', '╳': 'X', '*': 'X',
}

// readIDNumber verifies a normalized number.
func readIDNumber(s string) (IDNumber, *FieldError) {
	if !idNumberForm.MatchString(s) {
		return IDNumber{}, newFieldError("id.form",
			"公民身份号码应为 18 位，前 17 位为数字，最后一位为数字或 X。",
			"A resident identity number has 18 characters: 17 digits, then a digit or X.")
	}
	birth, err := civil.Parse(s[6:10] + "-" + s[10:12] + "-" + s[12:14])
	if err != nil || birth.Before(civil.Date{Year: 1850, Month: time.January, Day: 1}) {
		return IDNumber{}, newFieldError("id.birth",
			"公民身份号码第 7 至 14 位不是真实的出生日期。",
			"Characters 7 to 14 of the identity number are not a real date of birth.")
	}
	if idNumberCheck(s) != s[17] {
		return IDNumber{}, newFieldError("id.checksum",
			"公民身份号码校验不通过，请逐位核对。",
			"The identity number fails its check digit; compare it character by character.")
	}
	sex := Female
	if (s[16]-'0')%2 == 1 {
		sex = Male
	}
	return IDNumber{Area: s[:6], Birth: birth, Sex: sex}, nil
}

// idNumberCheck computes the check character over the first 17 digits.
func idNumberCheck(s string) byte {
	sum := 0
	for i, weight := range [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(s[i]-'0') * weight
	}
	return "10X98765432"[sum%11]
}
