package tags

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
)

func testKinds() Kinds {
	return Kinds{Table: "here", Of: []Kind{
		{PK: "A#", SK: "PARTED", Free: []string{"count"}, Parts: []Part{{Tag: "tagEnded", Attributes: []string{"endedAt", "why"}}}},
		{PK: "A#", SK: "COUNTER", Untagged: true},
	}}
}

func keys(t testing.TB, ids ...string) *fieldcrypto.Sealer {
	t.Helper()
	var all fieldcrypto.KeyFiles
	for _, id := range ids {
		made, err := fieldcrypto.Generate(id)
		if err != nil {
			t.Fatal(err)
		}
		all.Integrity = append(all.Integrity, made.Integrity...)
	}
	v, err := fieldcrypto.New(all)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func s(v string) types.AttributeValue { return &types.AttributeValueMemberS{Value: v} }

func partedItem() Item {
	return Item{"pk": s("A#1"), "sk": s("PARTED"), "v": &types.AttributeValueMemberN{Value: "1"}, "holder": s("h"), "count": &types.AttributeValueMemberN{Value: "3"}, "ttl": &types.AttributeValueMemberN{Value: "9"}}
}

func put(t *testing.T, by *Tagger, made Item) Item {
	t.Helper()
	tagged, err := by.Put(made)
	if err != nil {
		t.Fatal(err)
	}
	if err := by.Check(tagged); err != nil {
		t.Fatalf("what was put is not what was tagged: %v", err)
	}
	return tagged
}

func TestATagIsOfItsTableItsKeyAndItsPart(t *testing.T) {
	v := keys(t, "k")
	here := NewTagger(testKinds(), v)
	is := put(t, here, partedItem())
	for name, change := range map[string]func(Item) *Tagger{
		"another table":           func(Item) *Tagger { return NewTagger(Kinds{Table: "there", Of: testKinds().Of}, v) },
		"another partition":       func(i Item) *Tagger { i["pk"] = s("A#2"); return here },
		"another sort key":        func(i Item) *Tagger { i["sk"] = s("PARTED2"); return here },
		"a part's tag instead":    func(i Item) *Tagger { i["endedAt"] = s("x"); i["tagEnded"] = i["tag"]; return here },
		"a part without its tag":  func(i Item) *Tagger { i["endedAt"] = s("x"); return here },
		"a part's tag alone":      func(i Item) *Tagger { i["tagEnded"] = i["tag"]; return here },
		"another key's":           func(Item) *Tagger { return NewTagger(testKinds(), keys(t, "k")) },
		"a key that is not there": func(i Item) *Tagger { i["tag"] = s("x." + strings.Split(str(i, "tag"), ".")[1]); return here },
		"a longer tag":            func(i Item) *Tagger { i["tag"] = s(str(i, "tag") + "A"); return here },
		"no tag but a number":     func(i Item) *Tagger { i["tag"] = i["v"]; return here },
	} {
		changed := Item{}
		for n, value := range is {
			changed[n] = value
		}
		by := change(changed)
		if err := by.Check(changed); !errors.Is(err, ErrTag) {
			t.Errorf("%s: %v", name, err)
		}
	}
	is["count"], is["ttl"] = s("other"), s("other")
	if err := here.Check(is); err != nil {
		t.Errorf("what no tag covers: %v", err)
	}
}

func TestAPartIsTaggedWithoutTheRest(t *testing.T) {
	by := NewTagger(testKinds(), keys(t, "k"))
	is := put(t, by, partedItem())
	part := Item{"pk": is["pk"], "sk": is["sk"], "endedAt": s("now"), "why": s("because")}
	tag, err := by.Part(part, "tagEnded")
	if err != nil {
		t.Fatal(err)
	}
	is["endedAt"], is["why"], is["tagEnded"] = part["endedAt"], part["why"], s(tag)
	if err := by.Check(is); err != nil {
		t.Error(err)
	}
	if again := put(t, by, is); str(again, "tagEnded") != tag {
		t.Error("an item put whole has another tag of its part")
	}
	if _, err := by.Part(part, "tagOther"); err == nil {
		t.Error("a part that is not there has a tag")
	}
}

func TestTheFirstKeyTagsAndAllCheck(t *testing.T) {
	files := func(order ...string) *Tagger {
		v, err := fieldcrypto.New(fieldcrypto.KeyFiles{Integrity: []byte(strings.Join(order, ""))})
		if err != nil {
			t.Fatal(err)
		}
		return NewTagger(testKinds(), v)
	}
	line := func(id string) string {
		made, err := fieldcrypto.Generate(id)
		if err != nil {
			t.Fatal(err)
		}
		return string(made.Integrity)
	}
	first, second := line("first"), line("second")
	is := put(t, files(first), partedItem())
	both := files(second, first)
	if err := both.Check(is); err != nil || both.HasCurrentTags(is) {
		t.Errorf("after a new key the old one's tag: %v, fresh %t", err, both.HasCurrentTags(is))
	}
	if again := put(t, both, is); !both.HasCurrentTags(again) || files(first).Check(again) == nil {
		t.Error("the first key of the file does not tag")
	}
	if err := files(second).Check(is); !errors.Is(err, ErrTag) {
		t.Errorf("once the old key is gone: %v", err)
	}
}

func TestWithoutTheKeyNothingIsTaggedOrBelieved(t *testing.T) {
	without := NewTagger(testKinds(), nil)
	if _, err := without.Put(partedItem()); !errors.Is(err, fieldcrypto.ErrNoIntegrityKey) {
		t.Errorf("put: %v", err)
	}
	is := put(t, NewTagger(testKinds(), keys(t, "k")), partedItem())
	if err := without.Check(is); !errors.Is(err, fieldcrypto.ErrNoIntegrityKey) {
		t.Errorf("check: %v", err)
	}
}

// Two contents never have the same encoding: moving bytes from the end of one attribute to the
// start of the next changes it.
func TestCanonicalIsInjective(t *testing.T) {
	everything := func(string) bool { return true }
	var of func(depth int) *rapid.Generator[types.AttributeValue]
	of = func(depth int) *rapid.Generator[types.AttributeValue] {
		word := rapid.SampledFrom([]string{"", "a", "b", "aS", "1", "S\x00\x00\x00\x01a"})
		return rapid.Custom(func(t *rapid.T) types.AttributeValue {
			most := 6
			if depth == 0 {
				most = 4
			}
			switch rapid.IntRange(0, most).Draw(t, "type") {
			case 0:
				return s(word.Draw(t, "S"))
			case 1:
				return &types.AttributeValueMemberB{Value: []byte(word.Draw(t, "B"))}
			case 2:
				return &types.AttributeValueMemberN{Value: word.Draw(t, "N")}
			case 3:
				return &types.AttributeValueMemberBOOL{Value: rapid.Bool().Draw(t, "BOOL")}
			case 4:
				return &types.AttributeValueMemberNULL{Value: true}
			case 5:
				return &types.AttributeValueMemberL{Value: rapid.SliceOfN(of(depth-1), 0, 3).Draw(t, "L")}
			}
			return &types.AttributeValueMemberM{Value: rapid.MapOfN(word, of(depth-1), 0, 3).Draw(t, "M")}
		})
	}
	items := rapid.MapOfN(rapid.SampledFrom([]string{"a", "b", "aS", "ab"}), of(2), 0, 3)
	rapid.Check(t, func(t *rapid.T) {
		a, b := items.Draw(t, "a"), items.Draw(t, "b")
		first, err := canonical(a, everything)
		if err != nil {
			t.Fatal(err)
		}
		second, err := canonical(b, everything)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Equal(first, second) != (show(a) == show(b)) {
			t.Fatalf("%s\n%s\n%x\n%x", show(a), show(b), first, second)
		}
	})
}

// show formats an item so that it can be compared: fmt sorts maps.
func show(of Item) string {
	var text func(types.AttributeValue) string
	text = func(v types.AttributeValue) string {
		switch v := v.(type) {
		case *types.AttributeValueMemberS:
			return fmt.Sprintf("S%q", v.Value)
		case *types.AttributeValueMemberB:
			return fmt.Sprintf("B%q", v.Value)
		case *types.AttributeValueMemberN:
			return fmt.Sprintf("N%q", v.Value)
		case *types.AttributeValueMemberBOOL:
			return fmt.Sprint(v.Value)
		case *types.AttributeValueMemberL:
			all := []string{}
			for _, m := range v.Value {
				all = append(all, text(m))
			}
			return fmt.Sprintf("L%q", all)
		case *types.AttributeValueMemberM:
			all := map[string]string{}
			for n, m := range v.Value {
				all[n] = text(m)
			}
			return fmt.Sprintf("M%q", all)
		}
		return "null"
	}
	all := map[string]string{}
	for n, v := range of {
		all[n] = text(v)
	}
	return fmt.Sprintf("%q", all)
}

// BenchmarkCheck measures the cost of checking the tags of an endorsement of usual size and of a
// photo.
func BenchmarkCheck(b *testing.B) {
	by := NewTagger(testKinds(), keys(b, "k"))
	for name, content := range map[string]types.AttributeValue{
		"record of 1.2 kB": s(strings.Repeat("x", 1200)), "picture of 40 kB": &types.AttributeValueMemberB{Value: make([]byte, 40_000)},
	} {
		is := partedItem()
		is["record"] = content
		tagged, err := by.Put(is)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := by.Check(tagged); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestWhoWasRenamedTwiceIsFoundByEitherName: a form of a number that a program before gave is none of today's.
func TestWhoWasRenamedTwiceIsFoundByEitherName(t *testing.T) {
	names := Names{"first": "second", "second": "now", "other": "others"}
	for _, name := range []string{"first", "second", "now"} {
		if got := names.CurrentName(name); got != "now" {
			t.Errorf("%s goes by %s", name, got)
		}
		made, changed := names.RenameItem(Item{"pk": s("HOLDER#" + name), "sk": s("x"), "holder": s(name)})
		if str(made, "pk") != "HOLDER#now" || str(made, "holder") != "now" || changed != (name != "now") {
			t.Errorf("what lies under %s is renamed %t to %v", name, changed, made)
		}
	}
}
