package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/scan"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// The bounds of one request on the codes in a file.
const (
	maxCodes    = 100             // that are judged
	maxSearch   = 3 * time.Second // for which the pages are searched
	codesAtOnce = 8               // that are looked up in the register at a time
)

// foundCodes are the codes in a file that is no original, each judged as a token.
type foundCodes struct {
	scan.Result
	tokens []string                // of the codes, in their order
	hosts  []string                // to which their addresses lead; "" for this service's
	judged map[string]verification // by token
}

// searchFile finds and judges the codes in a file that is no original. The caller pays for each copy as if its
// token had been given; the holder of each reads of it.
func (a *app) searchFile(ctx context.Context, r *api.Request, q verification) (*foundCodes, error) {
	if q.request.file == nil || q.evidence.Integrity.Reason != verdict.NotOriginal {
		return nil, nil
	}
	limited, cancel := context.WithTimeout(ctx, maxSearch)
	defer cancel()
	bounds := scan.DefaultBounds()
	bounds.Codes, bounds.IsOver = maxCodes, func() bool { return limited.Err() != nil }
	result, err := scan.Find(q.request.file, bounds)
	if err != nil { // of an OFD no codes are searched
		return nil, nil
	}
	found := &foundCodes{Result: result, judged: map[string]verification{}}
	for _, c := range result.Codes {
		content, _ := credential.Find(c.Text)
		found.tokens, found.hosts = append(found.tokens, content.Token), append(found.hosts, c.LeadsAway(a.origin))
	}
	return found, a.judgeCodes(ctx, r, q, found)
}

// judgeCodes judges each token once, on however many pages it stands.
func (a *app) judgeCodes(ctx context.Context, r *api.Request, q verification, found *foundCodes) error {
	tokens := slices.Compact(slices.Sorted(slices.Values(found.tokens)))
	asked := q.request
	if len(tokens) > 1 { // nobody can say which of them the paper is
		asked.printed = verdict.Printed{}
	}
	answers := make([]verification, len(tokens))
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(codesAtOnce)
	for i, token := range tokens {
		if err := a.limiters.takeAny(whoAsks(r), r.Time); err != nil {
			return errors.Join(err, work.Wait())
		}
		work.Go(func() (err error) {
			answers[i], err = a.judgeCode(ctx, r, asked, token)
			return err
		})
	}
	if err := work.Wait(); err != nil {
		return err
	}
	for i, token := range tokens {
		found.judged[token] = answers[i]
	}
	return nil
}

// judgeCode judges the token of one code, and adds that to its certificate's ledger.
func (a *app) judgeCode(ctx context.Context, r *api.Request, asked verifyRequest, token string) (verification, error) {
	q := verification{
		id:      records.NewID(r.Time),
		request: verifyRequest{token: token, question: asked.question, asker: asked.asker, purpose: asked.purpose},
		records: verdict.Records{Access: verdict.NotReached},
	}
	q.evidence, q.isTest = evidence.ExamineToken(token, a.trust), a.test
	q.evidence.Printed, q.evidence.Grammars = asked.printed, a.schemes.Numbers()
	q, err := a.compare(ctx, r, q)
	if err != nil {
		return q, err
	}
	q.verdict = verdict.Judge(q.evidence, q.records, q.request.question, r.Time)
	q.failed = errors.Join(q.failed, a.returnGuess(ctx, q))
	q = a.countName(ctx, r, disclose(q, r))
	if err := a.note(ctx, r, q); err != nil {
		q = q.withhold(byOutage)
		q.failed = errors.Join(q.failed, err)
	}
	return q, nil
}

// isPaper reports whether there is one code, so that what the paper says is compared with its copy.
func (f *foundCodes) isPaper() bool { return f != nil && len(f.judged) == 1 }

// joinFailures returns why the register or the ledger could not be used for some of the codes, for the log.
func (f *foundCodes) joinFailures() (cause error, unreached bool) {
	if f == nil {
		return nil, false
	}
	for _, q := range f.judged {
		cause = errors.Join(cause, q.failed)
		unreached = unreached || q.isUnreached()
	}
	return cause, unreached
}

// isUnreached reports whether the register would have had to be asked and was not reached.
func (q verification) isUnreached() bool {
	return q.records.Access == verdict.NotReached && q.endorsementID() != ""
}

// scanJSON is what was found in a file that is no original.
type scanJSON struct {
	Pages  int          `json:"pages"`
	Unread []unreadPage `json:"unread"`
	Codes  []codeJSON   `json:"codes"`
	Others int          `json:"others"`

	Several int `json:"several,omitempty"`
}

type unreadPage struct {
	Page   int      `json:"page"` // 0: the whole file
	Reason scan.Why `json:"reason"`
}

// codeJSON is a code on a page, and the verdict on its token.
type codeJSON struct {
	Page    int            `json:"page"`
	Token   string         `json:"token"`
	LeadsTo string         `json:"leadsTo,omitempty"`
	Verdict verifyResponse `json:"verdict"`
}

func scanOf(f *foundCodes, lang string) *scanJSON {
	if f == nil {
		return nil
	}
	s := &scanJSON{Pages: f.Pages, Unread: make([]unreadPage, 0, len(f.Unread)), Codes: make([]codeJSON, 0, len(f.Codes)), Others: f.Others, Several: f.Several}
	for _, u := range f.Unread {
		s.Unread = append(s.Unread, unreadPage{u.Page, u.Why})
	}
	for i, c := range f.Codes {
		s.Codes = append(s.Codes, codeJSON{c.Page, f.tokens[i], f.hosts[i], answerOf(f.judged[f.tokens[i]], "", lang)})
	}
	return s
}
