package checker

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	"github.com/jiazhu/jiazhu/shared/document/archive"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// Result is the report on one of many files.
type Result struct {
	File    string          `json:"file"`
	SHA256  string          `json:"sha256,omitempty"`
	Refused archive.Refusal `json:"refused,omitempty"` // why it was not read; the report then says no more
	Report
}

// JudgeMany judges the sources one after the other and, if asked, completes the reports with the
// registry's answers, many at once. No file is sent. A source that cannot be read has a result that says so;
// none is left out.
func (c Checker) JudgeMany(ctx context.Context, sources []Source) ([]Result, error) {
	if c.Receipts != "" {
		if err := os.MkdirAll(c.Receipts, 0o755); err != nil {
			return nil, fmt.Errorf("the receipts' directory: %w", err)
		}
	}
	results := make([]Result, len(sources))
	var asked []identity
	for i, s := range sources {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		m, err := c.judgeSource(s, &results[i])
		switch {
		case err != nil:
			return nil, err
		case c.Registry == "":
		case m.statement != nil:
			if results[i].Report, err = c.askRegistry(ctx, m, results[i].Report); err != nil {
				return nil, err
			}
		case results[i].Scan != nil:
			asked = append(asked, results[i].Scan.identify()...)
		default:
			if item, ok := identify(m); ok {
				asked = append(asked, identity{item, []*Report{&results[i].Report}})
			}
		}
	}
	return results, c.askBatches(ctx, asked)
}

func (c Checker) judgeSource(s Source, result *Result) (m examination, err error) {
	data, why, err := s.read()
	result.File, result.Refused = filepath.ToSlash(s.Path), why
	switch {
	case err != nil:
		result.Report = c.describeUnread(err.Error())
		return m, nil
	case why != archive.Accepted:
		result.Report = c.describeUnread(why.Text().In(c.Lang))
		return m, nil
	}
	digest := sha256.Sum256(data)
	result.SHA256 = hex.EncodeToString(digest[:])
	m, result.Report, err = c.judgeOffline(s.recognise(data))
	return m, err
}

// describeUnread is the report on a file that was not read.
func (c Checker) describeUnread(why string) Report {
	now, asOf := c.Now().In(civil.Zone()), c.Question.AsOf
	if asOf.IsZero() {
		asOf = civil.Of(now)
	}
	return Report{
		Verdict: verdict.Unknown, Name: verdict.Unknown.Name().In(c.Lang), Basis: ByKeys, Summary: why, Given: verdict.File,
		AsOf: asOf, CheckedAt: now, Checks: []Row{}, Reminder: verdict.Reminder().In(c.Lang),
	}
}

// SumUp returns the verdict on all results together, and on the codes in those that are no originals: invalid
// if any is, otherwise valid if all are. A receipt is no certificate, and among several files none can be told
// by it.
func SumUp(results []Result) verdict.Overall {
	if len(results) == 1 && results[0].Scan == nil {
		return results[0].Verdict
	}
	sum := verdict.Valid
	for _, r := range listLines(results) {
		switch {
		case r.Verdict == verdict.Invalid:
			return verdict.Invalid
		case r.Verdict != verdict.Valid:
			sum = verdict.Unknown
		}
	}
	if len(results) == 0 {
		return verdict.Unknown
	}
	return sum
}

// reason returns in words why a report says what it does, "" for a valid document.
func (r Report) reason() string {
	if r.Summary != "" && (r.Verdict != verdict.Invalid || len(r.Checks) < 2) {
		return r.Summary
	}
	for _, wanted := range []verdict.Result{verdict.Fail, verdict.Unsure} {
		for _, row := range r.Checks {
			aside := r.Verdict == verdict.Invalid && (row.Check == verdict.Issuer || row.Check == verdict.Numbers) // they alone make nothing invalid
			if row.Result == wanted && r.Verdict != verdict.Valid && !aside {
				return row.Text
			}
		}
	}
	return ""
}
