package roster

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/document/sheet"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

func TestDaysAreReadAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]string{
		"2027-05-28": "2027-05-28", "2027-5-28": "2027-05-28", "2027/5/28": "2027-05-28", "2027.05.28": "2027-05-28", "2027年5月28日": "2027-05-28",
		"2027年05月28号": "2027-05-28", "2027 年 5 月 28 日": "2027-05-28", "２０２７年５月２８日": "2027-05-28", "20270528": "2027-05-28", "２０２７／５／２８": "2027-05-28",
		"2027-05-28 00:00:00": "2027-05-28", "2027/5/28 0:00": "2027-05-28", "2027-05-28T00:00:00Z": "2027-05-28", " 2027。5。28 ": "2027-05-28", "'2027-05-28": "2027-05-28",
		"二〇二七年五月二十八日": "2027-05-28", "二○二七年十月十日": "2027-10-10", "二零二七年十二月三十一日": "2027-12-31", "46535": "2027-05-28", "2027—5—28": "2027-05-28",
		"": "", "　": "",
		"2027-02-29": "没有这一天", "20271301": "没有这一天", "2027年4月31日": "没有这一天",
		"5/6/2027": "先后不能确定", "2027年5月": "缺少", "2027": "缺少", "202705": "缺少", "长期": "截止日期", "27-05-28": "不是可以确定", "20270528001": "不是可以确定", "明年": "不是可以确定",
		"1.1E+17": "不是可以确定", "7": "不是可以确定", "-46535": "不是可以确定", "NaN": "不是可以确定", "Inf": "不是可以确定",
	} {
		got, mistake := readDay(sheet.Cell{Text: text}, false)
		if mistake != nil {
			got = mistake.Reason
		}
		if got != want && (mistake == nil || want == "" || !strings.Contains(got, want)) {
			t.Errorf("%q is read as %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{"5/28/2027": "2027-05-28", "28.5.2027": "2027-05-28", "5/6/2027": "", "13/13/2027": ""} {
		if _, mistake := readDay(sheet.Cell{Text: text}, false); mistake == nil || mistake.Suggestion != want {
			t.Errorf("of %q is suggested %+v, want %q", text, mistake, want)
		}
	}
}

func TestDaysAreReadFromTheNumbersOfSpreadsheets(t *testing.T) {
	for _, test := range []struct {
		text            string
		isDay, from1904 bool
		want            string
	}{
		{"46535", true, false, "2027-05-28"}, {"46535", false, false, "2027-05-28"}, {"46535.75", true, false, "2027-05-28"},
		{"45073", true, true, "2027-05-28"}, {"1", true, false, "1900-01-01"}, {"59", true, false, "1900-02-28"}, {"60", true, false, ""}, {"61", true, false, "1900-03-01"},
		{"0", true, true, "1904-01-01"}, {"20270528", false, false, "2027-05-28"}, {"2027", false, false, ""}, {"2958465", true, false, "9999-12-31"}, {"2958466", true, false, ""},
		{"-1", true, false, ""}, {"4.6535E4", false, false, "2027-05-28"},
	} {
		got, _ := readDay(sheet.Cell{Text: test.text, Kind: sheet.Number, IsDay: test.isDay}, test.from1904)
		if got != test.want {
			t.Errorf("%+v: %q", test, got)
		}
	}
}

// Every day that is written in a usual form is read as that day.
func TestEveryDayComesBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := civil.Date{Year: 1930, Month: time.January, Day: 1}.AddDays(rapid.IntRange(0, 60000).Draw(t, "day"))
		forms := []string{d.String(), d.InText(), d.Compact(), strings.ReplaceAll(d.String(), "-", "/"), strings.ReplaceAll(d.String(), "-0", "."), strings.ReplaceAll(d.String(), "-", " ")}
		for _, form := range forms {
			form = strings.ReplaceAll(form, "-", ".")
			if got, mistake := readDay(sheet.Cell{Text: form}, false); mistake != nil || got != d.String() {
				t.Fatalf("%q is read as %q, %+v", form, got, mistake)
			}
		}
	})
}

func FuzzReadDay(f *testing.F) {
	f.Add("二〇二七年五月二十八日", true)
	f.Add("46535", false)
	f.Fuzz(func(t *testing.T, text string, isNumber bool) {
		c := sheet.Cell{Text: text}
		if isNumber {
			c.Kind, c.IsDay = sheet.Number, true
		}
		day, mistake := readDay(c, isNumber)
		if mistake != nil && (day != "" || mistake.Reason == "") {
			t.Fatalf("%q: %q, %+v", text, day, mistake)
		}
		if _, err := civil.Parse(day); day != "" && err != nil {
			t.Fatalf("%q is read as %q", text, day)
		}
	})
}
