package recordstest

import (
	"cmp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
	"github.com/jiazhu/jiazhu/shared/store/files"
	"github.com/jiazhu/jiazhu/shared/store/journal/s3journal"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
	"github.com/jiazhu/jiazhu/shared/store/sessions/sessionstest"
)

// Fixture is an empty service: a register, a bucket for files, accounts, and a clock that tests
// set. Its own reads and writes pass the Transport; those that prepare a test do not.
type Fixture struct {
	*Cloud
	Clock    *Clock
	Records  *records.Store
	Table    string // of records
	Ledger   string
	Files    *files.Bucket
	Bucket   string
	Journal  *s3journal.Journal
	Sealer   *fieldcrypto.Sealer
	Sessions *sessions.Store
	Schemes  scheme.Set
	Portals  map[string]config.Portal

	accounts *sessionstest.Table
}

// NewFixture returns a fixture whose clock shows noon of 23 November 2026, in Asia/Shanghai.
func NewFixture(t *testing.T) *Fixture {
	t.Helper()
	cloud := Open(t)
	accounts := sessionstest.Open(t)
	schemes, err := scheme.Load()
	if err != nil {
		t.Fatal(err)
	}
	h := &Fixture{
		Cloud: cloud, Clock: &Clock{now: time.Date(2026, 11, 23, 12, 0, 0, 0, civil.Zone())},
		Table: cloud.Table(t), Ledger: cloud.Table(t), Bucket: cloud.Bucket(t), Schemes: schemes, accounts: accounts,
		Sessions: sessions.New(cloud.Tables(), accounts.Name, accounts.Sealer),
		Portals: map[string]config.Portal{
			"mohurd": {Name: "住房和城乡建设部政务服务门户", ListNeedsIdentity: true},
			"gjzwfw": {Name: "国家政务服务平台", BindingNeeded: true, StatesPhone: true},
		},
	}
	h.Records = h.OpenRecords(accounts.Sealer)
	h.Files = files.New(cloud.Buckets(), h.Bucket)
	h.Sealer = accounts.Sealer
	h.Journal = s3journal.New(cloud.Buckets(), cloud.LockedBucket(t), h.Sealer)
	return h
}

// OpenRecords opens the register with some keys.
func (h *Fixture) OpenRecords(v *fieldcrypto.Sealer) *records.Store {
	return records.New(h.Tables(), records.Tables{Records: h.Table, Ledger: h.Ledger}, v, h.Schemes.Numbers())
}

// Integrity returns a Sealer with only the integrity key, which every function has.
func (h *Fixture) Integrity() *fieldcrypto.Sealer { return h.accounts.Integrity }

// Person is someone with an account, and perhaps certificates.
type Person struct {
	Username, Name, IDNumber string
	Phone                    string // as both portals state it; empty: not bound
	IDType                   string // empty is the identity number
	Organisation             string // name and USCC of the organisation for which the person acts, divided by a blank; empty: none
}

// ZhangSan holds the certificate of Sample.
func ZhangSan() Person {
	return Person{"zhangsan", "张三", "110101198001010010", "13800000000", "", ""}
}

// LiSi holds no certificate.
func LiSi() Person { return Person{"lisi", "李四", "310101198506150016", "13900000000", "", ""} }

// SignIn opens a session of the person on a portal, identified by face or not, and returns its
// token. The person has an account on every portal.
func (h *Fixture) SignIn(t *testing.T, p Person, portal string, identified bool) string {
	t.Helper()
	now := h.Clock.Now()
	for at := range h.Portals {
		if _, err := h.accounts.Store.Account(t.Context(), at, p.Username); err != nil {
			h.accounts.Account(t, identity.Account{
				Portal: at, Username: p.Username, Name: p.Name, IDType: cmp.Or(p.IDType, certificate.ResidentID), IDNumber: p.IDNumber, RealNameLevel: 4,
				Organisation: p.organisation(),
			}, p.Phone, now)
		}
	}
	token := h.accounts.SignIn(t, identity.Account{Portal: portal, Username: p.Username}, now)
	if identified {
		h.accounts.Identify(t, token, now)
	}
	return token
}

func (p Person) organisation() *identity.Organisation {
	name, code, found := strings.Cut(p.Organisation, " ")
	if !found {
		return nil
	}
	return &identity.Organisation{Name: name, USCC: code}
}

// States changes the phone that a portal states for a person with an account there; "" is none.
func (h *Fixture) States(t *testing.T, p Person, portal, phone string) {
	t.Helper()
	a, err := h.Sessions.Account(t.Context(), portal, p.Username)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Sessions.PutAccount(t.Context(), a, sessions.Put{Phone: h.accounts.Change(t, a, phone, h.Clock.Now())}); err != nil {
		t.Fatal(err)
	}
}

// Grant gives a machine client an access token.
func (h *Fixture) Grant(t *testing.T, c identity.Client) string {
	t.Helper()
	return h.accounts.Grant(t, c, h.Clock.Now())
}

// Registry is the author of changes to the fixture's register.
func Registry() records.Author { return records.Author{Client: "mohurd-registry"} }

// Enter puts a certificate into the register, with pictures where they are given.
func (h *Fixture) Enter(t *testing.T, c certificate.Certificate, photo, signature []byte) records.Record {
	t.Helper()
	r, err := h.Records.Put(t.Context(), records.Change{By: Registry(), After: c, Photo: photo, Signature: signature})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Change changes a certificate as a later report would. If the change names another holder, a new
// certificate with the next identifier and without pictures replaces it.
func (h *Fixture) Change(t *testing.T, id string, change func(*certificate.Certificate)) records.Record {
	t.Helper()
	before, _, err := h.Records.ForVerify(t.Context(), id, "")
	if err == nil {
		before, err = h.Records.WithIDNumber(before)
	}
	if err != nil {
		t.Fatal(err)
	}
	c := records.Change{By: Registry(), Before: &before, After: before.Certificate}
	change(&c.After)
	if !c.After.Holder.HasSameDocument(before.Certificate.Holder) {
		Succeed(&c, h.Clock.Now())
	}
	r, err := h.Records.Put(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Succeed turns a change into one by which a new certificate replaces that of Before.
func Succeed(c *records.Change, now time.Time) {
	ended := c.Before.Certificate
	ended.State, ended.StateNote = certificate.Other, "持证人证件号码已更正，本证照终止，由新证照替代。"
	c.Ended = &ended
	c.After.ID, c.After.Version, c.After.Supersedes = records.NewID(now), "001", ended.ID
	if c.Photo == nil {
		c.After.Photo = nil
	}
	if c.Signature == nil {
		c.After.SignatureImage = nil
	}
}

// Clock is the clock of a fixture.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now reads the clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set sets the clock.
func (c *Clock) Set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// Advance moves the clock forward by d.
func (c *Clock) Advance(d time.Duration) { c.Set(c.Now().Add(d)) }
