package endorsement

import (
	"fmt"
	"slices"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
)

// MostDaysAfterUse is the longest time after the last day of use for which a deployment can keep files.
const MostDaysAfterUse = 730

// FileLives are the numbers of days for which the bucket has a rule, in order: files whose prefix names
// one of them are removed that many days after they were made. They fit a window of thirty days, sixty and so on, whose
// last day is so many days after the first, and reach beyond MostDaysAfterUse after the longest window (scheme.MostWindowMonths). Rules
// go by prefix and not by a tag, because every tag of every file has its price.
func FileLives() []int {
	var lives []int
	for days := 31; days <= 361; days += 30 {
		lives = append(lives, days)
	}
	for days := 481; days <= 1081; days += 120 {
		lives = append(lives, days)
	}
	for days := 1441; days <= 4681; days += 360 {
		lives = append(lives, days)
	}
	return lives
}

// FileLife is how long the files of a copy can be downloaded, and for how many days the bucket keeps them.
type FileLife struct {
	Until civil.Date // the last day, in Asia/Shanghai
	Days  int        // one of FileLives, which ends after Until
}

// PlanFiles returns the life of the files of a copy that is made at a time: its days of use, and so many days after.
func PlanFiles(madeAt time.Time, useUntil civil.Date, daysAfterUse int) FileLife {
	return NewFileLife(madeAt, useUntil.AddDays(daysAfterUse))
}

// NewFileLife returns the life of files that are made at a time and wanted until a day. No window of WindowFor ends so late
// that they are wanted longer than the longest of FileLives, which a later day is cut to.
func NewFileLife(madeAt time.Time, until civil.Date) FileLife {
	made, lives := civil.Of(madeAt), FileLives()
	needed := until.Sub(made) + 1 // the last day is over so many days after the day of making began
	i, _ := slices.BinarySearch(lives, needed)
	if i == len(lives) {
		i--
		until = made.AddDays(lives[i] - 1)
	}
	return FileLife{Until: until, Days: lives[i]}
}

// FilePrefix is what the keys of a copy's files begin with.
func (l FileLife) FilePrefix(certID, copyID string) string {
	return fmt.Sprintf("endorsements/d%d/%s/%s", l.Days, certID, copyID)
}

// FilesEnd is the last day on which the files of the copy can be downloaded. That of copies made before version 1.2
// is not recorded: their files are kept for RecordDays after they were made.
func (e Endorsement) FilesEnd() civil.Date {
	if e.FilesUntil.IsZero() {
		return civil.Of(e.MadeAt).AddDays(RecordDays - 1)
	}
	return e.FilesUntil
}
