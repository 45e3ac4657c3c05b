package records

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// Changes counts the changes to a record on the last day, in Asia/Shanghai, on which there was one.
type Changes struct {
	Day  civil.Date
	Made int
}

// CountOn is how many changes there have been on the day of a moment. A day before the one counted is of
// a clock that went back, and counts as the same day.
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

// text is "2026-11-29#3", "" for none.
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
