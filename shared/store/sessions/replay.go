package sessions

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/outage"
)

// ReplayPassword sets an account's password as the journal says, in a table restored to an earlier
// time. If the account was revoked it removes the password, and the phone unless the portal stated
// it later. Call it with the last entry of an account. The account's person then has to show their
// face again, since a link may have set the password. With dry it only reports what it would do.
func (s *Store) ReplayPassword(ctx context.Context, holder string, c journal.Credential, at time.Time, dry bool) (journal.Outcome, error) {
	a, err := s.Account(ctx, c.Portal, c.Username)
	switch {
	case errors.Is(err, ErrNotFound):
		return journal.Gone, nil
	case err != nil:
		return journal.Gone, err
	case a.Holder != holder || a.CreatedAt.After(at): // the user name became free and now belongs to somebody else
		return journal.Gone, nil
	case a.PasswordHash == c.Password && a.Link == nil:
		return journal.Already, nil
	case dry:
		return journal.Applied, nil
	case c.Password == "":
		stated, err := s.Phone(ctx, a.Holder, a.Portal)
		if err != nil {
			return journal.Gone, err
		}
		if stated.BoundAt.After(at) { // the portal stated it after the revocation
			stated = identity.Phone{}
		}
		return journal.Applied, s.revoke(ctx, a, stated, laterTime(at, a.UpdatedAt))
	}
	changed, ended := a.WithPassword(c.Password, "", laterTime(at, a.UpdatedAt))
	return journal.Applied, s.ResetPassword(ctx, changed, ended)
}

// ReplayErasure erases a person as the journal says. If the person has an account that was opened
// later, the table already contains the erasure.
func (s *Store) ReplayErasure(ctx context.Context, holder string, at time.Time, dry bool) (journal.Outcome, error) {
	accounts, err := s.AccountsOf(ctx, holder)
	if err != nil {
		return journal.Gone, err
	}
	for _, a := range accounts {
		if a.CreatedAt.After(at) {
			return journal.Already, nil
		}
	}
	if dry && len(accounts) > 0 {
		return journal.Applied, nil
	}
	if dry {
		return journal.Already, nil
	}
	done, err := s.EraseHolder(ctx, holder)
	if err == nil && done == (Erased{}) {
		return journal.Already, nil
	}
	return journal.Applied, err
}

// TemporaryCounts counts items that give access for a limited time.
type TemporaryCounts struct{ Sessions, Tokens, Codes, Challenges, Links int }

// Add adds other counts.
func (p *TemporaryCounts) Add(q TemporaryCounts) {
	p.Sessions += q.Sessions
	p.Tokens += q.Tokens
	p.Codes += q.Codes
	p.Challenges += q.Challenges
	p.Links += q.Links
}

func (p *TemporaryCounts) of(kind string) *int {
	return map[string]*int{"SESSION": &p.Sessions, "TOKEN": &p.Tokens, "CODE": &p.Codes, "CHALLENGE": &p.Challenges, "LINK": &p.Links}[kind]
}

// EndPassing removes every session, token, one-time code, challenge and password link in one part
// of the table, from 0 to parts-1, because a restored table may contain some that were ended or
// used. With dry it only counts them.
func (s *Store) EndPassing(ctx context.Context, part, parts int, dry bool) (done TemporaryCounts, err error) {
	pages := dynamodb.NewScanPaginator(s.db, &dynamodb.ScanInput{
		TableName: &s.table, ConsistentRead: aws.Bool(true), ProjectionExpression: aws.String("pk, sk"),
		Segment: aws.Int32(int32(part)), TotalSegments: aws.Int32(int32(parts)),
		FilterExpression: aws.String("begins_with(pk, :s) OR begins_with(pk, :t) OR begins_with(pk, :o) OR begins_with(pk, :c) OR begins_with(pk, :l)"),
		ExpressionAttributeValues: attributes{
			":s": text(sessionPK("")), ":t": text(grantPK("")), ":o": text("CODE#"), ":c": text(challengePK("")), ":l": text(linkPK("")),
		},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return done, outage.Wrap("sessions: look for sessions", err)
		}
		group, removing := errgroup.WithContext(ctx)
		group.SetLimit(maxRemovals)
		for _, item := range page.Items {
			kind, _, _ := strings.Cut(str(item, "pk"), "#")
			*done.of(kind)++
			if dry {
				continue
			}
			group.Go(func() error {
				_, err := s.db.DeleteItem(removing, &dynamodb.DeleteItemInput{TableName: &s.table, Key: item})
				return err
			})
		}
		if err := group.Wait(); err != nil {
			return done, outage.Wrap("sessions: end sessions", err)
		}
	}
	return done, nil
}

// maxRemovals is how many items are removed concurrently.
const maxRemovals = 16
