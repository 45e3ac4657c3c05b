package checker

import (
	"flag"
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

// QuestionFlags are the flags of what a document is needed for.
type QuestionFlags struct {
	day      string
	question verdict.Question
}

// Add adds the flags to a command's.
func (q *QuestionFlags) Add(f *flag.FlagSet) {
	f.StringVar(&q.day, "as-of", "", "the `DAY` relied on, YYYY-MM-DD, such as a bid opening; empty = today")
	f.StringVar(&q.question.Specialty, "specialty", "", "the specialty asked for, e.g. 建筑工程")
	f.StringVar(&q.question.Purpose, "purpose", "", "the purpose asked for: a kind, a text or a project code")
	f.StringVar(&q.question.Recipient, "recipient", "", "the recipient asked for: a name or its 统一社会信用代码")
}

// ReadAsker returns who asks, in the form in which it is kept.
func ReadAsker(text string) (string, error) {
	asker, err := verdict.NormalizeKept(text, verdict.MaxAsker)
	if err != nil {
		return "", fmt.Errorf("-asker: %w", err)
	}
	return asker, nil
}

// Read returns the question that was asked by the flags. It refuses what the service would refuse, before
// anything is judged.
func (q *QuestionFlags) Read(now time.Time) (verdict.Question, error) {
	asked := q.question
	var err error
	for name, text := range map[string]*string{"-specialty": &asked.Specialty, "-purpose": &asked.Purpose, "-recipient": &asked.Recipient} {
		if *text, err = verdict.NormalizeText(*text, verdict.MaxAsked); err != nil {
			return asked, fmt.Errorf("%s: %w", name, err)
		}
	}
	if asked.AsOf, err = verdict.ReadDay(q.day, civil.Of(now)); err != nil {
		return asked, fmt.Errorf("-as-of %q: %w", q.day, err)
	}
	return asked, nil
}
