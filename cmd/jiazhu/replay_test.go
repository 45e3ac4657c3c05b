package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
	"github.com/jiazhu/jiazhu/shared/store/sessions/sessionstest"
)

// replayFixture is an operator's tables restored to an earlier time, and what happened since.
type replayFixture struct {
	*fixture
	accounts       *sessionstest.Table
	restoredTo     time.Time
	record         records.Record
	withdrawn      string // a copy that was withdrawn later
	consent        string // a consent to another copy, ended later
	copyOfConsent  string
	zhang, li      identity.Account // li was erased later
	endedSession   string           // a session of zhang's that ended later
	newest, stolen string           // passwords: the present one, and the one at the restored time
}

func newReplayFixture(t *testing.T) *replayFixture {
	t.Helper()
	d := newFixture(t)
	p := &replayFixture{fixture: d, newest: "$argon2id$newest", stolen: "$argon2id$stolen", accounts: &sessionstest.Table{
		Name: d.settings[config.SessionsTable], Client: d.cloud.Tables(), Sealer: d.sealer, Store: d.sessions,
	}}
	p.record = p.enter(t, "京1112019202000001", recordstest.ZhangSan())
	p.withdrawn, p.copyOfConsent = p.endorse(t), p.endorse(t)
	p.consent = records.NewID(d.now)
	_, err := d.certificates.PutConsent(t.Context(), p.record, records.Consent{
		ID: p.consent, Endorsement: p.copyOfConsent, Fields: []string{records.ShowIDNumber}, To: "示例单位", Until: d.now.Add(5 * 24 * time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	p.zhang, p.li = p.account(t, recordstest.ZhangSan()), p.account(t, recordstest.LiSi())
	if err := d.certificates.Bind(t.Context(), p.enter(t, "京1112019202000002", recordstest.LiSi()).Certificate.ID, records.Person{Holder: p.li.Holder, Portal: "mohurd"}, d.now); err != nil {
		t.Fatal(err)
	}
	p.endedSession = p.accounts.SignIn(t, p.zhang, d.now)
	d.now = d.now.Add(time.Hour)
	p.restoredTo = d.now
	return p
}

func (p *replayFixture) enter(t *testing.T, number string, whose recordstest.Person) records.Record {
	t.Helper()
	c := recordstest.Sample(p.now, nil, nil)
	c.Number, c.Holder.Name, c.Holder.IDNumber = number, whose.Name, whose.IDNumber
	return p.put(t, records.Change{After: c, By: records.Author{Client: "registry"}})
}

func (p *replayFixture) endorse(t *testing.T) string {
	t.Helper()
	id := records.NewID(p.now)
	made, err := records.TimeOf(id)
	if err != nil {
		t.Fatal(err)
	}
	today := civil.Of(made)
	number, err := p.certificates.NumberKeySet(t.Context(), sealhistory.KeySet{Issuer: sealIssuer, Seal: sealNumber, PDF: strings.Repeat("1", 64), OFD: strings.Repeat("2", 64)})
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.certificates.Endorse(t.Context(), records.Entry{
		Endorsement: endorsement.Endorsement{
			ID: id, CertID: p.record.Certificate.ID, Holder: p.record.Holder, CertVersion: p.record.Certificate.Version, Scheme: p.record.Certificate.Scheme,
			MadeAt: made, UseFrom: today, UseUntil: today.AddDays(180), Limit: "180D", VouchedBy: "https://app.example.cn",
			KeySet: number,
			Files:  map[string]endorsement.File{"pdf": {SHA256: strings.Repeat("a", 64)}, "ofd": {SHA256: strings.Repeat("b", 64)}},
		},
		Revision: p.record.Revision, Key: rand.Text(), Fingerprint: "f", Day: today,
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (p *replayFixture) account(t *testing.T, of recordstest.Person) identity.Account {
	t.Helper()
	return p.accounts.Account(t, identity.Account{
		Portal: "mohurd", Username: of.Username, Name: of.Name, IDType: "111", IDNumber: of.IDNumber, RealNameLevel: 4, PasswordHash: p.stolen,
	}, of.Phone, p.now)
}

// note writes to the journal as the functions do, but not to the table, which was restored to an
// earlier time.
func (p *replayFixture) note(t *testing.T, kind journal.Kind, what any) {
	t.Helper()
	if err := p.log.Append(t.Context(), kind, p.now, what); err != nil {
		t.Fatal(err)
	}
}

func (p *replayFixture) seal(t *testing.T, what any, place string) string {
	t.Helper()
	plain, err := json.Marshal(what)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := p.sealer.Seal(string(plain), place)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func (p *replayFixture) password(t *testing.T, of identity.Account, phc string) {
	t.Helper()
	set := journal.PasswordSet{Holder: of.Holder}
	set.Account = p.seal(t, journal.Credential{Portal: of.Portal, Username: of.Username, Password: phc}, set.Place(p.now))
	p.note(t, journal.Password, set)
}

// putAgain is the portal's request after an
// account was revoked: it states the phone to which a link is sent.
func (p *replayFixture) putAgain(t *testing.T, a identity.Account, phone string) {
	t.Helper()
	a = p.read(t, a.Portal, a.Username)
	a.UpdatedAt = p.now
	a.Link = &identity.Link{Hash: "h", SentTo: phone, ExpiresAt: p.now.Add(identity.LinkLife), SentAt: p.now}
	stated, err := p.sessions.Phone(t.Context(), a.Holder, a.Portal)
	if err != nil {
		t.Fatal(err)
	}
	put := sessions.Put{Client: a.Portal + "-portal", At: p.now, Phone: &sessions.PhoneChange{From: stated, To: stated.WithNumber(phone, p.now)}}
	if err := p.sessions.PutAccount(t.Context(), a, put); err != nil {
		t.Fatal(err)
	}
}

func (p *replayFixture) since(t *testing.T) {
	t.Helper()
	p.now = p.now.Add(time.Hour)
	w := journal.Withdrawn{Certificate: p.record.Certificate.ID, Endorsement: p.withdrawn, Holder: p.record.Holder}
	var err error
	if w.Why, err = p.sealer.Seal("不再参加", w.Place()); err != nil {
		t.Fatal(err)
	}
	p.note(t, journal.Withdrawal, w)
	p.note(t, journal.ConsentRevoked, journal.Revoked{Certificate: p.record.Certificate.ID, Endorsement: p.copyOfConsent, Consent: p.consent, Holder: p.record.Holder})
	p.password(t, p.li, p.newest)
	p.password(t, p.zhang, "$argon2id$between")
	p.now = p.now.Add(time.Minute)
	p.password(t, p.zhang, p.newest)
	p.note(t, journal.Erasure, journal.Erased{Holder: p.li.Holder})
	p.now = p.now.Add(time.Hour)
}

func (p *replayFixture) replay(t *testing.T, code int, more ...string) (done replayResult, errOut string) {
	t.Helper()
	out, errOut := p.want(t, code, "", append([]string{"restore", "replay", "-json", "-since", p.restoredTo.Format(time.RFC3339)}, more...)...)
	if err := json.Unmarshal([]byte(out), &done); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	return done, errOut
}

// losses lists what the restored tables have undone.
func (p *replayFixture) losses(t *testing.T) (all []string) {
	t.Helper()
	add := func(lost bool, what string) {
		if lost {
			all = append(all, what)
		}
	}
	_, e, err := p.certificates.ForVerify(t.Context(), p.record.Certificate.ID, p.withdrawn)
	if err != nil {
		t.Fatal(err)
	}
	add(e.WithdrawnAt == nil, "withdrawal")
	consents, err := p.certificates.Consents(t.Context(), p.record.Certificate.ID, p.record.Holder, p.copyOfConsent, p.now)
	if err != nil {
		t.Fatal(err)
	}
	add(len(consents) > 0, "consent")
	zhang, err := p.sessions.Account(t.Context(), "mohurd", p.zhang.Username)
	if err != nil {
		t.Fatal(err)
	}
	add(zhang.PasswordHash != p.newest, "password")
	_, err = p.sessions.Account(t.Context(), "mohurd", p.li.Username)
	add(!errors.Is(err, sessions.ErrNotFound), "erasure")
	bound, err := p.certificates.Bindings(t.Context(), p.li.Holder)
	if err != nil {
		t.Fatal(err)
	}
	add(len(bound) > 0, "binding of the erased")
	_, err = p.sessions.Session(t.Context(), p.endedSession, p.restoredTo)
	add(err == nil, "session")
	return all
}

// TestARestoredTableTakesNothingBack: what was withdrawn, ended, erased and changed after the
// restored time is so again after a replay, and is not without one.
func TestARestoredTableTakesNothingBack(t *testing.T) {
	p := newReplayFixture(t)
	p.since(t)
	everything := []string{"withdrawal", "consent", "password", "erasure", "binding of the erased", "session"}
	if diff := cmp.Diff(everything, p.losses(t)); diff != "" {
		t.Fatalf("restored and not replayed: %s", diff)
	}
	counts := map[journal.Kind]*outcomes{
		journal.Withdrawal: {Applied: 1}, journal.ConsentRevoked: {Applied: 1}, journal.Erasure: {Applied: 1}, journal.Password: {Applied: 1, Already: 1, Gone: 1}, journal.SealStopped: {},
	}
	dry, _ := p.replay(t, 0)
	dry.Entries[journal.Password].Applied-- // the password of the person who would be erased
	dry.Entries[journal.Password].Gone++
	if diff := cmp.Diff(counts, dry.Entries); diff != "" || dry.Ended.Sessions != 1 {
		t.Errorf("without -yes: %+v %s", dry.Ended, diff)
	}
	if diff := cmp.Diff(everything, p.losses(t)); diff != "" {
		t.Fatalf("without -yes something was done: %s", diff)
	}
	done, _ := p.replay(t, 0, "-yes")
	if diff := cmp.Diff(counts, done.Entries); diff != "" || done.Ended.Sessions != 1 {
		t.Errorf("%+v %s", done.Ended, diff)
	}
	if lost := p.losses(t); len(lost) > 0 {
		t.Fatalf("taken back: %v", lost)
	}
	_, e, err := p.certificates.ForVerify(t.Context(), p.record.Certificate.ID, p.withdrawn)
	if err != nil || e.WithdrawnWhy != "不再参加" || !e.WithdrawnAt.Equal(p.restoredTo.Add(time.Hour)) {
		t.Errorf("withdrawn at %v because of %q, %v", e.WithdrawnAt, e.WithdrawnWhy, err)
	}
	again, _ := p.replay(t, 0, "-yes")
	counts = map[journal.Kind]*outcomes{
		journal.Withdrawal: {Already: 1}, journal.ConsentRevoked: {Already: 1}, journal.Erasure: {Already: 1}, journal.Password: {Already: 2, Gone: 1}, journal.SealStopped: {},
	}
	if diff := cmp.Diff(counts, again.Entries); diff != "" || again.Ended != (sessions.TemporaryCounts{}) {
		t.Errorf("repeated: %+v %s", again.Ended, diff)
	}
}

// TestAReplayThatLeavesSomethingOutIsNotDone: an entry that cannot be applied is named, and the
// others are applied.
func TestAReplayThatLeavesSomethingOutIsNotDone(t *testing.T) {
	p := newReplayFixture(t)
	p.since(t)
	p.note(t, journal.Password, journal.PasswordSet{Holder: p.zhang.Holder, Account: "of another key"})
	p.note(t, journal.Withdrawal, journal.Withdrawn{Certificate: p.record.Certificate.ID, Endorsement: p.copyOfConsent, Holder: "somebody else"})
	done, errOut := p.replay(t, 1, "-yes")
	if done.Failed != 2 || len(done.Failures) != 2 || !strings.Contains(errOut, "2 entries could not be applied") || !strings.Contains(errOut, "let no function use these tables") {
		t.Errorf("%+v\n%s", done, errOut)
	}
	if lost := p.losses(t); len(lost) > 0 {
		t.Errorf("taken back: %v", lost)
	}
}

// TestARevokedAccountStaysRevoked until its person has a new password.
func TestARevokedAccountStaysRevoked(t *testing.T) {
	p := newReplayFixture(t)
	revoke := func() {
		gone := journal.Erased{Holder: p.zhang.Holder}
		gone.Account = p.seal(t, journal.Account{Portal: "mohurd", Username: p.zhang.Username}, gone.Place(p.now))
		p.note(t, journal.Erasure, gone)
	}
	is := func() string {
		p.replay(t, 0, "-yes")
		a, err := p.sessions.Account(t.Context(), "mohurd", p.zhang.Username)
		if err != nil {
			t.Fatal(err)
		}
		return a.PasswordHash
	}
	p.now = p.now.Add(time.Hour)
	p.password(t, p.zhang, p.newest)
	p.now = p.now.Add(time.Hour)
	revoke()
	if got := is(); got != "" {
		t.Errorf("the password is %q", got)
	}
	if bound, err := p.sessions.PhoneBound(t.Context(), p.zhang.Holder, "mohurd"); err != nil || bound {
		t.Errorf("the phone of the revoked account is bound: %t, %v", bound, err)
	}
	p.now = p.now.Add(time.Hour)
	p.putAgain(t, p.zhang, "13800000009")
	if got := is(); got != "" {
		t.Errorf("the password is %q", got)
	}
	if bound, err := p.sessions.PhoneBound(t.Context(), p.zhang.Holder, "mohurd"); err != nil || !bound {
		t.Errorf("the phone that the portal stated since is bound: %t, %v", bound, err)
	}
	p.now = p.now.Add(time.Hour)
	p.password(t, p.zhang, p.newest)
	if got := is(); got != p.newest {
		t.Errorf("the password is %q", got)
	}
}

// TestWhoCameBackIsNotErasedAgain, and nobody gets a former person's password through the account's
// name.
func TestWhoCameBackIsNotErasedAgain(t *testing.T) {
	p := newReplayFixture(t)
	p.restoredTo = p.now.Add(-24 * time.Hour) // earlier than the tables, which is allowed
	erasedAt := p.now.Add(-2 * time.Hour)
	if err := p.log.Append(t.Context(), journal.Erasure, erasedAt, journal.Erased{Holder: p.li.Holder}); err != nil {
		t.Fatal(err)
	}
	stranger := p.li
	stranger.Holder = "who had this user name before"
	p.password(t, stranger, p.newest)
	done, _ := p.replay(t, 0, "-yes")
	if diff := cmp.Diff(&outcomes{Already: 1}, done.Entries[journal.Erasure]); diff != "" {
		t.Error(diff)
	}
	a, err := p.sessions.Account(t.Context(), "mohurd", p.li.Username)
	if err != nil || a.PasswordHash != p.stolen {
		t.Errorf("%+v, %v", a, err)
	}
}

// TestEverythingThatLetsSomebodyInEnds, of every kind. Accounts and phones stay.
func TestEverythingThatLetsSomebodyInEnds(t *testing.T) {
	p := newReplayFixture(t)
	p.accounts.Identify(t, p.endedSession, p.now.Add(-time.Hour))
	p.accounts.Grant(t, identity.Client{ID: "registry", Kind: "authority"}, p.now)
	code := identity.Code{Portal: "mohurd", Username: p.zhang.Username, Hash: "h", ExpiresAt: p.now.Add(time.Minute)}
	if err := p.sessions.PutCode(t.Context(), code); err != nil {
		t.Fatal(err)
	}
	a, err := p.sessions.Account(t.Context(), "mohurd", p.zhang.Username)
	if err != nil {
		t.Fatal(err)
	}
	link := identity.Link{Hash: identity.HashToken("link"), SentTo: "13800000000", ExpiresAt: p.now.Add(time.Hour)}
	if err := p.sessions.PutAccount(t.Context(), a, sessions.Put{At: p.now, Link: &link}); err != nil {
		t.Fatal(err)
	}
	want := sessions.TemporaryCounts{Sessions: 1, Tokens: 1, Codes: 1, Challenges: 1, Links: 1}
	if done, _ := p.replay(t, 0); done.Ended != want {
		t.Errorf("without -yes: %+v", done.Ended)
	}
	if done, _ := p.replay(t, 0, "-yes"); done.Ended != want {
		t.Errorf("%+v", done.Ended)
	}
	kinds := map[string]bool{}
	for _, item := range p.cloud.Items(t, p.settings[config.SessionsTable]) {
		kind, _, _ := strings.Cut(item["pk"].(*types.AttributeValueMemberS).Value, "#")
		kinds[kind] = true
	}
	for _, kind := range []string{"SESSION", "TOKEN", "CODE", "CHALLENGE", "LINK"} {
		if kinds[kind] {
			t.Errorf("there are %s left", kind)
		}
	}
	for _, kind := range []string{"ACCOUNT", "PHONE", "HOLDER"} {
		if !kinds[kind] {
			t.Errorf("there are no %s any more", kind)
		}
	}
}

func TestAReplayNeedsAMomentThatTheJournalCovers(t *testing.T) {
	p := newReplayFixture(t)
	for _, args := range [][]string{{}, {"-since", "yesterday"}, {"-since", p.now.Add(time.Hour).Format(time.RFC3339)}, {"-since", p.restoredTo.Format(time.RFC3339), "-parts", "0"}} {
		p.want(t, 2, "", append([]string{"restore", "replay"}, args...)...)
	}
	_, errOut := p.want(t, 1, "", "restore", "replay", "-yes", "-since", p.now.Add(-48*time.Hour).Format(time.RFC3339)) // the test's bucket keeps entries for a day
	if !strings.Contains(errOut, "cannot be brought forward") {
		t.Error(errOut)
	}
	if _, err := p.sessions.Session(context.Background(), p.endedSession, p.restoredTo); err != nil {
		t.Errorf("something was done: %v", err)
	}
}
