package sessions

import (
	"context"
	"errors"
	"iter"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
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
	links := deleteLink(a)
	a, ended := a.WithPassword("", "", at)
	account, err := s.putAccount(a)
	if err != nil {
		return err
	}
	writes := append(append(endSessions(ended), links...), account, deleteIfExists(faceKey(a.Portal, a.Username)), deleteIfExists(codeKey(a.Portal, a.Username)))
	if stated.IsBound() {
		phone, err := s.changePhone(PhoneChange{stated, stated.WithNumber("", laterTime(at, stated.BoundAt))})
		if err != nil {
			return err
		}
		writes = append(writes, phone)
	}
	return s.table.Transact(ctx, "revoking an account", writes...)
}

// EndSessions ends every session of an account as it was read. The password stays; the valid link
// and the devices are removed.
func (s *Store) EndSessions(ctx context.Context, a identity.Account, at time.Time) (ended int, err error) {
	links := deleteLink(a)
	a, hashes := a.WithPassword(a.PasswordHash, "", at)
	account, err := s.putAccount(a)
	if err != nil {
		return 0, err
	}
	return len(hashes), s.table.Transact(ctx, "ending an account's sessions", append(append(endSessions(hashes), links...), account)...)
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
	writes := []dynamo.Write{deleteIfExists(s.limitKey(identity.PhoneLimit(a.Portal, a.Holder)))}
	for _, phone := range phones {
		writes = append(writes, deleteIfExists(s.limitKey(identity.LinkLimit(a.Portal, phone))))
	}
	return s.table.Transact(ctx, "resetting limits", writes...)
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
	writes := append(endSessions(sessionsOf(a)),
		dynamo.Delete(accountKey(a.Portal, a.Username)).If("rev = :seen", dynamo.Values{"seen": a.Revision}),
		deleteIfExists(phoneKey(a.Holder, a.Portal)),
		deleteIfExists(holderKey(a.Holder, a.Portal, a.Username)),
	)
	return s.table.Transact(ctx, "erasing an account", writes...)
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
	stated := dynamo.QueryAs[phoneItem](ctx, s.table, dynamo.Query{PK: prefixPhone + holder, Prefix: prefixPortal})
	p.Phones, err = dynamo.Collect(stated, func(item phoneItem) (identity.Phone, error) {
		return s.openPhone(holder, strings.TrimPrefix(item.SK, prefixPortal), item, nil)
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
	for item, err := range s.scanPerson(ctx, p) {
		if err != nil {
			return done, err
		}
		a, err := s.removeRest(ctx, dynamo.KeyOf(item), &done)
		if err != nil {
			return done, err
		}
		if a != nil { // from before there was an index of accounts by person
			p.Accounts = append(p.Accounts, *a)
		}
	}
	for _, at := range s.derivedKeys(p) {
		if err := s.removeItem(ctx, at, &done); err != nil {
			return done, err
		}
	}
	return done, nil
}

// Traces counts what the whole table has about a person, and removes nothing.
func (s *Store) Traces(ctx context.Context, p Person) (there Erased, err error) {
	counted := map[string]bool{}
	for item, err := range s.scanPerson(ctx, p) {
		if err != nil {
			return there, err
		}
		at := dynamo.KeyOf(item)
		there.count(at)
		counted[at.PK] = true
	}
	for _, at := range s.derivedKeys(p) {
		item, err := s.table.UncheckedTable().Get(ctx, at)
		if err != nil {
			return there, err
		}
		if len(item) > 0 && !counted[at.PK] {
			there.count(at)
			counted[at.PK] = true
		}
	}
	return there, nil
}

func (e *Erased) count(at dynamo.Key) {
	switch kind, _, _ := strings.Cut(at.PK, "#"); kind {
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
		_, err := dynamo.GetAs[sessionItem](ctx, s.table, sessionKey(hash))
		switch {
		case err == nil:
			open++
		case !errors.Is(err, ErrNotFound):
			return open, err
		}
	}
	return open, nil
}

// scanPerson scans the whole table and returns the keys of all items that name a person.
func (s *Store) scanPerson(ctx context.Context, p Person) iter.Seq2[dynamo.Item, error] {
	return s.table.Scan(ctx, dynamo.Scan{
		KeysOnly: true, Filter: "holder = :holder OR pk = :phones OR pk = :accounts",
		Values: dynamo.Values{"holder": p.Holder, "phones": prefixPhone + p.Holder, "accounts": prefixHolder + p.Holder},
	})
}

// derivedKeys returns the keys of items that do not name a person but can be derived from what is
// known about them: codes, the record that an account's person showed their face, links from before
// links named the person, and limits.
func (s *Store) derivedKeys(p Person) (keys []dynamo.Key) {
	for _, a := range p.Accounts {
		keys = append(keys, codeKey(a.Portal, a.Username), faceKey(a.Portal, a.Username))
		if a.Link != nil {
			keys = append(keys, linkKey(a.Link.Hash))
		}
	}
	if s.sealer.NamesPassing() {
		for _, l := range identity.LimitsOf(p.Accounts, p.Phones) {
			keys = append(keys, s.limitKey(l))
		}
	}
	return keys
}

// removeRest removes one item. If it was an account, it returns the account.
func (s *Store) removeRest(ctx context.Context, at dynamo.Key, done *Erased) (*identity.Account, error) {
	rest, isAccount := strings.CutPrefix(at.PK, prefixAccount)
	if !isAccount {
		return nil, s.removeItem(ctx, at, done)
	}
	portal, username, _ := strings.Cut(rest, "#")
	a, err := s.Account(ctx, portal, username)
	if err != nil {
		return nil, err
	}
	return &a, s.eraseAccount(ctx, a, done)
}

// removeItem removes an item and counts it if it existed, even if it has no valid tag.
func (s *Store) removeItem(ctx context.Context, at dynamo.Key, done *Erased) error {
	removed, err := s.table.UncheckedTable().Do(ctx, "removing what remains", dynamo.Delete(at).ReturnItem())
	if err == nil && len(removed) > 0 {
		done.count(at)
	}
	return err
}
