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

// heldSK is where an account stands among those of its person.
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

// moment is how a sort key names a time, in UTC, so that keys sort by it.
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

// anyhow is a condition that always holds.
const absentOrPresent = absent + " OR " + present

// index gives the writes by which an account is found by its person and, if one
// put it, by the client.
func (s *Store) index(a identity.Account, p Put) ([]writeItem, error) {
	held, err := s.put(newHeldItem(a), absentOrPresent, nil)
	if err != nil || p.Client == "" {
		return []writeItem{held}, err
	}
	put, err := s.put(newClientItem(a, p), absentOrPresent, nil)
	return []writeItem{held, put}, err
}

// AccountsOf reads all accounts of a person, on every portal, by portal and user
// name.
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

// AccountsPutBy tells every time that a client put an account, from a time up to
// but without another, the oldest first. What is older than identity.PutsKept is
// not known.
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

// PutsOf tells every time that a client put an account of a person, the oldest first, by going through the whole
// table.
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

// HasPut reports whether it is known that a client put an account.
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

// query reads the items of one partition between two sort keys consistently, in their order.
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
