package api_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

func TestEachErrorOfAStoreIsAProblem(t *testing.T) {
	for want, err := range map[problem.Code]error{
		problem.SessionExpired:      sessions.ErrSessionEnded,
		problem.ChallengeNotFound:   sessions.ErrChallengeNotFound,
		problem.AssertionInvalid:    sessions.ErrAssertionUsed,
		problem.PasswordLinkInvalid: sessions.ErrLinkEnded,
		problem.CodeExpired:         sessions.ErrCodeEnded,
		problem.CertificateNotFound: records.ErrCertificateNotFound,
		problem.CertificateChanged:  records.ErrCertificateChanged,
		problem.EndorsementNotFound: records.ErrEndorsementNotFound,
		problem.ConsentNotFound:     records.ErrConsentNotFound,
		problem.ReportNotFound:      records.ErrReportNotFound,
		problem.QuotaReached:        records.ErrQuotaReached,
		problem.KindUnknown:         scheme.ErrUnknown,
		problem.InvalidField:        records.ErrCursor,
		problem.RateLimited:         &sessions.LimitError{RetryIn: time.Hour},
		problem.Unavailable:         dynamo.NewUnavailable("throttled"),
		problem.NotBound:            problem.New(problem.NotBound),
		// Nobody is told more of what has no problem.
		problem.Internal: dynamo.ErrRefused,
	} {
		wrapped := fmt.Errorf("reading: %w", err)
		p := api.ProblemOf(wrapped)
		if p.Code != want || p.Status != problem.New(want).Status {
			t.Errorf("%v is %d %s, want %s", err, p.Status, p.Code, want)
		}
		if want != problem.NotBound && want != problem.InvalidField && !errors.Is(p.Cause, err) {
			t.Errorf("%s does not say for the log what happened: %v", want, p.Cause)
		}
		if !api.IsProblem(wrapped, want) {
			t.Errorf("%v is not %s", err, want)
		}
	}
	if api.IsProblem(nil, problem.Internal) {
		t.Error("no error is a problem")
	}
}

func TestAProblemSaysWhenToTryAgain(t *testing.T) {
	for _, test := range []struct {
		err  error
		wait time.Duration
	}{
		{&sessions.LimitError{RetryIn: time.Hour}, time.Hour},
		{&records.UploadLimitError{Daily: true, RetryIn: 3 * time.Hour}, 3 * time.Hour},
		{&records.UploadLimitError{}, problem.New(problem.RateLimited).RetryAfter},
		{dynamo.NewUnavailable("throttled"), 2 * time.Second},
		{context.DeadlineExceeded, problem.New(problem.Unavailable).RetryAfter},
	} {
		if p := api.ProblemOf(test.err); p.RetryAfter != test.wait {
			t.Errorf("%v: %v, want %v", test.err, p.RetryAfter, test.wait)
		}
	}
}
