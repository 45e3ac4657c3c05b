package records_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// endings returns the retention ends of all endorsements in the table; 0 means none.
func (w fixture) endings(t *testing.T) (all []int64) {
	t.Helper()
	out, err := w.cloud.Tables().Scan(t.Context(), &dynamodb.ScanInput{
		TableName: &w.table, FilterExpression: aws.String("begins_with(sk, :e)"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":e": &types.AttributeValueMemberS{Value: "ENDORSE#"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range out.Items {
		var ends int64
		if n, ok := item["ttl"].(*types.AttributeValueMemberN); ok {
			ends = int64Of(t, n.Value)
		}
		all = append(all, ends)
	}
	return all
}

// TestAnEndorsementHasAnEndOfKeeping: an endorsement holds purpose and recipient, so it is not kept
// for ever.
func TestAnEndorsementHasAnEndOfKeeping(t *testing.T) {
	w := newFixture(t)
	r := w.enter(t)
	e := entry(r, noon())
	w.endorse(t, e)
	last := e.Endorsement.UseUntil.AddDays(1200)
	want := time.Date(last.Year, last.Month, last.Day, 0, 0, 0, 0, civil.Zone()).AddDate(0, 0, 1).Unix()
	if got := w.endings(t); len(got) != 1 || got[0] != want {
		t.Errorf("it ends %v, want %d", got, want)
	}
	if _, err := w.Withdraw(t.Context(), r.Certificate.ID, r.Holder, e.Endorsement.ID, "", noon()); err != nil {
		t.Fatal(err)
	}
	if got := w.endings(t); got[0] != want {
		t.Errorf("withdrawn it ends %v, want %d", got, want)
	}
}

// TestEndorsementsOfBeforeGetAnEnd: endorsements stored without a retention end get the same one.
func TestEndorsementsOfBeforeGetAnEnd(t *testing.T) {
	w := newFixture(t)
	r := w.enter(t)
	var want []int64
	for i := range 3 {
		e := entry(r, noon().Add(time.Duration(i)*time.Minute))
		w.endorse(t, e)
		want = append(want, endorsement.RecordUntil(e.Endorsement.UseUntil).End().Unix())
		w.forgetEnding(t, r, e.Endorsement)
	}
	run := func(dry bool) (ended int) {
		for part := range 2 {
			n, err := w.MigrateEndings(t.Context(), part, 2, records.Migration{Now: noon(), Dry: dry})
			if err != nil {
				t.Fatal(err)
			}
			ended += n
		}
		return ended
	}
	if n := run(true); n != 3 || w.endings(t)[0] != 0 {
		t.Errorf("a dry run counts %d and leaves %v", n, w.endings(t))
	}
	if n, again := run(false), run(false); n != 3 || again != 0 {
		t.Errorf("%d got an end, then %d", n, again)
	}
	for i, got := range w.endings(t) {
		if got != want[i] {
			t.Errorf("number %d ends %d, want %d", i, got, want[i])
		}
	}
}

func (w fixture) forgetEnding(t *testing.T, r records.Record, e endorsement.Endorsement) {
	t.Helper()
	at := e.MadeAt.UTC().Format("2006-01-02T15:04:05.000Z")
	_, err := w.cloud.Tables().UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: &w.table, UpdateExpression: aws.String("REMOVE #ttl"), ExpressionAttributeNames: map[string]string{"#ttl": "ttl"},
		Key: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "COPY#" + r.Certificate.ID},
			"sk": &types.AttributeValueMemberS{Value: "ENDORSE#" + at + "#" + e.ID},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func int64Of(t *testing.T, digits string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
