package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// tamperOutcome is the outcome of a change to an item by somebody who can write the tables but has
// no key.
type tamperOutcome string

const (
	refused  tamperOutcome = "refused where it is read"
	checked  tamperOutcome = "found by jiazhu check"
	harmless tamperOutcome = "it decides nothing, or no more than said"
	absent   tamperOutcome = "there is no such change"
)

// tamperExpectation has the expected outcomes for a kind of item: when it is changed, moved to
// another key or stripped of its tag; put back to an earlier state; removed. Why says what an
// attacker gains by a change that neither reading nor the check finds.
type tamperExpectation struct {
	tampered, replayed, removed tamperOutcome
	free                        []string // attributes that may be changed
	passedOver                  bool     // a list that the table filters may leave it out; jiazhu check then finds it
	endChecked                  bool     // jiazhu check finds another end; that of other kinds no tag covers and no check compares
	why                         string
}

// tamperExpectations are those of every kind of item.
func tamperExpectations() map[string]tamperExpectation {
	counter := tamperExpectation{tampered: harmless, replayed: harmless, removed: harmless, why: "a counter: a limit that is full again, or used up"}
	return map[string]tamperExpectation{
		"CERT#|CERT":        {tampered: refused, replayed: checked, removed: checked, why: "the record is older than its versions"},
		"CERT#|PHOTO":       {tampered: refused, replayed: checked, removed: checked, why: "the record has the picture's digest: it is not shown and not printed"},
		"CERT#|SIGNATURE":   {tampered: refused, replayed: absent, removed: checked, why: "likewise"},
		"PAST#|VERSION#":    {tampered: refused, replayed: absent, removed: checked, why: "the chain breaks"},
		"COPY#|ENDORSE#":    {tampered: refused, passedOver: true, replayed: checked, removed: harmless, why: "withdrawn stands in the journal; a copy without its entry is 无效 (no-record)"},
		"COPY#|CONSENT#":    {tampered: refused, passedOver: true, replayed: checked, removed: harmless, free: []string{"idNo"}, why: "ended stands in the journal; without its entry a consent shows nothing; its number opens under its own secret alone"},
		"COPY#|LATEST":      {tampered: refused, replayed: checked, removed: checked, why: "a superseded copy is 有效 again, until the check compares the holder's newest endorsement"},
		"COPY#|KEY#":        {tampered: refused, replayed: absent, removed: harmless, why: "a repeated request makes a second copy"},
		"COPY#|DAY#":        counter,
		"SEEN#|SEEN#":       {tampered: refused, passedOver: true, endChecked: true, replayed: absent, removed: harmless, why: "the holder does not hear of one verification"},
		"SEEN#|SEEN":        {tampered: refused, passedOver: true, endChecked: true, replayed: absent, removed: harmless, why: "likewise"},
		"HOLDER#|CERT#":     {tampered: refused, replayed: checked, removed: checked, why: "it lists a certificate of somebody else, which the record's own holder keeps from being shown"},
		"BIND#|BIND":        {tampered: refused, replayed: absent, removed: harmless, why: "the holder binds again, or is asked to"},
		"NUMBER#|CERT":      {tampered: refused, replayed: checked, removed: checked, why: "it leads to a certificate that another took the place of"},
		"REPORT#|REPORT":    {tampered: refused, replayed: absent, removed: harmless, why: "an authority cannot read an answer again"},
		"REPORT#|ROWS#":     {tampered: refused, replayed: absent, removed: harmless, why: "likewise"},
		"REPORT#|DROP":      {tampered: refused, replayed: harmless, removed: harmless, free: []string{"run", "ended"}, why: "rows are taken in again, and recognised; or a file is not taken in"},
		"JOB#|JOB":          {tampered: refused, replayed: harmless, removed: harmless, free: []string{"run"}, why: "files are judged again; or the archive's results cannot be read"},
		"JOBS#|KEY#":        {tampered: refused, replayed: absent, removed: harmless, why: "a repeated request makes a second job"},
		"REPORTER#|DAY#":    counter,
		"REPORTER#|REPORT#": {tampered: refused, replayed: absent, removed: harmless, why: "an operator does not see one report in its client's list; the versions it made name it"},

		"DISPUTE#|DISPUTE#":  {tampered: refused, replayed: harmless, removed: harmless, why: "a dispute is open again, or was never made: its settlement's effect is a version of the certificate, and the audit log names it"},
		"DISPUTES#|DISPUTE#": {tampered: refused, replayed: absent, removed: harmless, why: "a dispute is not listed; its claimant enters it again"},

		"SEALS#|HISTORY": {tampered: refused, replayed: checked, removed: checked, why: "a stopped seal seals certificates of this replica again, until the check compares the replicas and the journal"},
		"KEYSETS#|SET#":  {tampered: refused, replayed: absent, removed: checked, why: "the histories state how many there are"},

		"STATUS#|NEXT": {tampered: refused, replayed: harmless, removed: harmless, why: "two copies get one place, which says the worse of both: no copy is 有效 by a list that is not by the register"},

		"ACCOUNT#|ACCOUNT": {tampered: refused, replayed: checked, removed: checked, why: "an older password, which the journal has a later one of"},
		"HOLDER#|ACCOUNT#": {tampered: refused, replayed: absent, removed: checked, why: "an account is not listed among its person's"},
		"CLIENT#|CLIENT":   {tampered: refused, replayed: absent, removed: harmless, why: "an operator does not see one thing a client did; the journal and the accounts have it"},
		"PHONE#|PORTAL#":   {tampered: refused, replayed: harmless, removed: harmless, why: "the phone a portal stated before"},
		"JOURNAL#|BUCKET":  {tampered: refused, replayed: absent, removed: harmless, why: "operators' commands refuse to work until migrate names it again"},

		"SESSION#|SESSION":     {tampered: refused, replayed: harmless, removed: harmless, why: "who has its token goes on in a session that was ended, until it would have ended by itself; a face counts a quarter of an hour from when it was shown"},
		"CHALLENGE#|CHALLENGE": {tampered: refused, replayed: harmless, removed: harmless, why: "it is answered by an assertion for it alone, which is spent"},
		"CODE#|CODE":           {tampered: refused, replayed: harmless, removed: harmless, free: []string{"tries"}, why: "a code is guessed more often in the minutes it lives"},
		"LINK#|LINK":           {tampered: refused, replayed: absent, removed: harmless, why: "whether a link works the account says"},
		"FACE#|FACE":           {tampered: refused, replayed: harmless, removed: harmless, why: "the account is asked for the face again, or not"},
		"TOKEN#|TOKEN":         {tampered: refused, replayed: absent, removed: harmless, why: "a client asks for a token again"},
		"LIMIT#|LIMIT":         counter,
		"JTI#|JTI":             {tampered: harmless, replayed: harmless, removed: harmless, why: "an assertion is spent again, in the minute it lives"},
	}
}

// kindOf returns an item's kind as tamperExpectations names it.
func kindOf(pk, sk string) string {
	head := func(key string) string {
		if before, _, more := strings.Cut(key, "#"); more {
			return before + "#"
		}
		return key
	}
	switch kind := head(pk); kind {
	case "BIND#", "CLIENT#", "FACE#": // whose sort keys begin with a name or a time
		return kind + "|" + strings.TrimSuffix(kind, "#")
	case "SEEN#": // likewise in the ledger's own table
		return kind + "|SEEN" + strings.Repeat("#", strings.Count(sk, "#")/2)
	default:
		return kind + "|" + head(sk)
	}
}

type item = map[string]types.AttributeValue

func textOf(from item, name string) string {
	v, _ := from[name].(*types.AttributeValueMemberS)
	if v == nil {
		return ""
	}
	return v.Value
}

func placeOf(from item) string { return textOf(from, "pk") + "|" + textOf(from, "sk") }

// tamperFixture has all items of two people in all tables, and how each kind of item is read.
type tamperFixture struct {
	*fixture
	t     *testing.T
	reads []func(ctx context.Context) error
}

func (l *tamperFixture) try(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

// newTamperFixture makes two people with all kinds of items; later makes the changes to them.
func newTamperFixture(t *testing.T) (l *tamperFixture, later func()) {
	l = &tamperFixture{fixture: newFixture(t), t: t}
	var changes []func()
	for n, number := range []string{"110101198001010010", "310101198506150016"} {
		changes = append(changes, l.enterPerson(n, number))
	}
	_, err := l.certificates.NumberKeySet(t.Context(), sealhistory.KeySet{Issuer: sealIssuer, Seal: sealNumber, PDF: "p", OFD: "o"})
	l.try(err)
	l.changeSeal(sealhistory.Suspended, l.now)
	_, err = l.certificates.NextStatusIndex(l.t.Context())
	l.try(err)
	l.reads = append(l.reads, func(ctx context.Context) error {
		_, err := l.certificates.StatusLists(ctx)
		return err
	}, func(ctx context.Context) error {
		_, err := l.certificates.ReadSeals(ctx)
		return err
	}, func(ctx context.Context) error {
		_, err := l.certificates.ReadKeySets(ctx)
		return err
	})
	return l, func() {
		for _, change := range changes {
			change()
		}
		l.changeSeal(sealhistory.Revoked, l.now.Add(time.Minute))
		l.try(l.certificates.SkipStatusLists(l.t.Context()))
	}
}

// changeSeal stops a seal as the command does.
func (l *tamperFixture) changeSeal(state sealhistory.State, at time.Time) {
	l.t.Helper()
	name := sealhistory.Name{Issuer: sealIssuer, ID: sealNumber}
	read, err := l.certificates.ReadSeals(l.t.Context())
	l.try(err)
	next, err := read.Of[name].Add(sealhistory.Change{State: state, Recorded: at, By: "operator:test", Why: "印章遗失"})
	l.try(err)
	l.try(tables{certificates: l.certificates, journal: l.log}.storeSeal(l.t.Context(), read, name, next))
}

func (l *tamperFixture) enterPerson(n int, number string) (later func()) {
	t, ctx := l.t, l.t.Context()
	t.Helper()
	photo, signature := []byte{byte(n), 1}, []byte{byte(n), 2}
	c := recordstest.Sample(l.now, photo, signature)
	c.Number, c.Holder.IDNumber = fmt.Sprintf("京11120192020%05d", n+1), number
	by := records.Author{Client: "registry"}
	r, err := l.certificates.Put(ctx, records.Change{After: c, Photo: photo, Signature: signature, By: by})
	l.try(err)
	id, holder := c.ID, r.Holder
	l.try(l.certificates.Bind(ctx, id, records.Person{Holder: holder, Portal: "gjzwfw"}, l.now))
	made := endorsement.Endorsement{ID: records.NewID(l.now), CertID: id, Holder: holder, CertVersion: c.Version, Scheme: c.Scheme, MadeAt: l.now}
	_, err = l.certificates.Endorse(ctx, records.Entry{Endorsement: made, Revision: r.Revision, Key: "key", Fingerprint: "f", Day: civil.Of(l.now), Quota: 9})
	l.try(err)
	consent := records.Consent{ID: records.NewID(l.now), Endorsement: made.ID, Fields: records.ConsentFields(), To: "甲", Until: l.now.Add(24 * time.Hour)}
	secret, err := l.certificates.PutConsent(ctx, r, consent)
	l.try(err)
	l.try(l.certificates.AddVerification(ctx, id, records.VerificationEntry{ID: records.NewID(l.now), Holder: holder, Version: c.Version, Channel: "qr", Verdict: "valid"}))
	l.try(l.certificates.WriteFormerItems().AddVerification(ctx, id, records.VerificationEntry{ID: records.NewID(l.now), Holder: holder, Version: c.Version, Channel: "qr", Verdict: "valid"}))
	report := records.Report{ID: records.NewID(l.now), Client: "registry", At: l.now, Answer: []byte(`{}`)}
	l.try(l.certificates.PutReport(ctx, report))
	drop := records.Upload{ID: records.NewID(l.now), Client: "registry", Areas: []string{"110000"}, At: l.now, Bytes: 9}
	l.try(l.certificates.AnnounceUpload(ctx, drop))
	_, err = l.certificates.BeginUploadRun(ctx, drop.ID)
	l.try(err)
	_, err = l.certificates.SaveUploadProgress(ctx, drop.ID, 1, records.Progress{Offset: 1, Rows: 1})
	l.try(err)
	_, err = l.certificates.RevokeUpload(ctx, drop.ID, "registry", l.now)
	l.try(err)

	archive := records.JobAnnouncement{
		Job: records.Job{ID: records.NewID(l.now), Client: fmt.Sprintf("tenders%d", n), SHA256: "00ff", Bytes: 9}, Key: "key", Fingerprint: "body",
	}
	archive.At = l.now
	l.try(l.certificates.AnnounceJob(ctx, archive))
	l.judgeJob(archive.ID, 1)

	disputed := records.Dispute{ID: records.NewID(l.now), Number: c.Number, Certificate: id, Client: "claimant", Reason: "争议", At: l.now}
	l.try(l.certificates.OpenDispute(ctx, disputed))

	user := fmt.Sprintf("user%d", n)
	secretOfLink := rand.Text()
	link := identity.Link{Hash: identity.HashToken(secretOfLink), SentTo: "13800000000", ExpiresAt: l.now.Add(time.Hour)}
	phone := identity.Phone{Holder: holder, Portal: "gjzwfw", Number: "13800000000", BoundAt: l.now}
	l.try(l.sessions.PutAccount(ctx, identity.Account{
		Portal: "gjzwfw", Username: user, Name: "张三", Holder: holder, IDType: "111", IDNumber: number, RealNameLevel: 4, PasswordHash: "first", CreatedAt: l.now, UpdatedAt: l.now,
	}, sessions.Put{Client: "portal", At: l.now, Phone: &sessions.PhoneChange{From: identity.Phone{Holder: holder, Portal: "gjzwfw"}, To: phone}, Link: &link}))
	account := func() identity.Account {
		a, err := l.sessions.Account(ctx, "gjzwfw", user)
		l.try(err)
		return a
	}
	token := rand.Text()
	session := identity.Session{
		Hash: identity.HashToken(token), Kind: identity.KindHolder, Portal: "gjzwfw", Username: user, Holder: holder, CreatedAt: l.now, ExpiresAt: l.now.Add(identity.SessionLife),
	}
	limit := identity.UnknownNetworkTries("gjzwfw", user, "192.0.2.1").Own
	l.try(l.sessions.PutSession(ctx, account(), session, limit))
	l.try(l.sessions.Take(ctx, limit, l.now))
	l.try(l.sessions.PutCode(ctx, identity.Code{Portal: "gjzwfw", Username: user, Hash: "h", ExpiresAt: l.now.Add(time.Minute)}))
	grant := rand.Text()
	l.try(l.sessions.PutGrant(ctx, identity.Grant{
		Hash: identity.HashToken(grant), Client: identity.Client{ID: "registry", Kind: "authority", Areas: []string{"110000"}, Schemes: []string{"*"}, Scopes: []string{"report"}}, ExpiresAt: l.now.Add(time.Hour),
	}, sessions.OneTimeToken{Issuer: "registry", ID: rand.Text(), Until: l.now.Add(time.Minute)}))
	asked := identity.Challenge{
		ID: rand.Text(), NonceHash: identity.HashToken("nonce"), Number: "42", Subject: "person", State: identity.Pending, Session: session.Hash, Ends: session.ExpiresAt,
		Holder: holder, Portal: "gjzwfw", Username: user, CreatedAt: l.now, ExpiresAt: l.now.Add(time.Minute),
	}
	l.try(l.sessions.PutChallenge(ctx, asked))

	l.addReads(func(ctx context.Context) error {
		_, err := l.certificates.ReadCertificate(ctx, id, records.Person{Holder: holder, Portal: "gjzwfw"}, records.ReadOptions{Images: true, Key: "key", Day: civil.Of(l.now)})
		return err
	}, func(ctx context.Context) error {
		_, err := l.certificates.ReadEndorsement(ctx, id, records.Person{Holder: holder, Portal: "gjzwfw"}, made.ID)
		return err
	}, func(ctx context.Context) error {
		_, err := l.certificates.Examine(ctx, records.Presented{Certificate: id, Endorsement: made.ID, Consent: secret})
		return err
	}, func(ctx context.Context) error {
		_, err := l.certificates.Consents(ctx, id, holder, made.ID, l.now)
		return err
	}, func(ctx context.Context) error {
		_, err := l.certificates.ListVerifications(ctx, id, holder, records.Period{Limit: 9})
		return err
	}, func(ctx context.Context) error {
		_, err := l.certificates.ByHolder(ctx, records.Person{Holder: holder, Portal: "gjzwfw"})
		return err
	}, func(ctx context.Context) error {
		_, err := l.certificates.ByNumber(ctx, c.Number)
		return err
	}, func(ctx context.Context) error {
		_, err := l.certificates.Versions(ctx, id)
		return err
	}, func(ctx context.Context) error {
		_, err := l.certificates.Report(ctx, report.ID, "registry", l.now)
		return err
	}, func(ctx context.Context) error {
		_, err := l.certificates.ReadUpload(ctx, drop.ID, "registry", l.now)
		return err
	}, func(ctx context.Context) error {
		_, _, err := l.certificates.FindJob(ctx, archive.Client, archive.Key, l.now)
		return err
	}, func(ctx context.Context) error {
		_, err := l.certificates.ReportsOf(ctx, "registry", l.now.Add(-time.Hour), l.now.Add(time.Hour))
		return err
	}, func(ctx context.Context) error {
		_, err := l.certificates.DisputesAbout(ctx, c.Number)
		return err
	}, func(ctx context.Context) error {
		_, err := l.certificates.DisputesOf(ctx, "claimant")
		return err
	}, func(ctx context.Context) error {
		_, err := l.certificates.OpenDisputes(ctx)
		return err
	}, func(ctx context.Context) error {
		_, _, err := l.certificates.JournalBucket(ctx)
		return err
	}, func(ctx context.Context) error {
		_, err := l.sessions.Account(ctx, "gjzwfw", user)
		return err
	}, func(ctx context.Context) error {
		_, err := l.sessions.AccountsOf(ctx, holder)
		return err
	}, func(ctx context.Context) error {
		_, err := l.sessions.AccountsPutBy(ctx, "portal", l.now.Add(-time.Hour), l.now.Add(time.Hour))
		return err
	}, func(ctx context.Context) error {
		_, err := l.sessions.Phone(ctx, holder, "gjzwfw")
		return err
	}, func(ctx context.Context) error {
		_, err := l.sessions.Session(ctx, token, l.now)
		return err
	}, func(ctx context.Context) error {
		_, err := l.sessions.Client(ctx, grant, l.now)
		return err
	}, func(ctx context.Context) error {
		_, err := l.sessions.Challenge(ctx, asked.ID)
		return err
	}, func(ctx context.Context) error {
		_, err := l.sessions.TryCode(ctx, "gjzwfw", user)
		return err
	}, func(ctx context.Context) error {
		_, err := l.sessions.LinkAccount(ctx, secretOfLink, l.now)
		return err
	}, func(ctx context.Context) error {
		_, err := l.sessions.FaceShown(ctx, account())
		return err
	}, func(ctx context.Context) error {
		_, err := l.certificates.History(ctx, id, holder, records.Period{Limit: 9})
		return err
	}, func(ctx context.Context) error {
		_, err := l.certificates.ReadCertificate(ctx, id, records.Person{Holder: holder, Portal: "gjzwfw"}, records.ReadOptions{Key: "another"})
		return err
	})
	return func() {
		l.judgeJob(archive.ID, 2)
		l.changePerson(n, r, made, consent, drop, account, asked, phone, session.Hash)
	}
}

// judgeJob judges the entries of a job up to the given one.
func (l *tamperFixture) judgeJob(id string, done int) {
	l.t.Helper()
	run, err := l.certificates.BeginJobRun(l.t.Context(), id)
	l.try(err)
	l.try(l.certificates.SaveJobProgress(l.t.Context(), id, run.Run, records.JobProgress{StartedAt: l.now, Entries: 3, Done: done}))
}

// addReads adds functions that read a person's items.
func (l *tamperFixture) addReads(reads ...func(context.Context) error) {
	l.reads = append(l.reads, reads...)
}

// changePerson makes every change that can happen to a person's items.
func (l *tamperFixture) changePerson(n int, r records.Record, made endorsement.Endorsement, consent records.Consent, drop records.Upload, account func() identity.Account, asked identity.Challenge, phone identity.Phone, session string) {
	ctx, at := l.t.Context(), l.now.Add(time.Minute)
	id, holder := r.Certificate.ID, r.Holder
	before, err := l.certificates.WithIDNumber(r)
	l.try(err)
	after, photo := before.Certificate, []byte{byte(n), 3}
	after.Photo = recordstest.Sample(at, photo, nil).Photo
	_, err = l.certificates.Put(ctx, records.Change{Before: &before, After: after, Photo: photo, By: records.Author{Client: "registry"}})
	l.try(err)
	next, err := l.certificates.ByNumber(ctx, r.Certificate.Number)
	l.try(err)
	newer := made
	newer.ID, newer.MadeAt = records.NewID(at), at
	_, err = l.certificates.Endorse(ctx, records.Entry{Endorsement: newer, Revision: next.Revision, Key: "another", Fingerprint: "f", Day: civil.Of(at), Quota: 9})
	l.try(err)
	l.try(l.log.Append(ctx, journal.Withdrawal, at, journal.Withdrawn{Certificate: id, Endorsement: made.ID, Holder: holder}))
	_, err = l.certificates.Withdraw(ctx, id, holder, made.ID, "误", at)
	l.try(err)
	l.try(l.log.Append(ctx, journal.ConsentRevoked, at, journal.Revoked{Certificate: id, Endorsement: made.ID, Consent: consent.ID, Holder: holder}))
	l.try(l.certificates.RevokeConsent(ctx, id, holder, made.ID, consent.ID, at))
	_, err = l.certificates.BeginUploadRun(ctx, drop.ID)
	l.try(err)
	_, err = l.certificates.SaveUploadProgress(ctx, drop.ID, 2, records.Progress{Offset: 9, Rows: 2})
	l.try(err)

	asked, err = asked.Scan("phone", "nonce", at.Add(-30*time.Second))
	l.try(err)
	_, err = l.sessions.ScanChallenge(ctx, asked)
	l.try(err)
	asked, err = asked.Answer(identity.Assertion{Nonce: "nonce", Device: "phone", Number: "42", Passed: true, Subject: "person"}, at.Add(-30*time.Second))
	l.try(err)
	l.try(l.sessions.FinishChallenge(ctx, asked, sessions.OneTimeToken{Issuer: "app", ID: rand.Text(), Until: at}))
	a, ended := account().WithPassword("second", session, at) // the session stays, since it is read
	set := journal.PasswordSet{Holder: holder}
	set.Account, err = l.sealer.Seal(fmt.Sprintf(`{"portal":"gjzwfw","username":%q,"password":"second"}`, a.Username), set.Place(at))
	l.try(err)
	l.try(l.log.Append(ctx, journal.Password, at, set))
	l.try(l.sessions.SetPassword(ctx, a, ended))
	moved := phone
	moved.Number, moved.BoundAt = "13900000000", at
	code := identity.Code{Portal: "gjzwfw", Username: a.Username, Hash: "h2", ExpiresAt: at.Add(time.Hour)}
	l.try(l.sessions.PutCode(ctx, code))
	l.try(l.sessions.BindPhone(ctx, code, sessions.PhoneChange{From: phone, To: moved}))
	l.try(l.sessions.PutCode(ctx, code))
}

// tables returns the names of the tables.
func (l *tamperFixture) tables() []string {
	return []string{l.settings[config.RecordsTable], l.settings[config.SessionsTable], l.settings[config.LedgerTable]}
}

// allItems returns all items, by table and key.
func (l *tamperFixture) allItems() map[string]map[string]item {
	all := map[string]map[string]item{}
	for _, table := range l.tables() {
		all[table] = map[string]item{}
		for _, read := range l.cloud.Items(l.t, table) {
			all[table][placeOf(read)] = read
		}
	}
	return all
}

func (l *tamperFixture) write(table string, as item) {
	l.t.Helper()
	_, err := l.cloud.Tables().PutItem(l.t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: as})
	l.try(err)
}

func (l *tamperFixture) remove(table string, of item) {
	l.t.Helper()
	_, err := l.cloud.Tables().DeleteItem(l.t.Context(), &dynamodb.DeleteItemInput{TableName: &table, Key: item{"pk": of["pk"], "sk": of["sk"]}})
	l.try(err)
}

// read reports whether reading everything refuses an item because of its tag.
func (l *tamperFixture) read() bool {
	for _, read := range l.reads {
		if err := read(l.t.Context()); errors.Is(err, tags.ErrTag) {
			return true
		}
	}
	return false
}

// findings returns the findings of jiazhu check.
func (l *tamperFixture) findings() []tags.Finding {
	l.t.Helper()
	k := tableCheck{tables: tables{certificates: l.certificates, sessions: l.sessions, journal: l.log, sealer: l.sealer}, now: l.now}
	l.try(k.checkAll(l.t.Context(), 1))
	return k.findings
}

// alterValue returns another value of the same type.
func alterValue(v types.AttributeValue) types.AttributeValue {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return &types.AttributeValueMemberS{Value: v.Value + "x"}
	case *types.AttributeValueMemberN:
		return &types.AttributeValueMemberN{Value: v.Value + "1"}
	case *types.AttributeValueMemberB:
		return &types.AttributeValueMemberB{Value: append([]byte{9}, v.Value...)}
	case *types.AttributeValueMemberBOOL:
		return &types.AttributeValueMemberBOOL{Value: !v.Value}
	case *types.AttributeValueMemberL:
		return &types.AttributeValueMemberL{Value: append(slices.Clone(v.Value), &types.AttributeValueMemberS{Value: "x"})}
	case *types.AttributeValueMemberM:
		more := maps.Clone(v.Value)
		more["x"] = &types.AttributeValueMemberS{Value: "x"}
		return &types.AttributeValueMemberM{Value: more}
	}
	return &types.AttributeValueMemberS{Value: "x"}
}

// TestWhoeverWritesTheTablesDecidesNothing: every kind of item, changed in every way by somebody
// who can write the tables but has no key, is refused when it is read, found by jiazhu check, or
// documented as harmless.
func TestWhoeverWritesTheTablesDecidesNothing(t *testing.T) {
	l, later := newTamperFixture(t)
	before := l.allItems()
	later()
	after := l.allItems()
	if found := l.findings(); len(found) > 0 || l.read() {
		t.Fatalf("before anybody changed anything: %+v", found)
	}
	seen := map[string]bool{}
	for table, items := range after {
		for _, name := range slices.Sorted(maps.Keys(items)) {
			is := items[name]
			kind := kindOf(textOf(is, "pk"), textOf(is, "sk"))
			f, known := tamperExpectations()[kind]
			if !known {
				t.Errorf("nobody says what becomes of a changed %s", kind)
			}
			if seen[kind] || !known {
				continue
			}
			seen[kind] = true
			t.Run(kind, func(t *testing.T) {
				l.t = t
				l.tamper(table, is, items, f)
				if was := before[table][name]; was != nil && !isSameItem(was, is) {
					l.write(table, was)
					l.want("put back as it was", f.replayed)
					l.write(table, is)
				}
				l.remove(table, is)
				l.want("removed", f.removed)
				l.write(table, is)
			})
		}
	}
	l.t = t
	if found := l.findings(); len(found) > 0 {
		t.Errorf("after all was put right: %+v", found)
	}
	template, err := os.ReadFile(filepath.Join("..", "..", "template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, granted := range regexp.MustCompile(`"([A-Z]+#)[a-z#-]*\*"`).FindAllStringSubmatch(string(template), -1) {
		if !slices.ContainsFunc(slices.Collect(maps.Keys(seen)), func(kind string) bool { return strings.HasPrefix(kind, granted[1]) }) {
			t.Errorf("functions may touch items %s, and no life here has any", granted[1])
		}
	}
}

// tamper changes every attribute, moves the item, swaps it with another of its kind and removes its
// tag.
func (l *tamperFixture) tamper(table string, is item, items map[string]item, f tamperExpectation) {
	l.t.Helper()
	for name := range is {
		if name == "pk" || name == "sk" || name == "ttl" {
			continue
		}
		changed := maps.Clone(is)
		changed[name] = alterValue(is[name])
		want := f.tampered
		if slices.Contains(f.free, name) {
			want = harmless
		}
		l.write(table, changed)
		l.want("another "+name, want, f.passedOver)
		if name == tags.Attribute {
			delete(changed, name)
			l.write(table, changed)
			l.want("without its tag", want)
		}
	}
	added := maps.Clone(is)
	added["added"] = &types.AttributeValueMemberS{Value: "x"}
	l.write(table, added)
	l.want("with more in it", f.tampered)
	if f.endChecked {
		endless := maps.Clone(is)
		delete(endless, "ttl")
		l.write(table, endless)
		l.want("without its end", checked)
		endless["ttl"] = number(l.now.Unix())
		l.write(table, endless)
		l.want("with another end", checked)
	}
	l.write(table, is)
	for _, name := range slices.Sorted(maps.Keys(items)) {
		sibling := items[name]
		if name == placeOf(is) || kindOf(textOf(sibling, "pk"), textOf(sibling, "sk")) != kindOf(textOf(is, "pk"), textOf(is, "sk")) {
			continue
		}
		moved, back := maps.Clone(is), maps.Clone(sibling)
		moved["pk"], moved["sk"], back["pk"], back["sk"] = sibling["pk"], sibling["sk"], is["pk"], is["sk"]
		l.write(table, moved)
		l.want("moved to "+name, f.tampered, f.passedOver)
		l.write(table, back)
		l.want("swapped with "+name, f.tampered, f.passedOver)
		l.write(table, is)
		l.write(table, sibling)
		break
	}
}

// want requires an outcome.
func (l *tamperFixture) want(what string, want tamperOutcome, passedOver ...bool) {
	l.t.Helper()
	switch want {
	case refused:
		if !l.read() && !(slices.Contains(passedOver, true) && len(l.findings()) > 0) {
			l.t.Errorf("%s: it is read as if nothing were wrong", what)
		}
	case checked:
		if len(l.findings()) == 0 {
			l.t.Errorf("%s: jiazhu check finds nothing", what)
		}
	case absent:
		l.t.Errorf("%s: it was said that there is no such change", what)
	case harmless:
		if l.read() {
			l.t.Errorf("%s: it was said to be harmless, and is refused", what)
		}
	default:
		l.t.Errorf("%s: nobody says what becomes of it", what)
	}
}

func isSameItem(a, b item) bool { return fmt.Sprint(flattenItem(a)) == fmt.Sprint(flattenItem(b)) }

// flattenItem returns an item in a form that prints in one way.
func flattenItem(of item) map[string]any {
	all := map[string]any{}
	for name, v := range of {
		switch v := v.(type) {
		case *types.AttributeValueMemberM:
			all[name] = flattenItem(v.Value)
		case *types.AttributeValueMemberL:
			for i, member := range v.Value {
				all[fmt.Sprint(name, i)] = flattenItem(item{"": member})
			}
		case *types.AttributeValueMemberS:
			all[name] = v.Value
		case *types.AttributeValueMemberN:
			all[name] = v.Value
		case *types.AttributeValueMemberB:
			all[name] = v.Value
		case *types.AttributeValueMemberBOOL:
			all[name] = v.Value
		}
	}
	return all
}

// TestACertificateIsNotGivenAway: before tags, another holder in the record and an entry in that
// holder's list sufficed.
func TestACertificateIsNotGivenAway(t *testing.T) {
	l, _ := newTamperFixture(t)
	thief := l.certificates.HolderKey("111", "310101198506150016")
	for _, is := range l.allItems()[l.tables()[0]] {
		if kindOf(textOf(is, "pk"), textOf(is, "sk")) != "CERT#|CERT" || textOf(is, "holder") == thief {
			continue
		}
		id := strings.TrimPrefix(textOf(is, "pk"), "CERT#")
		is["holder"] = &types.AttributeValueMemberS{Value: thief}
		l.write(l.tables()[0], is)
		l.write(l.tables()[0], item{
			"pk": &types.AttributeValueMemberS{Value: "HOLDER#" + thief}, "sk": &types.AttributeValueMemberS{Value: "CERT#" + id}, "v": &types.AttributeValueMemberN{Value: "1"},
		})
		if f, err := l.certificates.ReadCertificate(t.Context(), id, records.Person{Holder: thief, Portal: "mohurd"}, records.ReadOptions{}); err == nil {
			t.Errorf("whoever wrote the table opens 张三's certificate %s as their own", f.Certificate.Number)
		}
		if held, err := l.certificates.ByHolder(t.Context(), records.Person{Holder: thief, Portal: "mohurd"}); err == nil {
			t.Errorf("and lists %d certificates", len(held))
		}
		if _, err := l.certificates.UncheckedStore().ReadCertificate(t.Context(), id, records.Person{Holder: thief, Portal: "mohurd"}, records.ReadOptions{}); err != nil {
			t.Errorf("it is not the tag alone that keeps it: %v", err)
		}
		if err := l.certificates.CheckHolder(records.Record{Certificate: certificate.Certificate{ID: id, Holder: certificate.Holder{IDType: "111"}}, Holder: thief, SealedID: textOf(is, "idNo")}); !errors.Is(err, tags.ErrTag) {
			t.Errorf("and where tags are believed, its holder is compared with the ID number: %v", err)
		}
	}
	l.fixture.want(t, 1, "", "check")
}

// TestWhatHasNoTagIsBelievedOnce: migrate tags what a version without tags stored, except a record
// whose holder does not fit its ID number. Afterwards no item without a tag is accepted.
func TestWhatHasNoTagIsBelievedOnce(t *testing.T) {
	l, _ := newTamperFixture(t)
	untagged := func() {
		t.Helper()
		for table, items := range l.allItems() {
			for _, is := range items {
				for name := range is {
					if textOf(is, "pk") == "JOURNAL#" || table == l.settings[config.LedgerTable] {
						continue // which always had a tag
					}
					if strings.HasPrefix(name, tags.Attribute) {
						delete(is, name)
					}
				}
				l.write(table, is)
			}
		}
	}
	untagged()
	if !l.read() {
		t.Fatal("what has no tag is read")
	}
	records, record := l.tables()[0], item(nil)
	for _, is := range l.allItems()[records] {
		if kindOf(textOf(is, "pk"), textOf(is, "sk")) == "CERT#|CERT" {
			record = is
		}
	}
	forged := maps.Clone(record)
	forged["holder"] = &types.AttributeValueMemberS{Value: "somebody"}
	l.write(records, forged)
	if _, errOut := l.fixture.want(t, 1, "", "migrate", "-yes"); !strings.Contains(errOut, "1 items are not as the service wrote them") {
		t.Errorf("a record of another's: %s", errOut)
	}
	l.write(records, record)
	l.fixture.want(t, 0, "", "migrate", "-yes", "-keep") // which does not end the migration
	l.fixture.want(t, 0, "", "migrate", "-yes")
	if found := l.findings(); len(found) > 0 || l.read() {
		t.Fatalf("after migrate: %+v", found)
	}
	untagged()
	if _, errOut := l.fixture.want(t, 1, "", "migrate", "-yes"); !strings.Contains(errOut, "not as the service wrote") || !l.read() {
		t.Errorf("a second time: %s", errOut)
	}
}
