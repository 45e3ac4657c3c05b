package records_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// endorsementItems are the items of the endorsements in the table.
func (w fixture) endorsementItems(t *testing.T) (all []dynamo.Item) {
	t.Helper()
	for _, item := range w.cloud.Items(t, w.table) {
		if strings.HasPrefix(dynamo.Text(item, "sk"), "ENDORSE#") {
			all = append(all, item)
		}
	}
	return all
}

// TestAnEndorsementIsReadInEitherForm: packed, and as programs before wrote it, which FormerItems writes.
func TestAnEndorsementIsReadInEitherForm(t *testing.T) {
	w := newFixture(t)
	r := w.enter(t)
	former := w
	former.Store = w.WriteFormerItems()
	var want []endorsement.Endorsement
	for i, by := range []fixture{w, former, w, former} {
		e := entry(r, noon().AddDate(0, 0, i))
		e.Endorsement.QR = "https://jiazhu.example.cn/v#eyJhbGciOiJFUzI1NiJ9.WyJ4Il0.YWJj"
		by.endorse(t, e)
		want = append([]endorsement.Endorsement{e.Endorsement}, want...)
	}
	packed, plain := 0, 0
	for _, item := range w.endorsementItems(t) {
		switch _, isPacked := item["r"].(*types.AttributeValueMemberB); {
		case isPacked && item["record"] == nil:
			packed++
		case !isPacked && dynamo.Text(item, "record") != "":
			plain++
		}
	}
	if packed != 2 || plain != 2 {
		t.Errorf("%d are packed and %d are as before", packed, plain)
	}
	for _, by := range []fixture{w, former} {
		page := must.Get(by.History(t.Context(), r.Certificate.ID, r.Holder, records.Period{Limit: 10}))
		if diff := cmp.Diff(want, page.Items); diff != "" {
			t.Error(diff)
		}
		for _, e := range want {
			if _, got, err := by.ForVerify(t.Context(), r.Certificate.ID, e.ID); err != nil {
				t.Error(err)
			} else if diff := cmp.Diff(e, *got); diff != "" {
				t.Error(diff)
			}
		}
	}
	if _, err := w.Withdraw(t.Context(), r.Certificate.ID, r.Holder, want[0].ID, "误", noon()); err != nil {
		t.Error(err)
	}
	if _, got, err := w.ForVerify(t.Context(), r.Certificate.ID, want[0].ID); err != nil || got.WithdrawnAt == nil || got.WithdrawnWhy != "误" {
		t.Errorf("a packed one that is withdrawn: %+v, %v", got, err)
	}
}
