package records

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/store/outage"
)

// HistoryLimit is the most endorsements one page holds.
const HistoryLimit = 50

// Period asks for a certificate's endorsements by the day they were made (按加注时间搜索), or for
// its sightings by the day of the verification.
type Period struct {
	From, To civil.Date // both inclusive, in Asia/Shanghai; zero means no bound
	Limit    int        // 1 to HistoryLimit
	// Cursor is where the page before ended: the identifier of its last entry. Whatever it says, it
	// names a place in the partition that is read.
	Cursor string
}

// HistoryPage is a part of the history, newest first. Next is empty on the last page.
type HistoryPage struct {
	Items []endorsement.Endorsement
	Next  string
}

// History reads one page of the endorsements made from a certificate for a holder, and none of
// another's. It does not ask whose certificate it is now: the caller reads the Folder for that. A
// cursor outside the period is refused as invalid-field.
func (s *Store) History(ctx context.Context, certID, holder string, p Period) (HistoryPage, error) {
	var page HistoryPage
	next, err := s.pageOf(ctx, prefixCopies+certID, prefixEndorsement, holder, p, func(read item) (string, error) {
		e, err := openEndorsement(read)
		if err != nil {
			return "", err
		}
		page.Items = append(page.Items, *e)
		return e.ID, nil
	})
	if err != nil {
		return HistoryPage{}, err
	}
	page.Next = next
	return page, nil
}

// pageOf reads one page of what lies in a partition under a prefix and is a holder's, sorted by
// time, newest first. It gives each item to add, which returns its identifier, and returns where the
// next page begins. Items of others are passed over by the table: they neither shorten a page nor
// show in where the next one begins, and a cursor that names one only names its time.
func (s *Store) pageOf(ctx context.Context, pk, prefix, holder string, p Period, add func(item) (id string, err error)) (next string, err error) {
	from, to := p.within(prefix)
	ask := &dynamodb.QueryInput{
		TableName:                 &s.table,
		ConsistentRead:            aws.Bool(true),
		ScanIndexForward:          aws.Bool(false),
		Limit:                     aws.Int32(int32(p.Limit) + 1), // one more tells whether there is a next page
		KeyConditionExpression:    aws.String("pk = :pk AND sk BETWEEN :from AND :to"),
		FilterExpression:          aws.String("holder = :holder"),
		ExpressionAttributeValues: item{":pk": text(pk), ":from": text(from), ":to": text(to), ":holder": text(holder)},
	}
	if p.Cursor != "" {
		after, err := timedKey(pk, prefix, p.Cursor)
		if err != nil || after.sk < from || after.sk > to {
			return "", WrongCursor()
		}
		ask.ExclusiveStartKey = after.item()
	}
	last, many := "", 0
	for {
		out, err := s.client.Query(ctx, ask)
		if err != nil {
			return "", outage.Wrap("reading a page of "+prefix, err)
		}
		for _, read := range out.Items {
			if many == p.Limit {
				return last, nil
			}
			if last, err = add(read); err != nil {
				return "", err
			}
			many++
		}
		if len(out.LastEvaluatedKey) == 0 {
			return "", nil
		}
		ask.ExclusiveStartKey, ask.Limit = out.LastEvaluatedKey, nil // others' items lie between
	}
}

// within are the sort keys the period lies between, among those with a prefix. No key equals the
// upper one: after the time a key goes on with an identifier.
func (p Period) within(prefix string) (from, to string) {
	from, to = prefix, prefix+"~"
	if !p.From.IsZero() {
		from = prefix + p.From.Start().UTC().Format(keyTime)
	}
	if !p.To.IsZero() && p.To.Year < 9999 {
		to = prefix + p.To.End().UTC().Format(keyTime)
	}
	return from, to
}
