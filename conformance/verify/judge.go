package main

import (
	"context"
	"time"

	"github.com/jiazhu/jiazhu/shared/civil"
	"github.com/jiazhu/jiazhu/shared/credential"
	"github.com/jiazhu/jiazhu/shared/evidence"
	"github.com/jiazhu/jiazhu/shared/verdict"
)

// matter is what is judged: what was handed in, and what it proves by itself.
type matter struct {
	input    input
	evidence verdict.Evidence
	said     *credential.Receipt // what a receipt of ours states
	question verdict.Question
	now      time.Time
}

// judge answers from the published keys, from a receipt, or with the registry's
// help. It fails where the question cannot be read or the keys are not there.
func (p program) judge(ctx context.Context, o options) (report, error) {
	in, err := p.readInput(o.argument)
	if err != nil {
		return report{}, err
	}
	trust, err := readKeys(ctx, o.keys)
	if err != nil {
		return report{}, err
	}
	m := examine(in, trust)
	m.question, m.now = o.question, p.now()
	if m.said != nil && m.question == (verdict.Question{}) {
		m.question = verdict.Question(m.said.Question)
	}
	v := verdict.Judge(m.evidence, verdict.Records{Access: verdict.NotReached}, m.question, m.now)
	offline := reportOf(m, v, o.lang)
	switch {
	case m.evidence.Integrity.Result != verdict.Pass: // then there is nothing to ask about
		return offline, nil
	case o.registry != "":
		return m.ask(ctx, offline, o), nil
	case proves(m.said, o.question, m.now):
		return stated(offline, *m.said, o.lang), nil
	}
	return offline, nil
}

func examine(in input, trust evidence.Trust) (m matter) {
	m.input = in
	switch {
	case in.receipt != "":
		m.evidence, m.said = evidence.Receipt(in.receipt, trust)
	case in.token != "":
		m.evidence = evidence.Token(in.token, trust)
	default:
		m.evidence = evidence.Examine(in.file, trust)
	}
	return m
}

// proves reports whether a receipt answers the question for good: somebody
// asked the same for the same day, and the day was not one still to come, of
// which nothing is certain until it is there. The day must be asked for: a
// receipt says nothing about today.
func proves(said *credential.Receipt, q verdict.Question, now time.Time) bool {
	if said == nil || q.AsOf.IsZero() || q.AsOf != said.Verdict.AsOf {
		return false
	}
	if made := civil.Of(said.At); q.AsOf.After(made) || made.After(civil.Of(now)) {
		return false
	}
	return answered(q.Specialty, said.Question.Specialty) && answered(q.Purpose, said.Question.Purpose) &&
		answered(q.Recipient, said.Question.Recipient)
}

func answered(asked, then string) bool { return asked == "" || asked == then }
