package roster

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/jiazhu/jiazhu/shared/document/sheet"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// Days are read as people and spreadsheets write them, where only one day can be meant.
var (
	// 2027-5-28, 2027/05/28, 2027.5.28, 2027 5 28, 2027年5月28日, 20270528, each also with a time of day.
	yearFirst = regexp.MustCompile(`^([0-9]{4})(?:[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})[日号]?|([0-9]{2})([0-9]{2}))(?:[T ]?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?Z?)?$`)
	// 28/5/2027 or 5/28/2027: one day only where the day is later than the twelfth.
	yearLast  = regexp.MustCompile(`^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})$`)
	yearMonth = regexp.MustCompile(`^[0-9]{4}(?:[-/.年]?[0-9]{1,2}月?)?年?$`)
)

// The numbers that are read as a spreadsheet's days without its saying so: 1927 to 2173.
const firstSerial, lastSerial = 10000, 99999

// lastDay is a spreadsheet's number of 9999-12-31.
const lastDay = 2958465

// readDay returns the day of a cell as YYYY-MM-DD, "" for an empty one.
func readDay(c sheet.Cell, from1904 bool) (string, *Mistake) {
	text := tidyDay(c.Text)
	if text == "" {
		return "", nil
	}
	if n, err := strconv.ParseFloat(text, 64); err == nil && (c.IsDay || n >= firstSerial && n < lastSerial+1) && (c.Kind == sheet.Number || !strings.ContainsAny(text, "eE")) {
		return readSerial(c, n, from1904)
	}
	if m := yearFirst.FindStringSubmatch(text); m != nil {
		if day := makeDay(m[1], m[2]+m[4]+m[6], m[3]+m[5]+m[7]); day != "" {
			return day, nil
		}
		return "", &Mistake{Found: c.Text, Reason: "没有这一天"}
	}
	mistake := &Mistake{Found: c.Text, Reason: "不是可以确定的日期"}
	switch m := yearLast.FindStringSubmatch(text); {
	case m != nil:
		mistake.Reason = "年份写在最后，月和日的先后不能确定"
		if one, other := makeDay(m[3], m[1], m[2]), makeDay(m[3], m[2], m[1]); one == "" || other == "" {
			mistake.Suggestion = one + other
		}
	case yearMonth.MatchString(text):
		mistake.Reason = "缺少月或日"
	case strings.ContainsAny(text, "长永"):
		mistake.Reason = "须有确定的截止日期"
	}
	return "", mistake
}

func makeDay(year, month, day string) string {
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(day)
	text := fmt.Sprintf("%04d-%02d-%02d", y, m, d)
	if _, err := civil.Parse(text); err != nil {
		return ""
	}
	return text
}

// readSerial returns the day of a spreadsheet's number. Its calendar has a 29 February 1900, so that
// numbers before it are one less than the days since 1899-12-30.
func readSerial(c sheet.Cell, n float64, from1904 bool) (string, *Mistake) {
	days := int(math.Floor(n))
	first := civil.Date{Year: 1899, Month: time.December, Day: 30}
	switch {
	case !(n >= 0 && n < lastDay+1), days == 60 && !from1904:
		return "", &Mistake{Found: c.Text, Reason: "没有这一天"}
	case from1904:
		first = civil.Date{Year: 1904, Month: time.January, Day: 1}
	case days < 60:
		days++
	}
	return first.AddDays(days).String(), nil
}

// tidyDay returns a day's text with ordinary digits and signs, without blanks that nothing depends on.
func tidyDay(text string) string {
	text = norm.NFKC.String(text)
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Cf, r) || r == '\'' || r == '’' || r == '‘':
			return -1
		case unicode.IsSpace(r):
			return ' '
		case r == '—' || r == '–' || r == '−' || r == '‐':
			return '-'
		case r == '。' || r == '·':
			return '.'
		}
		return r
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	for _, sign := range []string{"年", "月", "日", "-", "/", ".", ":"} {
		text = strings.ReplaceAll(strings.ReplaceAll(text, " "+sign, sign), sign+" ", sign)
	}
	return readIdeographs(text)
}

var ideographDay = regexp.MustCompile(`^([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]?$`)

// readIdeographs returns 二〇二七年五月二十八日 in digits, and another text unchanged.
func readIdeographs(text string) string {
	m := ideographDay.FindStringSubmatch(text)
	if m == nil {
		return text
	}
	year := strings.Map(readDigit, m[1])
	return fmt.Sprintf("%s年%d月%d日", year, readTens(m[2]), readTens(m[3]))
}

func readDigit(r rune) rune {
	if i := strings.IndexRune("一二三四五六七八九", r); i >= 0 {
		return '1' + rune(i/len("一"))
	}
	return '0'
}

// readTens returns a number below a hundred, 二十八.
func readTens(text string) int {
	tens, ones, found := strings.Cut(text, "十")
	if !found {
		tens, ones = "", text
	}
	n := 0
	for _, r := range ones {
		n = 10*n + int(readDigit(r)-'0')
	}
	if found {
		t := 1
		for _, r := range tens {
			t = int(readDigit(r) - '0')
		}
		n += 10 * t
	}
	return n
}
