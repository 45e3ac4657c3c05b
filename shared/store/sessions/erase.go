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

// RevokeAccount undoes what opened an account as it was read: its sessions end,
// password, password link and devices are gone, and so is what its portal states
// of the person's phone. The account stays its person's: its portal's next put
// states a phone and sends a link there. ErrChanged says that the account or the
// statement changed meanwhile.
func (s *Store) RevokeAccount(ctx context.Context, a identity.Account, at time.Time) error {
	stated, err := s.Phone(ctx, a.Holder, a.Portal)
	if err != nil {
		return err
	}
	return s.revoke(ctx, a, stated, at)
}

// revoke is RevokeAccount with the phone as it was read. One that is not bound stays as it is.
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

// EndSessions ends every session of an account as it was read, at a time. The password stays; a link that is out and the devices
// are gone.
func (s *Store) EndSessions(ctx context.Context, a identity.Account, at time.Time) (ended int, err error) {
	links := s.forgetLink(a)
	a, hashes := a.WithPassword(a.PasswordHash, "", at)
	account, err := s.putAccount(a)
	if err != nil {
		return 0, err
	}
	return len(hashes), s.write(ctx, "end an account's sessions", append(append(s.end(hashes), links...), account)...)
}

// RefillLimits makes full what others may have used up by putting an account: the links that its phone, as it is
// stated or as the last link went to it, may be sent by the portal, and the changes of its person's phone. Do it before
// RevokeAccount, which takes off where links went. ErrChanged says that one was taken at the same moment.
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

// erase removes an account as it was read, with its sessions and what its portal
// states of its person's phone: one transaction. ErrChanged says that the account
// changed meanwhile.
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

// Person is who is looked for in the table, with what leads to the rest: accounts
// and phones as they were read. It stays good for looking once these are gone.
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

// Erased counts what was removed, or what there is to be removed.
type Erased struct {
	Accounts, Phones, Sessions int
	Others                     int // challenges and faces shown, codes, links, limits, and the notes of who put the accounts
}

// EraseHolder removes everything that is kept of a person: accounts with their
// sessions, every portal's statement of the phone, and, by going through the whole
// table, whatever names the person; then codes and limits that can be found by
// accounts and phones. ErrChanged says that an account changed meanwhile; the same again
// does the rest.
func (s *Store) EraseHolder(ctx context.Context, holder string) (done Erased, err error) {
	p, err := s.Person(ctx, holder)
	if err != nil {
		return done, err
	}
	return s.ErasePerson(ctx, p)
}

// ErasePerson is EraseHolder of a person as they were read.
func (s *Store) ErasePerson(ctx context.Context, p Person) (done Erased, err error) {
	for _, a := range p.Accounts {
		if err := s.eraseAccount(ctx, a, &done); err != nil {
			return done, err
		}
	}
	err = s.sweep(ctx, p, func(item attributes) error {
		a, err := s.removeRest(ctx, item, &done)
		if a != nil { // of before accounts were found by their person
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

// Traces counts what the whole table has of a person, and removes nothing.
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
	case "HOLDER": // only leads to an account
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

// openSessions counts the sessions of an account that are still there.
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

// sweep goes through the whole table and gives the keys of all items that name a person.
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

// passingKeys are the keys of what names nobody, but is found by what is known of a person: codes, that an account
// showed a face, links of before they named the person, and limits.
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

// removeRest removes one item, and gives the account that it was.
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

// removeItem removes an item and counts it, if it was there, also one that somebody else wrote.
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
