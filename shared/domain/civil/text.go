package civil

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// written is the form YYYY-MM-DD.
var written = regexp.MustCompile(`^([0-9]{4})-([0-9]{2})-([0-9]{2})$`)

// Parse parses a day written YYYY-MM-DD. It refuses other forms, such as 2021-8-30, and days that
// do not exist.
func Parse(s string) (Date, error) {
	m := written.FindStringSubmatch(s)
	if m == nil {
		return Date{}, fmt.Errorf("date %q is not YYYY-MM-DD", clip(s))
	}
	d := Date{Year: digits(m[1]), Month: time.Month(digits(m[2])), Day: digits(m[3])}
	if d.Year == 0 || Of(d.Start()) != d {
		return Date{}, fmt.Errorf("date %q does not exist", s)
	}
	return d, nil
}

// String returns the day as YYYY-MM-DD, or "" for the absent date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// InText returns the day as printed on a certificate and written in a sentence: 2021年8月3日.
func (d Date) InText() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d年%d月%d日", d.Year, int(d.Month), d.Day)
}

// Compact returns the day in eight digits: 20211019.
func (d Date) Compact() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d%02d%02d", d.Year, int(d.Month), d.Day)
}

// MarshalText writes YYYY-MM-DD; the absent date is the empty string.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what Parse reads; the empty string is the absent date.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// digits converts a string already known to be a few decimal digits.
func digits(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// likeDay are other ways to write a day: 2020/12/11, 2020.12.11, 2020年12月11日, 20201211, 2020-8-3, and
// midnight of it.
var likeDay = regexp.MustCompile(`^([0-9]{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日?|([0-9]{2})([0-9]{2}))(?:[T ]00:00(?::00(?:\.0+)?)?)?$`)

// SuggestDay returns the day that a text in another form than YYYY-MM-DD means, written in that form, or
// "". A day with its year at the end is not read: 12/11/2020 is two days.
func SuggestDay(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == '／' || r == '－' || r == '．':
			return r - '／' + '/'
		}
		return r
	}, strings.TrimSpace(s))
	m := likeDay.FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	d := Date{Year: digits(m[1]), Month: time.Month(digits(m[2] + m[4] + m[6])), Day: digits(m[3] + m[5] + m[7])}
	if d.Year == 0 || Of(d.Start()) != d {
		return ""
	}
	return d.String()
}

// clip shortens a wrong value that is quoted in an error.
func clip(s string) string {
	if len(s) > 32 {
		return s[:32] + "…"
	}
	return s
}
