package records

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// Changes counts the changes to a record on the last day, in Asia/Shanghai, that had any.
type Changes struct {
	Day  civil.Date
	Made int
}

// CountOn returns the number of changes on the day of at. If that day is before the counted one,
// the clock was set back; it counts as the same day.
func (c Changes) CountOn(at time.Time) int {
	if civil.Of(at).After(c.Day) {
		return 0
	}
	return c.Made
}

// countChange counts one more change.
func (c Changes) countChange(at time.Time) Changes {
	if day := civil.Of(at); day.After(c.Day) {
		return Changes{Day: day, Made: 1}
	}
	return Changes{Day: c.Day, Made: c.Made + 1}
}

// text formats the count as "2026-11-29#3", "" for none.
func (c Changes) text() string {
	if c.Made == 0 {
		return ""
	}
	return fmt.Sprintf("%s#%d", c.Day, c.Made)
}

func readChanges(written string) Changes {
	day, made, _ := strings.Cut(written, "#")
	on, err := civil.Parse(day)
	n, wrong := strconv.Atoi(made)
	if err != nil || wrong != nil {
		return Changes{}
	}
	return Changes{Day: on, Made: n}
}
