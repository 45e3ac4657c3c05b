package sessions

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/identity"
	"github.com/jiazhu/jiazhu/shared/outage"
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
	a, ended := a.WithPassword("", "", at)
	account, err := s.putAccount(a)
	if err != nil {
		return err
	}
	writes := append(s.end(ended), account, s.forgetFace(a), s.forget(codePK(a.Portal, a.Username), codeSK))
	if stated.Bound() {
		phone, err := s.changePhone(PhoneChange{stated, stated.With("", later(at, stated.BoundAt))})
		if err != nil {
			return err
		}
		writes = append(writes, phone)
	}
	return s.write(ctx, "revoke an account", writes...)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Erase removes an account as it was read, with its sessions and what its portal
// states of its person's phone: one transaction. ErrChanged says that the account
// changed meanwhile.
func (s *Store) Erase(ctx context.Context, a identity.Account) error {
	writes := append(s.end(sessionsOf(a)),
		s.remove(accountPK(a.Portal, a.Username), accountSK, "rev = :seen", attributes{":seen": number(a.Revision)}),
		s.forget(phonePK(a.Holder), phoneSK+a.Portal),
		s.forget(codePK(a.Portal, a.Username), codeSK),
		s.forgetFace(a),
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

// Erased counts what was removed.
type Erased struct {
	Accounts, Phones, Sessions int
	Others                     int // challenges, links, and the notes of who put the accounts
}

// EraseHolder removes everything that is kept of a person: accounts with their
// sessions, every portal's statement of the phone, and, by going through the whole
// table, whatever names the person or one of the accounts. ErrChanged says that an
// account changed meanwhile; the same again does the rest.
func (s *Store) EraseHolder(ctx context.Context, holder string) (done Erased, err error) {
	accounts, err := s.AccountsOf(ctx, holder)
	if err != nil {
		return done, err
	}
	remains := []string{"holder = :holder", "pk = :phones", "pk = :accounts"}
	values := attributes{":holder": text(holder), ":phones": text(phonePK(holder)), ":accounts": text(heldPK(holder))}
	for i, a := range accounts {
		if err := s.eraseAccount(ctx, a, &done); err != nil {
			return done, err
		}
		n := strconv.Itoa(i)
		remains = append(remains, "portal = :portal"+n+" AND username = :user"+n)
		values[":portal"+n], values[":user"+n] = text(a.Portal), text(a.Username)
	}
	return done, s.sweep(ctx, strings.Join(remains, " OR "), values, &done)
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
	if err := s.Erase(ctx, a); err != nil {
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

// sweep goes through the whole table and removes the items of which a filter holds.
func (s *Store) sweep(ctx context.Context, filter string, values attributes, done *Erased) error {
	pages := dynamodb.NewScanPaginator(s.db, &dynamodb.ScanInput{
		TableName: &s.table, ConsistentRead: aws.Bool(true),
		ProjectionExpression: aws.String("pk, sk"), FilterExpression: &filter, ExpressionAttributeValues: values,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return outage.Of("sessions: look for what remains", err)
		}
		for _, item := range page.Items {
			if err := s.removeRest(ctx, item, done); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Store) removeRest(ctx context.Context, item attributes, done *Erased) error {
	kind, rest, _ := strings.Cut(str(item, "pk"), "#")
	if kind == "ACCOUNT" { // of before accounts were found by their person
		portal, username, _ := strings.Cut(rest, "#")
		a, err := s.Account(ctx, portal, username)
		if err != nil {
			return err
		}
		return s.eraseAccount(ctx, a, done)
	}
	if _, err := s.db.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &s.table, Key: item}); err != nil {
		return outage.Of("sessions: remove what remains", err)
	}
	switch kind {
	case "PHONE":
		done.Phones++
	case "SESSION":
		done.Sessions++
	default:
		done.Others++
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
