package evidence

import (
	"errors"

	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// reasonRule leads from an error of a reader to the reason that is shown.
type reasonRule struct {
	err error
	why verdict.Reason
}

// reasonOf is the reason of the first cause that err is or wraps, otherwise
// the given one.
func reasonOf(err error, otherwise verdict.Reason, causes []reasonRule) verdict.Reason {
	for _, c := range causes {
		if errors.Is(err, c.err) {
			return c.why
		}
	}
	return otherwise
}
