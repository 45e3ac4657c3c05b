package template

import (
	"strings"
	"time"
)

// Removal is a lifecycle rule of a bucket: objects whose keys have the prefix are removed that many days after they were
// put. The local S3 removes nothing.
type Removal struct {
	Prefix string
	Days   int
}

// FindRemoval returns when S3 removes an object that was put at a time, zero for never. S3 counts whole days and removes at the
// next midnight in UTC; of several rules the shortest counts.
func (b Bucket) FindRemoval(key string, put time.Time) (at time.Time) {
	for _, r := range b.Removal {
		if !strings.HasPrefix(key, r.Prefix) {
			continue
		}
		due := put.UTC().AddDate(0, 0, r.Days)
		if midnight := due.Truncate(24 * time.Hour); midnight.Before(due) {
			due = midnight.AddDate(0, 0, 1)
		}
		if at.IsZero() || due.Before(at) {
			at = due
		}
	}
	return at
}
