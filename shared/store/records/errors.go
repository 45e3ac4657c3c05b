package records

import (
	"errors"
	"time"
)

// What the register does not have, or does not do. The caller of a method cannot tell what does not
// exist from what belongs to somebody else.
var (
	ErrCertificateNotFound = errors.New("there is no such certificate")
	ErrEndorsementNotFound = errors.New("there is no such endorsement")
	ErrConsentNotFound     = errors.New("there is no such consent")
	ErrReportNotFound      = errors.New("there is no such report")
	ErrJobNotFound         = errors.New("there is no such job")
	ErrDisputeNotFound     = errors.New("there is no such dispute")
	// ErrCertificateChanged says that a certificate is no longer as it was read; nothing was written.
	ErrCertificateChanged = errors.New("the certificate has changed")
	// ErrQuotaReached says that the holder has made as many copies that day as the scheme allows.
	ErrQuotaReached = errors.New("the daily quota is reached")
	// ErrCursor says that a cursor is not one of the page that is read.
	ErrCursor = errors.New("the cursor is not one of this list")
	// ErrBroken says that a version is missing or was altered after the next one was appended.
	ErrBroken = errors.New("the versions are not as they were written")
	// ErrSettled says that the dispute was settled before.
	ErrSettled = errors.New("the dispute is settled already")
	// ErrSuperseded says that a later run has taken over the upload or the job.
	ErrSuperseded = errors.New("another run has taken over")
	// ErrKeyUsed says that another request with the idempotency key came first.
	ErrKeyUsed = errors.New("the idempotency key was used before")
	// ErrPlaceTaken says that an entry was not moved, because its place in the ledger has another item.
	ErrPlaceTaken = errors.New("its place in the ledger's table has another item, so it is left where it is")
)

// UploadLimitError says that a client has announced as many uploads as it may: on one day, or
// without Daily, that wait or are in progress.
type UploadLimitError struct {
	Daily   bool
	RetryIn time.Duration // until the day ends
}

func (e *UploadLimitError) Error() string {
	if e.Daily {
		return "the client has announced as many files as it may on one day"
	}
	return "as many files of the client wait or are in progress as may"
}
