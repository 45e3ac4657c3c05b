package records

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
)

func TestKeysSortAsTimeDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		moment := rapid.Int64Range(0, 253402300799999) // until the year 9999
		a, b := moment.Draw(t, "a"), moment.Draw(t, "b")
		first, err := endorsementKey("C", NewID(time.UnixMilli(a)))
		if err != nil {
			t.Fatal(err)
		}
		second, err := endorsementKey("C", NewID(time.UnixMilli(b)))
		if err != nil {
			t.Fatal(err)
		}
		if a != b && (a < b) != (first.SK < second.SK) {
			t.Fatalf("%d and %d have the keys %s and %s", a, b, first.SK, second.SK)
		}
	})
}

func TestAnOldNumberAndItsModernFormAreOne(t *testing.T) {
	s := New(nil, Tables{}, nil, must.Get(scheme.Load()).Numbers())
	for printed, want := range map[string]string{
		"京1112019202000001": "京1112019202000001",
		"京111192000001":     "京1112019202000001",
		"no number at all":  "no number at all",
	} {
		if got := s.numberKey(printed).PK; got != prefixNumber+want {
			t.Errorf("%s is looked up as %s, want %s", printed, got, want)
		}
	}
}

func TestAPersonHasOneKeyHoweverTheirDocumentIsWritten(t *testing.T) {
	files, err := fieldcrypto.Generate("test")
	if err != nil {
		t.Fatal(err)
	}
	names, err := fieldcrypto.New(files)
	if err != nil {
		t.Fatal(err)
	}
	s := New(nil, Tables{}, names, nil)
	for _, pair := range [][3]string{
		{"111", "11010119560701002x", "11010119560701002X"}, {"414", "e1234 5678", "E12345678"},
	} {
		if s.HolderKey(pair[0], pair[1]) != s.HolderKey(pair[0], pair[2]) {
			t.Errorf("%s and %s are two people", pair[1], pair[2])
		}
	}
	if s.HolderKey("414", "E12345678") == s.HolderKey("411", "E12345678") || s.HolderKey("414", "E12345678") == s.HolderKey("414", "E12345679") {
		t.Error("two people are one")
	}
}

func FuzzTimeOf(f *testing.F) {
	f.Add("01KAQV0000CERT0000ZHANGSAN")
	f.Add(NewID(time.UnixMilli(1763864527412)))
	f.Add("7ZZZZZZZZZZZZZZZZZZZZZZZZZ")
	f.Fuzz(func(t *testing.T, id string) {
		at, err := TimeOf(id)
		if err != nil {
			return
		}
		if len(id) != 26 || strings.ToUpper(id) != id || strings.ContainsAny(id, "#|") {
			t.Fatalf("%q passes for an identifier", id)
		}
		if _, err := endorsementKey("C", id); err != nil {
			t.Fatalf("%q at %s has no key: %v", id, at, err)
		}
	})
}
