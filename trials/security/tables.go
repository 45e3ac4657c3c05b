package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/template"
	"github.com/jiazhu/jiazhu/local/testkeys"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
)

type item = map[string]types.AttributeValue

// tableAttacker may read and write both tables, has none of the service's keys, and is a holder like others.
type tableAttacker struct {
	*fixture
	db                        *dynamodb.Client
	saved                     []savedItem // since the attempt began, as they were
	self, person              seed.Holder
	ownSession, personSession *seed.Session    // identified
	myID, id                  string           // of the certificates
	myKey, key                string           // what names the holders
	endorsement               seed.Endorsement // the person's copy
}

// savedItem is an item as it was; item nil = it was not there.
type savedItem struct {
	table string
	key   item
	item  item
}

func (s *fixture) tablesScenario(order int) scenario {
	return scenario{"An operator who writes the tables, without the service's keys", func(ctx context.Context) (_ []attempt, err error) {
		t := &tableAttacker{fixture: s}
		c, err := s.stack.Storage.Config(ctx)
		if err != nil {
			return nil, err
		}
		t.db = dynamodb.NewFromConfig(c, func(o *dynamodb.Options) { o.BaseEndpoint = &s.stack.Storage.DynamoDB })
		if t.self, err = s.person(ctx, order); err != nil {
			return nil, err
		}
		if t.person, err = s.person(ctx, order+1); err != nil {
			return nil, err
		}
		if t.ownSession, t.myID, err = s.loginAndIdentify(ctx, seed.Ministry, t.self); err != nil {
			return nil, err
		}
		if t.personSession, t.id, err = s.loginAndIdentify(ctx, seed.Ministry, t.person); err != nil {
			return nil, err
		}
		if t.endorsement, err = t.personSession.Endorse(ctx, t.id, seed.EndorseRequest{}); err != nil {
			return nil, err
		}
		for id, key := range map[string]*string{t.myID: &t.myKey, t.id: &t.key} {
			record, err := t.get(ctx, "Records", "CERT#"+id, "CERT")
			if err != nil {
				return nil, err
			}
			*key = str(record["holder"])
		}
		return t.attempts(), nil
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
		all[i].try = func(ctx context.Context) (string, error) {
			reached, err := a.try(ctx)
			return reached, errors.Join(err, t.undo(ctx))
		}
	}
	return all
}

func str(v types.AttributeValue) string {
	if s, ok := v.(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func itemKey(pk, sk string) item { return item{"pk": text(pk), "sk": text(sk)} }

func (t *tableAttacker) get(ctx context.Context, table, pk, sk string) (item, error) {
	out, err := t.db.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: aws.String(template.TableName(table)), Key: itemKey(pk, sk), ConsistentRead: aws.Bool(true),
	})
	if err == nil && len(out.Item) == 0 {
		err = fmt.Errorf("%s has no item %s %s", table, pk, sk)
	}
	if err != nil {
		return nil, err
	}
	return out.Item, nil
}

// put writes an item, and notes what was in its place.
func (t *tableAttacker) put(ctx context.Context, table string, i item) error {
	where := item{"pk": i["pk"], "sk": i["sk"]}
	was, err := t.db.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: aws.String(template.TableName(table)), Item: i, ReturnValues: types.ReturnValueAllOld,
	})
	if err == nil {
		t.saved = append(t.saved, savedItem{table, where, was.Attributes})
	}
	return err
}

func (t *tableAttacker) delete(ctx context.Context, table string, where item) error {
	was, err := t.db.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: aws.String(template.TableName(table)), Key: where, ReturnValues: types.ReturnValueAllOld,
	})
	if err == nil {
		t.saved = append(t.saved, savedItem{table, where, was.Attributes})
	}
	return err
}

// edit changes one item.
func (t *tableAttacker) edit(ctx context.Context, table, pk, sk string, change func(item)) error {
	i, err := t.get(ctx, table, pk, sk)
	if err != nil {
		return err
	}
	change(i)
	return t.put(ctx, table, i)
}

// undo puts everything back that the attempt touched.
func (t *tableAttacker) undo(ctx context.Context) error {
	for _, k := range slices.Backward(t.saved) {
		name := aws.String(template.TableName(k.table))
		var err error
		if len(k.item) > 0 {
			_, err = t.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: name, Item: k.item})
		} else {
			_, err = t.db.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: name, Key: k.key})
		}
		if err != nil {
			return err
		}
	}
	t.saved = nil
	return nil
}

// forEachItem reads the items whose partition begins so, of either table.
func (t *tableAttacker) forEachItem(ctx context.Context, table, prefix string, do func(item) error) error {
	pages := dynamodb.NewScanPaginator(t.db, &dynamodb.ScanInput{TableName: aws.String(template.TableName(table)), ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, i := range page.Items {
			if strings.HasPrefix(str(i["pk"]), prefix) {
				if err := do(i); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// findItem is the item of a partition whose sort key holds a text.
func (t *tableAttacker) findItem(ctx context.Context, table, pk, sk string) (found item, err error) {
	err = t.forEachItem(ctx, table, pk, func(i item) error {
		if str(i["pk"]) == pk && strings.Contains(str(i["sk"]), sk) {
			found = i
		}
		return nil
	})
	if err == nil && found == nil {
		err = fmt.Errorf("%s has no item %s with %s", table, pk, sk)
	}
	return found, err
}

func (t *tableAttacker) dumpTables(ctx context.Context) (string, error) {
	var b strings.Builder
	for _, table := range []string{"Records", "Sessions"} {
		if err := t.forEachItem(ctx, table, "", func(i item) error {
			for _, name := range slices.Sorted(maps.Keys(i)) {
				fmt.Fprintln(&b, str(i[name]))
			}
			return nil
		}); err != nil {
			return "", err
		}
	}
	return b.String(), nil
}

func (t *tableAttacker) read(ctx context.Context) (string, error) {
	all, err := t.dumpTables(ctx)
	return textIf("names, employers, numbers of certificates, photos", strings.Contains(all, t.person.Name)), err
}

func (t *tableAttacker) readSealed(ctx context.Context) (string, error) {
	all, err := t.dumpTables(ctx)
	return textIf("them", strings.Contains(all, t.person.IDNumber()) || strings.Contains(all, t.person.Phone)), err
}

func (t *tableAttacker) giveCertificate(ctx context.Context) (string, error) {
	entry, err := t.get(ctx, "Records", "HOLDER#"+t.key, "CERT#"+t.id)
	if err != nil {
		return "", err
	}
	entry["pk"] = text("HOLDER#" + t.myKey)
	if err := t.put(ctx, "Records", entry); err != nil {
		return "", err
	}
	if err := t.edit(ctx, "Records", "CERT#"+t.id, "CERT", func(i item) { i["holder"] = text(t.myKey) }); err != nil {
		return "", err
	}
	_, err = t.ownSession.Endorse(ctx, t.id, seed.EndorseRequest{})
	return "a copy of another person's certificate", err
}

// replaceInRecord replaces a text in what an item keeps as JSON, in whichever attribute that is.
func replaceInRecord(i item, from, to string) {
	for name, v := range i {
		if s := str(v); name != "pk" && name != "sk" && strings.Contains(s, from) {
			i[name] = text(strings.ReplaceAll(s, from, to))
		}
	}
}

const forgedEmployer = "示例伪造工程有限公司"

func (t *tableAttacker) rewrite(ctx context.Context) (string, error) {
	row, err := t.self.Row()
	if err != nil {
		return "", err
	}
	if err := t.edit(ctx, "Records", "CERT#"+t.myID, "CERT", func(i item) { replaceInRecord(i, row.Employer.Name, forgedEmployer) }); err != nil {
		return "", err
	}
	made, err := t.ownSession.Endorse(ctx, t.myID, seed.EndorseRequest{})
	if err != nil {
		return "", err
	}
	return t.verifyValid(ctx, map[string]any{"token": made.Token()})
}

// verifyValid tells a certificate or a copy that is called 有效.
func (t *tableAttacker) verifyValid(ctx context.Context, ask map[string]any) (string, error) {
	v, err := t.api.VerifyAs(ctx, "", ask)
	return textIf("有效", v.Verdict == "valid"), err
}

// makeCancelledCopy is the copy of a certificate that was cancelled since, and the certificate's item of before.
func (t *tableAttacker) makeCancelledCopy(ctx context.Context, order int) (c seed.Endorsement, before item, err error) {
	h, err := t.fixture.person(ctx, order)
	if err != nil {
		return c, nil, err
	}
	s, id, err := t.loginAndIdentify(ctx, seed.Ministry, h)
	if err != nil {
		return c, nil, err
	}
	if c, err = s.Endorse(ctx, id, seed.EndorseRequest{}); err != nil {
		return c, nil, err
	}
	if before, err = t.get(ctx, "Records", "CERT#"+id, "CERT"); err != nil {
		return c, nil, err
	}
	row, err := h.Row()
	if err != nil {
		return c, nil, err
	}
	row.State, row.Operation = "04", "05"
	_, err = t.target.Report(ctx, row)
	return c, before, err
}

// revive is seen by what is said of the certificate: its copy is of a version before.
func (t *tableAttacker) revive(ctx context.Context) (string, error) {
	c, _, err := t.makeCancelledCopy(ctx, 270)
	if err != nil {
		return "", err
	}
	if err := t.edit(ctx, "Records", "CERT#"+c.Certificate, "CERT", func(i item) { replaceInRecord(i, `"state":"04"`, `"state":"01"`) }); err != nil {
		return "", err
	}
	v, err := t.api.VerifyAs(ctx, "", map[string]any{"token": c.Token()})
	said, _ := v.Result("certificate")
	return textIf("the certificate is called valid", said == "pass"), err
}

func (t *tableAttacker) replayCertificate(ctx context.Context) (string, error) {
	c, before, err := t.makeCancelledCopy(ctx, 271)
	if err != nil {
		return "", err
	}
	return t.replayItem(ctx, c, before, "its record is older than it")
}

// replay is why an item of before is read: a tag does not know time.
const oldItemAccepted = "an earlier self of an item is right where it is read, and found by jiazhu check"

// replayItem puts an item of before back, and wants jiazhu check to find it.
func (t *tableAttacker) replayItem(ctx context.Context, c seed.Endorsement, before item, kind string) (string, error) {
	if err := t.put(ctx, "Records", before); err != nil {
		return "", err
	}
	reached, err := t.verifyValid(ctx, map[string]any{"token": c.Token()})
	if err != nil {
		return "", err
	}
	if code, said, err := t.jiazhu(ctx, "", "check"); err != nil || code != 1 || !strings.Contains(said, kind) {
		return "", errors.Join(err, fmt.Errorf("jiazhu check ended with %d: %s", code, said))
	}
	return reached, nil
}

// makeWithdrawnCopy is a copy that was withdrawn, and its item before and after.
func (t *tableAttacker) makeWithdrawnCopy(ctx context.Context) (c seed.Endorsement, before, after item, err error) {
	if c, err = t.personSession.Endorse(ctx, t.id, seed.EndorseRequest{}); err != nil {
		return c, nil, nil, err
	}
	if before, err = t.findItem(ctx, "Records", "COPY#"+t.id, "#"+c.Endorsement); err != nil {
		return c, nil, nil, err
	}
	if _, err = t.personSession.Withdraw(ctx, c, "不再参加"); err != nil {
		return c, nil, nil, err
	}
	after, err = t.findItem(ctx, "Records", "COPY#"+t.id, "#"+c.Endorsement)
	return c, before, after, err
}

func (t *tableAttacker) unwithdraw(ctx context.Context) (string, error) {
	c, _, after, err := t.makeWithdrawnCopy(ctx)
	if err != nil {
		return "", err
	}
	delete(after, "withdrawnAt")
	delete(after, "withdrawnWhy")
	if err := t.put(ctx, "Records", after); err != nil {
		return "", err
	}
	return t.verifyValid(ctx, map[string]any{"token": c.Token()})
}

func (t *tableAttacker) replayCopy(ctx context.Context) (string, error) {
	c, before, _, err := t.makeWithdrawnCopy(ctx)
	if err != nil {
		return "", err
	}
	return t.replayItem(ctx, c, before, "COPY#|ENDORSE#")
}

func (t *tableAttacker) moveCopy(ctx context.Context) (string, error) {
	copied, err := t.findItem(ctx, "Records", "COPY#"+t.id, "#"+t.endorsement.Endorsement)
	if err != nil {
		return "", err
	}
	copied["pk"], copied["holder"] = text("COPY#"+t.myID), text(t.myKey)
	if err := t.put(ctx, "Records", copied); err != nil {
		return "", err
	}
	moved := t.endorsement
	moved.Certificate = t.myID
	link, err := t.ownSession.Link(ctx, moved, "pdf")
	return textIf("a link to another person's file", link.URL != ""), err
}

func (t *tableAttacker) lengthen(ctx context.Context) (string, error) {
	c, err := t.personSession.Endorse(ctx, t.id, seed.EndorseRequest{UseUntil: t.today.String()})
	if err != nil {
		return "", err
	}
	copied, err := t.findItem(ctx, "Records", "COPY#"+t.id, "#"+c.Endorsement)
	if err != nil {
		return "", err
	}
	replaceInRecord(copied, `"useUntil":"`+t.today.String(), `"useUntil":"`+t.today.AddDays(170).String())
	if err := t.put(ctx, "Records", copied); err != nil {
		return "", err
	}
	return t.verifyValid(ctx, map[string]any{"token": c.Token(), "asOf": t.today.AddDays(100).String()})
}

func (t *tableAttacker) plantConsent(ctx context.Context) (string, error) {
	own, err := t.ownSession.Endorse(ctx, t.myID, seed.EndorseRequest{})
	if err != nil {
		return "", err
	}
	given, err := t.ownSession.Consent(ctx, own, "示例单位", "name", "birth", "photo")
	if err != nil {
		return "", err
	}
	consent, err := t.findItem(ctx, "Records", "COPY#"+t.myID, "CONSENT#"+given.Consent)
	if err != nil {
		return "", err
	}
	theirs, err := t.findItem(ctx, "Records", "COPY#"+t.id, "#"+t.endorsement.Endorsement)
	if err != nil {
		return "", err
	}
	consent["pk"], consent["holder"], consent["version"], consent["endorsement"] = text("COPY#"+t.id), theirs["holder"], theirs["version"], text(t.endorsement.Endorsement)
	if err := t.put(ctx, "Records", consent); err != nil {
		return "", err
	}
	_, secret := credential.SplitLink(given.Link)
	v, err := t.api.VerifyAs(ctx, "", map[string]any{"token": t.endorsement.Token(), "consent": secret})
	return textIf("name, birth and photo", v.Subject != nil && v.Subject.Disclosed != nil), err
}

func (t *tableAttacker) rewriteLedger(ctx context.Context) (string, error) {
	const forged = "示例伪造核验单位"
	if _, err := t.api.VerifyAs(ctx, "", map[string]any{"token": t.endorsement.Token()}); err != nil {
		return "", err
	}
	entry, err := t.findItem(ctx, "Records", "SEEN#"+t.id, "SEEN#")
	if err != nil {
		return "", err
	}
	entry["organisation"], entry["client"] = text(forged), text("forged")
	if err := t.put(ctx, "Records", entry); err != nil {
		return "", err
	}
	entries, err := t.personSession.Ledger(ctx, t.id)
	return textIf("the ledger names one that never asked", slices.ContainsFunc(entries, func(s seed.VerificationEntry) bool { return s.Organisation == forged })), err
}

func (t *tableAttacker) plantPassword(ctx context.Context) (string, error) {
	mine, err := t.get(ctx, "Sessions", "ACCOUNT#"+seed.Ministry+"#"+t.self.Username, "ACCOUNT")
	if err != nil {
		return "", err
	}
	// Both demo accounts have one password; another one shows whose hash it is.
	before := mine["password"]
	if err := t.ownSession.Do(ctx, http.MethodPut, "/v1/account/password", map[string]string{"current": seed.Password, "new": attackerPassword}, nil); err != nil {
		return "", err
	}
	if mine, err = t.get(ctx, "Sessions", "ACCOUNT#"+seed.Ministry+"#"+t.self.Username, "ACCOUNT"); err != nil {
		return "", err
	}
	if str(before) == str(mine["password"]) {
		return "", errors.New("the password did not change")
	}
	if err := t.edit(ctx, "Sessions", "ACCOUNT#"+seed.Ministry+"#"+t.person.Username, "ACCOUNT", func(i item) { i["password"] = mine["password"] }); err != nil {
		return "", err
	}
	return "a session of the person's", t.api.Do(ctx, seed.Call{
		Method: http.MethodPost, Path: "/v1/login",
		JSON: map[string]string{"portal": seed.Ministry, "username": t.person.Username, "password": attackerPassword},
	}, nil)
}

func (t *tableAttacker) mySession(s *seed.Session) string {
	return "SESSION#" + identity.HashToken(s.Token)
}

func (t *tableAttacker) plantHolder(ctx context.Context) (string, error) {
	if err := t.edit(ctx, "Sessions", t.mySession(t.ownSession), "SESSION", func(i item) { i["holder"] = text(t.key) }); err != nil {
		return "", err
	}
	return "another person's certificate", t.ownSession.Do(ctx, http.MethodGet, "/v1/certificates/"+t.id, nil, nil)
}

func (t *tableAttacker) plantFace(ctx context.Context) (string, error) {
	s, err := t.api.Login(ctx, seed.Ministry, t.person)
	if err != nil {
		return "", err
	}
	until := fmt.Sprint(time.Now().Add(10 * time.Minute).UnixMilli())
	if err := t.edit(ctx, "Sessions", t.mySession(s), "SESSION", func(i item) {
		i["identifiedUntil"], i["identifiedBy"] = &types.AttributeValueMemberN{Value: until}, text("face:forged")
	}); err != nil {
		return "", err
	}
	_, err = s.Endorse(ctx, t.id, seed.EndorseRequest{})
	return "a copy without a face", err
}

// plantPhone copies the phone of the meddler to somebody who has none.
func (t *tableAttacker) plantPhone(ctx context.Context) (string, error) {
	h := seed.EndorsableHolder(272, t.today)
	h.NoPhone = true
	if err := t.target.Enter(ctx, []seed.Holder{h}); err != nil {
		return "", err
	}
	s, id, err := t.loginAndIdentify(ctx, seed.Ministry, h)
	if err != nil {
		return "", err
	}
	if _, err := s.Endorse(ctx, id, seed.EndorseRequest{}); err == nil {
		return "", errors.New("a person without a phone endorses")
	}
	account, err := t.get(ctx, "Sessions", "ACCOUNT#"+seed.Ministry+"#"+h.Username, "ACCOUNT")
	if err != nil {
		return "", err
	}
	to := "PHONE#" + str(account["holder"])
	if err := t.forEachItem(ctx, "Sessions", "PHONE#"+t.myKey, func(i item) error {
		i["pk"] = text(to)
		return t.put(ctx, "Sessions", i)
	}); err != nil {
		return "", err
	}
	_, err = s.Endorse(ctx, id, seed.EndorseRequest{})
	return "a copy for a person who has no phone", err
}

// plantBinding moves the binding of the meddler to somebody who has bound nothing.
func (t *tableAttacker) plantBinding(ctx context.Context) (string, error) {
	h := seed.EndorsableHolder(273, t.today)
	h.Unbound = true
	if err := t.target.Enter(ctx, []seed.Holder{h}); err != nil {
		return "", err
	}
	_, id, err := t.loginAndIdentify(ctx, seed.Ministry, h)
	if err != nil {
		return "", err
	}
	certificate, err := t.get(ctx, "Records", "CERT#"+id, "CERT")
	if err != nil {
		return "", err
	}
	bound, err := t.findItem(ctx, "Records", "BIND#"+t.myKey, seed.National+"#")
	if err != nil {
		return "", err
	}
	bound["pk"], bound["sk"] = text("BIND#"+str(certificate["holder"])), text(seed.National+"#"+id)
	if err := t.put(ctx, "Records", bound); err != nil {
		return "", err
	}
	s, err := t.api.Login(ctx, seed.National, h)
	if err != nil {
		return "", err
	}
	if err := t.identify(ctx, s, h.Person); err != nil {
		return "", err
	}
	_, err = s.Endorse(ctx, id, seed.EndorseRequest{})
	return "a copy by a portal where the holder bound nothing", err
}

func (t *tableAttacker) widenToken(ctx context.Context) (string, error) {
	token, err := t.fixture.token(ctx, testkeys.Agency, "verify")
	if err != nil {
		return "", err
	}
	one := func(s string) types.AttributeValue {
		return &types.AttributeValueMemberL{Value: []types.AttributeValue{text(s)}}
	}
	pk := "TOKEN#" + identity.HashToken(token)
	if err := t.edit(ctx, "Sessions", pk, "TOKEN", func(i item) {
		i["kind"], i["areas"], i["scopes"], i["schemes"] = text("authority"), one("*"), one("report"), one("*")
	}); err != nil {
		return "", err
	}
	row, err := t.self.Row()
	if err != nil {
		return "", err
	}
	return "an authority's office", t.api.Do(ctx, seed.Call{Method: http.MethodPost, Path: "/v1/reports", Token: token, JSON: []seed.Row{row}}, nil)
}

func (t *tableAttacker) swapPhoto(ctx context.Context) (string, error) {
	photo, err := t.get(ctx, "Records", "CERT#"+t.myID, "PHOTO")
	if err != nil {
		return "", err
	}
	photo["pk"] = text("CERT#" + t.id)
	if err := t.put(ctx, "Records", photo); err != nil {
		return "", err
	}
	_, err = t.personSession.Endorse(ctx, t.id, seed.EndorseRequest{})
	return "a copy with the face of another", err
}

func (t *tableAttacker) leadNumber(ctx context.Context) (string, error) {
	if err := t.edit(ctx, "Records", "NUMBER#"+t.person.Number, "CERT", func(i item) { i["id"] = text(t.myID) }); err != nil {
		return "", err
	}
	v, err := t.api.VerifyAs(ctx, "", map[string]any{"number": t.person.Number, "name": t.self.Name})
	return textIf("the number is said to be its own", v.Subject != nil), err
}

func (t *tableAttacker) rewriteVersion(ctx context.Context) (string, error) {
	version, err := t.findItem(ctx, "Records", "PAST#"+t.id, "VERSION#")
	if err != nil {
		return "", err
	}
	version["client"] = text("forged-registry")
	if err := t.put(ctx, "Records", version); err != nil {
		return "", err
	}
	_, said, err := t.jiazhu(ctx, "", "history", t.id, "-versions")
	return textIf("the history names another", strings.Contains(said, "forged-registry")), err
}

// widenFile announces a file as Beijing's authority, with a row of Shanghai's in it.
func (t *tableAttacker) widenFile(ctx context.Context) (string, error) {
	m, err := t.target.Machine(beijing)
	if err != nil {
		return "", err
	}
	h := inShanghai(seed.EndorsableHolder(279, t.today))
	r, err := h.Row()
	if err != nil {
		return "", err
	}
	line, err := json.Marshal(r)
	if err != nil {
		return "", err
	}
	place, err := m.Announce(ctx, int64(len(line)))
	if err != nil {
		return "", err
	}
	if err := t.edit(ctx, "Records", "REPORT#"+place.Report, "DROP", func(i item) {
		i["areas"] = &types.AttributeValueMemberL{Value: []types.AttributeValue{text("*")}}
	}); err != nil {
		return "", err
	}
	if err := place.Put(ctx, bytes.NewReader(line), int64(len(line))); err != nil {
		return "", err
	}
	for range 15 {
		time.Sleep(200 * time.Millisecond)
		if code, _, err := t.jiazhu(ctx, "", "history", h.Number); err != nil || code == 0 {
			return "the row has landed", err
		}
	}
	return "", nil
}

func (t *tableAttacker) reviveSession(ctx context.Context) (string, error) {
	s, err := t.api.Login(ctx, seed.Ministry, t.person)
	if err != nil {
		return "", err
	}
	before, err := t.get(ctx, "Sessions", t.mySession(s), "SESSION")
	if err != nil {
		return "", err
	}
	if err := s.Logout(ctx); err != nil {
		return "", err
	}
	if err := t.put(ctx, "Sessions", before); err != nil {
		return "", err
	}
	return "a session that was ended", s.Do(ctx, http.MethodGet, "/v1/account", nil, nil)
}

func (t *tableAttacker) remove(ctx context.Context) (string, error) {
	copied, err := t.findItem(ctx, "Records", "COPY#"+t.id, "#"+t.endorsement.Endorsement)
	if err != nil {
		return "", err
	}
	if err := t.delete(ctx, "Records", itemKey(str(copied["pk"]), str(copied["sk"]))); err != nil {
		return "", err
	}
	v, err := t.api.VerifyAs(ctx, "", map[string]any{"token": t.endorsement.Token()})
	return textIf("a good copy is 有效 no more", v.Verdict != "valid"), err
}

func (t *tableAttacker) forgetLimits(ctx context.Context) (string, error) {
	n := 0
	err := t.forEachItem(ctx, "Sessions", "LIMIT#", func(i item) error {
		n++
		return t.delete(ctx, "Sessions", itemKey(str(i["pk"]), str(i["sk"])))
	})
	return textIf("every limit is full again", n > 0), err
}
