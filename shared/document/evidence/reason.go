package evidence

import (
	"errors"

	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// reasonRule maps an error of a reader to the reason that is shown.
type reasonRule struct {
	err error
	why verdict.Reason
}

// reasonOf returns the reason of the first rule whose error err is or wraps, or else
// otherwise.
func reasonOf(err error, otherwise verdict.Reason, causes []reasonRule) verdict.Reason {
	for _, c := range causes {
		if errors.Is(err, c.err) {
			return c.why
		}
	}
	return otherwise
}
