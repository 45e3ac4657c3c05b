// Package checker judges tokens, receipts and files by the published keys and, if asked, by what the
// registry answers. It is what the offline checker and jiazhu verify are made of.
package checker

import (
	"context"
	"io"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/evidence/receiptpage"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// Input is what to judge: exactly one of the three, or a receipt's page as a file
// together with its receipt.
type Input struct {
	Token   string
	Receipt string
	File    []byte
}

func recogniseFile(data []byte) Input {
	if text, ok := evidence.ExtractReceipt(data); ok {
		return Input{Receipt: text, File: data}
	}
	found, err := evidence.FindContent(data)
	if err != nil {
		return Input{File: data}
	}
	return Input{Token: found.Token, Receipt: found.Receipt}
}

// Checker judges by the published keys and, if it has an address, asks the registry.
type Checker struct {
	Trust    evidence.Trust
	Registry string // address of the service to ask for the present state; "" = stay offline
	Lists    string // directory of signed status lists, for who has no network; "" = none
	Receipts string // directory for the registry's receipts of many files; "" = none are wanted
	Asker    string // who asks, as the receipts state without proof
	Program  string // that judges, as the receipts state without proof
	Lang     string // zh or en
	Question verdict.Question
	Now      func() time.Time
	Progress io.Writer // where it is said that the registry is waited for; nil = nowhere

	sleep func(time.Duration) <-chan time.Time // nil = time.After
}

// examination is the input, and what it proves by itself.
type examination struct {
	input     Input
	evidence  verdict.Evidence
	statement *credential.Receipt      // content of a genuine receipt
	batch     *credential.BatchReceipt // likewise of a batch
	job       *credential.Manifest     // likewise of a job
	question  verdict.Question
	now       time.Time
}

// Judge answers from the published keys and, if asked, the registry. It fails if a receipt's page
// cannot be drawn for comparison.
func (c Checker) Judge(ctx context.Context, in Input) (Report, error) {
	m, offline, err := c.judgeOffline(in)
	switch {
	case err != nil || c.Registry == "":
		return offline, err
	case offline.Scan != nil:
		return offline, c.askBatches(ctx, offline.Scan.identify())
	case m.evidence.Integrity.Result != verdict.Pass: // an input without integrity is not sent
		return offline, nil
	}
	return c.askRegistry(ctx, m, offline)
}

// judgeOffline answers from the published keys alone.
func (c Checker) judgeOffline(in Input) (examination, Report, error) {
	m, err := examine(in, c.Trust)
	if err != nil {
		return m, Report{}, err
	}
	m.question, m.now = c.Question, c.Now()
	if m.evidence.Kind == verdict.Receipt {
		m.question = verdict.Question{}
	}
	known, note := c.recordsOf(m.evidence)
	v := verdict.Judge(m.evidence, known, m.question, m.now)
	offline := reportOf(m, v, c.Lang)
	offline.Note = note
	if offline.Scan, err = c.judgeCodes(m); err != nil {
		return m, Report{}, err
	}
	if m.question != c.Question {
		offline.Note = questionNote(c.Lang)
	}
	return m, offline, nil
}

func examine(in Input, trust evidence.Trust) (m examination, err error) {
	m.input = in
	switch {
	case in.Receipt != "" && in.File != nil:
		m.evidence, m.statement, err = evidence.ExamineReceiptPage(in.File, in.Receipt, trust, receiptpage.New())
	case in.Receipt != "":
		var said evidence.Statements
		m.evidence, said = evidence.ExamineAnyReceipt(in.Receipt, trust)
		m.statement, m.batch, m.job = said.One, said.Batch, said.Job
	case in.Token != "":
		m.evidence = evidence.ExamineToken(in.Token, trust)
	default:
		m.evidence = evidence.Examine(in.File, trust)
	}
	return m, err
}
