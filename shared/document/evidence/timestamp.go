package evidence

import (
	"errors"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/seal/tsp"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// maxTimestampGap is the largest difference between a document's timestamp and its
// stated time. The timestamp is requested while the document is made.
const maxTimestampGap = 10 * time.Minute

// signingTime is the time of a signature and how it is known.
type signingTime struct {
	at     time.Time
	proven bool // by a timestamp of a trusted authority

	algorithms tsp.Algorithms // of the timestamp that proves the time
	foreign    bool           // by a timestamp of an authority that is not trusted
	wrong      verdict.Reason // what is wrong with the timestamp and so with the file; or Fine
}

// judgeTimestamp judges the timestamp over a signature's value. Without a timestamp
// the time is the one the signer states in the document, which package verdict trusts
// only as far as it must. With one, the stated time must be close to it, because the
// signer could state any time after its certificate has expired.
func (t Trust) judgeTimestamp(token, value []byte, stated time.Time) signingTime {
	if len(token) == 0 {
		return signingTime{at: stated, wrong: verdict.Fine}
	}
	stamp, err := tsp.Verify(token, value, t.times)
	for _, e := range []error{tsp.ErrMalformed, tsp.ErrImprint, tsp.ErrSignature, tsp.ErrPurpose} {
		if errors.Is(err, e) {
			return signingTime{at: stated, wrong: verdict.Altered}
		}
	}
	switch {
	case stamp.Time.Sub(stated).Abs() > maxTimestampGap+stamp.Accuracy:
		return signingTime{at: stated, wrong: verdict.Contradicts}
	case t.times == nil:
		return signingTime{at: stated, wrong: verdict.Fine}
	case err != nil:
		return signingTime{at: stated, foreign: true, wrong: verdict.Fine}
	}
	return signingTime{at: stamp.Time, proven: true, algorithms: stamp.Algorithms, wrong: verdict.Fine}
}
