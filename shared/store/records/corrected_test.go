package records_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

const otherNumber = "310101198506150016"

// correct changes the holder of a certificate as earlier programs did, which kept the same
// certificate. The present program must read what they stored.
func (w fixture) correct(t *testing.T, before records.Record, idNumber string) records.Record {
	t.Helper()
	return recordstest.ChangeHolder(t, w.cloud, w.table, w.Store, w.sealer, before.Certificate.ID, func(c *certificate.Certificate) {
		c.Holder.IDNumber = idNumber
	})
}

// usedCopy is a copy with a withdrawal, a consent, a verification and the other items made from it.
type usedCopy struct {
	records.Entry
	consent      records.Consent
	secret       string
	verification records.VerificationEntry
}

func (w fixture) use(t *testing.T, r records.Record, at time.Time) usedCopy {
	t.Helper()
	u := usedCopy{Entry: entry(r, at)}
	u.Quota = 4
	w.endorse(t, u.Entry)
	u.consent = records.Consent{
		ID: records.NewID(at), Endorsement: u.Endorsement.ID, Fields: records.ConsentFields(), To: "丙", Until: at.Add(24 * time.Hour),
	}
	var err error
	if u.secret, err = w.PutConsent(t.Context(), r, u.consent); err != nil {
		t.Fatal(err)
	}
	u.verification = records.VerificationEntry{
		ID: records.NewID(at), Holder: r.Holder, Version: r.Certificate.Version, Channel: "qr", Verdict: "valid", Endorsement: u.Endorsement.ID,
	}
	if err := w.AddVerification(t.Context(), r.Certificate.ID, u.verification); err != nil {
		t.Fatal(err)
	}
	return u
}

func TestANewHolderFindsNothingOfTheFormer(t *testing.T) {
	w := newFixture(t)
	former := w.enter(t)
	made := w.use(t, former, noon())
	now := w.correct(t, former, otherNumber)
	id := now.Certificate.ID

	if ids, next := w.history(t, now, records.Period{Limit: 1}); ids != nil || next != "" {
		t.Errorf("the history shows %v, then %q", ids, next)
	}
	if got := listVerifications(w, t, now, records.Period{}, 1); got != nil {
		t.Errorf("the ledger shows %+v", got)
	}
	consents, err := w.Consents(t.Context(), id, now.Holder, made.Endorsement.ID, noon())
	if err != nil || consents != nil {
		t.Errorf("the consents are %+v, %v", consents, err)
	}
	f, err := w.ReadCertificate(t.Context(), id, records.Person{Holder: now.Holder, Portal: "mohurd"}, records.ReadOptions{Images: true, Key: made.Key, Day: made.Day})
	if err != nil || f.Answered != nil || f.MadeToday != 0 || f.Photo != nil || f.Signature != nil || f.Latest != "" {
		t.Errorf("the view has %+v, %v", f, err)
	}
	absent := records.NewID(noon())
	for name, ask := range map[string]func(id string) error{
		"reading": func(e string) error {
			_, err := w.ReadEndorsement(t.Context(), id, records.Person{Holder: now.Holder, Portal: "mohurd"}, e)
			return err
		},
		"withdrawing": func(e string) error {
			_, err := w.Withdraw(t.Context(), id, now.Holder, e, "", noon())
			return err
		},
	} {
		theirs, nobodys := ask(made.Endorsement.ID), ask(absent)
		wantError(t, theirs, records.ErrEndorsementNotFound)
		if a, b := fmt.Sprint(theirs), fmt.Sprint(nobodys); a != b {
			t.Errorf("%s tells a former holder's from none: %s, %s", name, a, b)
		}
	}
	wantError(t, w.RevokeConsent(t.Context(), id, now.Holder, made.Endorsement.ID, made.consent.ID, noon()), records.ErrConsentNotFound)

	mine := entry(now, noon().Add(time.Minute))
	mine.Key, mine.Quota = made.Key, 1 // the former holder's key, and a day on which they had made one copy
	w.endorse(t, mine)
	if ids, _ := w.history(t, now, records.Period{}); !slices.Equal(ids, []string{mine.Endorsement.ID}) {
		t.Errorf("the history shows %v", ids)
	}
	if ids, _ := w.history(t, former, records.Period{}); !slices.Equal(ids, []string{made.Endorsement.ID}) {
		t.Errorf("what was made for the former holder is %v", ids)
	}
	kept, err := w.ListFormerCertificates(t.Context(), former.Holder)
	if err != nil || !slices.Equal(kept, []string{id}) {
		t.Errorf("formerly theirs: %v, %v", kept, err)
	}
	wantError(t, w.Bind(t.Context(), id, records.Person{Holder: former.Holder, Portal: "gjzwfw"}, noon()), records.ErrCertificateNotFound)
}

func TestAFormerHoldersCopyTellsNothingOfTheNewHolder(t *testing.T) {
	w := newFixture(t)
	former := w.enter(t)
	made := w.use(t, former, noon())
	now := w.correct(t, former, otherNumber)
	got, err := w.Examine(t.Context(), records.Presented{Certificate: now.Certificate.ID, Endorsement: made.Endorsement.ID, Consent: made.secret})
	if err != nil {
		t.Fatal(err)
	}
	want := records.PresentedRecord{
		Record: records.Record{
			Certificate: certificate.Certificate{ID: now.Certificate.ID, Scheme: "constructor-1", Version: "002"},
			Holder:      now.Holder, HeldFrom: "002", Revision: 2,
		},
		Endorsement: &made.Endorsement,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnEndorsementUnderWayDoesNotLandForTheNewHolder(t *testing.T) {
	w := newFixture(t)
	former := w.enter(t)
	e := entry(former, noon())
	now := w.correct(t, former, otherNumber)
	_, err := w.Endorse(t.Context(), e)
	wantError(t, err, records.ErrCertificateChanged)
	e.Revision = now.Revision
	_, err = w.Endorse(t.Context(), e)
	wantError(t, err, records.ErrCertificateChanged)
}

// A void copy stays void: the certificate comes back like a new one.
func TestACertificateThatComesBackBringsNoCopyBack(t *testing.T) {
	w := newFixture(t)
	first := w.enter(t)
	made := w.use(t, first, noon())
	back := w.correct(t, w.correct(t, first, otherNumber), idNumber)
	if back.Holder != first.Holder || back.Holding().Covers(made.Endorsement.Holder, made.Endorsement.CertVersion) || w.latestEndorsement(t, back) != "" {
		t.Errorf("it came back as %+v", back)
	}
	got, err := w.Examine(t.Context(), records.Presented{Certificate: back.Certificate.ID, Endorsement: made.Endorsement.ID, Consent: made.secret})
	if err != nil || got.Consent != nil || got.Photo != nil || got.Certificate.Holder.Name != "" {
		t.Errorf("the copy shows %+v, %v", got, err)
	}
	if ids, _ := w.history(t, back, records.Period{}); !slices.Equal(ids, []string{made.Endorsement.ID}) {
		t.Errorf("its maker sees %v", ids)
	}
	again := entry(back, noon().Add(time.Minute))
	w.endorse(t, again)
	held, err := w.ByHolder(t.Context(), records.Person{Holder: back.Holder, Portal: "mohurd"})
	if err != nil || len(held) != 1 || w.latestEndorsement(t, back) != again.Endorsement.ID || !held[0].Holding().Covers(back.Holder, again.Endorsement.CertVersion) {
		t.Errorf("held %+v, %v", held, err)
	}
	if other, err := w.ByHolder(t.Context(), records.Person{Holder: w.HolderKey("111", otherNumber), Portal: "mohurd"}); err != nil || len(other) != 0 {
		t.Errorf("the other holds %v, %v", other, err)
	}
}

// Entries of two people alternate; each person's pages are full.
func TestPagesAreFullWhileTheySkipAnothersEntries(t *testing.T) {
	w := newFixture(t)
	r := w.enter(t)
	made, seen := map[string][]string{}, map[string][]string{}
	var theirs string
	for turn := range 3 {
		for i := range 4 {
			u := w.use(t, r, noon().Add(time.Duration(turn*60+i)*time.Minute).AddDate(0, 0, 2*turn))
			made[r.Holder] = append(made[r.Holder], u.Endorsement.ID)
			seen[r.Holder] = append(seen[r.Holder], u.verification.ID)
			if turn == 1 {
				theirs = u.Endorsement.ID
			}
		}
		if turn < 2 {
			r = w.correct(t, r, map[int]string{0: otherNumber, 1: idNumber}[turn])
		}
	}
	mine := slices.Clone(made[r.Holder])
	slices.Reverse(mine)
	slices.Reverse(seen[r.Holder])
	for size := 1; size <= 9; size++ {
		var got []string
		for p := (records.Period{Limit: size}); ; {
			ids, next := w.history(t, r, p)
			if want := min(size, len(mine)-len(got)); len(ids) != want {
				t.Fatalf("a page of %d has %d, want %d", size, len(ids), want)
			}
			got = append(got, ids...)
			if p.Cursor = next; next == "" {
				break
			}
			if !slices.Contains(mine, next) {
				t.Errorf("the cursor %s is another's", next)
			}
		}
		if diff := cmp.Diff(mine, got); diff != "" {
			t.Errorf("pages of %d: %s", size, diff)
		}
		var shown []string
		for _, s := range listVerifications(w, t, r, records.Period{}, size) {
			shown = append(shown, s.ID)
		}
		if diff := cmp.Diff(seen[r.Holder], shown); diff != "" {
			t.Errorf("the ledger by %d: %s", size, diff)
		}
	}
	at, err := records.TimeOf(theirs)
	if err != nil {
		t.Fatal(err)
	}
	named, _ := w.history(t, r, records.Period{Cursor: theirs})
	guessed, _ := w.history(t, r, records.Period{Cursor: records.NewID(at)})
	if diff := cmp.Diff(guessed, named); diff != "" || len(named) != 4 {
		t.Errorf("a cursor that names another's entry is known from one that names none: %s", diff)
	}
}

// A store with only the integrity key stands for the verify function: it decrypts no field.
func TestAConsentToTheIDNumberOpensWithItsSecretAlone(t *testing.T) {
	w := newFixture(t)
	r := w.enter(t)
	made := w.use(t, r, noon())
	public := w.open(w.integrity)
	exhibit := records.Presented{Certificate: r.Certificate.ID, Endorsement: made.Endorsement.ID, Consent: made.secret}
	got, err := public.Examine(t.Context(), exhibit)
	if err != nil || got.Consent == nil || got.Consent.IDNumber != idNumber || got.Certificate.Holder.IDNumber != "" {
		t.Fatalf("%+v, %v", got, err)
	}
	if byNumber, err := public.ByNumber(t.Context(), r.Certificate.Number); err != nil || byNumber.Certificate.Holder.IDNumber != "" {
		t.Errorf("%+v, %v", byNumber, err)
	}
	if err := public.AddVerification(t.Context(), r.Certificate.ID, made.verification); err != nil {
		t.Error(err)
	}
	for _, item := range w.cloud.Items(t, w.table) {
		if text := fmt.Sprintf("%+v", flattenItem(item)); strings.Contains(text, idNumber) || strings.Contains(text, made.secret) {
			t.Errorf("a secret can be read in %s", text)
		}
	}

	other := made.consent
	other.ID = records.NewID(noon().Add(time.Second))
	second, err := w.PutConsent(t.Context(), r, other)
	if err != nil {
		t.Fatal(err)
	}
	w.swap(t, r.Certificate.ID, made.consent.ID, other.ID)
	exhibit.Consent = second
	if got, err := public.Examine(t.Context(), exhibit); err == nil {
		t.Errorf("what was sealed for one consent opens for another: %+v", got.Consent)
	}

	if err := w.RevokeConsent(t.Context(), r.Certificate.ID, r.Holder, made.Endorsement.ID, made.consent.ID, noon()); err != nil {
		t.Fatal(err)
	}
	for _, item := range w.cloud.Items(t, w.table) {
		if sk, _ := flattenItem(item)["sk"].(string); strings.HasSuffix(sk, made.consent.ID) && item["idNo"] != nil {
			t.Error("a consent that was ended holds the number still")
		}
	}
}

// swap moves the encrypted number of one consent into another.
func (w fixture) swap(t *testing.T, certID, from, to string) {
	t.Helper()
	place := func(id string) map[string]types.AttributeValue {
		return map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "COPY#" + certID}, "sk": &types.AttributeValueMemberS{Value: "CONSENT#" + id},
		}
	}
	read, err := w.cloud.Tables().GetItem(t.Context(), &dynamodb.GetItemInput{TableName: &w.table, Key: place(from)})
	if err != nil || read.Item["idNo"] == nil {
		t.Fatalf("%v, %v", read, err)
	}
	_, err = w.cloud.Tables().UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: &w.table, Key: place(to), UpdateExpression: ptr("SET idNo = :n"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":n": read.Item["idNo"]},
	})
	if err != nil {
		t.Fatal(err)
	}
}
