package sessions

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

const (
	prefixAccount = "ACCOUNT#"
	skAccount     = "ACCOUNT"
)

func accountKey(portal, username string) dynamo.Key {
	return dynamo.Key{PK: prefixAccount + portal + "#" + username, SK: skAccount}
}

type accountItem struct {
	dynamo.Header
	Portal        string                   `dynamodbav:"portal"`
	Username      string                   `dynamodbav:"username"`
	Name          string                   `dynamodbav:"name"`
	Holder        string                   `dynamodbav:"holder"`
	IDType        string                   `dynamodbav:"idType"`
	IDNumber      string                   `dynamodbav:"idNo"` // sealed
	IDValidFrom   string                   `dynamodbav:"idValidFrom"`
	IDValidUntil  string                   `dynamodbav:"idValidUntil"`
	RealNameLevel int                      `dynamodbav:"realNameLevel"`
	Organisation  *organisationItem        `dynamodbav:"organisation,omitempty"`
	PasswordHash  string                   `dynamodbav:"password,omitempty"`
	Link          *accountLink             `dynamodbav:"link,omitempty"`
	Sessions      map[string]dynamo.Millis `dynamodbav:"sessions,omitempty"`
	Devices       map[string]dynamo.Millis `dynamodbav:"devices,omitempty"`
	CreatedAt     dynamo.Millis            `dynamodbav:"created"`
	UpdatedAt     dynamo.Millis            `dynamodbav:"updated"`
	Revision      int64                    `dynamodbav:"rev"`
}

type accountLink struct {
	Hash      string        `dynamodbav:"hash"`
	SentTo    string        `dynamodbav:"to"` // sealed
	ExpiresAt dynamo.Millis `dynamodbav:"expires"`
	SentAt    dynamo.Millis `dynamodbav:"sent"`
}

// organisationItem is the organisation for which a person acts. Its name and code are public.
type organisationItem struct {
	Name string `dynamodbav:"name"`
	USCC string `dynamodbav:"uscc"`
	Key  string `dynamodbav:"key,omitempty"` // keyed hash of the code, in sessions: their readers cannot compute it
}

// place is the additional data of a sealed field of an account.
func place(field, portal, username string) string {
	return "account/" + field + "/" + portal + "/" + username
}

// Account reads an account. Error: ErrNotFound.
func (s *Store) Account(ctx context.Context, portal, username string) (identity.Account, error) {
	item, err := s.table.Get(ctx, accountKey(portal, username))
	if err != nil {
		return identity.Account{}, err
	}
	return s.decodeAccount(item)
}

// Profile reads an account and its portal's statement of the person's phone in one consistent read.
func (s *Store) Profile(ctx context.Context, portal, username, holder string) (identity.Account, identity.Phone, error) {
	at, stated := accountKey(portal, username), phoneKey(holder, portal)
	got, err := s.table.BatchGet(ctx, at, stated)
	if err != nil {
		return identity.Account{}, identity.Phone{}, err
	}
	account, err := s.decodeAccount(got[at])
	if err != nil {
		return identity.Account{}, identity.Phone{}, err
	}
	item, err := dynamo.Decode[phoneItem](s.table, got[stated])
	phone, err := s.openPhone(holder, portal, item, err)
	return account, phone, err
}

func (s *Store) decodeAccount(item dynamo.Item) (identity.Account, error) {
	decoded, err := dynamo.Decode[accountItem](s.table, item)
	if err != nil {
		return identity.Account{}, err
	}
	return s.account(decoded)
}

// Put is what is stored together with an account.
type Put struct {
	Client       string         // id of the machine client that puts it, recorded with At; empty: none
	At           time.Time      // of the request
	Phone        *PhoneChange   // nil: the portal's statement is unchanged
	Organisation bool           // the person acts for another organisation than before
	Ended        []string       // token hashes of the sessions that end
	Link         *identity.Link // becomes the account's only valid one; nil: none
}

// PutAccount stores an account at the revision it was read with (0: it must be new), and what is
// put with it, in one transaction. Afterwards the account can be found by its person and by the
// client. ErrChanged says that another request changed it first.
func (s *Store) PutAccount(ctx context.Context, a identity.Account, p Put) error {
	if p.Link != nil {
		a.Link = p.Link
	}
	account, err := s.putAccount(a)
	if err != nil {
		return err
	}
	writes := append(append(indexAccount(a, p), account), endSessions(p.Ended)...)
	if p.Phone != nil {
		w, err := s.changePhone(*p.Phone)
		if err != nil {
			return err
		}
		writes = append(writes, w)
	}
	if p.Link != nil {
		writes = append(writes, dynamo.Put(newLinkItem(a, *p.Link)).IfAbsent())
	}
	return s.table.Transact(ctx, "storing an account", writes...)
}

// SetPassword stores an account after its WithPassword set a password, and removes the sessions
// that end by it, in one transaction.
func (s *Store) SetPassword(ctx context.Context, a identity.Account, ended []string) error {
	account, err := s.putAccount(a)
	if err != nil {
		return err
	}
	return s.table.Transact(ctx, "setting a password", append(endSessions(ended), account)...)
}

// ResetPassword is SetPassword for a password set with a link: the account then counts as one whose
// person has not shown their face.
func (s *Store) ResetPassword(ctx context.Context, a identity.Account, ended []string) error {
	account, err := s.putAccount(a)
	if err != nil {
		return err
	}
	return s.table.Transact(ctx, "resetting a password", append(endSessions(ended), account, deleteIfExists(faceKey(a.Portal, a.Username)))...)
}

func (s *Store) putAccount(a identity.Account) (dynamo.Write, error) {
	item, err := s.accountItem(a)
	if err != nil || a.Revision == 0 {
		return dynamo.Put(item).IfAbsent(), err
	}
	return dynamo.Put(item).If("rev = :seen", dynamo.Values{"seen": a.Revision}), nil
}

func (s *Store) accountItem(a identity.Account) (accountItem, error) {
	idNumber, err := s.sealer.Seal(a.IDNumber, place("idNo", a.Portal, a.Username))
	if err != nil {
		return accountItem{}, fmt.Errorf("sessions: seal an ID number: %w", err)
	}
	item := accountItem{
		Header: newHeader(accountKey(a.Portal, a.Username), time.Time{}),
		Portal: a.Portal, Username: a.Username, Name: a.Name, Holder: a.Holder,
		IDType: a.IDType, IDNumber: idNumber, RealNameLevel: a.RealNameLevel,
		IDValidFrom: a.IDValidFrom.String(), IDValidUntil: a.IDValidUntil.String(),
		PasswordHash: a.PasswordHash, Sessions: allMillis(a.Sessions), Devices: allMillis(a.Devices),
		CreatedAt: dynamo.ToMillis(a.CreatedAt), UpdatedAt: dynamo.ToMillis(a.UpdatedAt), Revision: a.Revision + 1,
	}
	if o := a.Organisation; o != nil {
		item.Organisation = &organisationItem{Name: o.Name, USCC: o.USCC}
	}
	if a.Link == nil {
		return item, nil
	}
	to, err := s.sealer.Seal(a.Link.SentTo, place("linkTo", a.Portal, a.Username))
	if err != nil {
		return accountItem{}, fmt.Errorf("sessions: seal a phone number: %w", err)
	}
	item.Link = &accountLink{
		Hash: a.Link.Hash, SentTo: to, ExpiresAt: dynamo.ToMillis(a.Link.ExpiresAt), SentAt: dynamo.ToMillis(a.Link.SentAt),
	}
	return item, nil
}

func (s *Store) account(item accountItem) (identity.Account, error) {
	a := identity.Account{
		Portal: item.Portal, Username: item.Username, Name: item.Name, Holder: item.Holder,
		IDType: item.IDType, RealNameLevel: item.RealNameLevel, PasswordHash: item.PasswordHash,
		CreatedAt: item.CreatedAt.Time(), UpdatedAt: item.UpdatedAt.Time(), Revision: item.Revision,
		Sessions: allTimes(item.Sessions), Devices: allTimes(item.Devices),
	}
	if o := item.Organisation; o != nil {
		a.Organisation = &identity.Organisation{Holder: s.organisationKey(o.USCC), Name: o.Name, USCC: o.USCC}
	}
	var idErr, fromErr, untilErr, linkErr error
	a.IDNumber, idErr = s.sealer.Open(item.IDNumber, place("idNo", a.Portal, a.Username))
	a.IDValidFrom, fromErr = day(item.IDValidFrom)
	a.IDValidUntil, untilErr = day(item.IDValidUntil)
	if l := item.Link; l != nil {
		a.Link = &identity.Link{Hash: l.Hash, ExpiresAt: l.ExpiresAt.Time(), SentAt: l.SentAt.Time()}
		a.Link.SentTo, linkErr = s.sealer.Open(l.SentTo, place("linkTo", a.Portal, a.Username))
	}
	if err := errors.Join(idErr, fromErr, untilErr, linkErr); err != nil {
		return identity.Account{}, fmt.Errorf("sessions: read an account: %w", err)
	}
	if a.Holder != s.sealer.Hash("holder", a.IDType, a.IDNumber) {
		return identity.Account{}, fmt.Errorf("sessions: the holder of an account is not whose ID number it has: %w", tags.ErrTag)
	}
	return a, nil
}

// organisationKey is the keyed hash of an organisation's code, as records.Store.HolderKey makes it.
func (s *Store) organisationKey(uscc string) string {
	return s.sealer.Hash("holder", certificate.OrganisationCode, uscc)
}

func allMillis(times map[string]time.Time) map[string]dynamo.Millis {
	all := make(map[string]dynamo.Millis, len(times))
	for hash, at := range times {
		all[hash] = dynamo.ToMillis(at)
	}
	return all
}

func allTimes(stored map[string]dynamo.Millis) map[string]time.Time {
	all := make(map[string]time.Time, len(stored))
	for hash, at := range stored {
		all[hash] = at.Time()
	}
	return all
}

func day(text string) (civil.Date, error) {
	if text == "" {
		return civil.Date{}, nil
	}
	return civil.Parse(text)
}
