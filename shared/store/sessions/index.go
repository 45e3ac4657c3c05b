package sessions

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// prefixHolder is the prefix of a person's partition. The sort keys in it begin with prefixAccount.
const prefixHolder = "HOLDER#"

func holderKey(holder, portal, username string) dynamo.Key {
	return dynamo.Key{PK: prefixHolder + holder, SK: prefixAccount + portal + "#" + username}
}

type holderItem struct {
	dynamo.Header
	Portal   string `dynamodbav:"portal"`
	Username string `dynamodbav:"username"`
}

func newHolderItem(a identity.Account) holderItem {
	return holderItem{
		Header: newHeader(holderKey(a.Holder, a.Portal, a.Username), time.Time{}),
		Portal: a.Portal, Username: a.Username,
	}
}

const prefixClient = "CLIENT#"

func clientKey(p Put, a identity.Account) dynamo.Key {
	return dynamo.Key{PK: prefixClient + p.Client, SK: p.At.UTC().Format(dynamo.KeyTime) + "#" + a.Portal + "#" + a.Username}
}

type clientItem struct {
	dynamo.Header
	Portal   string        `dynamodbav:"portal"`
	Username string        `dynamodbav:"username"`
	Holder   string        `dynamodbav:"holder"`
	At       dynamo.Millis `dynamodbav:"at"`
	Did      []string      `dynamodbav:"did,omitempty"`
}

func newClientItem(a identity.Account, p Put) clientItem {
	item := clientItem{
		Header: newHeader(clientKey(p, a), p.At.Add(identity.PutsKept)),
		Portal: a.Portal, Username: a.Username, Holder: a.Holder, At: dynamo.ToMillis(p.At),
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
	if p.Organisation {
		item.Did = append(item.Did, identity.PutOrganisation)
	}
	return item
}

func (item clientItem) accountPut() identity.AccountPut {
	return identity.AccountPut{
		Client: strings.TrimPrefix(item.PK, prefixClient), At: item.At.Time(),
		Portal: item.Portal, Username: item.Username, Holder: item.Holder, Did: item.Did,
	}
}

// indexAccount returns the writes by which an account is found by its person and, if a client put
// it, by that client.
func indexAccount(a identity.Account, p Put) []dynamo.Write {
	writes := []dynamo.Write{putAlways(newHolderItem(a))}
	if p.Client != "" {
		writes = append(writes, putAlways(newClientItem(a, p)))
	}
	return writes
}

// AccountsOf reads all accounts of a person on every portal, sorted by portal and user name.
func (s *Store) AccountsOf(ctx context.Context, holder string) (all []identity.Account, err error) {
	for entry, err := range dynamo.QueryAs[holderItem](ctx, s.table, dynamo.Query{PK: prefixHolder + holder, Prefix: prefixAccount}) {
		if err != nil {
			return nil, err
		}
		a, err := s.Account(ctx, entry.Portal, entry.Username)
		if errors.Is(err, ErrNotFound) { // erased meanwhile
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, nil
}

// AccountsPutBy lists every time that a client put an account in [from, to), the oldest first.
// Entries older than identity.PutsKept are gone.
func (s *Store) AccountsPutBy(ctx context.Context, client string, from, to time.Time) ([]identity.AccountPut, error) {
	if !from.Before(to) {
		return nil, nil
	}
	first, last := from.UTC().Format(dynamo.KeyTime), to.Add(-time.Millisecond).UTC().Format(dynamo.KeyTime)+"~"
	entries := dynamo.QueryAs[clientItem](ctx, s.table, dynamo.Query{PK: prefixClient + client, From: first, To: last})
	return dynamo.Collect(entries, func(entry clientItem) (identity.AccountPut, error) { return entry.accountPut(), nil })
}

// PutsOf lists every time that a client put an account of a person, the oldest first. It scans the
// whole table.
func (s *Store) PutsOf(ctx context.Context, p Person) (all []identity.AccountPut, err error) {
	for item, err := range s.scanPerson(ctx, p) {
		if err != nil {
			return nil, err
		}
		at := dynamo.KeyOf(item)
		if !strings.HasPrefix(at.PK, prefixClient) {
			continue
		}
		entry, err := dynamo.GetAs[clientItem](ctx, s.table, at)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, entry.accountPut())
	}
	slices.SortFunc(all, func(a, b identity.AccountPut) int { return a.At.Compare(b.At) })
	return all, nil
}

// HasPut reports whether there is an entry that a client put an account.
func (s *Store) HasPut(ctx context.Context, client string) (bool, error) {
	for _, err := range s.table.Query(ctx, dynamo.Query{PK: prefixClient + client, Limit: 1}) {
		return err == nil, err
	}
	return false, nil
}
