package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/service/reporting"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

const sharedNumber = "京1112019202000001"

// report imports one row of the shared number for a holder, by a request or as the row of a file,
// and returns the ids of the report and the certificate.
func (d *fixture) report(t *testing.T, idNumber, birth string, file bool) (report, id string) {
	t.Helper()
	d.now = d.now.Add(time.Minute)
	row := fmt.Sprintf(`{"scheme": "constructor-1", "number": %q, "certificateSerial": "00000001",
		"holder": {"name": "张三", "sex": "男", "birth": %q, "idType": "111", "idNo": %q},
		"employer": {"name": "示例建设集团有限公司", "uscc": "91110000MA00000152"},
		"specialties": [{"name": "建筑工程", "from": "2025-07-01", "to": "2028-06-30"}],
		"issuedOn": "2020-12-11", "areaCode": "110000", "state": "01"}`, sharedNumber, birth, idNumber)
	schemes, err := scheme.Load()
	if err != nil {
		t.Fatal(err)
	}
	o := reporting.Outcome{Row: 1}
	p, ok := reporting.Open(schemes, json.RawMessage(row), &o, "en")
	if !ok {
		t.Fatalf("%+v", o)
	}
	l := reporting.Import{
		Records: d.certificates, Journal: d.log, Permission: reporting.Permission{Areas: []string{"110000"}, Schemes: []string{"*"}}, Now: d.now, Lang: "en", Workers: 1,
		Client: "beijing", Report: records.NewID(d.now), File: file,
	}
	if err := l.ImportRows(t.Context(), []reporting.Row{p}); err != nil || o.Certificate == "" {
		t.Fatalf("%+v, %v", o, err)
	}
	return l.Report, o.Certificate
}

// versions returns the digest of the newest version of each certificate.
func (d *fixture) versions(t *testing.T) map[string]string {
	t.Helper()
	newest := map[string]string{}
	for _, is := range d.tamperFixture(t).allItems()[d.settings[config.RecordsTable]] {
		if kindOf(textOf(is, "pk"), textOf(is, "sk")) != "CERT#|CERT" {
			continue
		}
		id := strings.TrimPrefix(textOf(is, "pk"), "CERT#")
		all, err := d.certificates.Versions(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range all {
			newest[id] = v.Digest
		}
	}
	return newest
}

// TestEveryOperationNamesEachVersionItMakes, of a certificate that it changes, begins or ends.
func TestEveryOperationNamesEachVersionItMakes(t *testing.T) {
	const zhang, li, wang = "110101198001010010", "310101198506150016", "110101199003070011"
	d := newFixture(t)
	var last, kept string
	dispute := func() records.Dispute {
		made := records.Dispute{ID: records.NewID(d.now), Number: sharedNumber, Certificate: kept, Client: "shanghai", Reason: "本市核发", At: d.now}
		if err := d.certificates.OpenDispute(t.Context(), made); err != nil {
			t.Fatal(err)
		}
		return made
	}
	var open records.Dispute
	for _, operation := range []struct {
		name string
		ends int // certificates that are new or have a new newest version afterwards
		do   func()
	}{
		{"a first report", 1, func() { _, kept = d.report(t, zhang, "1980-01-01", false) }},
		{"a report of another holder", 2, func() { open = dispute(); last, _ = d.report(t, li, "1985-06-15", false) }},
		{"undo", 2, func() { d.want(t, 0, "", "undo", last, "-yes") }},
		{"a file of another holder", 2, func() { d.report(t, wang, "1990-03-07", true) }},
		{"a settled dispute that was entered about the former certificate", 1, func() {
			d.want(t, 0, "", "disputes", "settle", sharedNumber, open.ID, "-to", "claimant", "-why", "编号由上海核发")
		}},
		{"migrate", 1, func() {
			c := recordstest.Sample(d.now, nil, nil)
			c.Number = "京1112019202000009"
			if _, err := d.certificates.Put(t.Context(), records.Change{After: c, By: recordstest.Registry()}); err != nil {
				t.Fatal(err)
			}
			d.forgetVersions(t, c)
			d.want(t, 0, "", "migrate", "-yes")
		}},
	} {
		before := d.versions(t)
		operation.do()
		named := map[string]bool{}
		readEntries(t, d, journal.Versions, func(n journal.NamedVersions) {
			for _, v := range n.Versions {
				named[v.Certificate+v.Digest] = true
			}
		})
		ends := 0
		for id, digest := range d.versions(t) {
			if before[id] == digest {
				continue
			}
			ends++
			if !named[id+digest] {
				t.Errorf("%s: the journal does not name the version that it made of %s", operation.name, id)
			}
		}
		if ends != operation.ends {
			t.Errorf("%s made versions of %d certificates, want %d", operation.name, ends, operation.ends)
		}
		d.finds(t, "")
	}
}

// forgetVersions reduces a certificate to what a program stored that made no versions.
func (d *fixture) forgetVersions(t *testing.T, c certificate.Certificate) {
	t.Helper()
	l, table := d.tamperFixture(t), d.settings[config.RecordsTable]
	for _, is := range l.allItems()[table] {
		switch pk := textOf(is, "pk"); {
		case pk == "PAST#"+c.ID:
			l.remove(table, is)
		case pk == "CERT#"+c.ID && textOf(is, "sk") == "CERT":
			old := maps.Clone(is)
			for _, name := range []string{"newest", "newestReport", "tag"} {
				delete(old, name)
			}
			l.write(table, old)
		}
	}
	if _, err := d.certificates.Adopt(t.Context(), 0, 1, dynamo.AdoptOptions{Believe: true}); err != nil {
		t.Fatal(err)
	}
}

// readEntries calls do with the content of each entry of a kind.
func readEntries[T any](t *testing.T, d *fixture, kind journal.Kind, do func(T)) {
	t.Helper()
	err := d.log.Read(t.Context(), kind, time.Time{}, func(e journal.Entry) error {
		var what T
		err := json.Unmarshal(e.What, &what)
		do(what)
		return err
	}, func(key string, why error) { t.Errorf("%s: %v", key, why) })
	if err != nil {
		t.Fatal(err)
	}
}

// TestAFormerHoldersCertificateThatIsPutBackIsFound: a dispute took the number from the successor,
// so that nothing leads to either certificate, and the version that ended the former one is
// removed.
func TestAFormerHoldersCertificateThatIsPutBackIsFound(t *testing.T) {
	d := newFixture(t)
	_, id := d.report(t, "110101198001010010", "1980-01-01", false)
	l, table := d.tamperFixture(t), d.settings[config.RecordsTable]
	before := l.allItems()[table]
	_, later := d.report(t, "310101198506150016", "1985-06-15", false)
	made := records.Dispute{ID: records.NewID(d.now), Number: sharedNumber, Certificate: later, Client: "shanghai", Reason: "本市核发", At: d.now}
	if err := d.certificates.OpenDispute(t.Context(), made); err != nil {
		t.Fatal(err)
	}
	d.want(t, 0, "", "disputes", "settle", sharedNumber, made.ID, "-to", "claimant", "-why", "编号由上海核发")
	d.finds(t, "")
	for _, is := range before {
		if pk := textOf(is, "pk"); pk == "CERT#"+id || strings.HasPrefix(pk, "HOLDER#") || strings.HasPrefix(pk, "NUMBER#") {
			l.write(table, is)
		}
	}
	l.remove(table, item{"pk": &types.AttributeValueMemberS{Value: "PAST#" + id}, "sk": &types.AttributeValueMemberS{Value: "VERSION#0000000002"}})
	out, _ := d.want(t, 1, "", "check", "-keys")
	for _, why := range []string{
		"PAST#" + id + "|VERSION#0000000002  the journal names it, and it is missing",
		"CERT#" + id + "|CERT  it is older than a version of it that the journal names",
		"CERT#" + later + "|CERT  the certificate whose place it took is missing, or has not ended",
	} {
		if !strings.Contains(out, why) {
			t.Errorf("%q is not found:\n%s", why, out)
		}
	}
}
