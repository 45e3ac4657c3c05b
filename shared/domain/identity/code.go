package identity

import (
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
)

// CodeTries is how many times one code may be entered.
const CodeTries = 5

// Code is a six-digit code sent to a phone to prove that the account's person has it. An account
// has one at a time.
type Code struct {
	Portal, Username string
	Hash             string // keyed hash of account, phone and code
	Tries            int    // including the present one
	ExpiresAt        time.Time
}

// Check checks one try, which the caller has counted. Problems: code-expired, after CodeLife or
// CodeTries, and code-wrong.
func (c Code) Check(hash string, now time.Time) error {
	switch {
	case !now.Before(c.ExpiresAt) || c.Tries > CodeTries:
		return problem.New(problem.CodeExpired)
	case !isEqual(c.Hash, hash) && c.Tries == CodeTries:
		return problem.New(problem.CodeExpired).WithDetail(
			"验证码已连续输错 5 次，已作废", "The code was entered wrongly five times and is void.")
	case !isEqual(c.Hash, hash):
		return problem.New(problem.CodeWrong)
	}
	return nil
}
