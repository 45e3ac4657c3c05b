package main

import (
	"context"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/scan"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// The bounds of one file that is no original.
const (
	maxCodes  = 100         // that are judged
	maxSearch = time.Minute // for which its pages are searched
)

// searchFile finds the codes in a file that is no original, and judges each as a token. It returns nil for
// a file in which no codes are searched.
func (a *app) searchFile(ctx context.Context, job records.Job, data []byte, q verdict.Question, now time.Time) (*credential.ManifestScan, error) {
	found, err := a.findCodes(data)
	if err != nil {
		return nil, nil
	}
	said := &credential.ManifestScan{Pages: found.Pages, Several: found.Several}
	for _, u := range found.Unread {
		said.Unread = append(said.Unread, credential.ManifestUnread{Page: u.Page, Reason: string(u.Why)})
	}
	judged := map[string]credential.ManifestEntry{} // by token: a code may be on several pages
	for _, c := range found.Codes {
		content, _ := credential.Find(c.Text)
		if _, known := judged[content.Token]; !known {
			if judged[content.Token], err = a.compare(ctx, job, evidence.ExamineToken(content.Token, a.trust), q, now); err != nil {
				return nil, err
			}
		}
		e := judged[content.Token]
		code := credential.ManifestCode{Page: c.Page, LeadsTo: c.LeadsAway(a.origin), Claim: e.Claim, Verdict: e.Verdict, Name: e.Name, Text: e.Text, Code: e.Code, Checks: e.Checks}
		if e.Ends != nil {
			code.Ends = e.Ends.On.String()
		}
		said.Codes = append(said.Codes, code)
	}
	return said, nil
}

func (a *app) findCodes(data []byte) (scan.Result, error) {
	a.scans.Lock()
	defer a.scans.Unlock()
	end, bounds := a.now().Add(maxSearch), scan.DefaultBounds()
	bounds.Codes, bounds.IsOver = maxCodes, func() bool { return a.now().After(end) }
	return scan.Find(data, bounds)
}
