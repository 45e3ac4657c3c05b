package main

import (
	"context"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/evidence/receiptpage"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// examination is the input, and what it proves by itself.
type examination struct {
	input     input
	evidence  verdict.Evidence
	statement *credential.Receipt // content of a genuine receipt
	question  verdict.Question
	now       time.Time
}

// judge answers from the published keys and, if asked, the registry. It fails if the
// question cannot be parsed, the keys cannot be read, or a receipt's page cannot be
// drawn for comparison.
func (p cli) judge(ctx context.Context, o options) (report, error) {
	in, err := p.readInput(o.argument)
	if err != nil {
		return report{}, err
	}
	trust, err := readKeys(ctx, o.keys)
	if err != nil {
		return report{}, err
	}
	m, err := examine(ctx, in, trust)
	if err != nil {
		return report{}, err
	}
	m.question, m.now = o.question, p.now()
	if m.evidence.Kind == verdict.Receipt {
		m.question = verdict.Question{}
	}
	v := verdict.Judge(m.evidence, verdict.Records{Access: verdict.NotReached}, m.question, m.now)
	offline := reportOf(m, v, o.lang)
	if m.question != o.question {
		offline.Note = questionNote(o.lang)
	}
	if o.registry == "" || m.evidence.Integrity.Result != verdict.Pass { // an input without integrity is not sent
		return offline, nil
	}
	return m.askRegistry(ctx, offline, o), nil
}

func examine(ctx context.Context, in input, trust evidence.Trust) (m examination, err error) {
	m.input = in
	switch {
	case in.receipt != "" && in.file != nil:
		m.evidence, m.statement, err = evidence.ExamineReceiptPage(in.file, in.receipt, trust, receiptpage.New())
	case in.receipt != "":
		m.evidence, m.statement = evidence.ExamineReceipt(in.receipt, trust)
	case in.token != "":
		m.evidence = evidence.ExamineToken(in.token, trust)
	default:
		m.evidence = evidence.Examine(in.file, trust)
	}
	return m, err
}
