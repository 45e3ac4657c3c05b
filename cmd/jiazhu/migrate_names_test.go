package main

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	diff "github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// One passport number, in today's form and in those that earlier programs stored: an account's in
// capitals, a certificate's as it was reported.
const (
	passport   = "414"
	ofToday    = "E12345678"
	ofAccount  = "E 12345678"
	ofReport   = "ｅ－1234‐5678"
	standIn1   = "G00000001" // is written as ofAccount
	standIn2   = "G00000002" // is written as ofReport
	withdrawal = "不再参加"
)

// foreignHolder is a holder whose number was stored by programs without tags and without today's
// form.
type foreignHolder struct {
	*replayFixture
	records               []records.Record // stored under ofAccount, ofReport and, since, under ofToday
	made                  [2]string        // copies of the first; the first was withdrawn
	lateWithdrawn         string           // a copy that was withdrawn later, in the journal only
	consent, verification string
	secret                string
	entry                 records.Entry // of the second copy
}

// holder returns the keyed hash that an earlier program computed from the number.
func (f *foreignHolder) holder(number string) string {
	return f.sealer.Hash("holder", passport, number)
}

func (f *foreignHolder) enter(t *testing.T, number, document string) records.Record {
	t.Helper()
	c := recordstest.Sample(f.now, nil, nil)
	c.Number, c.Holder.IDType, c.Holder.IDNumber = number, passport, document
	return f.put(t, records.Change{After: c, By: records.Author{Client: "registry"}})
}

func newForeignHolder(t *testing.T) *foreignHolder {
	t.Helper()
	d := newFixture(t)
	f := &foreignHolder{replayFixture: &replayFixture{fixture: d, newest: "$argon2id$newest"}}
	ctx := t.Context()
	try := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for number, document := range map[string]string{"京1112019202000001": standIn1, "京1112019202000002": standIn2, "京1112019202000003": ofToday} {
		f.records = append(f.records, f.enter(t, number, document))
	}
	slices.SortFunc(f.records, func(a, b records.Record) int { return cmp.Compare(a.Certificate.Number, b.Certificate.Number) })
	f.record = f.records[0]
	id := f.record.Certificate.ID
	f.made[0] = f.endorse(t)
	_, err := d.certificates.Withdraw(ctx, id, f.record.Holder, f.made[0], withdrawal, d.now)
	try(err)
	f.lateWithdrawn = f.endorse(t)
	d.now = d.now.Add(time.Minute)
	f.entry = f.newEntry(t)
	f.made[1] = f.entry.Endorsement.ID
	_, err = d.certificates.Endorse(ctx, f.entry)
	try(err)
	f.consent = records.NewID(d.now)
	f.secret, err = d.certificates.PutConsent(ctx, f.record, records.Consent{
		ID: f.consent, Endorsement: f.made[1], Fields: []string{records.ShowIDNumber}, To: "示例单位", Until: d.now.Add(5 * 24 * time.Hour),
	})
	try(err)
	f.verification = records.NewID(d.now)
	try(d.certificates.WriteFormerItems().AddVerification(ctx, id, records.VerificationEntry{ID: f.verification, Holder: f.record.Holder, Version: "001", Endorsement: f.made[1], Channel: "qr", Verdict: "valid"}))
	try(d.certificates.Bind(ctx, id, records.Person{Holder: f.record.Holder, Name: f.record.Certificate.Holder.Name, Portal: "mohurd"}, d.now))
	d.account(t, "mohurd", "smith", passport, standIn1, "13800000001")
	d.now = d.now.Add(time.Hour)
	d.account(t, "gjzwfw", "smith", passport, ofToday, "13800000002")
	d.account(t, "mohurd", "lisi", "111", recordstest.LiSi().IDNumber, "13900000000")
	d.certificate(t, "京1112019202000004", recordstest.LiSi().IDNumber)
	f.age(t)
	return f
}

func (f *foreignHolder) newEntry(t *testing.T) records.Entry {
	t.Helper()
	id := records.NewID(f.now)
	at, err := records.TimeOf(id)
	if err != nil {
		t.Fatal(err)
	}
	day := civil.Of(at)
	return records.Entry{
		Endorsement: endorsement.Endorsement{
			ID: id, CertID: f.record.Certificate.ID, Holder: f.record.Holder, CertVersion: "001", Scheme: f.record.Certificate.Scheme,
			MadeAt: at, UseFrom: day, UseUntil: day.AddDays(180), Limit: "180D",
		},
		Revision: f.record.Revision, Key: "key", Fingerprint: "f", Day: day, Quota: 5,
	}
}

// age makes the tables what an earlier program left: no tags, no versions, one phone for all
// portals, no index of accounts, and the stand-ins' items stored under the number and the keyed
// hash that it computed.
func (f *foreignHolder) age(t *testing.T) {
	t.Helper()
	numbers := map[string]string{f.certificates.HolderKey(passport, standIn1): ofAccount, f.certificates.HolderKey(passport, standIn2): ofReport}
	seal := func(plain, place string) types.AttributeValue {
		sealed, err := f.sealer.Seal(plain, place)
		if err != nil {
			t.Fatal(err)
		}
		return text(sealed)
	}
	for _, table := range f.tablesOf() {
		for _, was := range f.cloud.Items(t, table) {
			if textOf(was, "pk") == "JOURNAL#" {
				continue // which earlier programs did not have
			}
			is := maps.Clone(was)
			number := numbers[textOf(is, "holder")]
			for key, form := range numbers {
				for _, name := range []string{"pk", "sk", "holder"} {
					if is[name] != nil {
						is[name] = text(strings.ReplaceAll(textOf(is, name), key, f.holder(form)))
					}
				}
			}
			maps.DeleteFunc(is, func(name string, _ types.AttributeValue) bool {
				return strings.HasPrefix(name, tags.Attribute) || name == "newest"
			})
			kind, rest, _ := strings.Cut(textOf(is, "pk"), "#")
			account := strings.TrimPrefix(textOf(is, "sk"), "ACCOUNT#")
			switch {
			case kind == "PAST", kind == "CLIENT", kind == "HOLDER" && account != textOf(is, "sk"):
				is = nil
			case kind == "CERT" && number != "":
				is["idNo"] = seal(number, textOf(is, "pk"))
			case kind == "ACCOUNT" && number != "":
				is["idNo"] = seal(number, "account/idNo/"+strings.Replace(rest, "#", "/", 1))
			case kind == "PHONE":
				portal := strings.TrimPrefix(textOf(is, "sk"), "PORTAL#")
				plain, err := f.sealer.Open(textOf(is, "number"), "phone/number/"+strings.TrimPrefix(textOf(was, "pk"), "PHONE#")+"/"+portal)
				if err != nil {
					t.Fatal(err)
				}
				is["sk"], is["number"] = text("PHONE"), seal(plain, "phone/number/"+rest)
			}
			f.replace(t, table, was, is)
		}
	}
}

func (f *foreignHolder) tablesOf() []string {
	return []string{f.settings[config.RecordsTable], f.settings[config.SessionsTable]}
}

func (f *foreignHolder) replace(t *testing.T, table string, was, is attributes) {
	t.Helper()
	_, err := f.cloud.Tables().DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &table, Key: attributes{"pk": was["pk"], "sk": was["sk"]}})
	if err == nil && is != nil {
		_, err = f.cloud.Tables().PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(table), Item: is})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// dump returns both tables, one item on each line.
func (f *foreignHolder) dump(t *testing.T) (all []string) {
	t.Helper()
	for _, table := range f.tablesOf() {
		for _, is := range f.cloud.Items(t, table) {
			line, err := json.Marshal(is)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, string(line))
		}
	}
	slices.Sort(all)
	return all
}

func (f *foreignHolder) migrate(t *testing.T, args ...string) (done migrateResult) {
	t.Helper()
	out, _ := f.fixture.want(t, 0, "", append([]string{"migrate", "-json"}, args...)...)
	if err := json.Unmarshal([]byte(out), &done); err != nil {
		t.Fatal(err, out)
	}
	return done
}

// TestAPersonIsBroughtAlongWhoseNumberWasWrittenInAnotherForm: certificates, copies, ledger,
// bindings, accounts and phones stored under three forms of one passport number become one
// person's.
func TestAPersonIsBroughtAlongWhoseNumberWasWrittenInAnotherForm(t *testing.T) {
	f := newForeignHolder(t)
	before := f.dump(t)
	would := f.migrate(t)
	if d := diff.Diff(before, f.dump(t)); d != "" {
		t.Errorf("counting changed something: %s", d)
	}
	f.migrate(t, "-keep", "-yes")
	for _, c := range f.records[:2] {
		if vs, err := f.certificates.Versions(t.Context(), c.Certificate.ID); err != nil || len(vs) > 0 {
			t.Errorf("a version names a holder by a former hash: %v", err)
		}
	}
	done := f.migrate(t, "-yes")
	// The record, what finds it, three copies, the newest one's note, three idempotency keys, a day, a consent and a
	// verification, a binding; the other record and what finds it; an account, its phone, and its session, which ends.
	if want := (renameResult{People: 2, Items: 18}); would.Renamed != want {
		t.Errorf("would be renamed %+v, want %+v", would.Renamed, want)
	}
	// And what the second step made: the account's index entry, and its portal's statement of the
	// phone.
	if want := (renameResult{People: 2, Items: 20}); done.Renamed != want {
		t.Errorf("renamed %+v, want %+v", done.Renamed, want)
	}
	if again := f.migrate(t, "-yes"); again.Renamed != (renameResult{}) || again.Versions+again.Accounts+again.Phones > 0 {
		t.Errorf("a second run: %+v", again)
	}
	f.fixture.want(t, 0, "", "check")
	f.wantTogether(t)
}

// wantTogether requires that everything is found by today's number, and nothing is stored under
// another form.
func (f *foreignHolder) wantTogether(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	holder := f.certificates.HolderKey(passport, ofToday)
	for _, line := range f.dump(t) {
		if strings.Contains(line, f.holder(ofAccount)) || strings.Contains(line, f.holder(ofReport)) {
			t.Errorf("under a former hash lies %s", line)
		}
	}
	held, err := f.certificates.ByHolder(ctx, records.Person{Holder: holder, AnyName: true, Portal: "mohurd"})
	if err != nil || len(held) != 3 {
		t.Fatalf("%d certificates, %v", len(held), err)
	}
	for _, h := range held {
		r, err := f.certificates.WithIDNumber(h.Record)
		if err != nil || r.Certificate.Holder.IDNumber != ofToday || h.Bound != (r.Certificate.ID == f.record.Certificate.ID) {
			t.Errorf("%s: %q, bound %t, %v", r.Certificate.Number, r.Certificate.Holder.IDNumber, h.Bound, err)
		}
		if vs, err := f.certificates.Versions(ctx, r.Certificate.ID); err != nil || len(vs) != 1 || vs[0].Holder != holder {
			t.Errorf("%s: %d versions, %v", r.Certificate.Number, len(vs), err)
		}
	}
	id := f.record.Certificate.ID
	period := records.Period{Limit: records.HistoryLimit}
	made, err := f.certificates.History(ctx, id, holder, period)
	if err != nil || len(made.Items) != 3 {
		t.Errorf("%d copies, %v", len(made.Items), err)
	}
	ledger, err := f.certificates.ListVerifications(ctx, id, holder, period)
	if err != nil || len(ledger.Items) != 1 || ledger.Items[0].ID != f.verification {
		t.Errorf("ledger %+v, %v", ledger.Items, err)
	}
	folder, err := f.certificates.ReadCertificate(ctx, id, records.Person{Holder: holder, AnyName: true, Portal: "mohurd"}, records.ReadOptions{Key: f.entry.Key, Day: f.entry.Day})
	if err != nil || folder.Answered == nil || folder.Answered.Endorsement != f.made[1] || folder.MadeToday != 1 || folder.Latest != f.made[1] {
		t.Errorf("%+v, %v", folder, err)
	}
	x, err := f.certificates.Examine(ctx, records.Presented{Certificate: id, Endorsement: f.made[1], Consent: f.secret})
	if err != nil || !x.Holding().Covers(x.Endorsement.Holder, x.Endorsement.CertVersion) || x.Endorsement.WithdrawnAt != nil || x.Consent == nil {
		t.Errorf("the copy is %+v, %v", x.Endorsement, err)
	}
	x, err = f.certificates.Examine(ctx, records.Presented{Certificate: id, Endorsement: f.made[0]})
	if err != nil || x.Endorsement.WithdrawnAt == nil || x.Endorsement.WithdrawnWhy != withdrawal {
		t.Errorf("the withdrawn copy is %+v, %v", x.Endorsement, err)
	}
	accounts, err := f.sessions.AccountsOf(ctx, holder)
	if err != nil || len(accounts) != 2 {
		t.Fatalf("%d accounts, %v", len(accounts), err)
	}
	for _, a := range accounts {
		// The later of two statements counted for all portals before.
		phone, err := f.sessions.Phone(ctx, holder, a.Portal)
		if err != nil || phone.Number != "13800000002" || a.IDNumber != ofToday {
			t.Errorf("%s: %s, %v", a.Portal, phone.Number, err)
		}
	}
	for _, form := range []string{ofToday, ofAccount, strings.ToLower(ofAccount), ofReport} {
		n := f.runErase(t, 0, form, "-id-type", passport, "-")
		if n.Accounts != 2 || n.Phones != 2 || n.Bindings != 1 || n.Consents != 1 || n.Certificates != 3 || n.Endorsements != 3 || n.Verifications != 1 {
			t.Errorf("by %s would be erased %+v", form, n)
		}
	}
}

// TestAnInterruptedRenamingIsCompleted: a run is interrupted at each transaction in turn, before
// and after it was carried out.
func TestAnInterruptedRenamingIsCompleted(t *testing.T) {
	for _, fate := range []recordstest.CallOutcome{recordstest.NeverArrives, recordstest.AnswerLost} {
		f := newForeignHolder(t)
		broken := 0
		for run := 1; ; run++ {
			left := run
			f.cloud.Transport.On(func(call recordstest.Call) recordstest.CallOutcome {
				if call == "TransactWriteItems" {
					if left--; left < 0 {
						return fate
					}
				}
				return recordstest.Arrives
			})
			m := migrator{
				console: console{now: func() time.Time { return f.now }}, certificates: f.certificates.UncheckedStore(), sessions: f.sessions.UncheckedStore(),
				journal: f.log, sealer: f.sealer, believe: true, quiet: true,
			}
			m.options = records.Migration{Now: f.now, Theirs: m.isHoldersCopy}
			if m.rename(t.Context(), 1) == nil {
				break
			}
			if broken++; broken > 30 {
				t.Fatal("it does not end")
			}
		}
		f.cloud.Transport.On(nil)
		if broken < 3 {
			t.Errorf("only %d runs were cut short", broken)
		}
		f.migrate(t, "-yes")
		f.fixture.want(t, 0, "", "check")
		f.wantTogether(t)
	}
}

// TestTheJournalOfBeforeHolds: what a person ended between the deployment and the migration is in
// the journal under the former hash, and is applied to restored tables.
func TestTheJournalOfBeforeHolds(t *testing.T) {
	f := newForeignHolder(t)
	since := f.now
	f.now = f.now.Add(time.Minute)
	former := identity.Account{Portal: "mohurd", Username: "smith", Holder: f.holder(ofAccount)}
	f.note(t, journal.Withdrawal, journal.Withdrawn{Certificate: f.record.Certificate.ID, Endorsement: f.lateWithdrawn, Holder: former.Holder})
	f.note(t, journal.ConsentRevoked, journal.Revoked{Certificate: f.record.Certificate.ID, Endorsement: f.made[1], Consent: f.consent, Holder: former.Holder})
	f.password(t, former, f.newest)
	f.migrate(t, "-yes")
	f.now = f.now.Add(time.Hour)
	done, errOut := f.replay(t, 0, "-since", since.UTC().Format(time.RFC3339), "-yes")
	for _, kind := range []journal.Kind{journal.Withdrawal, journal.ConsentRevoked, journal.Password} {
		if got := *done.Entries[kind]; got != (outcomes{Applied: 1}) {
			t.Errorf("%s: %+v %s", kind, got, errOut)
		}
	}
	f.fixture.want(t, 0, "", "check")
	f.note(t, journal.Erasure, journal.Erased{Holder: former.Holder})
	f.now = f.now.Add(time.Hour)
	f.replay(t, 0, "-since", since.UTC().Format(time.RFC3339), "-yes")
	if _, err := f.sessions.Account(t.Context(), "mohurd", "smith"); err != sessions.ErrNotFound {
		t.Errorf("erased under the former hash: %v", err)
	}
}

// TestAFormOfBeforeInTheJournalIsNotTodays: a program before brought a person along to a form with hyphens, and tables were restored
// from before that. All comes to today's form.
func TestAFormOfBeforeInTheJournalIsNotTodays(t *testing.T) {
	f := newForeignHolder(t)
	between := f.holder("E-1234-5678")
	names, note := tags.Names{f.holder(ofReport): between, f.holder(ofAccount): between}, journal.Names{}
	plain, err := json.Marshal(names)
	if err != nil {
		t.Fatal(err)
	}
	if note.Names, err = f.sealer.Seal(string(plain), note.Place(f.now)); err != nil {
		t.Fatal(err)
	}
	f.note(t, journal.Renamed, note)
	f.now = f.now.Add(time.Hour)
	if done := f.migrate(t, "-yes"); done.Renamed.People != 2 {
		t.Errorf("renamed %+v", done.Renamed)
	}
	f.fixture.want(t, 0, "", "check")
	f.wantTogether(t)
}

// TestAFormerHashIsProvenByTheSealedNumber: a record that was given to another person does not make
// its former hash that person's, and is not renamed.
func TestAFormerHashIsProvenByTheSealedNumber(t *testing.T) {
	f := newForeignHolder(t)
	thief := f.certificates.HolderKey("111", recordstest.LiSi().IDNumber)
	for _, is := range f.cloud.Items(t, f.tablesOf()[0]) {
		if textOf(is, "pk") == "CERT#"+f.record.Certificate.ID && textOf(is, "sk") == "CERT" {
			was := maps.Clone(is)
			is["holder"] = text(thief)
			f.replace(t, f.tablesOf()[0], was, is)
		}
	}
	if _, errOut := f.fixture.want(t, 1, "", "migrate", "-yes"); !strings.Contains(errOut, "items are not as the service wrote them") {
		t.Errorf("migrate says %s", errOut)
	}
	names, err := namesOf(t.Context(), f.log, f.sealer, func(string, error) {})
	if _, named := names[thief]; named || err != nil {
		t.Errorf("the journal says that the thief goes by the holder's name, %v", err)
	}
	if held, err := f.certificates.UncheckedStore().ByHolder(t.Context(), records.Person{Holder: f.certificates.HolderKey(passport, ofToday), AnyName: true}); err != nil || len(held) != 2 {
		t.Errorf("%d other certificates came along, %v", len(held), err)
	}
}

// TestNobodyWithoutTheKeyRenamesSomebody: whoever can write to the journal but has no key cannot
// give one person's items to another.
func TestNobodyWithoutTheKeyRenamesSomebody(t *testing.T) {
	f := newForeignHolder(t)
	f.migrate(t, "-yes")
	before := f.dump(t)
	thief := f.certificates.HolderKey("111", recordstest.LiSi().IDNumber)
	f.note(t, journal.Renamed, map[string]any{"names": `{"` + f.certificates.HolderKey(passport, ofToday) + `":"` + thief + `"}`})
	f.fixture.want(t, 1, "", "migrate", "-yes")
	if d := diff.Diff(before, f.dump(t)); d != "" {
		t.Errorf("something changed: %s", d)
	}
}
