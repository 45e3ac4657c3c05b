package evidence

import (
	"errors"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/seal/tsp"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// stampApart is how far the time stamp of a document may be from the time the
// document states: it is asked for while the holder waits.
const maxTimestampGap = 10 * time.Minute

// signingTime is when a signature was made, as far as that can be known.
type signingTime struct {
	at      time.Time
	proven  bool           // by a time stamp of a trusted authority
	foreign bool           // there is a time stamp, of an authority that is not
	wrong   verdict.Reason // why the time stamp, and so the file, is not as it was made; or Fine
}

// judgeTimestamp judges the time stamp over a signature's value. A signature without
// one was made when the document says: its signer's word, which package verdict
// believes no further than it must. That word is compared with the stamp, for a
// signer whose certificate has run out could state any.
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
	return signingTime{at: stamp.Time, proven: true, wrong: verdict.Fine}
}
