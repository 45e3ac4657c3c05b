package records_test

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// fixture is a register for one test, with the store's clients and keys.
type fixture struct {
	*records.Store
	cloud     *recordstest.Cloud
	table     string // of records
	ledger    string
	sealer    *fieldcrypto.Sealer
	integrity *fieldcrypto.Sealer // the key that every function has
}

// write puts an item with its tags, as the service does.
func (w fixture) write(t *testing.T, made map[string]types.AttributeValue) {
	t.Helper()
	tagged, err := w.TagItem(made)
	if err != nil {
		t.Fatal(err)
	}
	w.putUntagged(t, tagged)
}

// putUntagged puts an item as it is into the table of records.
func (w fixture) putUntagged(t *testing.T, made map[string]types.AttributeValue) {
	t.Helper()
	w.putInto(t, w.table, made)
}

func (w fixture) putInto(t *testing.T, table string, made map[string]types.AttributeValue) {
	t.Helper()
	if _, err := w.cloud.Tables().PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: made}); err != nil {
		t.Fatal(err)
	}
}

func newFixture(t *testing.T) fixture {
	t.Helper()
	cloud := recordstest.Open(t)
	files, err := fieldcrypto.Generate("test")
	if err != nil {
		t.Fatal(err)
	}
	fields, err := fieldcrypto.New(files)
	if err != nil {
		t.Fatal(err)
	}
	integrity, err := fieldcrypto.New(fieldcrypto.KeyFiles{Integrity: files.Integrity})
	if err != nil {
		t.Fatal(err)
	}
	w := fixture{cloud: cloud, table: cloud.Table(t), ledger: cloud.Table(t), sealer: fields, integrity: integrity}
	w.Store = w.open(fields)
	return w
}

// open opens the register with some keys.
func (w fixture) open(v *fieldcrypto.Sealer) *records.Store {
	return records.New(w.cloud.Tables(), records.Tables{Records: w.table, Ledger: w.ledger}, v, must.Get(scheme.Load()).Numbers())
}

// latestEndorsement returns the id recorded as the newest endorsement, as the record's holder and
// as a verifier read it.
func (w fixture) latestEndorsement(t *testing.T, r records.Record) string {
	t.Helper()
	f, err := w.ReadCertificate(t.Context(), r.Certificate.ID, records.Person{Holder: r.Holder, Portal: "mohurd"}, records.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if f.Latest == "" {
		return ""
	}
	seen, err := w.Examine(t.Context(), records.Presented{Certificate: r.Certificate.ID, Endorsement: f.Latest})
	if err != nil || seen.Latest != f.Latest {
		t.Errorf("the holder is told of %q, a verifier of %q, %v", f.Latest, seen.Latest, err)
	}
	return f.Latest
}

// noon is the time of these tests, in Asia/Shanghai.
func noon() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, civil.Zone()) }

const idNumber = "110101198001010010"

// registry is the author of reports in these tests.
func registry() records.Author { return records.Author{Client: "mohurd-registry"} }

func sample(id string) certificate.Certificate {
	return certificate.Certificate{
		ID: id, Scheme: "constructor-1", TypeCode: "11100000000013338W999", TypeName: "一级建造师注册证书",
		Title: "中华人民共和国一级建造师注册证书", Version: "001", Number: "京1112019202000001",
		Holder: certificate.Holder{
			Name: "张三", Sex: "男", Birth: civil.Date{Year: 1980, Month: 1, Day: 1}, IDType: "111", IDNumber: idNumber,
		},
		Employer: certificate.Employer{Name: "示例建设集团有限公司", USCC: "91110000MA00000152"},
		Specialties: []certificate.Specialty{{
			Name: "建筑工程", Code: "10401001",
			From: civil.Date{Year: 2025, Month: 7, Day: 1}, To: civil.Date{Year: 2028, Month: 6, Day: 30},
		}},
		Issuer:   certificate.Issuer{Name: "中华人民共和国住房和城乡建设部", Code: "11100000000013338W"},
		IssuedOn: civil.Date{Year: 2020, Month: 12, Day: 11}, AreaCode: "110000", State: certificate.Valid,
		Sync: certificate.Sync{ReportedToMinistry: true, At: noon()},
	}
}

// enter puts a certificate with both pictures into the register.
func (w fixture) enter(t *testing.T) records.Record {
	t.Helper()
	photo, signature := []byte("the photo's bytes"), []byte("the signature's bytes")
	c := sample(records.NewID(noon()))
	c.Photo, c.SignatureImage = describeImage(photo), describeImage(signature)
	r, err := w.Put(t.Context(), records.Change{By: registry(), After: c, Photo: photo, Signature: signature})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func describeImage(data []byte) *certificate.Image {
	sum := sha256.Sum256(data)
	return &certificate.Image{SHA256: hex.EncodeToString(sum[:]), MIME: "image/png", Bytes: len(data)}
}

// entry is an endorsement of r made at that time, under an idempotency key of its own.
func entry(r records.Record, at time.Time) records.Entry {
	id := records.NewID(at)
	made, _ := records.TimeOf(id)
	today := civil.Of(made)
	return records.Entry{
		Endorsement: endorsement.Endorsement{
			ID: id, CertID: r.Certificate.ID, Holder: r.Holder, CertVersion: r.Certificate.Version, Scheme: r.Certificate.Scheme,
			MadeAt: made, UseFrom: today, UseUntil: today.AddDays(180), Limit: "180D",
			Purpose: &endorsement.Purpose{Kind: "投标", Text: "示例项目"},
			Files:   map[string]endorsement.File{"pdf": {Key: "k", SHA256: "s", Bytes: 1, MIME: "application/pdf"}},
		},
		Revision: r.Revision, Key: rand.Text(), Fingerprint: "f", Day: today,
	}
}

func (w fixture) endorse(t *testing.T, e records.Entry) {
	t.Helper()
	earlier, err := w.Endorse(t.Context(), e)
	if err != nil || earlier != nil {
		t.Fatalf("endorse: %v, %v", earlier, err)
	}
}

func (w fixture) history(t *testing.T, of records.Record, p records.Period) (ids []string, next string) {
	t.Helper()
	if p.Limit == 0 {
		p.Limit = records.HistoryLimit
	}
	page, err := w.History(t.Context(), of.Certificate.ID, of.Holder, p)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range page.Items {
		ids = append(ids, e.ID)
	}
	return ids, page.Next
}

func wantError(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got %v, want %v", err, want)
	}
}

func number(n int) string { return fmt.Sprintf("京11120192020%05d", n) }
