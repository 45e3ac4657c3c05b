package records_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// TestWhatTwoFormsOfANumberHadJoins: the entry of a present holder wins over that of a former one,
// whichever of them is under the former hash; a binding that exists stays.
func TestWhatTwoFormsOfANumberHadJoins(t *testing.T) {
	w := newFixture(t)
	put := func(pk, sk, name string, value types.AttributeValue) {
		w.write(t, map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: pk}, "sk": &types.AttributeValueMemberS{Value: sk},
			"v": &types.AttributeValueMemberN{Value: "1"}, name: value,
		})
	}
	former, at := &types.AttributeValueMemberBOOL{Value: true}, func(text string) types.AttributeValue { return &types.AttributeValueMemberS{Value: text} }
	put("HOLDER#old", "CERT#a", "x", former) // given to the other form and back
	put("HOLDER#now", "CERT#a", "former", former)
	put("HOLDER#old", "CERT#b", "former", former)
	put("HOLDER#now", "CERT#b", "x", former)
	put("HOLDER#old", "CERT#c", "former", former)
	put("BIND#old", "mohurd#a", "boundAt", at("2026-11-23T12:00:00+08:00"))
	put("BIND#now", "mohurd#a", "boundAt", at("2026-11-22T12:00:00+08:00"))
	put("BIND#old", "gjzwfw#a", "boundAt", at("2026-11-23T12:00:00+08:00"))
	n, err := w.Rename(t.Context(), 0, 1, tags.Names{"old": "now"}, false)
	if err != nil || n != 5 {
		t.Fatalf("%d items, %v", n, err)
	}
	got := map[string]bool{}
	for _, is := range w.cloud.Items(t, w.table) {
		text := func(name string) string {
			if v, ok := is[name].(*types.AttributeValueMemberS); ok {
				return v.Value
			}
			return ""
		}
		got[text("pk")+"|"+text("sk")+" "+text("boundAt")] = is["former"] != nil
	}
	want := map[string]bool{
		"HOLDER#now|CERT#a ": false, "HOLDER#now|CERT#b ": false, "HOLDER#now|CERT#c ": true,
		"BIND#now|mohurd#a 2026-11-22T12:00:00+08:00": false, "BIND#now|gjzwfw#a 2026-11-23T12:00:00+08:00": false,
	}
	for name, was := range want {
		if is, ok := got[name]; !ok || is != was {
			t.Errorf("%s: there %t, former %t", name, ok, is)
		}
	}
	if len(got) != len(want) {
		t.Errorf("there are %v", got)
	}
}

// TestACopyThatIsWithdrawnMeanwhileStaysSo: the holder withdraws an endorsement after Rename has
// read it and before Rename writes it.
func TestACopyThatIsWithdrawnMeanwhileStaysSo(t *testing.T) {
	w := newFixture(t)
	r := w.enter(t)
	e := entry(r, noon())
	w.endorse(t, e)
	beside := w.open(w.sealer)
	done := false // the table was scanned before its first change
	w.cloud.Transport.On(func(call recordstest.Call) recordstest.CallOutcome {
		if call == "TransactWriteItems" && !done {
			done = true
			if _, err := beside.Withdraw(t.Context(), r.Certificate.ID, r.Holder, e.Endorsement.ID, "误加注", noon()); err != nil {
				t.Error(err)
			}
		}
		return recordstest.Arrives
	})
	if _, err := w.Rename(t.Context(), 0, 1, tags.Names{r.Holder: "now"}, false); err != nil {
		t.Fatal(err)
	}
	x, err := w.Examine(t.Context(), records.Presented{Certificate: r.Certificate.ID, Endorsement: e.Endorsement.ID})
	if err != nil || x.Endorsement.Holder != "now" || x.Endorsement.WithdrawnAt == nil || x.Endorsement.WithdrawnWhy != "误加注" {
		t.Errorf("%+v, %v", x.Endorsement, err)
	}
}
