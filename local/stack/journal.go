package stack

import (
	"context"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// nameJournal writes the journal bucket's name into the tables, as `jiazhu migrate` does after a first deployment. It
// is a step of start.
func (s *Stack) nameJournal(ctx context.Context) {
	env := s.Operator()
	settings := must.Get(config.Load(func(name string) string { return env[name] }, config.RecordsTable, config.JournalBucket, config.IntegrityKey))
	table := records.New(s.Storage.Tables(), records.Tables{Records: settings.RecordsTable}, must.Get(settings.Sealer()), nil)
	must.Do(table.NameJournal(ctx, settings.JournalBucket))
}
