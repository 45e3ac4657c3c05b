package reporting

import (
	"context"
	"errors"

	"github.com/jiazhu/jiazhu/shared/store/records"
)

// numberRows are the rows of one number that are not yet imported, and the record after those that
// are.
type numberRows struct {
	rows   []Row
	record records.Record
	known  bool // whether the number is in the register
}

// importNumbers imports the rows of several numbers: the first row of each in one transaction, then
// the second of each, until all are imported. A transaction of sixteen rows is one request instead
// of sixteen and costs the same.
func (l Import) importNumbers(ctx context.Context, numbers []string, rows map[string][]Row) error {
	standing, err := l.Records.ByNumbers(ctx, numbers)
	if err != nil {
		return err
	}
	lines := make([]*numberRows, len(numbers))
	for i, n := range numbers {
		lines[i] = &numberRows{rows: rows[n]}
		lines[i].record, lines[i].known = standing[n]
	}
	for {
		var waiting []*numberRows
		var changes []records.Change
		for _, one := range lines {
			change, err := l.nextChange(ctx, one)
			if err != nil {
				return err
			}
			if change != nil {
				waiting, changes = append(waiting, one), append(changes, *change)
			}
		}
		if len(changes) == 0 {
			return nil
		}
		if err := l.putChanges(ctx, waiting, changes); err != nil {
			return err
		}
	}
}

// nextChange handles the rows that change nothing, up to the first that does, and returns its
// change, or nil if no row is left. A row that begins another holder's certificate is imported in a
// transaction of its own.
func (l Import) nextChange(ctx context.Context, one *numberRows) (*records.Change, error) {
	for len(one.rows) > 0 {
		p := one.rows[0]
		if one.known && l.isImported(p, one.record) {
			p.writeOutcome(Accepted, one.record, l.Lang)
		} else {
			change, err := l.change(p, one.record, one.known)
			switch {
			case err == nil && change != nil && change.Replaces():
				err = l.importFirstRow(ctx, one)
			case err == nil && change != nil:
				return change, nil
			default:
				err = p.conclude(err, one.record, l.Lang)
			}
			if err != nil {
				return nil, err
			}
		}
		one.rows = one.rows[1:]
	}
	return nil, nil
}

// putChanges makes the changes of the first rows in one transaction. If it is refused, another
// report has changed one of the certificates; then each row is imported separately.
func (l Import) putChanges(ctx context.Context, lines []*numberRows, changes []records.Change) error {
	after, err := l.Records.PutAll(ctx, changes)
	if err != nil && !errors.Is(err, records.ErrCertificateChanged) {
		return err
	}
	for i, one := range lines {
		if err == nil {
			one.rows[0].writeOutcome(resultOf(changes[i]), after[i], l.Lang)
			one.record, one.known = after[i], true
		} else if err := l.importFirstRow(ctx, one); err != nil {
			return err
		}
		one.rows = one.rows[1:]
	}
	return nil
}

func (l Import) importFirstRow(ctx context.Context, one *numberRows) (err error) {
	one.record, one.known, err = l.importRow(ctx, one.rows[0], one.record, one.known)
	return err
}
