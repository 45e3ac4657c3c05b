package main

import (
	"crypto/rand"
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
	"github.com/jiazhu/jiazhu/shared/store/sessions"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// tamperFixture returns the operator with the tables open to somebody who can write them.
func (d *fixture) tamperFixture(t *testing.T) *tamperFixture { return &tamperFixture{fixture: d, t: t} }

// finds requires check to find something whose reason contains this, or nothing at all for "".
func (d *fixture) finds(t *testing.T, why string) {
	t.Helper()
	if why == "" {
		if out, _ := d.want(t, 0, "", "check"); !strings.Contains(out, "0 items are wrong") {
			t.Fatal(out)
		}
		return
	}
	if out, _ := d.want(t, 1, "", "check"); !strings.Contains(out, why) {
		t.Errorf("%q is not found:\n%s", why, out)
	}
}

// TestCommandsTakeNoOtherBucketForTheJournal: with another bucket the commands would be in nobody's
// audit log, and migrate would accept untagged items again.
func TestCommandsTakeNoOtherBucketForTheJournal(t *testing.T) {
	d := newFixture(t)
	right := d.settings[config.JournalBucket]
	commands := [][]string{{"undo", records.NewID(d.now), "-yes"}, {"migrate", "-yes"}, {"check"}, {"erase", "-", "-yes"}, {"disputes", "list"}}
	for bucket, says := range map[string]string{d.cloud.Bucket(t): "no object lock", d.cloud.LockedBucket(t): "the journal of these tables is the bucket " + right} {
		d.settings[config.JournalBucket] = bucket
		for _, args := range commands {
			if _, errOut := d.want(t, 1, "110101198001010010", args...); !strings.Contains(errOut, says) {
				t.Errorf("%s: %s", args, errOut)
			}
		}
		if keys := d.cloud.Keys(t, bucket); len(keys) > 0 {
			t.Errorf("written to a bucket that is not the journal: %q", keys)
		}
	}
	d.settings[config.JournalBucket] = right
	d.finds(t, "")
}

// TestMigrateNamesTheJournalOnce: only migrate accepts tables that name no journal.
func TestMigrateNamesTheJournalOnce(t *testing.T) {
	d := newFixture(t)
	l := d.tamperFixture(t)
	for _, is := range l.allItems()[l.tables()[0]] {
		l.remove(l.tables()[0], is)
	}
	if _, errOut := d.want(t, 1, "", "check"); !strings.Contains(errOut, "jiazhu migrate -yes") {
		t.Error(errOut)
	}
	d.want(t, 0, "", "migrate")
	d.want(t, 1, "", "check")
	d.want(t, 0, "", "migrate", "-yes")
	d.finds(t, "")
	noted := false
	for _, e := range d.entries(t) {
		noted = noted || strings.Contains(strings.Join(e.Targets, " "), "journal:"+d.settings[config.JournalBucket])
	}
	if !noted {
		t.Error("nobody noted which bucket was named")
	}
	d.settings[config.JournalBucket] = d.cloud.LockedBucket(t)
	d.want(t, 1, "", "migrate", "-yes")
}

// TestMigrateBelievesNothingOnceTheTablesAreTagged, even if the journal's name is removed and
// replaced by another's, and even after the journal's record has expired.
func TestMigrateBelievesNothingOnceTheTablesAreTagged(t *testing.T) {
	d := newFixture(t)
	d.want(t, 0, "", "migrate", "-yes")
	if _, err := d.certificates.Put(t.Context(), records.Change{After: recordstest.Sample(d.now, nil, nil), By: recordstest.Registry()}); err != nil {
		t.Fatal(err)
	}
	l := d.tamperFixture(t)
	records := l.tables()[0]
	right, before := d.settings[config.JournalBucket], l.allItems()[records]
	binding := before["JOURNAL#|BUCKET"]
	for place, is := range before {
		if kindOf(textOf(is, "pk"), textOf(is, "sk")) == "CERT#|CERT" {
			forged := maps.Clone(before[place])
			delete(forged, "tag")
			l.write(records, forged)
		}
	}
	d.settings[config.JournalBucket] = d.cloud.LockedBucket(t)
	d.want(t, 1, "", "migrate", "-yes")
	l.remove(records, binding)
	for _, bucket := range []string{right, d.settings[config.JournalBucket]} {
		d.settings[config.JournalBucket] = bucket
		for _, args := range [][]string{{"migrate"}, {"migrate", "-yes"}} {
			if _, errOut := d.want(t, 1, "", args...); !strings.Contains(errOut, "JOURNAL#|BUCKET") {
				t.Errorf("%s: %s", args, errOut)
			}
		}
	}
	if keys := d.cloud.Keys(t, d.settings[config.JournalBucket]); len(keys) > 0 {
		t.Errorf("written to a bucket that is not the journal: %q", keys)
	}
	l.write(records, binding)
	d.settings[config.JournalBucket] = right
	d.want(t, 1, "", "migrate", "-yes")
	d.finds(t, "its tag is missing or wrong")

	other := newFixture(t)
	if err := other.certificates.NoteTagged(t.Context(), other.settings[config.JournalBucket]); err != nil {
		t.Fatal(err)
	}
	other.tamperFixture(t).write(other.settings[config.RecordsTable], item{"pk": binding["pk"], "sk": &types.AttributeValueMemberS{Value: "OTHER"}})
	if _, errOut := other.want(t, 1, "", "migrate", "-yes"); !strings.Contains(errOut, "have no tag") {
		t.Error(errOut)
	}
}

// TestARecordIsWhatItsNewestVersionSays: a forged record that migrate accepted once has a right tag
// and the right version number.
func TestARecordIsWhatItsNewestVersionSays(t *testing.T) {
	d := newFixture(t)
	c := recordstest.Sample(d.now, nil, nil)
	first := d.put(t, records.Change{After: c, By: records.Author{Client: "registry"}})
	before, err := d.certificates.WithIDNumber(first)
	if err != nil {
		t.Fatal(err)
	}
	ended := before.Certificate
	ended.State, ended.Operation = certificate.Cancelled, certificate.Cancel
	if _, err := d.certificates.Put(t.Context(), records.Change{Before: &before, After: ended, By: records.Author{Client: "registry"}}); err != nil {
		t.Fatal(err)
	}
	d.finds(t, "")
	l := d.tamperFixture(t)
	for _, is := range l.allItems()[l.tables()[0]] {
		if kindOf(textOf(is, "pk"), textOf(is, "sk")) != "CERT#|CERT" {
			continue
		}
		forged := maps.Clone(is)
		forged["record"] = &types.AttributeValueMemberS{Value: strings.Replace(textOf(is, "record"), `"state":"`+string(certificate.Cancelled)+`"`, `"state":"01"`, 1)}
		if textOf(forged, "record") == textOf(is, "record") {
			t.Fatal("nothing was forged")
		}
		delete(forged, "tag")
		l.write(l.tables()[0], forged)
	}
	d.want(t, 0, "", "migrate", "-yes") // the first run, which accepts it
	d.finds(t, "its newest version says something else")
}

// TestACheckIsQuietAfterADisputeIsSettled: the number is free, which is right, until it leads again
// to the party that lost it.
func TestACheckIsQuietAfterADisputeIsSettled(t *testing.T) {
	d := newFixture(t)
	c := recordstest.Sample(d.now, nil, nil)
	if _, err := d.certificates.Put(t.Context(), records.Change{After: c, By: records.Author{Client: "beijing"}}); err != nil {
		t.Fatal(err)
	}
	made := records.Dispute{ID: records.NewID(d.now), Number: c.Number, Certificate: c.ID, Client: "shanghai", Reason: "本市核发", At: d.now}
	if err := d.certificates.OpenDispute(t.Context(), made); err != nil {
		t.Fatal(err)
	}
	l := d.tamperFixture(t)
	before := l.allItems()[l.tables()[0]]
	d.want(t, 0, "", "disputes", "settle", c.Number, made.ID, "-to", "claimant", "-why", "编号由上海核发")
	d.finds(t, "")
	for _, is := range before {
		if kindOf(textOf(is, "pk"), textOf(is, "sk")) == "NUMBER#|CERT" {
			l.write(l.tables()[0], is)
		}
	}
	d.finds(t, "a settled dispute took its number")
}

// TestAnEarlierNoteOfTheNewestCopyIsFound; it would make a superseded copy valid.
func TestAnEarlierNoteOfTheNewestCopyIsFound(t *testing.T) {
	p := newReplayFixture(t) // it has made two copies of one certificate
	l := p.tamperFixture(t)
	for _, is := range l.allItems()[l.tables()[0]] {
		if kindOf(textOf(is, "pk"), textOf(is, "sk")) != "COPY#|LATEST" {
			continue
		}
		p.now = p.now.Add(time.Minute)
		p.endorse(t)
		p.finds(t, "")
		l.write(l.tables()[0], is)
		p.finds(t, "newest endorsement is not noted")
		l.remove(l.tables()[0], is)
		p.finds(t, "newest endorsement is not noted")
	}
}

// TestWhoWasErasedOrRevokedIsNotPutBack: every item that a command removed or changed is found if
// it is put back, alone or together with the others of its table.
func TestWhoWasErasedOrRevokedIsNotPutBack(t *testing.T) {
	for name, c := range map[string]struct {
		args     []string
		why      string
		harmless map[string]bool // alone they lead nowhere, or only the portal states them
		kinds    []string
	}{
		"erased": {[]string{"erase", "lisi@mohurd", "-yes"}, "erased since, at 2026-11-23T06:00:00Z: `jiazhu restore replay -since", nil,
			[]string{"ACCOUNT#|ACCOUNT", "HOLDER#|ACCOUNT#", "PHONE#|PORTAL#", "SESSION#|SESSION", "FACE#|FACE", "LINK#|LINK", "CLIENT#|CLIENT", "BIND#|BIND", "COPY#|CONSENT#"}},
		"revoked": {[]string{"accounts", "revoke", "lisi@mohurd", "-yes"}, "revoked", map[string]bool{"PHONE#|PORTAL#": true, "LINK#|LINK": true},
			[]string{"ACCOUNT#|ACCOUNT", "PHONE#|PORTAL#", "SESSION#|SESSION", "FACE#|FACE", "LINK#|LINK"}},
		"ended": {[]string{"accounts", "end", "lisi@mohurd"}, "sessions were ended", map[string]bool{"LINK#|LINK": true},
			[]string{"ACCOUNT#|ACCOUNT", "SESSION#|SESSION", "LINK#|LINK"}},
	} {
		t.Run(name, func(t *testing.T) {
			p := newReplayFixture(t)
			p.openEverything(t)
			l := p.tamperFixture(t)
			before := l.allItems()
			p.now = p.now.Add(time.Hour)
			p.want(t, 0, "", c.args...)
			p.finds(t, "")
			after := l.allItems()
			restore := func(table string, is item) {
				if was, there := after[table][placeOf(is)]; there {
					l.write(table, was)
				} else {
					l.remove(table, is)
				}
			}
			kinds, gone := map[string]bool{}, map[string][]item{}
			for table, items := range before {
				for place, is := range items {
					if now, there := after[table][place]; there && reflect.DeepEqual(is, now) {
						continue
					}
					kind := kindOf(textOf(is, "pk"), textOf(is, "sk"))
					if strings.HasPrefix(kind, "LIMIT") || strings.HasPrefix(kind, "CODE") || strings.HasPrefix(kind, "JOURNAL") {
						continue
					}
					kinds[kind], gone[table] = true, append(gone[table], is)
					l.write(table, is)
					out, _ := p.want(t, map[bool]int{true: 0, false: 1}[c.harmless[kind]], "", "check", "-keys")
					if kind != "HOLDER#|ACCOUNT#" && !c.harmless[kind] && !strings.Contains(out, placeOf(is)+"  ") {
						t.Errorf("%s is not found:\n%s", kind, out)
					}
					if kind != "HOLDER#|ACCOUNT#" && !c.harmless[kind] && kind != "ACCOUNT#|ACCOUNT" && !strings.Contains(out, c.why) {
						t.Errorf("%s: %q is not said:\n%s", kind, c.why, out)
					}
					restore(table, is)
				}
			}
			for _, kind := range c.kinds {
				if !kinds[kind] {
					t.Errorf("%s is not among %v", kind, kinds)
				}
			}
			for table, items := range gone {
				for _, is := range items {
					l.write(table, is)
				}
				p.finds(t, c.why)
				for _, is := range items {
					restore(table, is)
				}
			}
			p.finds(t, "")
		})
	}
}

// openEverything gives li a session, a face that was shown, an open password link, and an open consent.
func (p *replayFixture) openEverything(t *testing.T) {
	t.Helper()
	link := identity.Link{Hash: identity.HashToken(rand.Text()), SentTo: "13800000000", ExpiresAt: p.now.Add(identity.LinkLife)}
	li := p.read(t, p.li.Portal, p.li.Username)
	if err := p.sessions.PutAccount(t.Context(), li, sessions.Put{Client: "mohurd-portal", At: p.now, Link: &link}); err != nil {
		t.Fatal(err)
	}
	p.accounts.Identify(t, p.accounts.SignIn(t, p.read(t, p.li.Portal, p.li.Username), p.now), p.now)
	p.record = p.enter(t, "京1112019202000003", recordstest.LiSi())
	_, err := p.certificates.PutConsent(t.Context(), p.record, records.Consent{
		ID: records.NewID(p.now), Endorsement: p.endorse(t), Fields: []string{records.ShowIDNumber}, To: "示例单位", Until: p.now.Add(5 * 24 * time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestALinkFromBeforeTheRevocationSetsNoPassword unnoticed: the former account and link are put
// back, and the link sets a password.
func TestALinkFromBeforeTheRevocationSetsNoPassword(t *testing.T) {
	for _, args := range [][]string{{"accounts", "revoke", "lisi@mohurd", "-yes"}, {"accounts", "end", "lisi@mohurd"}} {
		p := newReplayFixture(t)
		p.openEverything(t)
		l := p.tamperFixture(t)
		before := l.allItems()[l.tables()[1]]
		p.now = p.now.Add(time.Hour)
		p.want(t, 0, "", args...)
		for _, is := range before {
			if kind := kindOf(textOf(is, "pk"), textOf(is, "sk")); kind == "LINK#|LINK" || kind == "ACCOUNT#|ACCOUNT" && textOf(is, "username") == "lisi" {
				l.write(l.tables()[1], is)
			}
		}
		p.now = p.now.Add(time.Hour)
		a := p.read(t, "mohurd", "lisi")
		set := journal.PasswordSet{Holder: a.Holder}
		set.Account = p.seal(t, journal.Credential{Portal: a.Portal, Username: a.Username, Password: "$argon2id$thief's", Link: a.Link.Hash, LinkMade: a.Link.CreationTime()}, set.Place(p.now))
		p.note(t, journal.Password, set)
		changed, ended := a.WithPassword("$argon2id$thief's", "", p.now)
		if err := p.sessions.ResetPassword(t.Context(), changed, ended); err != nil {
			t.Fatal(err)
		}
		p.finds(t, "set by a link from before")
		p.now = p.now.Add(time.Hour)
		p.want(t, 0, "", "accounts", "revoke", "lisi@mohurd", "-yes")
		p.finds(t, "")
	}
}

// TestAFaceFromBeforeALinkSetThePasswordIsFound, put back after it.
func TestAFaceFromBeforeALinkSetThePasswordIsFound(t *testing.T) {
	p := newReplayFixture(t)
	p.openEverything(t)
	l := p.tamperFixture(t)
	before := l.allItems()[l.tables()[1]]
	p.now = p.now.Add(time.Hour)
	a := p.read(t, "mohurd", "lisi")
	set := journal.PasswordSet{Holder: a.Holder}
	set.Account = p.seal(t, journal.Credential{Portal: a.Portal, Username: a.Username, Password: "$argon2id$own", Link: a.Link.Hash, LinkMade: a.Link.CreationTime()}, set.Place(p.now))
	p.note(t, journal.Password, set)
	changed, ended := a.WithPassword("$argon2id$own", "", p.now)
	if err := p.sessions.ResetPassword(t.Context(), changed, ended); err != nil {
		t.Fatal(err)
	}
	p.finds(t, "")
	l.write(l.tables()[1], before["FACE#mohurd#lisi|FACE"])
	p.finds(t, "from before a link set its account's password")
}

// TestAnItemWithTwoFaultsIsOne: it is counted once.
func TestAnItemWithTwoFaultsIsOne(t *testing.T) {
	k := tableCheck{}
	k.addFinding(tags.Finding{Kind: "CERT#|CERT", Key: "CERT#1|CERT", Why: "a"})
	k.addFinding(tags.Finding{Kind: "CERT#|CERT", Key: "CERT#1|CERT", Why: "b"})
	k.addFinding(tags.Finding{Kind: "CERT#|CERT", Key: "CERT#1|CERT", Why: "b"})
	if len(k.findings) != 2 || k.countItems() != 1 {
		t.Errorf("%d findings, %d items", len(k.findings), k.countItems())
	}
}

// TestALinkThatWasUsedSetsNoSecondPassword unnoticed: the former account is put back, and its used
// link then sets another password.
func TestALinkThatWasUsedSetsNoSecondPassword(t *testing.T) {
	p := newReplayFixture(t)
	link := identity.Link{Hash: identity.HashToken(rand.Text()), SentTo: "13800000000", ExpiresAt: p.now.Add(identity.LinkLife)}
	zhang, err := p.sessions.Account(t.Context(), p.zhang.Portal, p.zhang.Username)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.sessions.PutAccount(t.Context(), zhang, sessions.Put{Link: &link}); err != nil {
		t.Fatal(err)
	}
	use := func(phc string) {
		t.Helper()
		p.now = p.now.Add(time.Hour)
		a, err := p.sessions.Account(t.Context(), p.zhang.Portal, p.zhang.Username)
		if err != nil || a.Link == nil || a.Link.Hash != link.Hash {
			t.Fatalf("%+v, %v", a.Link, err)
		}
		set := journal.PasswordSet{Holder: a.Holder}
		set.Account = p.seal(t, journal.Credential{Portal: a.Portal, Username: a.Username, Password: phc, Link: link.Hash}, set.Place(p.now))
		p.note(t, journal.Password, set)
		changed, ended := a.WithPassword(phc, "", p.now)
		if err := p.sessions.ResetPassword(t.Context(), changed, ended); err != nil {
			t.Fatal(err)
		}
	}
	l := p.tamperFixture(t)
	before := l.allItems()[l.tables()[1]]["ACCOUNT#mohurd#zhangsan|ACCOUNT"]
	use("$argon2id$holder's")
	p.finds(t, "")
	l.write(l.tables()[1], before)
	p.finds(t, "not the one that the journal says was set last")
	use("$argon2id$thief's")
	p.finds(t, "one password link set its password twice")
	p.now = p.now.Add(time.Hour)
	p.want(t, 0, "", "accounts", "revoke", "zhangsan@mohurd", "-yes")
	p.finds(t, "")
}

// TestOneBadEntryHoldsUpNothing: object lock keeps it for as long as the journal is kept.
func TestOneBadEntryHoldsUpNothing(t *testing.T) {
	p := newReplayFixture(t)
	p.since(t)
	bucket, key := p.settings[config.JournalBucket], "journal/withdrawal/2026-11-23/01JDB7W8R0T3E5KQ9Z2M4N6P8S.json"
	content := `{"kind":"withdrawal","id":"01JDB7W8R0T3E5KQ9Z2M4N6P8S","at":"2026-11-23T07:30:00Z","what":{"certificate":"` + p.record.Certificate.ID +
		`","endorsement":"` + p.copyOfConsent + `","holder":"` + p.record.Holder + `","why":"does not open"}}`
	if _, err := p.cloud.Buckets().PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader(content)}); err != nil {
		t.Fatal(err)
	}
	p.note(t, journal.Withdrawal, journal.Withdrawn{Certificate: p.record.Certificate.ID, Endorsement: p.withdrawn, Holder: p.record.Holder, Why: "does not open"})
	bad := ""
	for _, k := range p.cloud.Keys(t, bucket) {
		if strings.HasPrefix(k, "journal/withdrawal/") && k != key {
			bad = max(bad, k)
		}
	}
	replay := []string{"restore", "replay", "-since", p.restoredTo.Format(time.RFC3339), "-yes"}
	out, _ := p.want(t, 1, "", replay...)
	if !strings.Contains(out, "not written by the service, and not applied: "+key) || !strings.Contains(out, "not applied: "+bad) {
		t.Error(out)
	}
	out, _ = p.want(t, 0, "", append(replay, "-except", bad)...)
	if !strings.Contains(out, "skipped: "+bad) {
		t.Error(out)
	}
	noted := false
	for _, e := range p.entries(t) {
		noted = noted || strings.Contains(strings.Join(e.Targets, " "), "except:"+bad)
	}
	if !noted {
		t.Error("the audit log does not say what was skipped")
	}
	if e, err := p.certificates.ReadEndorsement(t.Context(), p.record.Certificate.ID, records.Person{Holder: p.record.Holder, Portal: "mohurd"}, p.copyOfConsent); err == nil && e.Endorsement.WithdrawnAt != nil {
		t.Error("what the service did not write was applied")
	}
	if e, err := p.certificates.ReadEndorsement(t.Context(), p.record.Certificate.ID, records.Person{Holder: p.record.Holder, Portal: "mohurd"}, p.withdrawn); err == nil && e.Endorsement.WithdrawnAt == nil {
		t.Error("what it did write was not")
	}
}
