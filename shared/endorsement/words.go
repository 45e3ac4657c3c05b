package endorsement

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jiazhu/jiazhu/shared/certificate"
	"github.com/jiazhu/jiazhu/shared/problem"
)

// The holder's words stand on a page that an authority seals. They are printed in
// brackets on a line of their own that says whose words they are, and whatever
// could be read as a line of the authority's is refused: the labels of the face, a
// window of use, a registration number, the brackets, and look-alikes of all these.

// reserved is the rule that the holder's words break where they have what is the
// face's alone.
const reserved = "text.reserved"

// checkWords returns the first thing in a text of the holder's that is the face's
// alone, or nil. beside is printed in the same line of the face.
func checkWords(text, beside string) *problem.Text {
	for _, check := range []func(string, string) *problem.Text{brackets, labels, window, numbers} {
		if found := check(text, beside); found != nil {
			return found
		}
	}
	return nil
}

// tidy is a text as it is stored and printed: in standard form, with one space for
// every run of blanks of any kind and width, and none around it. One of more than
// longest characters, or of several lines, is left as it is.
func tidy(text string, longest int) string {
	if utf8.RuneCountInString(text) > longest || strings.ContainsFunc(text, endsLine) {
		return text
	}
	text, _ = certificate.Standard(text)
	var b strings.Builder
	blank := false
	for _, r := range text {
		if isBlank(r) {
			blank = true
			continue
		}
		if blank && b.Len() > 0 {
			b.WriteByte(' ')
		}
		blank = false
		b.WriteRune(r)
	}
	text, _ = certificate.Standard(b.String())
	return text
}

// endsLine reports a line break: a text that has one is refused, as is one with
// another control character.
func endsLine(r rune) bool { return unicode.IsSpace(r) && !isBlank(r) }

// isBlank reports whether a character shows as nothing: spaces and tabs, what has no
// width, and letters and symbols that are empty.
func isBlank(r rune) bool {
	return r == '\t' || unicode.Is(unicode.Zs, r) || strings.ContainsRune(empty, r)
}

const empty = "\u00AD\u034F\u115F\u1160\u17B4\u17B5\u180E\u200B\u200C\u200D\u2060\u2061\u2062\u2063\u2064\u2800\u3164\uFEFF\uFFA0"

// cornerShapes are the brackets around the holder's words and what looks like them.
const cornerShapes = "「」『』｢｣﹁﹂﹃﹄⌈⌉⌊⌋⌌⌍⌎⌏⌜⌝⌞⌟⎡⎣⎤⎦⎾⎿⏋⏌⸢⸣⸤⸥┌┍┎┏┐┑┒┓└┕┖┗┘┙┚┛╔╗╚╝╒╓╕╖╘╙╛╜⅃"

func brackets(text, _ string) *problem.Text {
	for _, r := range text {
		if strings.ContainsRune(cornerShapes, r) {
			return &problem.Text{
				ZH: fmt.Sprintf("不能使用“%c”：证照以「」标示持证人填写的内容，请去掉该符号。", r),
				EN: fmt.Sprintf("%c cannot be used: the certificate marks the holder's words by 「」. Leave it out.", r),
			}
		}
	}
	return nil
}

// otherLabels are not on the face, but say what its labels say, or that it never ends.
func otherLabels() []string {
	return []string{
		"姓别", "身份证号", "公民身份号码", "发证日期", "发证机构", "颁发机关", "颁发日期", "长期有效", "永久有效", "终身有效", "无限期",
	}
}

func labels(text, _ string) *problem.Text {
	for _, s := range skeletons(text) {
		for _, label := range append(Labels(), otherLabels()...) {
			if strings.Contains(s, likened(label)) {
				return &problem.Text{
					ZH: fmt.Sprintf("不能含有“%s”或与其形似的文字：这是证照的栏目或用语，请换一种说法。", label),
					EN: fmt.Sprintf("The text cannot contain %s, or what looks like it: these are words of the certificate itself. Say it in another way.", label),
				}
			}
		}
	}
	return nil
}

// Words for a window of use. Those of period read like one with any date or year
// behind them; those of ending with a date, where they do not say what ends
// (投标截止日期).
var (
	period = regexp.MustCompile(`有效期|有效日期|有效时间|有效截止|有效至|有效到|[日前内止间均续]有效|使用期|使用日期|使用截止|使用至|使用到|可用至|可用到|失效日期|失效时间|到期日|届满|期限至|期限到|止期`)
	ending = regexp.MustCompile(`(投标|报名|递交|开标|招标|申报|提交|合同|竣工|交货|服务|施工|工期|资料|材料|文件)?(截止|截至|到期|失效|终止日|止日)`)
)

func window(text, beside string) *problem.Text {
	dated := month.MatchString(spelt(text)) || day.MatchString(spelt(text+"\n"+beside))
	for _, s := range skeletons(text) {
		found := period.FindString(s)
		if !dated && (found == "" || !yearAfter(s, found)) {
			continue
		}
		for _, m := range ending.FindAllStringSubmatch(s, -1) {
			if found == "" && m[1] == "" {
				found = m[2]
			}
		}
		if found != "" {
			return &problem.Text{
				ZH: fmt.Sprintf("不能将“%s”与日期写在一起：使用有效期由系统印在证照上，请在使用有效期一栏选择。", found),
				EN: fmt.Sprintf("%s cannot stand together with a date: the days of use are printed by the service. Choose them as the days of use.", found),
			}
		}
	}
	return nil
}

// month and day are dates, in a text as spelt has it.
var (
	month = regexp.MustCompile(`[0-9]{2,4}年[0-9十]{1,3}月|(19|20|21)[0-9]{2}[-./]+(1[0-2]|0?[1-9])([^0-9]|$)`)
	day   = regexp.MustCompile(`[0-9十]{1,3}月[0-9十]{1,3}[日号]|[0-9]{2,4}[-./]+[0-9]{1,2}[-./]+[0-9]{1,2}([^0-9]|$)|(19|20|21)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])`)
)

// yearAfter reports whether a year stands soon behind a word for a window.
func yearAfter(skeleton, word string) bool {
	_, after, _ := strings.Cut(skeleton, word)
	return year.MatchString(figures.Replace(after))
}

var year = regexp.MustCompile(`^[^0-9]{0,4}(19|20|21)[0-9]{2}([^0-9]|$)`)

// figures replaces the characters that are read as digits.
var figures = strings.NewReplacer(
	"〇", "0", "零", "0", "○", "0", "O", "0", "o", "0", "一", "1", "二", "2", "三", "3", "四", "4", "五", "5", "六", "6", "七", "7", "八", "8", "九", "9",
	"壹", "1", "贰", "2", "叁", "3", "肆", "4", "伍", "5", "陆", "6", "柒", "7", "捌", "8", "玖", "9", "拾", "十",
	"l", "1", "I", "1", "i", "1", "|", "1",
	"秊", "年", "曰", "日", "冃", "月", "號", "号", "—", "-", "–", "-", "‐", "-", "‑", "-", "‒", "-", "―", "-", "−", "-", "·", ".", "。", ".", "、", ".", "╱", "/", "⁄", "/", "∕", "/",
)

// spelt is a text for finding dates in: without blanks, in one form, its figures as
// digits.
func spelt(text string) string {
	return figures.Replace(strings.Map(func(r rune) rune {
		if isBlank(r) && r != '\n' {
			return -1
		}
		return r
	}, oneForm(text)))
}

// registration is the form of a registration number (注册编号), of either length.
var registration = regexp.MustCompile(`[` + certificate.ProvinceNames + `][0-9]{12,}`)

// residence is the form of an identity number.
var residence = regexp.MustCompile(`[1-9][0-9]{16}[0-9x]`)

func numbers(text, _ string) *problem.Text {
	for _, s := range skeletons(text) {
		s = figures.Replace(s)
		if found := registration.FindString(s); found != "" {
			return &problem.Text{
				ZH: fmt.Sprintf("不能含有“%s”：其形式与注册编号相同，请去掉。", found),
				EN: fmt.Sprintf("The text cannot contain %s, which has the form of a registration number. Leave it out.", found),
			}
		}
		for at := range s {
			if found := residence.FindString(s[at:min(at+18, len(s))]); found != "" && certificate.CheckIDNumber(found) == nil {
				return &problem.Text{
					ZH: "不能含有公民身份号码：加注件会交给他人，请去掉。",
					EN: "The text cannot contain an identity number: the copy is given to others. Leave it out.",
				}
			}
		}
	}
	return nil
}
