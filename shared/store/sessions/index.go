package sessions

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/outage"
)

// heldSK is the prefix of an account's sort key in its person's partition.
const heldSK = "ACCOUNT#"

func heldPK(holder string) string { return "HOLDER#" + holder }

type holderItem struct {
	itemHeader
	Portal   string `dynamodbav:"portal"`
	Username string `dynamodbav:"username"`
}

func newHeldItem(a identity.Account) holderItem {
	return holderItem{
		itemHeader: newItemHeader(heldPK(a.Holder), heldSK+a.Portal+"#"+a.Username, time.Time{}),
		Portal:     a.Portal, Username: a.Username,
	}
}

// putTimeFormat is the format of a time in a sort key, in UTC, so that keys sort by time.
const putTimeFormat = "2006-01-02T15:04:05.000Z"

func clientPK(client string) string { return "CLIENT#" + client }

type clientItem struct {
	itemHeader
	Portal   string   `dynamodbav:"portal"`
	Username string   `dynamodbav:"username"`
	Holder   string   `dynamodbav:"holder"`
	At       millis   `dynamodbav:"at"`
	Did      []string `dynamodbav:"did,omitempty"`
}

func newClientItem(a identity.Account, p Put) clientItem {
	item := clientItem{
		itemHeader: newItemHeader(clientPK(p.Client), p.At.UTC().Format(putTimeFormat)+"#"+a.Portal+"#"+a.Username, p.At.Add(identity.PutsKept)),
		Portal:     a.Portal, Username: a.Username, Holder: a.Holder, At: toMillis(p.At),
	}
	if a.Revision == 0 {
		item.Did = append(item.Did, identity.PutCreated)
	}
	if p.Phone != nil {
		item.Did = append(item.Did, identity.PutPhone)
	}
	if p.Link != nil {
		item.Did = append(item.Did, identity.PutLink)
	}
	return item
}

func (item clientItem) accountPut() identity.AccountPut {
	return identity.AccountPut{
		Client: strings.TrimPrefix(item.PK, clientPK("")), At: item.At.time(),
		Portal: item.Portal, Username: item.Username, Holder: item.Holder, Did: item.Did,
	}
}

// absentOrPresent is a condition that is always true.
const absentOrPresent = absent + " OR " + present

// index returns the writes by which an account is found by its person and, if a client put it, by
// that client.
func (s *Store) index(a identity.Account, p Put) ([]writeItem, error) {
	held, err := s.put(newHeldItem(a), absentOrPresent, nil)
	if err != nil || p.Client == "" {
		return []writeItem{held}, err
	}
	put, err := s.put(newClientItem(a, p), absentOrPresent, nil)
	return []writeItem{held, put}, err
}

// AccountsOf reads all accounts of a person on every portal, sorted by portal and user name.
func (s *Store) AccountsOf(ctx context.Context, holder string) (all []identity.Account, err error) {
	err = query(ctx, s, heldPK(holder), heldSK, heldSK+"~", func(item holderItem) error {
		a, err := s.Account(ctx, item.Portal, item.Username)
		if errors.Is(err, ErrNotFound) { // erased meanwhile
			return nil
		}
		all = append(all, a)
		return err
	})
	return all, err
}

// AccountsPutBy lists every time that a client put an account in [from, to), the oldest first.
// Entries older than identity.PutsKept are gone.
func (s *Store) AccountsPutBy(ctx context.Context, client string, from, to time.Time) (all []identity.AccountPut, err error) {
	if !from.Before(to) {
		return nil, nil
	}
	first, last := from.UTC().Format(putTimeFormat), to.Add(-time.Millisecond).UTC().Format(putTimeFormat)+"~"
	err = query(ctx, s, clientPK(client), first, last, func(item clientItem) error {
		all = append(all, item.accountPut())
		return nil
	})
	return all, err
}

// PutsOf lists every time that a client put an account of a person, the oldest first. It scans the
// whole table.
func (s *Store) PutsOf(ctx context.Context, p Person) (all []identity.AccountPut, err error) {
	err = s.sweep(ctx, p, func(at attributes) error {
		if !strings.HasPrefix(str(at, "pk"), clientPK("")) {
			return nil
		}
		item, err := get[clientItem](ctx, s, str(at, "pk"), str(at, "sk"))
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		all = append(all, item.accountPut())
		return err
	})
	slices.SortFunc(all, func(a, b identity.AccountPut) int { return a.At.Compare(b.At) })
	return all, err
}

// HasPut reports whether there is an entry that a client put an account.
func (s *Store) HasPut(ctx context.Context, client string) (bool, error) {
	out, err := s.db.Query(ctx, &dynamodb.QueryInput{
		TableName: &s.table, ConsistentRead: aws.Bool(true), Limit: aws.Int32(1),
		KeyConditionExpression:    aws.String("pk = :pk"),
		ExpressionAttributeValues: attributes{":pk": text(clientPK(client))},
	})
	if err != nil {
		return false, outage.Wrap("sessions: read CLIENT", err)
	}
	return len(out.Items) > 0, nil
}

// query reads the items between two sort keys of one partition, consistently and in order.
func query[T versioned](ctx context.Context, s *Store, pk, first, last string, do func(T) error) error {
	pages := dynamodb.NewQueryPaginator(s.db, &dynamodb.QueryInput{
		TableName: &s.table, ConsistentRead: aws.Bool(true),
		KeyConditionExpression:    aws.String("pk = :pk AND sk BETWEEN :first AND :last"),
		ExpressionAttributeValues: attributes{":pk": text(pk), ":first": text(first), ":last": text(last)},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return outage.Wrap("sessions: read "+pk[:strings.IndexByte(pk, '#')], err)
		}
		for _, item := range page.Items {
			got, err := decode[T](item, pk[:strings.IndexByte(pk, '#')])
			if err != nil {
				return err
			}
			if err := do(got); err != nil {
				return err
			}
		}
	}
	return nil
}
