package main

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// tableWriter is an attacker who can write the table but has no key: they copy an item and later
// put it back, or remove it.
type tableWriter struct {
	*fixture
	t *testing.T
}

func (m tableWriter) key(pk, sk string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: pk}, "sk": &types.AttributeValueMemberS{Value: sk}}
}

func (m tableWriter) keep(pk, sk string) map[string]types.AttributeValue {
	m.t.Helper()
	table := m.settings[config.RecordsTable]
	out, err := m.cloud.Tables().GetItem(m.t.Context(), &dynamodb.GetItemInput{TableName: &table, Key: m.key(pk, sk)})
	if err != nil || out.Item == nil {
		m.t.Fatalf("%s|%s: %v", pk, sk, err)
	}
	return out.Item
}

func (m tableWriter) remove(pk, sk string) {
	m.t.Helper()
	table := m.settings[config.RecordsTable]
	if _, err := m.cloud.Tables().DeleteItem(m.t.Context(), &dynamodb.DeleteItemInput{TableName: &table, Key: m.key(pk, sk)}); err != nil {
		m.t.Fatal(err)
	}
}

func (m tableWriter) put(item map[string]types.AttributeValue) {
	m.t.Helper()
	table := m.settings[config.RecordsTable]
	if _, err := m.cloud.Tables().PutItem(m.t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: item}); err != nil {
		m.t.Fatal(err)
	}
}

// enterAndCancel enters a certificate and cancels it, by two reports, and returns what the table
// held in between.
func (m tableWriter) enterAndCancel() (id, number, holder string, kept map[string]types.AttributeValue) {
	m.t.Helper()
	r := m.fixture.put(m.t, records.Change{After: recordstest.Sample(m.now, nil, nil), By: recordstest.Registry()})
	id = r.Certificate.ID
	kept = m.keep("CERT#"+id, "CERT")
	c := records.Change{Before: &r, After: r.Certificate, By: records.Author{Client: "beijing-registry", Report: records.NewID(m.now), Row: 1}}
	c.After.State = certificate.Cancelled
	c.After.Sync.At = m.now.Add(time.Minute)
	after := m.fixture.put(m.t, c)
	named := journal.NamedVersions{Report: c.By.Report, Versions: []journal.Version{{Certificate: id, Revision: after.Newest.Revision, Digest: after.Newest.Digest}}}
	if err := m.log.Append(m.t.Context(), journal.Versions, m.now, named); err != nil {
		m.t.Fatal(err)
	}
	return id, must.Get(scheme.Load()).Numbers().Canonical(r.Certificate.Number), r.Holder, kept
}

// A record and its versions are put back together: they fit each other, but not the journal.
func TestCheckFindsARecordThatIsPutBack(t *testing.T) {
	m := tableWriter{newFixture(t), t}
	id, _, _, kept := m.enterAndCancel()
	if out, _ := m.want(t, 0, "", "check"); !strings.HasPrefix(out, "0 items") {
		t.Fatal(out)
	}
	m.put(kept)
	m.remove("PAST#"+id, "VERSION#0000000002")
	out, _ := m.want(t, 1, "", "check", "-keys")
	for _, want := range []string{
		"CERT#" + id + "|CERT  it is older than a version of it that the journal names\n",
		"PAST#" + id + "|VERSION#0000000002  the journal names it, and it is missing\n", "2 items are wrong\n",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("it does not say %q: %s", want, out)
		}
	}
}

func TestCheckFindsACertificateThatIsRemovedWhole(t *testing.T) {
	m := tableWriter{newFixture(t), t}
	id, number, holder, _ := m.enterAndCancel()
	m.remove("CERT#"+id, "CERT")
	m.remove("PAST#"+id, "VERSION#0000000001")
	m.remove("PAST#"+id, "VERSION#0000000002")
	m.remove("NUMBER#"+number, "CERT")
	m.remove("HOLDER#"+holder, "CERT#"+id)
	out, _ := m.want(t, 1, "", "check", "-keys")
	if want := "CERT#" + id + "|CERT  the journal names a version of it, and it is missing\n"; !strings.Contains(out, want) {
		t.Errorf("it says %q", out)
	}
}

// The versions of an operator's undo are written to the journal too, also by a run after an
// interrupted one.
func TestTheJournalNamesWhatAnUndoingLeadsTo(t *testing.T) {
	m := tableWriter{newFixture(t), t}
	id, _, _, _ := m.enterAndCancel()
	past, err := m.certificates.Versions(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	before := m.keep("CERT#"+id, "CERT")
	m.now = m.now.Add(time.Hour)
	m.want(t, 0, "", "undo", "-yes", past[1].By.Report)
	m.put(before)
	m.remove("PAST#"+id, "VERSION#0000000003")
	if out, _ := m.want(t, 1, "", "check", "-keys"); !strings.Contains(out, "VERSION#0000000003  the journal names it, and it is missing\n") {
		t.Errorf("it says %q", out)
	}
}
