package statuslist

import (
	"encoding/base64"
	"testing"

	"pgregory.net/rapid"
)

// TestEveryCopyOfAListGetsAPlaceOfItsOwn goes through all numbers of a list.
func TestEveryCopyOfAListGetsAPlaceOfItsOwn(t *testing.T) {
	t.Parallel()
	key, taken := []byte("key"), make([]bool, Places)
	inOrder := 0
	for n := range int64(Places) {
		i := Scatter(key, n+Places)
		if again, ok := Unpack(i.Pack()); i.List() != 2 || !ok || again != i {
			t.Fatalf("the copy %d is in list %d", n+Places, i.List())
		}
		if taken[i.Place()] {
			t.Fatalf("the place %d is given twice", i.Place())
		}
		taken[i.Place()] = true
		if int64(i.Place()) == n {
			inOrder++
		}
	}
	if inOrder > 20 {
		t.Errorf("%d copies have the place of their number", inOrder)
	}
}

func TestAPackedIndexHasOneSpelling(t *testing.T) {
	for packed, want := range map[string]Index{
		"CAAAA": NewIndex(64, 0), "AAgAA": 0, "AB__-": 0, "ACAAA": NewIndex(1, 0), "_____": NewIndex(2047, Places-1),
		"AAAAA": 0, "": 0, "ACAA": 0, "AACAAA": 0, "AC AA": 0, "AC+AA": 0,
	} {
		if got, ok := Unpack(packed); ok != (want != 0) || ok && (got != want || got.Pack() != packed) {
			t.Errorf("%q is %d, %v", packed, got, ok)
		}
	}
}

func TestThePlacesFollowFromTheKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64Range(0, 1<<38).Draw(t, "a"), rapid.Int64Range(0, 1<<38).Draw(t, "b")
		key := rapid.SliceOfN(rapid.Byte(), 1, 32).Draw(t, "key")
		x, y := Scatter(key, a), Scatter(key, b)
		if (a == b) != (x == y) || x.List() != a/Places+1 || x != NewIndex(x.List(), x.Place()) {
			t.Fatalf("%d has %d, %d has %d", a, x, b, y)
		}
	})
	if first := Scatter([]byte("key"), 0); first != 807319 {
		t.Errorf("the first copy has %d: indices that were given could be given again", first)
	}
}

// TestAListIsPackedAsTheDraftSays: its example of two bits for each place (section 4.2).
func TestAListIsPackedAsTheDraftSays(t *testing.T) {
	l := NewList()
	for place, s := range []State{1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3} {
		l.Set(place, s)
	}
	if l[0] != 0xc9 || l[1] != 0x44 || l[2] != 0xf9 {
		t.Errorf("%x", []byte(l[:3]))
	}
}

func TestAPlaceSaysWhatWasSetLast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, want := NewList(), map[int]State{}
		for range rapid.IntRange(1, 60).Draw(t, "changes") {
			place := rapid.OneOf(rapid.IntRange(0, 9), rapid.IntRange(0, Places-1)).Draw(t, "place")
			want[place] = State(rapid.IntRange(0, 3).Draw(t, "state"))
			l.Set(place, want[place])
		}
		for place, s := range want {
			if l.At(place) != s {
				t.Fatalf("%d says %d, not %d", place, l.At(place), s)
			}
		}
	})
}

func TestAnAddressHasOneSpelling(t *testing.T) {
	for address, want := range map[string]int64{
		"https://a.example/v1/status-lists/1": 1, "https://a.example/v1/status-lists/2047": 2047,
		"https://a.example/v1/status-lists/0": 0, "https://a.example/v1/status-lists/01": 0, "https://a.example/v1/status-lists/+1": 0,
		"https://a.example/v1/status-lists/-1": 0, "https://a.example/v1/status-lists/1/": 0, "/v1/status-lists/1": 0, "": 0,
		"https://a.example/v1/status-lists/2048": 0, "https://a.example/v1/status-lists/1/v1/status-lists/1": 0,
	} {
		if origin, got, err := ParseAddress(address); got != want || (err == nil) != (want > 0) || err == nil && origin != "https://a.example" {
			t.Errorf("%s: %q, %d, %v", address, origin, got, err)
		}
	}
}

// TestAListIsAtMost250KBWhenSigned: a list that cannot be compressed has 64 bytes more with zlib, and is twice in base64.
func TestAListIsAtMost250KBWhenSigned(t *testing.T) {
	const zlib, claims = 64, 1024
	if n := base64.RawURLEncoding.EncodedLen(base64.RawURLEncoding.EncodedLen(Size+zlib)+claims) + claims; n > 250_000 {
		t.Error(n)
	}
}
