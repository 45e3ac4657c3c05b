package endorsement

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// The holder's words are printed on a page that an authority seals. They are printed in brackets on
// a line of their own that says whose words they are, and everything that could be read as the
// authority's text is refused: the labels of the certificate, a window of use, a number of any kind
// of certificate, the brackets, and look-alikes of all these.

// reserved is the rule that the holder's words break if they contain what only the authority may
// say.
const reserved = "text.reserved"

// reservedWords is what only the authority may say on a copy.
type reservedWords struct {
	labels  []string
	numbers []reservedNumber
}

// reservedNumber is the form of a kind's numbers in digit skeletons, and what they are called.
type reservedNumber struct {
	form  *regexp.Regexp
	label problem.Text
}

// reserve returns what is reserved on copies of a scheme: its labels, and the numbers of every kind.
func reserve(s scheme.Scheme, numbers certificate.Grammars) reservedWords {
	r := reservedWords{labels: append(LabelsOf(s), otherLabels()...)}
	for _, g := range numbers {
		for _, form := range numberForms(g) {
			r.numbers = append(r.numbers, reservedNumber{form, g.Label})
		}
	}
	return r
}

// keptForms has the forms of numbers by their grammar, which does not change. They take longer to compile
// than a request to check.
var keptForms sync.Map

// numberForms returns the forms of a grammar's numbers in digit skeletons.
func numberForms(g *certificate.Grammar) []*regexp.Regexp {
	if kept, found := keptForms.Load(g); found {
		return kept.([]*regexp.Regexp)
	}
	forms := g.Shapes(func(text string) string { return digitSkeletons(text)[0] })
	keptForms.Store(g, forms)
	return forms
}

// check returns the first part of a holder's text that only the authority may say, or nil.
// before are the texts printed before it, because several texts together can say what none says
// alone.
func (r reservedWords) check(text string, before ...string) *problem.Text {
	joined := strings.Join(append(before, text), "\n")
	for _, check := range []func() *problem.Text{
		func() *problem.Text { return checkBrackets(text) },
		func() *problem.Text { return r.checkLabels(text) },
		func() *problem.Text { return checkWindow(text) },
		func() *problem.Text { return r.checkNumbers(text) },
	} {
		if found := check(); found != nil {
			return found
		}
	}
	if text == "" || joined == text {
		return nil
	}
	for _, check := range []func(string) *problem.Text{r.checkLabels, checkWindow, checkBareNumbers} {
		if found := check(joined); found != nil && check(strings.Join(before, "\n")) == nil {
			return found
		}
	}
	return nil
}

// cornerShapes are the brackets around the holder's words and their look-alikes.
const cornerShapes = "「」『』｢｣﹁﹂﹃﹄⌈⌉⌊⌋⌌⌍⌎⌏⌜⌝⌞⌟⎡⎣⎤⎦⎾⎿⏋⏌⸢⸣⸤⸥┌┍┎┏┐┑┒┓└┕┖┗┘┙┚┛╔╗╚╝╒╓╕╖╘╙╛╜⅃"

// IsCorner reports whether a character is one of the brackets around the holder's words or a
// look-alike.
func IsCorner(r rune) bool { return strings.ContainsRune(cornerShapes, r) }

func checkBrackets(text string) *problem.Text {
	for _, r := range text {
		if IsCorner(r) {
			return &problem.Text{
				ZH: fmt.Sprintf("不能使用“%c”：证照以「」标示持证人填写的内容，请去掉该符号。", r),
				EN: fmt.Sprintf("%c cannot be used: the certificate marks the holder's words by 「」. Leave it out.", r),
			}
		}
	}
	return nil
}

// otherLabels are not printed on a certificate, but mean the same as its labels, or that it never
// ends.
func otherLabels() []string {
	return []string{
		"姓别", "签发时间", "本人签名", "出生年月", "身份证号", "公民身份号码", "发证日期", "发证机构", "颁发机关", "颁发日期", "长期有效", "永久有效", "终身有效", "无限期",
	}
}

func (r reservedWords) checkLabels(text string) *problem.Text {
	for _, s := range skeletons(text) {
		for _, label := range r.labels {
			if strings.Contains(s, foldLookalikes(label)) {
				return &problem.Text{
					ZH: fmt.Sprintf("不能含有“%s”或与其形似的文字：这是证照的栏目或用语，请换一种说法。", label),
					EN: fmt.Sprintf("The text cannot contain %s, or what looks like it: these are words of the certificate itself. Say it in another way.", label),
				}
			}
		}
	}
	return nil
}

// Words for a window of use. The words of period are refused beside any date, year or length of
// time; those of ending as well, unless they say what ends (投标截止日期). A period until something
// (有效期至 …) is refused without a date, and a period of something else (投标有效期, 设计使用年限)
// only if an end follows it.
var (
	period  = regexp.MustCompile(`有效(期|日期|时间|时限|年限|截止|至|到|直|延)|[日前内止间均续]有效|使用(期|日期|时间|时限|年限|截止|至|到)|适用(期|日期|时间|至|到)|可用[至到]|[前内]使用|使用有期|均可使用|失效日期|失效时间|到期日|届满|[期限][至到]|止期|[延展][期长][至到]|valid(ity|until|thru|through|till|to|from|for)|expir(es|ed|y|ation|ing)|(usable|good)(until|thru|through|till)|useby`)
	ending  = regexp.MustCompile(`(投标|报名|递交|开标|招标|申报|提交|合同|竣工|交货|服务|施工|工期|资料|材料|文件|保修|质保|维保|租赁|办理|响应|建设|缺陷责任|资质|许可证)?(截止|截至|止于|到期|失效|终止日|止日|期限|时限|年限|延期|展期)`)
	endless = regexp.MustCompile(`(有效|使用)(期|期限|期间|日期|时限|年限)延?[至到]`)
	others  = regexp.MustCompile(`(投标|许可证|资质|报价|保函|担保|合同|质保|设计|工)(有效期|有效时间|使用年限|使用期|期[至到])`)
)

func checkWindow(text string) *problem.Text {
	plain := normalizeFigures(text)
	dated := month.MatchString(plain) || day.MatchString(plain) || years.MatchString(plain) || years.MatchString(normalizeForm(text))
	for _, s := range skeletons(text) {
		found := endless.FindString(removeOtherPeriods(s))
		if found == "" && dated || bareYear.MatchString(figures.Replace(s)) {
			found = findWindowWord(s)
		}
		if found != "" {
			return &problem.Text{
				ZH: fmt.Sprintf("不能将“%s”与日期或年限写在一起：使用有效期由系统印在证照上，请在使用有效期一栏选择。", found),
				EN: fmt.Sprintf("%s cannot stand together with a date, a year or a length of time: the days of use are printed by the service. Choose them as the days of use.", found),
			}
		}
	}
	return nil
}

// findWindowWord returns the first word for a window in a skeleton that is not about something
// else, or "".
func findWindowWord(skeleton string) string {
	skeleton = removeOtherPeriods(skeleton)
	if found := period.FindString(skeleton); found != "" {
		return found
	}
	for _, m := range ending.FindAllStringSubmatch(skeleton, -1) {
		if m[1] == "" {
			return m[2]
		}
	}
	if bareYear.MatchString(figures.Replace(skeleton)) {
		return "有效"
	}
	return ""
}

// removeOtherPeriods removes periods of something else that no end follows.
func removeOtherPeriods(skeleton string) string {
	for _, at := range slices.Backward(others.FindAllStringIndex(skeleton, -1)) {
		if !end.MatchString(figures.Replace(skeleton[at[1]:])) {
			skeleton = skeleton[:at[0]] + " " + skeleton[at[1]:]
		}
	}
	return skeleton
}

// month, day and years match dates, years and lengths of time in a text from normalizeFigures;
// bareYear matches a year directly after 有效, end the end of a window.
var (
	month    = regexp.MustCompile(`[0-9]{2,4}年[0-9十]{1,3}月|(19|20|21)[0-9]{2}[-./]+(1[0-2]|0?[1-9])([^0-9]|$)`)
	day      = regexp.MustCompile(`[0-9十]{1,3}月[0-9十]{1,3}[日号]|[0-9]{2,4}[-./]+[0-9]{1,2}[-./]+[0-9]{1,2}([^0-9]|$)|(19|20|21)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])`)
	years    = regexp.MustCompile(`[0-9十百千两数多半]+(周年|个月|年|载|月|天|日)|(^|[^0-9])(19|20|21)[0-9]{2}([^0-9]|$)|[12两]千[0-9十百]|民国|令和|[甲乙丙丁戊己庚辛壬癸][子丑寅卯辰巳午未申酉戌亥]年|[今明后来翌]年|MM[CDXLV1]+|长期|永久|下一届|完工|竣工`)
	bareYear = regexp.MustCompile(`有效(19|20|21)[0-9]{2}`)
	end      = regexp.MustCompile(`^[至到为]?(19|20|21)[0-9]{2}`)
)

// figures replaces characters that are read as digits.
var figures = strings.NewReplacer(
	"〇", "0", "零", "0", "○", "0", "O", "0", "o", "0", "一", "1", "二", "2", "三", "3", "四", "4", "五", "5", "六", "6", "七", "7", "八", "8", "九", "9",
	"壹", "1", "贰", "2", "叁", "3", "肆", "4", "伍", "5", "陆", "6", "柒", "7", "捌", "8", "玖", "9", "拾", "十", "佰", "百", "仟", "千", "廿", "2十", "卅", "3十", "弌", "1", "弍", "2", "弎", "3", "貳", "2", "貮", "2", "參", "3", "叄", "3", "陸", "6", "幺", "1",
	"l", "1", "I", "1", "i", "1", "|", "1",
	"秊", "年", "曰", "日", "冃", "月", "號", "号", "—", "-", "–", "-", "‐", "-", "‑", "-", "‒", "-", "―", "-", "−", "-", "·", ".", "。", ".", "、", ".", "╱", "/", "⁄", "/", "∕", "/",
)

// normalizeFigures prepares a text for finding dates: without blanks, in one form, with numerals as
// digits.
func normalizeFigures(text string) string {
	return figures.Replace(strings.Map(func(r rune) rune {
		if certificate.IsBlank(r) && r != '\n' {
			return -1
		}
		return r
	}, normalizeForm(text)))
}

// registration is the form of a registration number (注册编号), of either length.
var registration = regexp.MustCompile(`[` + certificate.ProvinceNames + `][0-9]{12,}`)

// run matches adjacent digits; in an identity number the last may be an x.
var run = regexp.MustCompile(`[0-9]+x?`)

// checkNumbers finds identity numbers, and texts of the form of a number of any kind.
func (r reservedWords) checkNumbers(text string) *problem.Text {
	for _, s := range digitSkeletons(text) {
		if found := registration.FindString(s); found != "" {
			return registrationFormText(found)
		}
		for _, n := range r.numbers {
			if found := n.form.FindString(s); found != "" {
				return numberFormText(found, n.label)
			}
		}
	}
	return checkBareNumbers(text)
}

// checkBareNumbers finds registration numbers with or without their province, and identity numbers
// with or without their check character.
func checkBareNumbers(text string) *problem.Text {
	for _, s := range digitSkeletons(text) {
		for _, digits := range run.FindAllString(s, -1) {
			for at := range digits {
				if found := digits[at:min(at+16, len(digits))]; isBareNumber(found) {
					return registrationFormText(found)
				}
				if isIdentity(digits[at:]) {
					return &problem.Text{
						ZH: "不能含有公民身份号码：加注件会交给他人，请去掉。",
						EN: "The text cannot contain an identity number: the copy is given to others. Leave it out.",
					}
				}
			}
			if len(digits) == 12 && isBareNumber(digits) {
				return registrationFormText(digits)
			}
		}
	}
	return nil
}

func registrationFormText(found string) *problem.Text {
	return numberFormText(found, problem.Text{ZH: "注册编号", EN: "registration number"})
}

func numberFormText(found string, label problem.Text) *problem.Text {
	return &problem.Text{
		ZH: fmt.Sprintf("不能含有“%s”：其形式与%s相同，请去掉。", found, label.ZH),
		EN: fmt.Sprintf("The text cannot contain %s, which has the form of a %s. Leave it out.", found, label.EN),
	}
}

// isBareNumber reports whether digits are a registration number without its province: a level, a
// province's code, two plausible years in order and a serial.
func isBareNumber(digits string) bool {
	m := bareNumber.FindStringSubmatch(digits)
	if m == nil || m[1] != "99" && certificate.AreaName(m[1]) == "" {
		return false
	}
	qualified, registered := m[2]+m[4], m[3]+m[5]
	if len(qualified) == 2 {
		qualified, registered = "20"+qualified, "20"+registered
	}
	return qualified >= "1990" && qualified <= registered && registered < "2050"
}

var bareNumber = regexp.MustCompile(`^[12]([0-9]{2})(?:([0-9]{4})([0-9]{4})|([0-9]{2})([0-9]{2}))[0-9]{5}$`)

// isIdentity reports whether a text begins with an identity number, or with that of an adult
// without its check character.
func isIdentity(digits string) bool {
	if len(digits) >= 18 && certificate.CheckIDNumber(digits[:18]) == nil {
		return true
	}
	if len(digits) < 17 || certificate.AreaName(digits) == "" || !grown.MatchString(digits[6:]) {
		return false
	}
	_, err := civil.Parse(digits[6:10] + "-" + digits[10:12] + "-" + digits[12:14])
	return err == nil && !strings.HasSuffix(digits[:17], "x")
}

// grown matches the birth years of people who are adults in this century. Project codes have an
// area and a later year in the same places.
var grown = regexp.MustCompile(`^(19[2-9]|200)`)
