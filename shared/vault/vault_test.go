package vault_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/vault"
)

const place = "account/idNo/mohurd/zhang"

func generate(t *testing.T, id string) []byte {
	t.Helper()
	file, err := vault.Generate(id)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func open(t *testing.T, file []byte) *vault.Vault {
	t.Helper()
	v, err := vault.New(file)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestWhatIsSealedOpensAtItsPlaceOnly(t *testing.T) {
	v := open(t, generate(t, "2026-11"))
	rapid.Check(t, func(t *rapid.T) {
		plain, aad, other := rapid.String().Draw(t, "plain"), rapid.String().Draw(t, "aad"), rapid.String().Draw(t, "other")
		sealed, err := v.Seal(plain, aad)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := v.Open(sealed, aad); err != nil || got != plain {
			t.Fatalf("Open = %q, %v; want %q", got, err, plain)
		}
		if got, err := v.Open(sealed, other); other != aad && !errors.Is(err, vault.ErrOpen) {
			t.Fatalf("Open at another place = %q, %v; want ErrOpen", got, err)
		}
	})
}

func TestAChangedByteDoesNotOpen(t *testing.T) {
	v := open(t, generate(t, "k"))
	sealed, err := v.Seal("110101198001010010", place)
	if err != nil {
		t.Fatal(err)
	}
	for i := range sealed {
		changed := []byte(sealed)
		changed[i] ^= 1
		if _, err := v.Open(string(changed), place); !errors.Is(err, vault.ErrOpen) {
			t.Errorf("byte %d changed: %v; want ErrOpen", i, err)
		}
	}
}

func TestTheSealedTextShowsNothingAndNeverRepeats(t *testing.T) {
	v := open(t, generate(t, "k"))
	first, _ := v.Seal("13800000000", place)
	second, _ := v.Seal("13800000000", place)
	if first == second || strings.Contains(first, "13800000000") {
		t.Errorf("sealed twice: %s and %s", first, second)
	}
}

func TestRotation(t *testing.T) {
	oldFile := generate(t, "old")
	before := open(t, oldFile)
	sealed, err := before.Seal("13800000000", place)
	if err != nil {
		t.Fatal(err)
	}
	fresh := strings.SplitAfter(string(generate(t, "new")), "\n")
	rotated := open(t, []byte(fresh[1]+string(oldFile)))

	if got, err := rotated.Open(sealed, place); err != nil || got != "13800000000" {
		t.Errorf("after rotation the old text opens as %q, %v", got, err)
	}
	again, err := rotated.Seal("13800000000", place)
	if err != nil || !strings.HasPrefix(again, "f1.new.") {
		t.Errorf("after rotation it seals with %q, %v; want the first key", again, err)
	}
	if _, err := before.Open(again, place); !errors.Is(err, vault.ErrOpen) {
		t.Errorf("a vault without the new key: %v; want ErrOpen", err)
	}
	if before.Hash("holder", "111", "1") != rotated.Hash("holder", "111", "1") {
		t.Error("rotation changed the names of things")
	}
}

func TestHashSeparatesItsParts(t *testing.T) {
	v := open(t, bytes.Repeat([]byte{7}, 32))
	seen := map[string][]string{}
	for _, parts := range [][]string{{"a", "bc"}, {"ab", "c"}, {"abc"}, {"abc", ""}, {"", "abc"}, {}} {
		h := v.Hash("holder", parts...)
		if len(h) != 43 {
			t.Errorf("Hash is %d characters, want 43", len(h))
		}
		if other, ok := seen[h]; ok {
			t.Errorf("%q and %q have one name", parts, other)
		}
		seen[h] = parts
	}
	if v.Hash("holder", "x") == v.Hash("phone", "x") {
		t.Error("two domains give one name")
	}
	if v.Hash("holder", "x") == open(t, bytes.Repeat([]byte{8}, 32)).Hash("holder", "x") {
		t.Error("two keys give one name")
	}
}

func TestKeyFilesThatAreRefused(t *testing.T) {
	good := string(generate(t, "k"))
	lines := strings.SplitAfter(good, "\n")
	for name, file := range map[string]string{
		"empty":                "",
		"no field key":         lines[0],
		"no names key":         lines[1],
		"two names keys":       good + lines[0],
		"one id twice":         good + lines[1],
		"short key":            lines[0] + "field k AAAA\n",
		"unknown word":         good + "other x\n",
		"id with a dot":        lines[0] + strings.Replace(lines[1], "field k", "field k.1", 1),
		"31 raw bytes":         strings.Repeat("x", 31),
		"key with bad base64 ": lines[0] + "field k ????\n",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := vault.New([]byte(file)); err == nil {
				t.Error("accepted")
			} else if strings.Contains(err.Error(), strings.Fields(good)[1]) {
				t.Errorf("the error shows the key: %v", err)
			}
		})
	}
}

func FuzzOpen(f *testing.F) {
	v, err := vault.New(bytes.Repeat([]byte{1}, 32))
	if err != nil {
		f.Fatal(err)
	}
	sealed, _ := v.Seal("x", place)
	f.Add(sealed)
	f.Add("f1..")
	f.Add("f1.derived.")
	f.Fuzz(func(t *testing.T, text string) {
		if plain, err := v.Open(text, place); err == nil && plain != "x" {
			t.Errorf("a forged text opened as %q", plain)
		}
	})
}
