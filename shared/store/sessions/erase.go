package sessions

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/outage"
)

// RevokeAccount undoes what opened an account as it was read: it removes its sessions, password,
// password link and devices, and its portal's statement of the person's phone. The account still
// belongs to its person; when its portal next puts it, that states a phone and sends a link there.
// ErrChanged says that the account or the statement has changed.
func (s *Store) RevokeAccount(ctx context.Context, a identity.Account, at time.Time) error {
	stated, err := s.Phone(ctx, a.Holder, a.Portal)
	if err != nil {
		return err
	}
	return s.revoke(ctx, a, stated, at)
}

// revoke is RevokeAccount with the phone statement as it was read. An unbound phone is left
// unchanged.
func (s *Store) revoke(ctx context.Context, a identity.Account, stated identity.Phone, at time.Time) error {
	links := s.forgetLink(a)
	a, ended := a.WithPassword("", "", at)
	account, err := s.putAccount(a)
	if err != nil {
		return err
	}
	writes := append(append(s.end(ended), links...), account, s.forgetFace(a), s.forget(codePK(a.Portal, a.Username), codeSK))
	if stated.IsBound() {
		phone, err := s.changePhone(PhoneChange{stated, stated.WithNumber("", laterTime(at, stated.BoundAt))})
		if err != nil {
			return err
		}
		writes = append(writes, phone)
	}
	return s.write(ctx, "revoke an account", writes...)
}

// EndSessions ends every session of an account as it was read. The password stays; the valid link
// and the devices are removed.
func (s *Store) EndSessions(ctx context.Context, a identity.Account, at time.Time) (ended int, err error) {
	links := s.forgetLink(a)
	a, hashes := a.WithPassword(a.PasswordHash, "", at)
	account, err := s.putAccount(a)
	if err != nil {
		return 0, err
	}
	return len(hashes), s.write(ctx, "end an account's sessions", append(append(s.end(hashes), links...), account)...)
}

// RefillLimits resets the limits that others may have exhausted by putting an account: the links
// that the portal may send to its phone (the stated one, and the one the last link went to), and
// the changes of its person's phone. Call it before RevokeAccount, which removes the link's phone.
// ErrChanged says that a token was taken at the same time.
func (s *Store) RefillLimits(ctx context.Context, a identity.Account) error {
	stated, err := s.Phone(ctx, a.Holder, a.Portal)
	if err != nil {
		return err
	}
	phones := []string{stated.Number}
	if a.Link != nil && a.Link.SentTo != stated.Number {
		phones = append(phones, a.Link.SentTo)
	}
	writes := []writeItem{s.forget(s.limitPK(identity.PhoneLimit(a.Portal, a.Holder)), limitSK)}
	for _, phone := range phones {
		writes = append(writes, s.forget(s.limitPK(identity.LinkLimit(a.Portal, phone)), limitSK))
	}
	return s.write(ctx, "refill limits", writes...)
}

func laterTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// erase removes an account as it was read, its sessions, and its portal's statement of the person's
// phone in one transaction. ErrChanged says that the account has changed.
func (s *Store) erase(ctx context.Context, a identity.Account) error {
	writes := append(s.end(sessionsOf(a)),
		s.remove(accountPK(a.Portal, a.Username), accountSK, "rev = :seen", attributes{":seen": number(a.Revision)}),
		s.forget(phonePK(a.Holder), phoneSK+a.Portal),
		s.forget(heldPK(a.Holder), heldSK+a.Portal+"#"+a.Username),
	)
	return s.write(ctx, "erase an account", writes...)
}

func sessionsOf(a identity.Account) (hashes []string) {
	for hash := range a.Sessions {
		hashes = append(hashes, hash)
	}
	return hashes
}

// Person is the person whose items are looked for: their keyed hash, and the accounts and phones as
// they were read, which lead to further items. It can still be used after these are removed.
type Person struct {
	Holder   string
	Accounts []identity.Account // on every portal
	Phones   []identity.Phone   // as each portal states it
}

// Person reads a person's accounts and phones.
func (s *Store) Person(ctx context.Context, holder string) (p Person, err error) {
	p.Holder = holder
	if p.Accounts, err = s.AccountsOf(ctx, holder); err != nil {
		return p, err
	}
	err = query(ctx, s, phonePK(holder), phoneSK, phoneSK+"~", func(item phoneItem) error {
		phone, err := s.openPhone(holder, strings.TrimPrefix(item.SK, phoneSK), item, nil)
		p.Phones = append(p.Phones, phone)
		return err
	})
	return p, err
}

// Erased counts what was removed, or what would be.
type Erased struct {
	Accounts, Phones, Sessions int
	Others                     int // challenges and faces shown, codes, links, limits, and the records of who put the accounts
}

// EraseHolder removes everything that is stored about a person: accounts with their sessions, every
// portal's statement of the phone, everything that names the person (found by scanning the whole
// table), and the codes and limits that their accounts and phones lead to. ErrChanged says that an
// account changed meanwhile; a second call removes what is left.
func (s *Store) EraseHolder(ctx context.Context, holder string) (done Erased, err error) {
	p, err := s.Person(ctx, holder)
	if err != nil {
		return done, err
	}
	return s.ErasePerson(ctx, p)
}

// ErasePerson is EraseHolder for a person that was read before.
func (s *Store) ErasePerson(ctx context.Context, p Person) (done Erased, err error) {
	for _, a := range p.Accounts {
		if err := s.eraseAccount(ctx, a, &done); err != nil {
			return done, err
		}
	}
	err = s.sweep(ctx, p, func(item attributes) error {
		a, err := s.removeRest(ctx, item, &done)
		if a != nil { // from before there was an index of accounts by person
			p.Accounts = append(p.Accounts, *a)
		}
		return err
	})
	if err != nil {
		return done, err
	}
	for _, at := range s.passingKeys(p) {
		if err := s.removeItem(ctx, at, &done); err != nil {
			return done, err
		}
	}
	return done, nil
}

// Traces counts what the whole table has about a person, and removes nothing.
func (s *Store) Traces(ctx context.Context, p Person) (there Erased, err error) {
	counted := map[string]bool{}
	err = s.sweep(ctx, p, func(item attributes) error {
		there.count(item)
		counted[str(item, "pk")] = true
		return nil
	})
	if err != nil {
		return there, err
	}
	for _, at := range s.passingKeys(p) {
		out, err := s.db.UncheckedTable().GetItem(ctx, &dynamodb.GetItemInput{TableName: &s.table, Key: at, ConsistentRead: aws.Bool(true)})
		if err != nil {
			return there, outage.Wrap("sessions: look for what remains", err)
		}
		if len(out.Item) > 0 && !counted[str(at, "pk")] {
			there.count(at)
			counted[str(at, "pk")] = true
		}
	}
	return there, nil
}

func (e *Erased) count(item attributes) {
	switch kind, _, _ := strings.Cut(str(item, "pk"), "#"); kind {
	case "HOLDER": // only refers to an account
	case "ACCOUNT":
		e.Accounts++
	case "PHONE":
		e.Phones++
	case "SESSION":
		e.Sessions++
	default:
		e.Others++
	}
}

func (s *Store) eraseAccount(ctx context.Context, a identity.Account, done *Erased) error {
	open, err := s.openSessions(ctx, a)
	if err != nil {
		return err
	}
	stated, err := s.Phone(ctx, a.Holder, a.Portal)
	if err != nil {
		return err
	}
	if err := s.erase(ctx, a); err != nil {
		return err
	}
	done.Accounts++
	done.Sessions += open
	if !stated.BoundAt.IsZero() {
		done.Phones++
	}
	return nil
}

// openSessions counts the sessions of an account that still exist.
func (s *Store) openSessions(ctx context.Context, a identity.Account) (open int, err error) {
	for hash := range a.Sessions {
		_, err := get[sessionItem](ctx, s, sessionPK(hash), sessionSK)
		switch {
		case err == nil:
			open++
		case !errors.Is(err, ErrNotFound):
			return open, err
		}
	}
	return open, nil
}

// sweep scans the whole table and calls do with the keys of all items that name a person.
func (s *Store) sweep(ctx context.Context, p Person, do func(attributes) error) error {
	pages := dynamodb.NewScanPaginator(s.db, &dynamodb.ScanInput{
		TableName: &s.table, ConsistentRead: aws.Bool(true),
		ProjectionExpression:      aws.String("pk, sk"),
		FilterExpression:          aws.String("holder = :holder OR pk = :phones OR pk = :accounts"),
		ExpressionAttributeValues: attributes{":holder": text(p.Holder), ":phones": text(phonePK(p.Holder)), ":accounts": text(heldPK(p.Holder))},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return outage.Wrap("sessions: look for what remains", err)
		}
		for _, item := range page.Items {
			if err := do(item); err != nil {
				return err
			}
		}
	}
	return nil
}

// passingKeys returns the keys of items that do not name a person but can be derived from what is
// known about them: codes, the record that an account's person showed their face, links from before
// links named the person, and limits.
func (s *Store) passingKeys(p Person) (keys []attributes) {
	for _, a := range p.Accounts {
		keys = append(keys, key(codePK(a.Portal, a.Username), codeSK), key(facePK(a.Portal, a.Username), faceSK))
		if a.Link != nil {
			keys = append(keys, key(linkPK(a.Link.Hash), linkSK))
		}
	}
	if s.sealer.NamesPassing() {
		for _, l := range identity.LimitsOf(p.Accounts, p.Phones) {
			keys = append(keys, key(s.limitPK(l), limitSK))
		}
	}
	return keys
}

// removeRest removes one item. If it was an account, it returns the account.
func (s *Store) removeRest(ctx context.Context, item attributes, done *Erased) (*identity.Account, error) {
	kind, rest, _ := strings.Cut(str(item, "pk"), "#")
	if kind != "ACCOUNT" {
		return nil, s.removeItem(ctx, item, done)
	}
	portal, username, _ := strings.Cut(rest, "#")
	a, err := s.Account(ctx, portal, username)
	if err != nil {
		return nil, err
	}
	return &a, s.eraseAccount(ctx, a, done)
}

// removeItem removes an item and counts it if it existed, even if it has no valid tag.
func (s *Store) removeItem(ctx context.Context, at attributes, done *Erased) error {
	out, err := s.db.UncheckedTable().DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &s.table, Key: at, ReturnValues: types.ReturnValueAllOld})
	if err != nil {
		return outage.Wrap("sessions: remove what remains", err)
	}
	if len(out.Attributes) > 0 {
		done.count(at)
	}
	return nil
}

func str(item attributes, name string) string {
	v, _ := item[name].(*types.AttributeValueMemberS)
	if v == nil {
		return ""
	}
	return v.Value
}
