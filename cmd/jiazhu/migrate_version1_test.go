package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/document/issue/issuetest"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// version1Fixture is a service whose register was written by a program of version 1 of the layout:
// every item of a certificate is in the certificate's own partition, and nothing states its holder.
type version1Fixture struct {
	*recordstest.Fixture
	issuer *issuetest.Issuer
	count  int // certificates so far
}

func newVersion1(t *testing.T) *version1Fixture {
	t.Helper()
	h := recordstest.NewFixture(t)
	h.Records = h.Records.UncheckedStore() // no item has a tag
	return &version1Fixture{Fixture: h, issuer: issuetest.New(t, h.Clock.Now())}
}

// version1Record is a certificate of the old register, with its ID number.
type version1Record struct {
	*version1Fixture
	records.Record
}

// certificate stores one of 张三's certificates.
func (v *version1Fixture) certificate(t *testing.T) *version1Record {
	t.Helper()
	c := recordstest.Sample(v.Clock.Now(), nil, nil)
	v.count++
	c.Number = fmt.Sprintf("京11120192020%05d", v.count)
	return &version1Record{v, v.Enter(t, c, nil, nil)}
}

// change makes the certificate's next version, as a report does; a program of version 1 stored no
// more.
func (k *version1Record) change(t *testing.T, change func(*certificate.Certificate)) {
	t.Helper()
	latest := k.Latest
	k.Record = k.Change(t, k.Certificate.ID, func(c *certificate.Certificate) {
		*c, _ = c.NextFile()
		change(c)
	})
	k.update(t, "CERT", "REMOVE heldFrom", nil)
	k.note(t, latest)
}

func (k *version1Record) changeHolder(t *testing.T, to recordstest.Person) {
	t.Helper()
	latest := k.Latest
	k.Record = k.ChangeHolder(t, k.Certificate.ID, to)
	k.update(t, "CERT", "REMOVE heldFrom", nil)
	k.HeldFrom = ""
	k.note(t, latest)
}

// note stores the id of the newest endorsement.
func (k *version1Record) note(t *testing.T, latest string) {
	t.Helper()
	if k.Latest = latest; latest != "" {
		k.update(t, "CERT", "SET latest = :l", attributes{":l": text(latest)})
	}
}

type attributes = map[string]types.AttributeValue

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n int64) types.AttributeValue { return &types.AttributeValueMemberN{Value: fmt.Sprint(n)} }

func (k *version1Record) at(sk string) attributes {
	return attributes{"pk": text("CERT#" + k.Certificate.ID), "sk": text(sk)}
}

func (k *version1Record) put(t *testing.T, sk string, with attributes) {
	t.Helper()
	item := k.at(sk)
	item["v"] = number(1)
	for name, value := range with {
		item[name] = value
	}
	if _, err := k.Tables().PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &k.Table, Item: item}); err != nil {
		t.Fatal(err)
	}
}

func (k *version1Record) update(t *testing.T, sk, expression string, values attributes) {
	t.Helper()
	_, err := k.Tables().UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: &k.Table, Key: k.at(sk), UpdateExpression: &expression, ExpressionAttributeValues: values,
	})
	if err != nil {
		t.Fatal(err)
	}
}

func timedKey(prefix, id string) string {
	at, err := records.TimeOf(id)
	if err != nil {
		panic(err)
	}
	return prefix + at.UTC().Format("2006-01-02T15:04:05.000Z") + "#" + id
}

// endorse makes a copy of format 1 with its PDF, under an idempotency key.
func (k *version1Record) endorse(t *testing.T) endorsement.Endorsement {
	t.Helper()
	k.Clock.Advance(time.Minute)
	id := records.NewID(k.Clock.Now())
	at, err := records.TimeOf(id)
	if err != nil {
		t.Fatal(err)
	}
	c := k.Certificate
	e := endorsement.Endorsement{
		ID: id, CertID: c.ID, Identifier: c.Identifier, CertVersion: c.Version, Scheme: c.Scheme, MadeAt: at,
		Maker:   endorsement.Maker{Account: "zhangsan", Portal: "mohurd", Auth: "face:challenge"},
		UseFrom: civil.Of(at), UseUntil: civil.Of(at).AddDays(180), Limit: endorsement.DaysLimit(180),
		QR: issuetest.Origin + "/v#x",
	}
	made := k.issuer.MakeFromCopy(t, e, issuetest.FirstFormat(issuetest.CopyOf(e, c), c), "")
	e = made.Endorsement
	stored, err := k.Files.Put(t.Context(), "endorsements/"+c.ID+"/"+id, "pdf", "application/pdf", made.PDF)
	if err != nil {
		t.Fatal(err)
	}
	e.Files = map[string]endorsement.File{"pdf": {Key: stored.Key, SHA256: stored.SHA256, Bytes: stored.Bytes, MIME: stored.MIME}}
	body, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	k.put(t, timedKey("ENDORSE#", id), attributes{"record": text(string(body))})
	k.put(t, "KEY#"+keyOf(e), attributes{
		"endorsement": text(id), "fingerprint": text("f"), "ttl": number(at.Add(records.KeyLife).Unix()),
	})
	k.note(t, id)
	return e
}

// keyOf returns the hash of the idempotency key that led to an endorsement.
func keyOf(e endorsement.Endorsement) string {
	sum := sha256.Sum256([]byte(e.ID))
	return hex.EncodeToString(sum[:])
}

func (k *version1Record) withdraw(t *testing.T, e endorsement.Endorsement) {
	t.Helper()
	k.update(t, timedKey("ENDORSE#", e.ID), "SET withdrawnAt = :at, withdrawnWhy = :why",
		attributes{":at": text(k.Clock.Now().Format(time.RFC3339Nano)), ":why": text("误加注")})
}

// lose removes the PDF of a copy.
func (k *version1Record) lose(t *testing.T, e endorsement.Endorsement) {
	t.Helper()
	if err := k.Files.Remove(t.Context(), e.Files["pdf"].Key); err != nil {
		t.Fatal(err)
	}
}

func (k *version1Record) consent(t *testing.T, e endorsement.Endorsement) (id, secret string) {
	t.Helper()
	now := k.Clock.Now()
	id = records.NewID(now)
	secret = id + rand.Text()
	sum := sha256.Sum256([]byte(secret))
	k.put(t, "CONSENT#"+id, attributes{
		"endorsement": text(e.ID), "fields": &types.AttributeValueMemberL{Value: []types.AttributeValue{text("name"), text("idNumber")}},
		"to": text("丙"), "until": text(now.Add(24 * time.Hour).UTC().Format(time.RFC3339Nano)), "hash": text(hex.EncodeToString(sum[:])),
		"ttl": number(now.AddDate(3, 0, 0).Unix()),
	})
	return id, secret
}

// noteVerification stores a verification of a copy, or of the number if there is none.
func (k *version1Record) noteVerification(t *testing.T, e *endorsement.Endorsement) string {
	t.Helper()
	id := records.NewID(k.Clock.Now())
	seen := attributes{"id": text(id), "by": text("number"), "verdict": text("unknown"), "ttl": number(k.Clock.Now().Add(records.VerificationEntryLife).Unix())}
	if e != nil {
		seen["by"], seen["endorsement"] = text("qr"), text(e.ID)
	}
	k.put(t, timedKey("SEEN#", id), seen)
	return id
}

func (k *version1Record) day(t *testing.T, day civil.Date, made int64) {
	t.Helper()
	k.put(t, "DAY#"+day.String(), attributes{"made": number(made), "ttl": number(day.AddDays(2).End().Unix())})
}

// bind binds the certificate on a portal, without the index entry.
func (k *version1Record) bind(t *testing.T, portal string) {
	t.Helper()
	item := attributes{
		"pk": text("HOLDER#" + k.Holder), "sk": text("BIND#" + portal + "#" + k.Certificate.ID), "v": number(1),
		"boundAt": text(k.Clock.Now().Format(time.RFC3339)),
	}
	if _, err := k.Tables().PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &k.Table, Item: item}); err != nil {
		t.Fatal(err)
	}
}

// unmigratedKeys returns the sort keys of items that are not where they are read now.
func (v *version1Fixture) unmigratedKeys(t *testing.T) (keys []string) {
	t.Helper()
	for _, item := range v.Items(t, v.Table) {
		pk, sk := item["pk"].(*types.AttributeValueMemberS).Value, item["sk"].(*types.AttributeValueMemberS).Value
		if pk[:5] == "CERT#" && sk != "CERT" || pk[:5] == "HOLDE" && sk[:5] == "BIND#" {
			keys = append(keys, sk)
		}
	}
	return keys
}

func (v *version1Fixture) mover(dry, keep bool) *migrator {
	m := &migrator{console: console{now: v.Clock.Now}, certificates: v.Records, sessions: v.Sessions.UncheckedStore(), journal: v.Journal, sealer: v.Sealer, believe: true, files: v.Files, quiet: true}
	m.options = records.Migration{Now: v.Clock.Now(), Theirs: m.isHoldersCopy, Dry: dry, Keep: keep}
	return m
}

// migrate runs the migration and requires that it is complete.
func (v *version1Fixture) migrate(t *testing.T, dry, keep bool) records.Migrated {
	t.Helper()
	m := v.mover(dry, keep)
	if err := m.migrateAll(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	if dry {
		return m.result.Migrated
	}
	if left, err := v.Records.Adopt(t.Context(), 0, 1, dynamo.AdoptOptions{Dry: true}); err != nil || left.Wrong > 0 {
		t.Errorf("%d items have no right tag, %v", left.Wrong, err)
	}
	return m.result.Migrated
}

// dump returns the whole table, one item on each line, in no order.
func (v *version1Fixture) dump(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, item := range v.Items(t, v.Table) {
		body, err := json.Marshal(item)
		if err != nil {
			t.Fatal(err)
		}
		all[item["pk"].(*types.AttributeValueMemberS).Value+"|"+item["sk"].(*types.AttributeValueMemberS).Value] = string(body)
	}
	return all
}
