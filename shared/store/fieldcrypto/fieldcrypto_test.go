package fieldcrypto_test

import (
	"bytes"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"testing"

	"golang.org/x/crypto/chacha20poly1305"
	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
)

const (
	place  = "account/idNo/mohurd/zhang"
	number = "110101198001010010"
)

func generate(t testing.TB, id string) fieldcrypto.KeyFiles {
	t.Helper()
	files, err := fieldcrypto.Generate(id)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func open(t testing.TB, files fieldcrypto.KeyFiles) *fieldcrypto.Sealer {
	t.Helper()
	v, err := fieldcrypto.New(files)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// line returns a line of a key file with a key of 32 equal bytes.
func line(words string, b byte) string {
	return words + " " + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{b}, 32)) + "\n"
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
		if got, err := v.Open(sealed, other); other != aad && !errors.Is(err, fieldcrypto.ErrOpen) {
			t.Fatalf("Open at another place = %q, %v; want ErrOpen", got, err)
		}
	})
}

func TestAChangedByteDoesNotOpen(t *testing.T) {
	v := open(t, generate(t, "k"))
	sealed, err := v.Seal(number, place)
	if err != nil {
		t.Fatal(err)
	}
	for i := range sealed {
		changed := []byte(sealed)
		changed[i] ^= 1
		if _, err := v.Open(string(changed), place); !errors.Is(err, fieldcrypto.ErrOpen) {
			t.Errorf("byte %d changed: %v; want ErrOpen", i, err)
		}
	}
	for n := range len(sealed) {
		if _, err := v.Open(sealed[:n], place); !errors.Is(err, fieldcrypto.ErrOpen) {
			t.Errorf("the first %d bytes: %v; want ErrOpen", n, err)
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

// TestASealedTextIsWhatItsFormatSays makes an f2 text by following the documented format.
func TestASealedTextIsWhatItsFormatSays(t *testing.T) {
	secret, nonce := bytes.Repeat([]byte{2}, 32), []byte("a nonce of 24 bytes, yes")
	subkey, err := hkdf.Key(sha256.New, secret, nil, "jiazhu/vault/f2", 32)
	if err != nil {
		t.Fatal(err)
	}
	aead, err := chacha20poly1305.NewX(subkey)
	if err != nil {
		t.Fatal(err)
	}
	made := "f2.2026-11." + base64.RawURLEncoding.EncodeToString(aead.Seal(nonce, nonce, []byte(number), []byte(place)))
	const pinned = "f2.2026-11.YSBub25jZSBvZiAyNCBieXRlcywgeWVzg-spgnZpSuczj3eX1RaN2Peb0wpbWkMKgp85OZ3Q7nxrog" // made with an independent implementation
	if made != pinned {
		t.Errorf("the format was\n%s and is\n%s", pinned, made)
	}
	v := open(t, fieldcrypto.KeyFiles{Field: []byte(line("field 2026-11", 2))})
	if got, err := v.Open(pinned, place); err != nil || got != number {
		t.Errorf("Open = %q, %v", got, err)
	}
	sealed, err := v.Seal(number, place)
	if err != nil || len(sealed) != len(pinned) || !strings.HasPrefix(sealed, "f2.2026-11.") {
		t.Errorf("Seal = %s, %v", sealed, err)
	}
}

// TestWhatWasSealedUnderF1StillOpens: the texts were made by the version that used AES-256-GCM.
func TestWhatWasSealedUnderF1StillOpens(t *testing.T) {
	raw, err := fieldcrypto.Split(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	lines, err := fieldcrypto.Split([]byte(line("names", 1) + line("field 2026-11", 2)))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		files        fieldcrypto.KeyFiles
		sealed, name string
	}{
		{raw, "f1.derived.uLXelfewiXhMDkfJdQR6N-hE1HVht2Qt6NxmezjZIwVFQbEtSotDkoVzjnbi_A", "D-5LaZKyBpKC3D1aKtHULKdagFr3nwHmdei0tSb7Eu8"},
		{lines, "f1.2026-11.cRT4wKAk1VcvrooXECTz7o33fK80WezVxTnA6OcLqloEuBVDWhlIfe2W1KCviQ", "upcrcGIfLHHo7L6eBjK4--MhAXxmCJzCQDZUCI9wpcc"},
	} {
		v := open(t, tt.files)
		if got, err := v.Open(tt.sealed, place); err != nil || got != number {
			t.Errorf("Open = %q, %v", got, err)
		}
		if _, err := v.Open(tt.sealed, "account/idNo/mohurd/li"); !errors.Is(err, fieldcrypto.ErrOpen) {
			t.Errorf("at another place: %v", err)
		}
		if _, err := v.Open("f2"+tt.sealed[2:], place); !errors.Is(err, fieldcrypto.ErrOpen) {
			t.Errorf("passed off as f2: %v", err)
		}
		if got := v.Hash("holder", "111", number); got != tt.name {
			t.Errorf("the person's name is %s, was %s", got, tt.name)
		}
	}
}

// TestNoNonceIsUsedTwice seals so often that nonces of half the size would almost certainly repeat,
// and checks that no prefix of that size repeats: the nonces use their whole length.
func TestNoNonceIsUsedTwice(t *testing.T) {
	v := open(t, generate(t, "k"))
	const times = 1 << 18
	seen := make(map[[12]byte]bool, 2*times)
	for range times {
		sealed, err := v.Seal("", place)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := base64.RawURLEncoding.DecodeString(sealed[len("f2.k."):])
		if err != nil || len(raw) != 24+16 {
			t.Fatalf("%s: %v", sealed, err)
		}
		for _, half := range [][12]byte{[12]byte(raw[:12]), [12]byte(raw[12:24])} {
			if seen[half] {
				t.Fatalf("half a nonce is there twice: %x", half)
			}
			seen[half] = true
		}
	}
}

func TestRotation(t *testing.T) {
	old := generate(t, "old")
	before := open(t, old)
	sealed, err := before.Seal("13800000000", place)
	if err != nil {
		t.Fatal(err)
	}
	both := old
	both.Field = append(generate(t, "new").Field, old.Field...)
	rotated := open(t, both)

	if got, err := rotated.Open(sealed, place); err != nil || got != "13800000000" {
		t.Errorf("after rotation the old text opens as %q, %v", got, err)
	}
	again, err := rotated.Seal("13800000000", place)
	if err != nil || !strings.HasPrefix(again, "f2.new.") {
		t.Errorf("after rotation it seals with %q, %v; want the first key", again, err)
	}
	if _, err := before.Open(again, place); !errors.Is(err, fieldcrypto.ErrOpen) {
		t.Errorf("a vault without the new key: %v; want ErrOpen", err)
	}
	if before.Hash("holder", "111", "1") != rotated.Hash("holder", "111", "1") {
		t.Error("rotation changed the names of things")
	}
}

func TestHashSeparatesItsParts(t *testing.T) {
	files := generate(t, "k")
	v, other := open(t, files), open(t, generate(t, "k"))
	for name, hash := range map[string]func(*fieldcrypto.Sealer, string, ...string) string{
		"names": (*fieldcrypto.Sealer).Hash, "limits": (*fieldcrypto.Sealer).HashPassing,
	} {
		seen := map[string][]string{}
		for _, parts := range [][]string{{"a", "bc"}, {"ab", "c"}, {"abc"}, {"abc", ""}, {"", "abc"}, {}} {
			h := hash(v, "holder", parts...)
			if len(h) != 43 {
				t.Errorf("%s: a hash has %d characters, want 43", name, len(h))
			}
			if other, ok := seen[h]; ok {
				t.Errorf("%s: %q and %q have one name", name, parts, other)
			}
			seen[h] = parts
		}
		if hash(v, "holder", "x") == hash(v, "phone", "x") {
			t.Errorf("%s: two domains give one name", name)
		}
		if hash(v, "holder", "x") == hash(other, "holder", "x") {
			t.Errorf("%s: two keys give one name", name)
		}
	}
	if v.Hash("holder", "x") == v.HashPassing("holder", "x") {
		t.Error("a person and what passes have one name")
	}
}

// TestAProgramDoesWithItsKeysAndNothingElse: the limits key neither computes names nor decrypts.
func TestAProgramDoesWithItsKeysAndNothingElse(t *testing.T) {
	all := generate(t, "k")
	full := open(t, all)
	sealed, err := full.Seal(number, place)
	if err != nil {
		t.Fatal(err)
	}
	for name, files := range map[string]fieldcrypto.KeyFiles{
		"nothing": {}, "names": {Names: all.Names}, "limits": {Limits: all.Limits}, "field": {Field: all.Field},
	} {
		v := open(t, files)
		_, sealErr := v.Seal(number, place)
		got, openErr := v.Open(sealed, place)
		if name == "field" {
			if sealErr != nil || openErr != nil || got != number {
				t.Errorf("field: %v, %q, %v", sealErr, got, openErr)
			}
		} else if !errors.Is(sealErr, fieldcrypto.ErrNoFieldKey) || !errors.Is(openErr, fieldcrypto.ErrNoFieldKey) {
			t.Errorf("%s: %v, %v; want ErrNoFieldKey", name, sealErr, openErr)
		}
		if can := returns(func() string { return v.Hash("holder", "x") }, full.Hash("holder", "x")); can != (name == "names") {
			t.Errorf("%s names people: %t", name, can)
		}
		if can := returns(func() string { return v.HashPassing("limit", "x") }, full.HashPassing("limit", "x")); can != (name == "limits") {
			t.Errorf("%s names limits: %t", name, can)
		}
	}
	var none *fieldcrypto.Sealer
	if _, err := none.Open(sealed, place); !errors.Is(err, fieldcrypto.ErrNoFieldKey) {
		t.Errorf("no vault: %v", err)
	}
}

// returns reports whether f returns want; false if f panics.
func returns(f func() string, want string) (same bool) {
	defer func() {
		if recover() != nil {
			same = false
		}
	}()
	return f() == want
}

// TestASingleKeyFileIsCutUp: hashes and sealed texts of the single file remain valid.
func TestASingleKeyFileIsCutUp(t *testing.T) {
	single := "# made in 2025\n" + line("names", 1) + "\n" + line("field new", 3) + line("field old", 2)
	got, err := fieldcrypto.Split([]byte(single))
	if err != nil {
		t.Fatal(err)
	}
	limits, err := hkdf.Key(sha256.New, bytes.Repeat([]byte{1}, 32), nil, "jiazhu/vault/limits", 32)
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]struct{ got, want string }{
		"names":  {string(got.Names), line("names", 1)},
		"limits": {string(got.Limits), "limits " + base64.StdEncoding.EncodeToString(limits) + "\n"},
		"field":  {string(got.Field), line("field new", 3) + line("field old", 2)},
	} {
		if file.got != file.want {
			t.Errorf("the file of %s is\n%swant\n%s", name, file.got, file.want)
		}
	}
	open(t, got)
	for name, broken := range map[string]string{"no names": line("field k", 1), "no field key": line("names", 1), "nothing": ""} {
		if _, err := fieldcrypto.Split([]byte(broken)); err == nil {
			t.Errorf("%s: cut up", name)
		}
	}
}

func TestKeyFilesThatAreRefused(t *testing.T) {
	names, limits, field := line("names", 1), line("limits", 2), line("field k", 3)
	file := func(kind, text string) fieldcrypto.KeyFiles {
		switch kind {
		case "names":
			return fieldcrypto.KeyFiles{Names: []byte(text)}
		case "limits":
			return fieldcrypto.KeyFiles{Limits: []byte(text)}
		}
		return fieldcrypto.KeyFiles{Field: []byte(text)}
	}
	for name, tt := range map[string]struct{ kind, text string }{
		"an empty file":              {"field", ""},
		"two names keys":             {"names", names + names},
		"two limits keys":            {"limits", limits + limits},
		"one id twice":               {"field", field + field},
		"a short key":                {"field", "field k AAAA\n"},
		"an unknown word":            {"field", field + "other x\n"},
		"an id with a dot":           {"field", strings.Replace(field, "field k", "field k.1", 1)},
		"31 raw bytes":               {"field", strings.Repeat("x", 31)},
		"32 raw bytes":               {"field", strings.Repeat("x", 32)},
		"a key with bad base64":      {"field", "field k ????\n"},
		"names among the fields":     {"field", names + field},
		"fields among the limits":    {"limits", limits + field},
		"names for limits":           {"limits", names},
		"all of them, for the names": {"names", names + limits + field},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := fieldcrypto.New(file(tt.kind, tt.text))
			if err == nil {
				t.Fatal("accepted")
			}
			for _, secret := range []string{names, limits, field} {
				if words := strings.Fields(secret); strings.Contains(err.Error(), words[len(words)-1]) {
					t.Errorf("the error shows the key: %v", err)
				}
			}
		})
	}
}

func FuzzOpen(f *testing.F) {
	v := open(f, fieldcrypto.KeyFiles{Field: []byte(line("field k", 1))})
	sealed, _ := v.Seal("x", place)
	f.Add(sealed)
	f.Add("f1..")
	f.Add("f2.k.")
	f.Add("f1.k." + strings.Repeat("A", 40))
	f.Fuzz(func(t *testing.T, text string) {
		if plain, err := v.Open(text, place); err == nil && plain != "x" {
			t.Errorf("a forged text opened as %q", plain)
		}
	})
}
