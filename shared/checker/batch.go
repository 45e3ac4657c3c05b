package checker

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// batchSize is how many items a request has.
const batchSize = 100

// item is what the registry is asked about a document: an item of POST /v1/verifications/batch. It has
// nothing of a file but its digest and what identifies its copy.
type item struct {
	Token string `json:"token,omitempty"`
	*verdict.StatedFile
}

// identify returns what to ask about a document, and whether there is anything.
func identify(m examination) (item, bool) {
	if m.evidence.Integrity.Result != verdict.Pass {
		return item{}, false
	}
	if m.input.Token != "" {
		return item{Token: m.input.Token}, true
	}
	stated, ok := verdict.StateFile(m.evidence)
	return item{StatedFile: &stated}, ok
}

// identity is an item with the reports that its answer completes.
type identity struct {
	item    item
	reports []*Report
}

// note says in the reports why they are not completed.
func (i identity) note(why string) {
	for _, r := range i.reports {
		r.Note = why
	}
}

// entry is the registry's answer about an item.
type entry struct {
	Verdict verdict.Overall `json:"verdict"` // "" of a file
	Checks  []Row           `json:"checks"`
	Code    verdict.Code    `json:"code"`
	Ends    *useEnd         `json:"ends"`
	Newer   bool            `json:"newer"`
	Test    bool            `json:"test"`
	Problem *refusal        `json:"problem"`
}

// askBatches completes the reports. One that the registry does not answer about is unchanged except for a
// note. The error is that the question is refused, or that the context ended.
func (c Checker) askBatches(ctx context.Context, all []identity) error {
	for left := newPatience(); len(all) > 0; {
		var postponed []identity
		var wait time.Duration
		limited := false
		for some := range slices.Chunk(all, batchSize) {
			entries, err := c.postBatch(ctx, some)
			if refused, ok := errors.AsType[*RefusedError](err); ok {
				return refused
			}
			busy, isBusy := errors.AsType[*busyError](err)
			for i, one := range some {
				switch {
				case isBusy:
					one.note(err.Error())
					postponed = append(postponed, one)
					wait, limited = max(wait, busy.pause()), limited || busy.isLimit()
				case err != nil:
					one.note(err.Error())
				case entries[i].Problem == nil:
					for _, r := range one.reports {
						c.completeReport(r, entries[i])
					}
				default:
					p := entries[i].Problem
					one.note(c.describeFailure(p.text(c.Lang)))
					postponed = append(postponed, one)
					wait, limited = max(wait, p.pause()), limited || p.isLimit()
				}
			}
		}
		if all = postponed; len(all) == 0 || !c.wait(ctx, left, wait, limited) {
			break
		}
	}
	return ctx.Err()
}

// postBatch asks about at most batchSize items, and returns as many entries.
func (c Checker) postBatch(ctx context.Context, some []identity) ([]entry, error) {
	asked := struct {
		AsOf      civil.Date `json:"asOf,omitzero"`
		Specialty string     `json:"specialty,omitempty"`
		Purpose   string     `json:"purpose,omitempty"`
		Recipient string     `json:"recipient,omitempty"`
		Items     []item     `json:"items"`
		Receipt   bool       `json:"wantReceipt,omitempty"`
		Build     string     `json:"build,omitempty"`
		Asker     *asker     `json:"asker,omitempty"`
	}{AsOf: c.Question.AsOf, Specialty: c.Question.Specialty, Purpose: c.Question.Purpose, Recipient: c.Question.Recipient}
	if asked.Receipt = c.Receipts != ""; asked.Receipt {
		asked.Build, asked.Asker = describeBuild(c.Program), askerOf(c.Asker)
	}
	for _, one := range some {
		asked.Items = append(asked.Items, one.item)
	}
	body, err := json.Marshal(asked)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(c.Registry, "/")+"/v1/verifications/batch", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	if body, err = c.send(request); err != nil {
		return nil, err
	}
	var answer struct {
		Items   []entry
		Receipt string
	}
	if err := json.Unmarshal(body, &answer); err != nil || len(answer.Items) != len(some) {
		return nil, errors.New(c.describeFailure(problem.Text{
			ZH: fmt.Sprintf("应答 %d 件，实为 %d 件", len(some), len(answer.Items)), EN: fmt.Sprintf("its answer is of %d documents, not of %d", len(answer.Items), len(some)),
		}.In(c.Lang)))
	}
	if asked.Receipt {
		return answer.Items, c.saveReceipt(answer.Receipt, len(some))
	}
	return answer.Items, nil
}

// completeReport composes a report with the registry's answer.
func (c Checker) completeReport(r *Report, e entry) {
	register := Report{Verdict: e.Verdict, Checks: e.Checks, Code: e.Code, Ends: e.Ends, Newer: e.Newer}
	merged := verdict.Merge(r.verdict(), register.verdict())
	r.Basis, r.Note, r.Summary, r.Newer = ByRegistry, "", "", merged.Newer
	r.Verdict, r.Code, r.Name = merged.Overall, merged.Code, merged.Overall.Name().In(c.Lang)
	r.Checks = rowsOf(merged.Findings, c.Lang)
	if ends := merged.Ends; ends != nil {
		r.Ends = &useEnd{ends.On, ends.Rule, ends.Text.In(c.Lang)}
	}
	if r.Subject != nil && e.Test {
		r.Subject.Test = true
	}
}
