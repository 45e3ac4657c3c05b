package checker

import (
	"flag"
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
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

// The longest texts that the service takes, in characters.
const (
	longestText  = 200
	longestAsker = 100
)

// ReadAsker returns who asks, in the form in which it is kept.
func ReadAsker(text string) (string, error) { return readText("-asker", text, longestAsker) }

// readText refuses what the service would refuse, before anything is judged.
func readText(name, text string, longest int) (string, error) {
	text, err := certificate.NormalizeText(text, longest)
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return text, nil
}

// Read returns the question that was asked by the flags.
func (q *QuestionFlags) Read(now time.Time) (verdict.Question, error) {
	asked := q.question
	var err error
	for name, text := range map[string]*string{"-specialty": &asked.Specialty, "-purpose": &asked.Purpose, "-recipient": &asked.Recipient} {
		if *text, err = readText(name, *text, longestText); err != nil {
			return asked, err
		}
	}
	if q.day == "" {
		return asked, nil
	}
	if asked.AsOf, err = civil.Parse(q.day); err != nil {
		return asked, fmt.Errorf("-as-of %q: a day is written YYYY-MM-DD, with four digits for the year", q.day)
	}
	if first, last := verdict.DaysAsked(civil.Of(now)); asked.AsOf.Before(first) || asked.AsOf.After(last) {
		return asked, fmt.Errorf("-as-of %s: a day from %s to %s can be asked about", q.day, first, last)
	}
	return asked, nil
}
