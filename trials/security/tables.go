package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/testkeys"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/trials/testservice"
)

type item = testservice.Item

// tableAttacker may read and write the tables, has none of the service's keys, and is a holder like others.
type tableAttacker struct {
	*fixture
	db                        testservice.Tables
	saved                     []savedItem // since the attempt began, as they were
	self, person              seed.Holder
	ownSession, personSession *seed.Session      // identified
	myID, id                  string             // of the certificates
	myKey, key                string             // what names the holders
	endorsement               client.Endorsement // the person's copy
}

// savedItem is an item as it was; item nil = it was not there.
type savedItem struct {
	table string
	key   item
	item  item
}

func (s *fixture) tablesScenario(order int) scenario {
	return scenario{"An operator who writes the tables, without the service's keys", func(ctx context.Context) []attempt {
		t := &tableAttacker{fixture: s}
		t.db = s.Tables()
		t.self, t.person = s.person(ctx, order), s.person(ctx, order+1)
		t.ownSession, t.myID = must.Get2(s.LogInWithCertificate(ctx, seed.Ministry, t.self))
		t.personSession, t.id = must.Get2(s.LogInWithCertificate(ctx, seed.Ministry, t.person))
		t.endorsement = must.Get(t.personSession.Endorse(ctx, t.id, client.EndorsementAsk{}))
		t.myKey = t.get(ctx, "Records", "CERT#"+t.myID, "CERT").Text("holder")
		t.key = t.get(ctx, "Records", "CERT#"+t.id, "CERT").Text("holder")
		return t.attempts()
	}}
}

func (t *tableAttacker) attempts() []attempt {
	all := []attempt{
		{"reads names, employers and what was made for whom", "what is not sealed is read by who may read the tables", t.read},
		{"reads ID numbers and phones", "", t.readSealed},
		{"names itself as a certificate's holder, and endorses it", "", t.giveCertificate},
		{"writes another employer into its own certificate, and endorses it", "", t.rewrite},
		{"writes 有效 into a cancelled certificate, and has a copy verified", "", t.revive},
		{"puts a cancelled certificate's item of before back", oldItemAccepted, t.replayCertificate},
		{"takes a withdrawal out of a copy", "", t.unwithdraw},
		{"puts a copy's item of before its withdrawal back", oldItemAccepted, t.replayCopy},
		{"moves a copy to its own certificate, and downloads it", "", t.moveCopy},
		{"lengthens the days of use of a copy", "", t.lengthen},
		{"puts a consent of its own to another's copy", "", t.plantConsent},
		{"writes another organisation into a holder's ledger", "", t.rewriteLedger},
		{"puts its own password's hash into another's account, and logs in", "", t.plantPassword},
		{"writes another person into its own session", "", t.plantHolder},
		{"identifies a session that never showed a face, and endorses", "", t.plantFace},
		{"binds a phone to a person who has none", "", t.plantPhone},
		{"binds a certificate on the national portal for its holder", "", t.plantBinding},
		{"makes an organisation's token one that reports certificates", "", t.widenToken},
		{"puts its own photo in place of another's, who endorses", "", t.swapPhoto},
		{"leads another's number to its own certificate, and has it verified by its own name", "", t.leadNumber},
		{"writes another client into a certificate's versions", "", t.rewriteVersion},
		{"widens the areas of a file that was announced, and puts it", "", t.widenFile},
		{"puts a session back that its holder ended", "found by nothing: it ends by itself within four hours", t.reviveSession},
		{"removes a copy", "what is removed is missing: the file is then 无效, or cannot be told", t.remove},
		{"empties the limits", "limits that are gone are full again", t.forgetLimits},
	}
	for i, a := range all {
		all[i].try = func(ctx context.Context) string {
			reached, err := a.catch(ctx)
			must.Do(errors.Join(err, t.undo(ctx)))
			return reached
		}
	}
	return all
}

// get is an item, which has to be there.
func (t *tableAttacker) get(ctx context.Context, table, pk, sk string) item {
	i := must.Get(t.db.Get(ctx, table, pk, sk))
	if i == nil {
		must.Do(fmt.Errorf("%s has no item %s %s", table, pk, sk))
	}
	return i
}

// put writes an item, and saves what was in its place.
func (t *tableAttacker) put(ctx context.Context, table string, i item) {
	t.saved = append(t.saved, savedItem{table, i.Key(), must.Get(t.db.Put(ctx, table, i))})
}

func (t *tableAttacker) delete(ctx context.Context, table string, i item) {
	t.saved = append(t.saved, savedItem{table, i.Key(), must.Get(t.db.Remove(ctx, table, i.Key()))})
}

// edit changes one item.
func (t *tableAttacker) edit(ctx context.Context, table, pk, sk string, change func(item)) {
	i := t.get(ctx, table, pk, sk)
	change(i)
	t.put(ctx, table, i)
}

// undo puts everything back that the attempt touched.
func (t *tableAttacker) undo(ctx context.Context) (err error) {
	for _, k := range slices.Backward(t.saved) {
		if k.item == nil {
			_, err = t.db.Remove(ctx, k.table, k.key)
		} else {
			_, err = t.db.Put(ctx, k.table, k.item)
		}
		if err != nil {
			return err
		}
	}
	t.saved = nil
	return nil
}

// findItem is the item of a partition whose sort key holds a text.
func (t *tableAttacker) findItem(ctx context.Context, table, pk, sk string) (found item) {
	for _, i := range must.Get(t.db.Partition(ctx, table, pk)) {
		if strings.Contains(i.Text("sk"), sk) {
			found = i
		}
	}
	if found == nil {
		must.Do(fmt.Errorf("%s has no item %s with %s", table, pk, sk))
	}
	return found
}

func (t *tableAttacker) dumpTables(ctx context.Context) string {
	var b strings.Builder
	for _, table := range []string{"Records", "Ledger", "Sessions"} {
		for _, i := range must.Get(t.db.ReadAll(ctx, table)) {
			for _, name := range slices.Sorted(maps.Keys(i)) {
				fmt.Fprintln(&b, i.Text(name))
			}
		}
	}
	return b.String()
}

func (t *tableAttacker) read(ctx context.Context) string {
	all := t.dumpTables(ctx)
	return textIf("names, employers, numbers of certificates, photos", strings.Contains(all, t.person.Name))
}

func (t *tableAttacker) readSealed(ctx context.Context) string {
	all := t.dumpTables(ctx)
	return textIf("them", strings.Contains(all, t.person.IDNumber()) || strings.Contains(all, t.person.Phone))
}

func (t *tableAttacker) giveCertificate(ctx context.Context) string {
	entry := t.get(ctx, "Records", "HOLDER#"+t.key, "CERT#"+t.id)
	entry["pk"] = testservice.Text("HOLDER#" + t.myKey)
	t.put(ctx, "Records", entry)
	t.edit(ctx, "Records", "CERT#"+t.id, "CERT", func(i item) { i["holder"] = testservice.Text(t.myKey) })
	must.Get(t.ownSession.Endorse(ctx, t.id, client.EndorsementAsk{}))
	return "a copy of another person's certificate"
}

// replaceInRecord replaces a text in what an item keeps as JSON, in whichever attribute that is.
func replaceInRecord(i item, from, to string) {
	for name := range i {
		if s := i.Text(name); name != "pk" && name != "sk" && strings.Contains(s, from) {
			i[name] = testservice.Text(strings.ReplaceAll(s, from, to))
		}
	}
}

const forgedEmployer = "示例伪造工程有限公司"

func (t *tableAttacker) rewrite(ctx context.Context) string {
	row := must.Get(t.self.Row())
	t.edit(ctx, "Records", "CERT#"+t.myID, "CERT", func(i item) { replaceInRecord(i, row.Employer.Name, forgedEmployer) })
	made := must.Get(t.ownSession.Endorse(ctx, t.myID, client.EndorsementAsk{}))
	return t.verifyValid(ctx, client.VerificationAsk{Token: made.Token()})
}

// verifyValid tells a certificate or a copy that is called 有效.
func (t *tableAttacker) verifyValid(ctx context.Context, ask client.VerificationAsk) string {
	v := must.Get(t.API.VerifyAs(ctx, "", ask))
	return textIf("有效", v.Verdict == "valid")
}

// makeCancelledCopy is the copy of a certificate that was cancelled since, and the certificate's item of before.
func (t *tableAttacker) makeCancelledCopy(ctx context.Context, order int) (c client.Endorsement, before item) {
	h := t.fixture.person(ctx, order)
	s, id := must.Get2(t.LogInWithCertificate(ctx, seed.Ministry, h))
	c = must.Get(s.Endorse(ctx, id, client.EndorsementAsk{}))
	before = t.get(ctx, "Records", "CERT#"+id, "CERT")
	row := must.Get(h.Row())
	row.State, row.Operation = "04", "05"
	must.Get(t.Target.Report(ctx, row))
	return c, before
}

// revive is seen by what is said of the certificate: its copy is of a version before.
func (t *tableAttacker) revive(ctx context.Context) string {
	c, _ := t.makeCancelledCopy(ctx, 270)
	t.edit(ctx, "Records", "CERT#"+c.Certificate, "CERT", func(i item) { replaceInRecord(i, `"state":"04"`, `"state":"01"`) })
	said, _ := must.Get(t.API.VerifyAs(ctx, "", client.VerificationAsk{Token: c.Token()})).Result("certificate")
	return textIf("the certificate is called valid", said == "pass")
}

func (t *tableAttacker) replayCertificate(ctx context.Context) string {
	c, before := t.makeCancelledCopy(ctx, 271)
	return t.replayItem(ctx, c, before, "its record is older than it")
}

// oldItemAccepted is why an earlier item is read: a tag does not know time.
const oldItemAccepted = "an earlier self of an item is right where it is read, and found by jiazhu check"

// replayItem puts an item of before back, and wants jiazhu check to find it.
func (t *tableAttacker) replayItem(ctx context.Context, c client.Endorsement, before item, kind string) string {
	t.put(ctx, "Records", before)
	reached := t.verifyValid(ctx, client.VerificationAsk{Token: c.Token()})
	if code, output := t.command(ctx, testservice.Command{}, "check"); code != 1 || !strings.Contains(output, kind) {
		must.Do(fmt.Errorf("jiazhu check ended with %d: %s", code, output))
	}
	return reached
}

// makeWithdrawnCopy is a copy that was withdrawn, and its item before and after.
func (t *tableAttacker) makeWithdrawnCopy(ctx context.Context) (c client.Endorsement, before, after item) {
	c = must.Get(t.personSession.Endorse(ctx, t.id, client.EndorsementAsk{}))
	before = t.findItem(ctx, "Records", "COPY#"+t.id, "#"+c.Endorsement)
	must.Get(t.personSession.Withdraw(ctx, c, "不再参加"))
	after = t.findItem(ctx, "Records", "COPY#"+t.id, "#"+c.Endorsement)
	return c, before, after
}

func (t *tableAttacker) unwithdraw(ctx context.Context) string {
	c, _, after := t.makeWithdrawnCopy(ctx)
	delete(after, "withdrawnAt")
	delete(after, "withdrawnWhy")
	t.put(ctx, "Records", after)
	return t.verifyValid(ctx, client.VerificationAsk{Token: c.Token()})
}

func (t *tableAttacker) replayCopy(ctx context.Context) string {
	c, before, _ := t.makeWithdrawnCopy(ctx)
	return t.replayItem(ctx, c, before, "COPY#|ENDORSE#")
}

func (t *tableAttacker) moveCopy(ctx context.Context) string {
	copied := t.findItem(ctx, "Records", "COPY#"+t.id, "#"+t.endorsement.Endorsement)
	copied["pk"], copied["holder"] = testservice.Text("COPY#"+t.myID), testservice.Text(t.myKey)
	t.put(ctx, "Records", copied)
	moved := t.endorsement
	moved.Certificate = t.myID
	link := must.Get(t.ownSession.Link(ctx, moved, "pdf"))
	return textIf("a link to another person's file", link.URL != "")
}

func (t *tableAttacker) lengthen(ctx context.Context) string {
	c := must.Get(t.personSession.Endorse(ctx, t.id, client.EndorsementAsk{UseUntil: t.Today.String()}))
	copied := t.findItem(ctx, "Records", "COPY#"+t.id, "#"+c.Endorsement)
	replaceInRecord(copied, `"useUntil":"`+t.Today.String(), `"useUntil":"`+t.Today.AddDays(170).String())
	t.put(ctx, "Records", copied)
	return t.verifyValid(ctx, client.VerificationAsk{Token: c.Token(), AsOf: t.Today.AddDays(100).String()})
}

func (t *tableAttacker) plantConsent(ctx context.Context) string {
	own := must.Get(t.ownSession.Endorse(ctx, t.myID, client.EndorsementAsk{}))
	given := must.Get(t.ownSession.Consent(ctx, own, "示例单位", "name", "birth", "photo"))
	consent := t.findItem(ctx, "Records", "COPY#"+t.myID, "CONSENT#"+given.Consent)
	theirs := t.findItem(ctx, "Records", "COPY#"+t.id, "#"+t.endorsement.Endorsement)
	consent["pk"], consent["endorsement"] = testservice.Text("COPY#"+t.id), testservice.Text(t.endorsement.Endorsement)
	consent["holder"], consent["version"] = theirs["holder"], theirs["version"]
	t.put(ctx, "Records", consent)
	secret := must.Get(credential.Find(given.Link)).Consent
	v := must.Get(t.API.VerifyAs(ctx, "", client.VerificationAsk{Token: t.endorsement.Token(), Consent: secret}))
	return textIf("name, birth and photo", v.Subject != nil && v.Subject.Disclosed != nil)
}

func (t *tableAttacker) rewriteLedger(ctx context.Context) string {
	const forged = "示例伪造核验单位"
	must.Get(t.API.VerifyAs(ctx, "", client.VerificationAsk{Token: t.endorsement.Token()}))
	entry := t.findItem(ctx, "Ledger", "SEEN#"+t.id, "")
	entry["organisation"], entry["client"] = testservice.Text(forged), testservice.Text("forged")
	t.put(ctx, "Ledger", entry)
	isForged := func(s client.Sighting) bool { return s.Organisation == forged }
	entries := must.Get(t.personSession.Ledger(ctx, t.id))
	return textIf("the ledger names one that never asked", slices.ContainsFunc(entries, isForged))
}

func (t *tableAttacker) plantPassword(ctx context.Context) string {
	mine := t.get(ctx, "Sessions", "ACCOUNT#"+seed.Ministry+"#"+t.self.Username, "ACCOUNT")
	// Both accounts have one password; a new one shows whose hash it is.
	before := mine.Text("password")
	change := client.PasswordChange{Current: seed.Password, New: attackerPassword}
	must.Do(client.Check(t.Client().SetPassword(ctx, change, client.Bearer(t.ownSession.Token))))
	mine = t.get(ctx, "Sessions", "ACCOUNT#"+seed.Ministry+"#"+t.self.Username, "ACCOUNT")
	if before == mine.Text("password") {
		must.Do(errors.New("the password did not change"))
	}
	t.edit(ctx, "Sessions", "ACCOUNT#"+seed.Ministry+"#"+t.person.Username, "ACCOUNT", func(i item) { i["password"] = mine["password"] })
	t.enterPassword(ctx, seed.Ministry, t.person.Username)
	return "a session of the person's"
}

func (t *tableAttacker) mySession(s *seed.Session) string {
	return "SESSION#" + identity.HashToken(s.Token)
}

func (t *tableAttacker) plantHolder(ctx context.Context) string {
	t.edit(ctx, "Sessions", t.mySession(t.ownSession), "SESSION", func(i item) { i["holder"] = testservice.Text(t.key) })
	must.Do(client.Check(t.Client().GetCertificate(ctx, t.id, client.Bearer(t.ownSession.Token))))
	return "another person's certificate"
}

func (t *tableAttacker) plantFace(ctx context.Context) string {
	s := must.Get(t.API.Login(ctx, seed.Ministry, t.person))
	until := fmt.Sprint(time.Now().Add(10 * time.Minute).UnixMilli())
	t.edit(ctx, "Sessions", t.mySession(s), "SESSION", func(i item) {
		i["identifiedUntil"], i["identifiedBy"] = &types.AttributeValueMemberN{Value: until}, testservice.Text("face:forged")
	})
	must.Get(s.Endorse(ctx, t.id, client.EndorsementAsk{}))
	return "a copy without a face"
}

// plantPhone copies the phone of the attacker to somebody who has none.
func (t *tableAttacker) plantPhone(ctx context.Context) string {
	h := seed.EndorsableHolder(272, t.Today)
	h.NoPhone = true
	must.Do(t.Target.Enter(ctx, []seed.Holder{h}))
	s, id := must.Get2(t.LogInWithCertificate(ctx, seed.Ministry, h))
	if _, err := s.Endorse(ctx, id, client.EndorsementAsk{}); err == nil {
		must.Do(errors.New("a person without a phone endorses"))
	}
	account := t.get(ctx, "Sessions", "ACCOUNT#"+seed.Ministry+"#"+h.Username, "ACCOUNT")
	for _, i := range must.Get(t.db.Partition(ctx, "Sessions", "PHONE#"+t.myKey)) {
		i["pk"] = testservice.Text("PHONE#" + account.Text("holder"))
		t.put(ctx, "Sessions", i)
	}
	must.Get(s.Endorse(ctx, id, client.EndorsementAsk{}))
	return "a copy for a person who has no phone"
}

// plantBinding moves the binding of the attacker to somebody who has bound nothing.
func (t *tableAttacker) plantBinding(ctx context.Context) string {
	h := seed.EndorsableHolder(273, t.Today)
	h.Unbound = true
	must.Do(t.Target.Enter(ctx, []seed.Holder{h}))
	_, id := must.Get2(t.LogInWithCertificate(ctx, seed.Ministry, h))
	certificate := t.get(ctx, "Records", "CERT#"+id, "CERT")
	bound := t.findItem(ctx, "Records", "BIND#"+t.myKey, seed.National+"#")
	bound["pk"], bound["sk"] = testservice.Text("BIND#"+certificate.Text("holder")), testservice.Text(seed.National+"#"+id)
	t.put(ctx, "Records", bound)
	s := must.Get(t.LogIn(ctx, seed.National, h))
	must.Get(s.Endorse(ctx, id, client.EndorsementAsk{}))
	return "a copy by a portal where the holder bound nothing"
}

func (t *tableAttacker) widenToken(ctx context.Context) string {
	token := t.token(ctx, testkeys.Agency, "verify")
	one := func(s string) types.AttributeValue {
		return &types.AttributeValueMemberL{Value: []types.AttributeValue{testservice.Text(s)}}
	}
	pk := "TOKEN#" + identity.HashToken(token)
	t.edit(ctx, "Sessions", pk, "TOKEN", func(i item) {
		i["kind"], i["areas"], i["scopes"], i["schemes"] = testservice.Text("authority"), one("*"), one("report"), one("*")
	})
	row := must.Get(t.self.Row())
	call := seed.Call{Method: http.MethodPost, Path: "/v1/reports", Token: token, JSON: []client.ReportRow{row}}
	must.Do(t.API.Do(ctx, call, nil))
	return "an authority's office"
}

func (t *tableAttacker) swapPhoto(ctx context.Context) string {
	photo := t.get(ctx, "Records", "CERT#"+t.myID, "PHOTO")
	photo["pk"] = testservice.Text("CERT#" + t.id)
	t.put(ctx, "Records", photo)
	must.Get(t.personSession.Endorse(ctx, t.id, client.EndorsementAsk{}))
	return "a copy with the face of another"
}

func (t *tableAttacker) leadNumber(ctx context.Context) string {
	t.edit(ctx, "Records", "NUMBER#"+t.person.Number, "CERT", func(i item) { i["id"] = testservice.Text(t.myID) })
	v := must.Get(t.API.VerifyAs(ctx, "", client.VerificationAsk{Number: t.person.Number, Name: t.self.Name}))
	return textIf("the number is said to be its own", v.Subject != nil)
}

func (t *tableAttacker) rewriteVersion(ctx context.Context) string {
	version := t.findItem(ctx, "Records", "PAST#"+t.id, "VERSION#")
	version["client"] = testservice.Text("forged-registry")
	t.put(ctx, "Records", version)
	_, history := t.command(ctx, testservice.Command{}, "history", t.id, "-versions")
	return textIf("the history names another", strings.Contains(history, "forged-registry"))
}

// widenFile announces a file as Beijing's authority, with a row of Shanghai's in it.
func (t *tableAttacker) widenFile(ctx context.Context) string {
	m := must.Get(t.Target.Machine(beijing))
	h := inShanghai(seed.EndorsableHolder(279, t.Today))
	line := encodeJSON(must.Get(h.Row()))
	place := must.Get(m.Announce(ctx, int64(len(line))))
	t.edit(ctx, "Records", "REPORT#"+place.Report, "DROP", func(i item) {
		i["areas"] = &types.AttributeValueMemberL{Value: []types.AttributeValue{testservice.Text("*")}}
	})
	must.Do(m.Put(ctx, place, bytes.NewReader(line), int64(len(line))))
	return textIf("the row has landed", t.isRegistered(ctx, h.Number, 15))
}

func (t *tableAttacker) reviveSession(ctx context.Context) string {
	s := must.Get(t.API.Login(ctx, seed.Ministry, t.person))
	before := t.get(ctx, "Sessions", t.mySession(s), "SESSION")
	must.Do(s.Logout(ctx))
	t.put(ctx, "Sessions", before)
	must.Do(client.Check(t.Client().GetAccount(ctx, client.Bearer(s.Token))))
	return "a session that was ended"
}

func (t *tableAttacker) remove(ctx context.Context) string {
	copied := t.findItem(ctx, "Records", "COPY#"+t.id, "#"+t.endorsement.Endorsement)
	t.delete(ctx, "Records", copied)
	v := must.Get(t.API.VerifyAs(ctx, "", client.VerificationAsk{Token: t.endorsement.Token()}))
	return textIf("a good copy is 有效 no more", v.Verdict != "valid")
}

func (t *tableAttacker) forgetLimits(ctx context.Context) string {
	n := 0
	for _, i := range must.Get(t.db.ReadAll(ctx, "Sessions")) {
		if strings.HasPrefix(i.Text("pk"), "LIMIT#") {
			n++
			t.delete(ctx, "Sessions", i)
		}
	}
	return textIf("every limit is full again", n > 0)
}
