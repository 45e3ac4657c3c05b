package reporting

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/shared/store/records"
)

// What a row of a trial would do to the register.
const (
	NewCertificate      = "new"      // its number is not in the register
	ChangedCertificate  = "changed"  // it says something new of a certificate
	ReplacedCertificate = "replaced" // it ends a certificate and begins that of another holder
)

// TryRows judges rows as ImportRows would import them now, warns of the same, and writes nothing. Each row is judged by
// itself, so of two rows with one number the second is not judged after the first.
func (l Import) TryRows(ctx context.Context, rows []Row) error {
	group, reading := errgroup.WithContext(ctx)
	group.SetLimit(l.Workers)
	for batch := range slices.Chunk(rows, records.MaxBatchSize) {
		group.Go(func() error {
			numbers := make([]string, 0, len(batch))
			for _, p := range batch {
				if !slices.Contains(numbers, p.canonical) {
					numbers = append(numbers, p.canonical)
				}
			}
			known, err := l.Records.ByNumbers(reading, numbers)
			if err != nil {
				return err
			}
			for _, p := range batch {
				if err := l.tryRow(p, known); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return l.warnOfOthers(ctx, rows)
}

func (l Import) tryRow(p Row, known map[string]records.Record) error {
	before, isKnown := known[p.canonical]
	change, err := l.change(p, before, isKnown)
	if err != nil || change == nil || resultOf(*change) == Unchanged {
		return p.conclude(err, before, l.Lang)
	}
	p.outcome.Result, p.outcome.Change = Accepted, NewCertificate
	p.imported.holder = l.Records.HolderKey(p.Holder.IDType, p.Holder.IDNumber)
	if isKnown {
		p.outcome.Change = ChangedCertificate
		p.outcome.Certificate = before.Certificate.ID
	}
	if change.Replaces() {
		p.outcome.Change = ReplacedCertificate
		p.noteMissingPictures(p.photo != nil, p.signature != nil, l.Lang)
	}
	return nil
}
