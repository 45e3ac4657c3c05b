package sessions

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/outage"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

type writeItem = types.TransactWriteItem

const (
	accountSK     = "ACCOUNT"
	accountPrefix = "ACCOUNT#"
)

func accountPK(portal, username string) string { return accountPrefix + portal + "#" + username }

type accountItem struct {
	itemHeader
	Portal        string            `dynamodbav:"portal"`
	Username      string            `dynamodbav:"username"`
	Name          string            `dynamodbav:"name"`
	Holder        string            `dynamodbav:"holder"`
	IDType        string            `dynamodbav:"idType"`
	IDNumber      string            `dynamodbav:"idNo"` // sealed
	IDValidFrom   string            `dynamodbav:"idValidFrom"`
	IDValidUntil  string            `dynamodbav:"idValidUntil"`
	RealNameLevel int               `dynamodbav:"realNameLevel"`
	PasswordHash  string            `dynamodbav:"password,omitempty"`
	Link          *accountLink      `dynamodbav:"link,omitempty"`
	Sessions      map[string]millis `dynamodbav:"sessions,omitempty"`
	Devices       map[string]millis `dynamodbav:"devices,omitempty"`
	CreatedAt     millis            `dynamodbav:"created"`
	UpdatedAt     millis            `dynamodbav:"updated"`
	Revision      int64             `dynamodbav:"rev"`
}

type accountLink struct {
	Hash      string `dynamodbav:"hash"`
	SentTo    string `dynamodbav:"to"` // sealed
	ExpiresAt millis `dynamodbav:"expires"`
	SentAt    millis `dynamodbav:"sent"`
}

// place is the additional data of a sealed field of an account.
func place(field, portal, username string) string {
	return "account/" + field + "/" + portal + "/" + username
}

// Account reads an account. Error: ErrNotFound.
func (s *Store) Account(ctx context.Context, portal, username string) (identity.Account, error) {
	item, err := get[accountItem](ctx, s, accountPK(portal, username), accountSK)
	if err != nil {
		return identity.Account{}, err
	}
	return s.account(item)
}

// Profile reads an account and its portal's statement of the person's phone in one consistent read.
func (s *Store) Profile(ctx context.Context, portal, username, holder string) (identity.Account, identity.Phone, error) {
	var none identity.Account
	out, err := s.db.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{
		RequestItems: map[string]types.KeysAndAttributes{s.table: {
			ConsistentRead: aws.Bool(true),
			Keys:           []attributes{key(accountPK(portal, username), accountSK), key(phonePK(holder), phoneSK+portal)},
		}},
	})
	if err != nil {
		return none, identity.Phone{}, outage.Wrap("sessions: read a profile", err)
	}
	if len(out.UnprocessedKeys) > 0 {
		return none, identity.Phone{}, outage.NewUnavailable("sessions: read a profile: the table did not answer in full")
	}
	found := map[string]attributes{}
	for _, item := range out.Responses[s.table] {
		found[item["sk"].(*types.AttributeValueMemberS).Value] = item
	}
	item, err := decode[accountItem](found[accountSK], accountSK)
	if err != nil {
		return none, identity.Phone{}, err
	}
	account, err := s.account(item)
	if err != nil {
		return none, identity.Phone{}, err
	}
	stated, err := decode[phoneItem](found[phoneSK+portal], phoneSK)
	phone, err := s.openPhone(holder, portal, stated, err)
	return account, phone, err
}

// Put is what is stored together with an account.
type Put struct {
	Client string         // id of the machine client that puts it, recorded with At; empty: none
	At     time.Time      // of the request
	Phone  *PhoneChange   // nil: the portal's statement is unchanged
	Link   *identity.Link // becomes the account's only valid one; nil: none
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
	writes, err := s.index(a, p)
	if err != nil {
		return err
	}
	writes = append(writes, account)
	if p.Phone != nil {
		w, err := s.changePhone(*p.Phone)
		if err != nil {
			return err
		}
		writes = append(writes, w)
	}
	if p.Link != nil {
		w, err := s.put(newLinkItem(a, *p.Link), absent, nil)
		if err != nil {
			return err
		}
		writes = append(writes, w)
	}
	return s.write(ctx, "store an account", writes...)
}

// SetPassword stores an account after its WithPassword set a password, and removes the sessions
// that end by it, in one transaction.
func (s *Store) SetPassword(ctx context.Context, a identity.Account, ended []string) error {
	account, err := s.putAccount(a)
	if err != nil {
		return err
	}
	return s.write(ctx, "set a password", append(s.end(ended), account)...)
}

// ResetPassword is SetPassword for a password set with a link: the account then counts as one whose
// person has not shown their face.
func (s *Store) ResetPassword(ctx context.Context, a identity.Account, ended []string) error {
	account, err := s.putAccount(a)
	if err != nil {
		return err
	}
	return s.write(ctx, "reset a password", append(s.end(ended), account, s.forgetFace(a))...)
}

func (s *Store) putAccount(a identity.Account) (writeItem, error) {
	item, err := s.accountItem(a)
	if err != nil {
		return writeItem{}, err
	}
	if a.Revision == 0 {
		return s.put(item, absent, nil)
	}
	return s.put(item, "rev = :seen", attributes{":seen": number(a.Revision)})
}

func (s *Store) accountItem(a identity.Account) (accountItem, error) {
	idNumber, err := s.sealer.Seal(a.IDNumber, place("idNo", a.Portal, a.Username))
	if err != nil {
		return accountItem{}, fmt.Errorf("sessions: seal an ID number: %w", err)
	}
	item := accountItem{
		itemHeader: newItemHeader(accountPK(a.Portal, a.Username), accountSK, time.Time{}),
		Portal:     a.Portal, Username: a.Username, Name: a.Name, Holder: a.Holder,
		IDType: a.IDType, IDNumber: idNumber, RealNameLevel: a.RealNameLevel,
		IDValidFrom: a.IDValidFrom.String(), IDValidUntil: a.IDValidUntil.String(),
		PasswordHash: a.PasswordHash, Sessions: allMillis(a.Sessions), Devices: allMillis(a.Devices),
		CreatedAt: toMillis(a.CreatedAt), UpdatedAt: toMillis(a.UpdatedAt), Revision: a.Revision + 1,
	}
	if a.Link == nil {
		return item, nil
	}
	to, err := s.sealer.Seal(a.Link.SentTo, place("linkTo", a.Portal, a.Username))
	if err != nil {
		return accountItem{}, fmt.Errorf("sessions: seal a phone number: %w", err)
	}
	item.Link = &accountLink{
		Hash: a.Link.Hash, SentTo: to, ExpiresAt: toMillis(a.Link.ExpiresAt), SentAt: toMillis(a.Link.SentAt),
	}
	return item, nil
}

func (s *Store) account(item accountItem) (identity.Account, error) {
	a := identity.Account{
		Portal: item.Portal, Username: item.Username, Name: item.Name, Holder: item.Holder,
		IDType: item.IDType, RealNameLevel: item.RealNameLevel, PasswordHash: item.PasswordHash,
		CreatedAt: item.CreatedAt.time(), UpdatedAt: item.UpdatedAt.time(), Revision: item.Revision,
		Sessions: allTimes(item.Sessions), Devices: allTimes(item.Devices),
	}
	var idErr, fromErr, untilErr, linkErr error
	a.IDNumber, idErr = s.sealer.Open(item.IDNumber, place("idNo", a.Portal, a.Username))
	a.IDValidFrom, fromErr = day(item.IDValidFrom)
	a.IDValidUntil, untilErr = day(item.IDValidUntil)
	if l := item.Link; l != nil {
		a.Link = &identity.Link{Hash: l.Hash, ExpiresAt: l.ExpiresAt.time(), SentAt: l.SentAt.time()}
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

func allMillis(times map[string]time.Time) map[string]millis {
	all := make(map[string]millis, len(times))
	for hash, at := range times {
		all[hash] = toMillis(at)
	}
	return all
}

func allTimes(stored map[string]millis) map[string]time.Time {
	all := make(map[string]time.Time, len(stored))
	for hash, at := range stored {
		all[hash] = at.time()
	}
	return all
}

func day(text string) (civil.Date, error) {
	if text == "" {
		return civil.Date{}, nil
	}
	return civil.Parse(text)
}
