package records

import (
	"context"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// HistoryLimit is the most endorsements one page holds.
const HistoryLimit = 50

// Period selects a certificate's endorsements by the day they were made (按加注时间搜索), or its
// verification entries by the day of the verification.
type Period struct {
	From, To civil.Date // both inclusive, in Asia/Shanghai; zero means no bound
	Limit    int        // 1 to HistoryLimit
	// Cursor is the identifier of the last entry of the previous page. It can only select a place
	// in the partition that is read.
	Cursor string
}

// HistoryPage is one page of the history, newest first. Next is empty on the last page.
type HistoryPage struct {
	Items []endorsement.Endorsement
	Next  string
}

// History reads one page of the endorsements made from a certificate for a holder. It does not
// check whose certificate it is now; the caller does so with ReadCertificate. A cursor outside the
// period is refused with ErrCursor.
func (s *Store) History(ctx context.Context, certID, holder string, p Period) (HistoryPage, error) {
	q, err := holderQuery(prefixCopies+certID, prefixEndorsement, holder, p)
	if err != nil {
		return HistoryPage{}, err
	}
	var page HistoryPage
	for item, err := range s.table.Query(ctx, q) {
		if err != nil {
			return HistoryPage{}, err
		}
		if len(page.Items) == p.Limit {
			page.Next = page.Items[p.Limit-1].ID
			break
		}
		e, err := s.readEndorsement(item)
		if err != nil {
			return HistoryPage{}, err
		}
		page.Items = append(page.Items, *e)
	}
	return page, nil
}

// holderQuery reads a page of a holder's items under a prefix of a partition, newest first, and one more,
// which tells whether there is a next page. DynamoDB filters out the items of other holders: they neither
// shorten a page nor appear in a cursor, and a cursor that names one is used only for its time.
func holderQuery(pk, prefix, holder string, p Period) (dynamo.Query, error) {
	from, to := p.within(prefix)
	q := dynamo.Query{
		PK: pk, From: from, To: to, Newest: true, Filter: "holder = :holder", Values: dynamo.Values{"holder": holder}, Limit: p.Limit + 1,
	}
	if p.Cursor != "" {
		after, err := timedKey(pk, prefix, p.Cursor)
		if err != nil || after.SK < from || after.SK > to {
			return q, ErrCursor
		}
		q.After = after
	}
	return q, nil
}

// within returns the sort keys that bound the period under a prefix. No key equals the upper bound:
// after the time, a key continues with an identifier.
func (p Period) within(prefix string) (from, to string) {
	from, to = prefix, prefix+"~"
	if !p.From.IsZero() {
		from = prefix + p.From.Start().UTC().Format(dynamo.KeyTime)
	}
	if !p.To.IsZero() && p.To.Year < 9999 {
		to = prefix + p.To.End().UTC().Format(dynamo.KeyTime)
	}
	return from, to
}
