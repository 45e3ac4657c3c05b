package records_test

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/tags"
)

// anonymous is the entry of a verification of a copy by somebody who said nothing of themselves.
func anonymous(of records.Record, at time.Time) records.VerificationEntry {
	return records.VerificationEntry{
		ID: records.NewID(at), Holder: of.Holder, Version: of.Certificate.Version, Endorsement: records.NewID(at), Channel: "qr", Verdict: "valid",
	}
}

// TestAnEntryOfTheLedgerIsSmall: it is kept for three years, and most of what a verification costs is its size.
func TestAnEntryOfTheLedgerIsSmall(t *testing.T) {
	w := newFixture(t)
	r := w.enter(t)
	must.Do(w.AddVerification(t.Context(), r.Certificate.ID, anonymous(r, noon())))
	all := w.cloud.Items(t, w.ledger)
	if len(all) != 1 {
		t.Fatalf("%d items", len(all))
	}
	size := 0
	for name, value := range all[0] {
		switch v := value.(type) {
		case *types.AttributeValueMemberS:
			size += len(name) + len(v.Value)
		case *types.AttributeValueMemberB:
			size += len(name) + len(v.Value)
		case *types.AttributeValueMemberN:
			size += len(name) + 1 + (len(v.Value)+1)/2
		}
	}
	if size > 200 {
		t.Errorf("it has %d bytes: %v", size, all[0])
	}
	if items := w.cloud.Items(t, w.table); slices.ContainsFunc(items, func(i dynamo.Item) bool { return dynamo.Text(i, "pk")[:5] == "SEEN#" }) {
		t.Error("it is in the table of records, too")
	}
}

// addBoth adds entries in turn as programs before did and as they are added now, some of them as both, and
// returns them, the newest first.
func addBoth(w fixture, t *testing.T, of records.Record, many int) []records.VerificationEntry {
	t.Helper()
	var all []records.VerificationEntry
	for i := range many {
		seen := anonymous(of, noon().AddDate(0, 0, i))
		if i%3 != 0 {
			must.Do(w.AddVerification(t.Context(), of.Certificate.ID, seen))
		}
		if i%3 != 1 {
			must.Do(w.WriteFormerItems().AddVerification(t.Context(), of.Certificate.ID, seen))
		}
		all = append(all, seen)
	}
	slices.Reverse(all)
	return all
}

// formerEntries returns the entries in the table of records, by their identifier.
func (w fixture) formerEntries(t *testing.T) map[string]dynamo.Item {
	t.Helper()
	found := map[string]dynamo.Item{}
	for _, item := range w.cloud.Items(t, w.table) {
		if strings.HasPrefix(dynamo.Text(item, "pk"), "SEEN#") {
			found[dynamo.Text(item, "id")] = item
		}
	}
	return found
}

func TestTheLedgerIsReadFromBothTablesAndMovedToItsOwn(t *testing.T) {
	w := newFixture(t)
	r := w.enter(t)
	want := addBoth(w, t, r, 9)
	check := func(when string) {
		t.Helper()
		for size := 1; size <= len(want)+1; size++ {
			if diff := cmp.Diff(want, listVerifications(w, t, r, records.Period{}, size)); diff != "" {
				t.Errorf("%s, in pages of %d: %s", when, size, diff)
			}
		}
		if got := listVerifications(w, t, records.Record{Certificate: r.Certificate, Holder: "another"}, records.Period{}, 5); len(got) > 0 {
			t.Errorf("%s, another holder is shown %d", when, len(got))
		}
	}
	former := func() int { return len(w.formerEntries(t)) }
	move := func(how records.Migration) int {
		return must.Get(w.MoveLedger(t.Context(), 0, 1, how, func(err error) { t.Error(err) }))
	}
	check("before the move")
	if n := move(records.Migration{Dry: true}); n != 6 || former() != 6 {
		t.Errorf("counted %d, left %d", n, former())
	}
	if n := move(records.Migration{Keep: true}); n != 0 || former() != 6 {
		t.Errorf("before a deployment %d are moved, left %d", n, former())
	}
	check("after counting")
	for _, item := range w.cloud.Items(t, w.table) {
		if dynamo.Text(item, "id") == want[0].ID {
			wrong := maps.Clone(item)
			wrong["asker"] = dynamo.String("nobody")
			w.putUntagged(t, wrong)
			if n := move(records.Migration{}); n != 5 || former() != 1 {
				t.Errorf("beside one with a wrong tag, moved %d, left %d", n, former())
			}
			w.putUntagged(t, item)
		}
	}
	if n := move(records.Migration{}); n != 1 || former() != 0 {
		t.Errorf("moved %d, left %d", n, former())
	}
	check("after the move")
	if n := move(records.Migration{}); n != 0 {
		t.Errorf("again, moved %d", n)
	}
	ends := map[string]int64{}
	for _, item := range w.cloud.Items(t, w.ledger) {
		ends[dynamo.Text(item, "sk")] = dynamo.Number(item, "ttl")
	}
	for _, e := range want {
		if got := ends[e.ID]; got != e.Time().Add(records.VerificationEntryLife).Unix() {
			t.Errorf("%s ends at %d", e.ID, got)
		}
	}
}

// TestAnEntryFollowsItsHolderToAnotherName: an entry of the ledger names its holder by bytes.
func TestAnEntryFollowsItsHolderToAnotherName(t *testing.T) {
	w := newFixture(t)
	r := w.enter(t)
	seen := anonymous(r, noon())
	must.Do(w.AddVerification(t.Context(), r.Certificate.ID, seen))
	now := w.HolderKey("111", "another")
	names := tags.Names{r.Holder: now}
	if n, err := w.Rename(t.Context(), 0, 1, names, true); err != nil || n == 0 {
		t.Errorf("would rename %d, %v", n, err)
	}
	if got := listVerifications(w, t, r, records.Period{}, 5); len(got) != 1 {
		t.Errorf("counting renamed: %v", got)
	}
	must.Get(w.Rename(t.Context(), 0, 1, names, false))
	seen.Holder = now
	if diff := cmp.Diff([]records.VerificationEntry{seen}, listVerifications(w, t, records.Record{Certificate: r.Certificate, Holder: now}, records.Period{}, 5)); diff != "" {
		t.Error(diff)
	}
}

// TestAnEntryIsNotRemovedForAnotherInItsPlace: a move removes an entry only where the ledger has the same.
func TestAnEntryIsNotRemovedForAnotherInItsPlace(t *testing.T) {
	another := func(seen *records.VerificationEntry) { seen.Verdict = "invalid" }
	for name, c := range map[string]struct {
		enter func(*records.VerificationEntry)
		item  func(dynamo.Item)
		left  bool
	}{
		"the same":            {},
		"of another verdict":  {enter: another, left: true},
		"with a wrong tag":    {item: func(i dynamo.Item) { i["is"] = dynamo.String("invalid") }, left: true},
		"without a tag":       {item: func(i dynamo.Item) { delete(i, tags.Attribute) }, left: true},
		"that ends too early": {item: func(i dynamo.Item) { i["ttl"] = dynamo.Int(noon().Unix()) }, left: true},
		"that never ends":     {item: func(i dynamo.Item) { delete(i, "ttl") }, left: true},
		"of no such version":  {item: func(i dynamo.Item) { i["v"] = dynamo.Int(9) }, left: true},
		"with nothing but keys": {item: func(i dynamo.Item) {
			maps.DeleteFunc(i, func(name string, _ types.AttributeValue) bool { return name != "pk" && name != "sk" })
		}, left: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newFixture(t)
			r := w.enter(t)
			seen, other := anonymous(r, noon()), anonymous(r, noon().AddDate(0, 0, 1))
			for _, e := range []records.VerificationEntry{seen, other} {
				must.Do(w.WriteFormerItems().AddVerification(t.Context(), r.Certificate.ID, e))
			}
			there := seen
			if c.enter != nil {
				c.enter(&there)
			}
			must.Do(w.AddVerification(t.Context(), r.Certificate.ID, there))
			place := w.cloud.Items(t, w.ledger)[0]
			if c.item != nil {
				c.item(place)
				w.putInto(t, w.ledger, place)
			}
			var left []error
			move := func() int {
				left = nil
				return must.Get(w.MoveLedger(t.Context(), 0, 1, records.Migration{}, func(err error) { left = append(left, err) }))
			}
			moved, want := 2, map[string]bool{}
			if c.left {
				moved, want = 1, map[string]bool{seen.ID: true}
			}
			if n := move(); n != moved || len(left) != len(want) {
				t.Errorf("moved %d, left %v", n, left)
			}
			for _, err := range left {
				if !errors.Is(err, records.ErrPlaceTaken) || !strings.Contains(err.Error(), seen.ID) {
					t.Error(err)
				}
			}
			stays := map[string]bool{}
			for id := range w.formerEntries(t) {
				stays[id] = true
			}
			if diff := cmp.Diff(want, stays); diff != "" {
				t.Error(diff)
			}
			for _, item := range w.cloud.Items(t, w.ledger) {
				if dynamo.Text(item, "sk") == seen.ID && !reflect.DeepEqual(item, place) {
					t.Errorf("what was in the place is now %v", item)
				}
			}
			must.Get(w.cloud.Tables().DeleteItem(t.Context(), &dynamodb.DeleteItemInput{
				TableName: &w.ledger, Key: dynamo.KeyOf(place).Item(),
			}))
			if n := move(); n != len(want) || len(left) > 0 || len(w.formerEntries(t)) > 0 {
				t.Errorf("with the place free, moved %d, left %v", n, left)
			}
		})
	}
}

// TestAnEntryThatIsMovedEndsWhenItShould: nothing protected the end that it had before.
func TestAnEntryThatIsMovedEndsWhenItShould(t *testing.T) {
	w := newFixture(t)
	r := w.enter(t)
	seen := anonymous(r, noon())
	must.Do(w.WriteFormerItems().AddVerification(t.Context(), r.Certificate.ID, seen))
	former := w.formerEntries(t)[seen.ID]
	former["ttl"] = dynamo.Int(noon().Unix())
	w.putUntagged(t, former)
	check := func(want int) {
		t.Helper()
		var found []tags.Finding
		must.Do(w.Check(t.Context(), 0, 1, func(string) time.Time { return time.Time{} }, func(f tags.Finding) { found = append(found, f) }))
		if len(found) != want {
			t.Errorf("found %v", found)
		}
	}
	check(1)
	must.Get(w.MoveLedger(t.Context(), 0, 1, records.Migration{}, func(err error) { t.Error(err) }))
	check(0)
}
