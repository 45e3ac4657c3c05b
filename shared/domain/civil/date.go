// Package civil is the calendar of the rules: whole days in China's only time zone, Asia/Shanghai,
// a fixed eight hours ahead of UTC (China has had no daylight saving time since 1991, so no zone
// database is needed).
//
// Registration periods, windows of use and birthdays are days, not instants: a copy valid until
// 2021-10-19 is valid until the end of that day in Beijing, wherever the server is. A type other
// than time.Time prevents mistakes of a day that come from UTC.
package civil

import "time"

// Date is one day of the Gregorian calendar in Asia/Shanghai. It is comparable
// with ==, usable as a map key, and its zero value means "no date".
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// zone is a fixed offset, so the rules do not depend on an installed zone database.
var zone = time.FixedZone("CST", 8*60*60)

// Zone returns Asia/Shanghai as a fixed offset of +08:00.
func Zone() *time.Location { return zone }

// Of returns the day on which t falls in Asia/Shanghai.
func Of(t time.Time) Date {
	y, m, d := t.In(zone).Date()
	return Date{Year: y, Month: m, Day: d}
}

// IsZero reports whether d is the absent date.
func (d Date) IsZero() bool { return d == Date{} }

// Start returns the first instant of the day.
func (d Date) Start() time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, zone)
}

// End returns the first instant after the day: something valid through d is valid at every t with
// t.Before(d.End()).
func (d Date) End() time.Time { return d.AddDays(1).Start() }

// AddDays returns the day n calendar days later (earlier if n is negative).
func (d Date) AddDays(n int) Date {
	return Of(time.Date(d.Year, d.Month, d.Day+n, 0, 0, 0, 0, zone))
}

// AddMonths returns the same day n months later, or that month's last day where it has no such day.
func (d Date) AddMonths(n int) Date {
	first := time.Date(d.Year, d.Month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return Date{first.Year(), first.Month(), min(d.Day, last)}
}

// AddYears returns the same day n years later. If that year has no 29 February, the result is 1
// March, which is how an age is counted in law.
func (d Date) AddYears(n int) Date {
	return Of(time.Date(d.Year+n, d.Month, d.Day, 0, 0, 0, 0, zone))
}

// Sub returns the number of days from o to d: positive when d is later.
func (d Date) Sub(o Date) int {
	const day = 24 * 60 * 60
	return int((d.Start().Unix() - o.Start().Unix()) / day)
}

// Compare returns -1, 0 or +1 as d is before, on or after o. The absent date
// sorts before every real one.
func (d Date) Compare(o Date) int {
	switch {
	case d.Before(o):
		return -1
	case o.Before(d):
		return +1
	}
	return 0
}

// Before reports whether d is an earlier day than o.
func (d Date) Before(o Date) bool {
	if d.Year != o.Year {
		return d.Year < o.Year
	}
	if d.Month != o.Month {
		return d.Month < o.Month
	}
	return d.Day < o.Day
}

// After reports whether d is a later day than o.
func (d Date) After(o Date) bool { return o.Before(d) }
