package records_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

func TestACertificateIsFoundByEveryName(t *testing.T) {
	w := newFixture(t)
	want := w.enter(t)
	want.Certificate.Holder.IDNumber = "" // readers do not decrypt it
	holder := w.HolderKey("111", idNumber)

	folder, err := w.ReadCertificate(t.Context(), want.Certificate.ID, records.Person{Holder: holder, Portal: "mohurd"}, records.ReadOptions{Images: true})
	if err != nil {
		t.Fatal(err)
	}
	byNumber, err := w.ByNumber(t.Context(), want.Certificate.Number)
	if err != nil {
		t.Fatal(err)
	}
	byOldNumber, err := w.ByNumber(t.Context(), "京111192000001")
	if err != nil {
		t.Fatal(err)
	}
	byHolder, err := w.ByHolder(t.Context(), records.Person{Holder: holder, Portal: "mohurd"})
	if err != nil {
		t.Fatal(err)
	}
	forVerify, _, err := w.ForVerify(t.Context(), want.Certificate.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]records.Record{
		"the folder": folder.Record, "the number": byNumber, "its old form": byOldNumber,
		"the holder": byHolder[0].Record, "verification": forVerify,
	} {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("by %s (-want +got):\n%s", name, diff)
		}
	}
	if got := string(folder.Photo) + string(folder.Signature); got != "the photo's bytesthe signature's bytes" {
		t.Errorf("the pictures are %q", got)
	}
}

func TestNoIDNumberLiesInTheTable(t *testing.T) {
	w := newFixture(t)
	w.enter(t)
	for _, item := range w.cloud.Items(t, w.table) {
		if text := fmt.Sprintf("%+v", flattenItem(item)); strings.Contains(text, idNumber) {
			t.Errorf("the ID number can be read in %s", text)
		}
	}
}

func flattenItem(item map[string]types.AttributeValue) map[string]any {
	plain := map[string]any{}
	for name, value := range item {
		switch v := value.(type) {
		case *types.AttributeValueMemberS:
			plain[name] = v.Value
		case *types.AttributeValueMemberB:
			plain[name] = string(v.Value)
		}
	}
	return plain
}

func TestAnotherHoldersCertificateIsNotFound(t *testing.T) {
	w := newFixture(t)
	r := w.enter(t)
	stranger := w.HolderKey("111", "310101198506150016")
	_, err := w.ReadCertificate(t.Context(), r.Certificate.ID, records.Person{Holder: stranger, Portal: "mohurd"}, records.ReadOptions{})
	wantError(t, err, records.ErrCertificateNotFound)
	for _, id := range []string{"", "x", records.NewID(noon()), strings.ToLower(r.Certificate.ID), r.Certificate.ID + "#"} {
		_, err := w.ReadCertificate(t.Context(), id, records.Person{Holder: r.Holder, Portal: "mohurd"}, records.ReadOptions{})
		wantError(t, err, records.ErrCertificateNotFound)
	}
	wantError(t, w.Bind(t.Context(), r.Certificate.ID, records.Person{Holder: stranger, Portal: "gjzwfw"}, noon()), records.ErrCertificateNotFound)
	held, err := w.ByHolder(t.Context(), records.Person{Holder: stranger, Portal: "gjzwfw"})
	if err != nil || len(held) != 0 {
		t.Errorf("the stranger holds %v, %v", held, err)
	}
}

func TestAPictureOfAnotherStateIsNotTaken(t *testing.T) {
	w := newFixture(t)
	r := w.enter(t)
	w.write(t, map[string]types.AttributeValue{
		"pk":    &types.AttributeValueMemberS{Value: "CERT#" + r.Certificate.ID},
		"sk":    &types.AttributeValueMemberS{Value: "PHOTO"},
		"v":     &types.AttributeValueMemberN{Value: "1"},
		"image": &types.AttributeValueMemberB{Value: []byte("a later photo")},
	})
	_, err := w.ReadCertificate(t.Context(), r.Certificate.ID, records.Person{Holder: r.Holder, Portal: "mohurd"}, records.ReadOptions{Images: true})
	wantError(t, err, records.ErrCertificateChanged)
}

func TestAnItemOfALaterProgramIsNotMisread(t *testing.T) {
	w := newFixture(t)
	r := w.enter(t)
	w.write(t, map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: "CERT#" + r.Certificate.ID},
		"sk": &types.AttributeValueMemberS{Value: "CERT"},
		"v":  &types.AttributeValueMemberN{Value: "99"},
	})
	_, err := w.ReadCertificate(t.Context(), r.Certificate.ID, records.Person{Holder: r.Holder, Portal: "mohurd"}, records.ReadOptions{})
	if err == nil || !strings.Contains(err.Error(), "schema version 99") {
		t.Errorf("got %v", err)
	}
}

func ptr(s string) *string { return &s }

func TestOneNumberIsOneCertificate(t *testing.T) {
	w := newFixture(t)
	var wait sync.WaitGroup
	landed := make([]error, 8)
	for i := range landed {
		wait.Go(func() {
			_, landed[i] = w.Put(t.Context(), records.Change{By: registry(), After: sample(records.NewID(noon()))})
		})
	}
	wait.Wait()
	entered := 0
	for _, err := range landed {
		if err == nil {
			entered++
			continue
		}
		wantError(t, err, records.ErrCertificateChanged)
	}
	held, err := w.ByHolder(t.Context(), records.Person{Holder: w.HolderKey("111", idNumber), Portal: "mohurd"})
	if err != nil || entered != 1 || len(held) != 1 {
		t.Errorf("%d entered, the holder has %d, %v", entered, len(held), err)
	}
}

func TestAChangeOfWhatHasChangedIsRefused(t *testing.T) {
	w := newFixture(t)
	first := w.enter(t)
	c := first.Certificate
	c.Version, c.Employer.Name = "002", "另一示例有限公司"
	second, err := w.Put(t.Context(), records.Change{By: registry(), Before: &first, After: c})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Put(t.Context(), records.Change{By: registry(), Before: &first, After: c})
	wantError(t, err, records.ErrCertificateChanged)
	got, err := w.ByNumber(t.Context(), c.Number)
	if err == nil {
		got, err = w.WithIDNumber(got)
	}
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(second, got); diff != "" {
		t.Error(diff)
	}
}

func TestCertificatesThatArePutTogetherStandOrFallTogether(t *testing.T) {
	w := newFixture(t)
	var changes []records.Change
	for n := range records.MaxBatchSize {
		c := sample(records.NewID(noon()))
		c.Number = number(n)
		changes = append(changes, records.Change{By: registry(), After: c, Photo: []byte("photo"), Signature: []byte("signature")})
	}
	all, err := w.PutAll(t.Context(), changes)
	if err != nil || len(all) != len(changes) || all[3].Certificate.Number != number(3) || all[3].Revision != 1 {
		t.Fatalf("%d records, %v", len(all), err)
	}
	for i := range changes {
		changes[i].Before, changes[i].After.State = &all[i], "02"
	}
	if _, err := w.Put(t.Context(), changes[7]); err != nil {
		t.Fatal(err)
	}
	_, err = w.PutAll(t.Context(), changes)
	wantError(t, err, records.ErrCertificateChanged)
	for n, want := range map[int]certificate.State{6: certificate.Valid, 7: "02", 8: certificate.Valid} {
		if r, err := w.ByNumber(t.Context(), number(n)); err != nil || r.Certificate.State != want {
			t.Errorf("number %d has state %s, %v", n, r.Certificate.State, err)
		}
	}
}

func TestAChangeKeepsTheNewestEndorsement(t *testing.T) {
	w := newFixture(t)
	first := w.enter(t)
	e := entry(first, noon())
	w.endorse(t, e)
	c := first.Certificate
	c.Version = "002"
	if _, err := w.Put(t.Context(), records.Change{By: registry(), Before: &first, After: c}); err != nil {
		t.Fatal(err)
	}
	got, err := w.ByNumber(t.Context(), c.Number)
	if err != nil || w.latestEndorsement(t, got) != e.Endorsement.ID || got.Certificate.Version != "002" {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestOnlyAPictureThatIsNewIsWritten(t *testing.T) {
	w := newFixture(t)
	first := w.enter(t)
	before := w.storedPictures(t, first.Certificate.ID)
	signature := []byte("another signature's bytes")
	c := first.Certificate
	c.Version, c.SignatureImage = "002", describeImage(signature)
	change := records.Change{By: registry(), Before: &first, After: c, Photo: []byte("not even read: described as the one before"), Signature: signature}
	if _, err := w.Put(t.Context(), change); err != nil {
		t.Fatal(err)
	}
	after := w.storedPictures(t, first.Certificate.ID)
	if after["PHOTO"] != before["PHOTO"] || after["SIGNATURE"] != string(signature) {
		t.Errorf("the pictures are %q", after)
	}
}

// storedPictures returns the pictures of a certificate as they are stored in the table.
func (w fixture) storedPictures(t *testing.T, id string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, item := range w.cloud.Items(t, w.table) {
		if plain := flattenItem(item); plain["pk"] == "CERT#"+id && plain["image"] != nil {
			all[plain["sk"].(string)] = plain["image"].(string)
		}
	}
	return all
}

// TestANumberLeadsToItsOwnCertificate: a NUMBER entry that refers to a certificate with another
// number is an error even with a valid tag, and the certificate is not returned.
func TestANumberLeadsToItsOwnCertificate(t *testing.T) {
	w := newFixture(t)
	first, other := w.enter(t), sample(records.NewID(noon()))
	other.Number = number(7)
	second, err := w.Put(t.Context(), records.Change{By: registry(), After: other})
	if err != nil {
		t.Fatal(err)
	}
	w.point(t, first.Certificate.Number, second.Certificate.ID)
	if got, err := w.ByNumber(t.Context(), first.Certificate.Number); !errors.Is(err, tags.ErrTag) {
		t.Errorf("it leads to %s, %v", got.Certificate.Number, err)
	}
	if got, err := w.ByNumbers(t.Context(), []string{first.Certificate.Number}); !errors.Is(err, tags.ErrTag) {
		t.Errorf("it leads to %v, %v", got, err)
	}
}

// TestAListShowsWhatIsItsHoldersAlone: an entry for another holder's certificate is not listed,
// even with a valid tag.
func TestAListShowsWhatIsItsHoldersAlone(t *testing.T) {
	w := newFixture(t)
	r, thief := w.enter(t), w.HolderKey("111", "310101198506150016")
	made := w.place(r.Certificate.ID, "CERT#"+r.Certificate.ID)
	made["pk"], made["v"] = &types.AttributeValueMemberS{Value: "HOLDER#" + thief}, &types.AttributeValueMemberN{Value: "1"}
	if _, err := w.cloud.Tables().PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &w.table, Item: made}); err != nil {
		t.Fatal(err)
	}
	recordstest.Tag(t, w.Store)
	if held, err := w.ByHolder(t.Context(), records.Person{Holder: thief, Portal: "mohurd"}); err != nil || len(held) > 0 {
		t.Errorf("it lists %d, %v", len(held), err)
	}
}

func TestManyCertificatesAreReadByNumber(t *testing.T) {
	w := newFixture(t)
	var numbers []string
	for i := range 120 {
		c := sample(records.NewID(noon()))
		c.Number = number(i)
		if _, err := w.Put(t.Context(), records.Change{By: registry(), After: c}); err != nil {
			t.Fatal(err)
		}
		numbers = append(numbers, c.Number, c.Number)
	}
	got, err := w.ByNumbers(t.Context(), append(numbers, number(99999)))
	if err != nil || len(got) != 120 {
		t.Errorf("read %d, %v", len(got), err)
	}
	held, err := w.ByHolder(t.Context(), records.Person{Holder: w.HolderKey("111", idNumber), Portal: "mohurd"})
	if err != nil || len(held) != 120 {
		t.Errorf("held %d, %v", len(held), err)
	}
}

func TestBindingIsPerPortalAndTwiceIsOnce(t *testing.T) {
	w := newFixture(t)
	r := w.enter(t)
	id := r.Certificate.ID
	bound := func(portal string) bool {
		t.Helper()
		f, err := w.ReadCertificate(t.Context(), id, records.Person{Holder: r.Holder, Portal: portal}, records.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		held, err := w.ByHolder(t.Context(), records.Person{Holder: r.Holder, Portal: portal})
		if err != nil || len(held) != 1 || held[0].Bound != f.Bound {
			t.Fatalf("list and folder differ: %v, %v", held, err)
		}
		return f.Bound
	}
	for range 2 {
		if err := w.Bind(t.Context(), id, records.Person{Holder: r.Holder, Portal: "gjzwfw"}, noon()); err != nil {
			t.Fatal(err)
		}
	}
	if !bound("gjzwfw") || bound("mohurd") {
		t.Error("bound on the wrong portal")
	}
	for range 2 {
		if err := w.Unbind(t.Context(), id, r.Holder, "gjzwfw"); err != nil {
			t.Fatal(err)
		}
	}
	if bound("gjzwfw") {
		t.Error("still bound")
	}
}
