package api

import (
	"context"
	"errors"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
)

// storeProblem says which problem an error of a store is.
type storeProblem struct {
	err  error
	code problem.Code
}

func storeProblems() []storeProblem {
	return []storeProblem{
		{sessions.ErrSessionEnded, problem.SessionExpired},
		{sessions.ErrChallengeNotFound, problem.ChallengeNotFound},
		{sessions.ErrAssertionUsed, problem.AssertionInvalid},
		{sessions.ErrLinkEnded, problem.PasswordLinkInvalid},
		{sessions.ErrCodeEnded, problem.CodeExpired},
		{records.ErrCertificateNotFound, problem.CertificateNotFound},
		{records.ErrCertificateChanged, problem.CertificateChanged},
		{records.ErrEndorsementNotFound, problem.EndorsementNotFound},
		{records.ErrConsentNotFound, problem.ConsentNotFound},
		{records.ErrReportNotFound, problem.ReportNotFound},
		{records.ErrJobNotFound, problem.JobNotFound},
		{records.ErrQuotaReached, problem.QuotaReached},
		{scheme.ErrUnknown, problem.KindUnknown},
	}
}

// unavailableRetry is when a caller may try again what storage could not do.
const unavailableRetry = 2 * time.Second

// ProblemOf is the one mapping from errors to the problems that callers see. An error that is, or
// wraps, a *problem.Problem is that problem. An error that has no problem is a 500 without detail.
// The error becomes the problem's cause, for the log.
func ProblemOf(err error) *problem.Problem {
	if p, ok := problem.As(err); ok {
		return p
	}
	for _, known := range storeProblems() {
		if errors.Is(err, known.err) {
			return problem.New(known.code).WithCause(err)
		}
	}
	var limit *sessions.LimitError
	var uploads *records.UploadLimitError
	switch {
	case errors.Is(err, records.ErrCursor):
		return cursorProblem()
	case errors.As(err, &uploads):
		return uploadLimitProblem(uploads).WithCause(err)
	case errors.As(err, &limit):
		return problem.New(problem.RateLimited).RetryIn(limit.RetryIn).WithCause(err)
	case dynamo.IsUnavailable(err):
		return problem.New(problem.Unavailable).RetryIn(unavailableRetry).WithCause(err)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return problem.New(problem.Unavailable).WithCause(err)
	}
	return problem.New(problem.Internal).WithCause(err)
}

func uploadLimitProblem(limit *records.UploadLimitError) *problem.Problem {
	p := problem.New(problem.RateLimited)
	if limit.Daily {
		return p.RetryIn(limit.RetryIn).WithDetail(
			"该客户端当日登记的文件已达上限（200 个，共 200 GB）。", "The client has announced as many files as it may on one day: 200, of 200 GB together.")
	}
	return p.WithDetail("该客户端尚未处理完的文件已达上限（20 个，共 50 GB）；请等待处理完成，或撤回不再上传的文件。",
		"As many files of the client wait or are under way as may: 20, of 50 GB together. Wait, or revoke those that will not come.")
}

// IsProblem reports whether an error is the problem with a code.
func IsProblem(err error, code problem.Code) bool { return err != nil && ProblemOf(err).Code == code }
