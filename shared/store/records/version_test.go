package records_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// employ changes the employer, as a row of a report does.
func (w fixture) employ(t *testing.T, before records.Record, name string, by records.Author) records.Record {
	t.Helper()
	after := before.Certificate
	after.Employer.Name = name
	r, err := w.Put(t.Context(), records.Change{Before: &before, After: after, By: by})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAChangedDetailIsNamed(t *testing.T) {
	var before, after records.Version
	before.Certificate.Details = []certificate.Detail{{Name: "职务", Value: "项目经理"}}
	after.Certificate.Details = []certificate.Detail{{Name: "职务", Value: "总经理"}}
	if diff := cmp.Diff([]string{"details"}, after.ChangedFields(&before)); diff != "" {
		t.Error(diff)
	}
}

func (w fixture) place(certID, sk string) map[string]types.AttributeValue {
	partition := "PAST#"
	if sk == "CERT" {
		partition = "CERT#"
	}
	return map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: partition + certID}, "sk": &types.AttributeValueMemberS{Value: sk},
	}
}

// point makes a NUMBER entry refer to another certificate, as a reader may have seen it a moment
// ago.
func (w fixture) point(t *testing.T, number, certID string) {
	t.Helper()
	at := w.place("", "CERT")
	at["pk"] = &types.AttributeValueMemberS{Value: "NUMBER#" + must.Get(scheme.Load()).Numbers().Canonical(number)}
	_, err := w.cloud.Tables().UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: &w.table, Key: at, UpdateExpression: ptr("SET id = :id"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":id": &types.AttributeValueMemberS{Value: certID}},
	})
	if err != nil {
		t.Fatal(err)
	}
	recordstest.Tag(t, w.Store)
}

func (w fixture) removeItem(t *testing.T, certID, sk string) {
	t.Helper()
	if _, err := w.cloud.Tables().DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &w.table, Key: w.place(certID, sk)}); err != nil {
		t.Fatal(err)
	}
}

func (w fixture) set(t *testing.T, certID, sk, expression string, values map[string]types.AttributeValue) {
	t.Helper()
	names := map[string]string{}
	for _, name := range []string{"row", "before", "record"} { // reserved words of DynamoDB
		if strings.Contains(expression, "#"+name) {
			names["#"+name] = name
		}
	}
	if len(names) == 0 {
		names = nil
	}
	_, err := w.cloud.Tables().UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: &w.table, Key: w.place(certID, sk), UpdateExpression: &expression, ExpressionAttributeValues: values,
		ExpressionAttributeNames: names,
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestEveryChangeIsKeptWithWhoMadeIt(t *testing.T) {
	w := newFixture(t)
	first := w.enter(t)
	beijing := records.Author{Client: "beijing-registry", Report: records.NewID(noon()), Row: 17}
	second := w.employ(t, first, "另一公司", beijing)
	third := w.employ(t, second, "又一公司", records.Author{Client: "operator:undo"})
	all, err := w.Versions(t.Context(), first.Certificate.ID)
	if err != nil || len(all) != 3 {
		t.Fatalf("%d versions, %v", len(all), err)
	}
	for i, want := range []struct {
		records.Record
		by records.Author
	}{{first, registry()}, {second, beijing}, {third, records.Author{Client: "operator:undo"}}} {
		v := all[i]
		if v.By != want.by || v.Revision != int64(i+1) || v.Certificate.Employer != want.Certificate.Employer ||
			v.Holder != want.Holder || v.SealedID != want.SealedID || !v.At.Equal(want.Certificate.Sync.At) || v.Certificate.Holder.IDNumber != "" {
			t.Errorf("version %d is %+v", i+1, v)
		}
		if i > 0 && v.Before != all[i-1].Digest || i == 0 && v.Before != "" {
			t.Errorf("version %d follows %q", i+1, v.Before)
		}
	}
	_, err = w.Versions(t.Context(), records.NewID(noon()))
	wantError(t, err, records.ErrCertificateNotFound)
}

func TestNothingIsChangedByNobody(t *testing.T) {
	w := newFixture(t)
	if _, err := w.Put(t.Context(), records.Change{After: sample(records.NewID(noon()))}); err == nil {
		t.Error("a certificate was entered by nobody")
	}
}

func TestAVersionIsNeverOverwritten(t *testing.T) {
	w := newFixture(t)
	first := w.enter(t)
	planted := w.place(first.Certificate.ID, "VERSION#0000000002")
	planted["said"] = &types.AttributeValueMemberS{Value: "something else"}
	if _, err := w.cloud.Tables().PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &w.table, Item: planted}); err != nil {
		t.Fatal(err)
	}
	_, err := w.Put(t.Context(), records.Change{Before: &first, After: first.Certificate, By: registry()})
	wantError(t, err, records.ErrCertificateChanged)
	got, err := w.ByNumber(t.Context(), first.Certificate.Number)
	if err != nil || got.Revision != 1 {
		t.Errorf("the record changed without its version: %+v, %v", got, err)
	}
}

// Whoever can write the table can change what a report said, but the change is detected: the chain
// breaks even if the item's tag is valid.
func TestAVersionThatWasTamperedWithIsNoticed(t *testing.T) {
	str := func(s string) map[string]types.AttributeValue {
		return map[string]types.AttributeValue{":x": &types.AttributeValueMemberS{Value: s}}
	}
	const newest, middle = "VERSION#0000000003", "VERSION#0000000002"
	for name, tamper := range map[string]func(t *testing.T, w fixture, id string){
		"another client": func(t *testing.T, w fixture, id string) { w.set(t, id, middle, "SET client = :x", str("other")) },
		"another report": func(t *testing.T, w fixture, id string) { w.set(t, id, newest, "SET report = :x", str("other")) },
		"another holder": func(t *testing.T, w fixture, id string) { w.set(t, id, middle, "SET holder = :x", str("other")) },
		"another holding": func(t *testing.T, w fixture, id string) {
			w.set(t, id, newest, "SET checkedAt = :x, heldFrom = :x", str("x"))
		},
		"the middle one gone": func(t *testing.T, w fixture, id string) { w.removeItem(t, id, middle) },
		"the first one gone":  func(t *testing.T, w fixture, id string) { w.removeItem(t, id, "VERSION#0000000001") },
		"the newest one gone": func(t *testing.T, w fixture, id string) { w.removeItem(t, id, newest) },
		"another row": func(t *testing.T, w fixture, id string) {
			w.set(t, id, newest, "SET #row = :x", map[string]types.AttributeValue{":x": &types.AttributeValueMemberN{Value: "9"}})
		},
		"another certificate": func(t *testing.T, w fixture, id string) {
			w.set(t, id, middle, "SET #record = :x", str(`{"certId":"`+id+`"}`))
		},
		"the chain's link cut": func(t *testing.T, w fixture, id string) { w.set(t, id, middle, "REMOVE #before", nil) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newFixture(t)
			r := w.enter(t)
			r = w.employ(t, w.employ(t, r, "甲", registry()), "乙", registry())
			tamper(t, w, r.Certificate.ID)
			if _, err := w.Versions(t.Context(), r.Certificate.ID); !errors.Is(err, records.ErrBroken) && !errors.Is(err, tags.ErrTag) {
				t.Errorf("got %v", err)
			}
			if _, err := w.UncheckedStore().Versions(t.Context(), r.Certificate.ID); !errors.Is(err, records.ErrBroken) {
				t.Errorf("whoever believes the tags gets %v", err)
			}
			if _, _, err := w.UncheckedStore().VersionsBelow(t.Context(), r, 0, 10); !errors.Is(err, records.ErrBroken) {
				t.Errorf("whoever believes the tags and reads by pages gets %v", err)
			}
		})
	}
}

// forget turns a record into one last written by a program without versions.
func (w fixture) forget(t *testing.T, r records.Record) records.Record {
	t.Helper()
	w.removeItem(t, r.Certificate.ID, "VERSION#0000000001")
	w.set(t, r.Certificate.ID, "CERT", "REMOVE newest", nil)
	r.Newest = records.Newest{}
	return r
}

func TestARecordOfBeforeGetsItsFirstVersionWithTheNextReport(t *testing.T) {
	w := newFixture(t)
	first := w.forget(t, w.enter(t))
	w.employ(t, first, "另一公司", registry())
	all, err := w.Versions(t.Context(), first.Certificate.ID)
	if err != nil || len(all) != 2 || all[0].By != (records.Author{}) || all[1].By != registry() ||
		all[0].Certificate.Employer != first.Certificate.Employer {
		t.Fatalf("%+v, %v", all, err)
	}
}

// During a deployment, the earlier program changes records and keeps no versions.
func TestAChangeByAProgramWithoutVersionsIsSeenByTheNext(t *testing.T) {
	w := newFixture(t)
	first := w.enter(t)
	w.set(t, first.Certificate.ID, "CERT", "ADD revision :x", map[string]types.AttributeValue{":x": &types.AttributeValueMemberN{Value: "1"}})
	first.Revision = 2
	w.employ(t, first, "另一公司", registry())
	all, err := w.Versions(t.Context(), first.Certificate.ID)
	if err != nil || len(all) != 3 || all[1].By.Client != "" || all[2].Revision != 3 {
		t.Fatalf("%+v, %v", all, err)
	}
}

func TestMigrationAppendsFirstVersionsOnce(t *testing.T) {
	w := newFixture(t)
	first := w.forget(t, w.enter(t))
	id := first.Certificate.ID
	for i, want := range []int{1, 1, 0} {
		named := 0
		made, err := w.UncheckedStore().MigrateVersions(t.Context(), 0, 1, records.Migration{Now: noon(), Dry: i == 0}, func(journal.Version) error { named++; return nil })
		if begun := made > 0 && i > 0; err != nil || made != want || (named == 1) != begun {
			t.Errorf("run %d made %d and named %d, %v", i, made, named, err)
		}
	}
	if done, err := w.Adopt(t.Context(), 0, 1, dynamo.AdoptOptions{Believe: true}); err != nil || done.Tagged != 1 {
		t.Fatalf("%+v, %v", done, err)
	}
	before, err := w.Versions(t.Context(), id)
	if err != nil || len(before) != 1 {
		t.Fatalf("%+v, %v", before, err)
	}
	got, err := w.ByNumber(t.Context(), first.Certificate.Number)
	if err == nil {
		got, err = w.WithIDNumber(got)
	}
	if err != nil || got.Newest != (records.Newest{Revision: 1, Digest: before[0].Digest}) {
		t.Fatalf("%+v, %v", got, err)
	}
	w.employ(t, got, "另一公司", registry())
	after, err := w.Versions(t.Context(), id)
	if diff := cmp.Diff(before, after[:1]); err != nil || len(after) != 2 || diff != "" {
		t.Errorf("%v, %s", err, diff)
	}
}
