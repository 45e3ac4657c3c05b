package copylog_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/torchwood"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"github.com/jiazhu/jiazhu/shared/domain/copylog"
)

var (
	made   = time.Date(2026, 11, 23, 9, 30, 15, 0, time.UTC)
	salt   = copylog.DeriveSalt([]byte("a key of the service, 32 bytes  "), "01JDB7W8R0T3E5KQ9Z2M4N6P8S")
	sample = copylog.Copy{Content: sha256.Sum256([]byte("content")), PDF: sha256.Sum256([]byte("pdf")), OFD: sha256.Sum256([]byte("ofd"))}
)

// TestVectors keeps what others compute: docs/certificate-format.md has the same numbers.
func TestVectors(t *testing.T) {
	entry := copylog.Entry{Made: made, Logged: made.Add(75 * time.Second), Commitment: sample.Commit(salt)}
	leaf := tlog.RecordHash(entry.Bytes())
	for _, v := range []struct {
		what string
		got  []byte
		want string
	}{
		{"salt", salt[:], vectorSalt},
		{"commitment", entry.Commitment[:], vectorCommitment},
		{"entry", entry.Bytes(), vectorEntry},
		{"leaf", leaf[:], vectorLeaf},
	} {
		if hex.EncodeToString(v.got) != v.want {
			t.Errorf("the %s is %x, want %s", v.what, v.got, v.want)
		}
	}
}

const (
	vectorSalt       = "cf6a678a3f7fd89df27739589fe2871f"
	vectorCommitment = "9cdb53a08eef64dd57ba0feae0b11e60ce38bdd7408191971979fe9ff8d7c3e9"
	vectorEntry      = "01000000006b0407a7000000006b0407f29cdb53a08eef64dd57ba0feae0b11e60ce38bdd7408191971979fe9ff8d7c3e9"
	vectorLeaf       = "bcd04061e450349df5e67748eb696116e2ecbbe956987d1dcf4cbf0e990ecc7d"
)

func TestACommitmentIsToOneCopyAndOneSalt(t *testing.T) {
	want := sample.Commit(salt)
	other := sha256.Sum256([]byte("other"))
	for name, got := range map[string]copylog.Commitment{
		"content": copylog.Copy{Content: other, PDF: sample.PDF, OFD: sample.OFD}.Commit(salt),
		"PDF":     copylog.Copy{Content: sample.Content, PDF: other, OFD: sample.OFD}.Commit(salt),
		"OFD":     copylog.Copy{Content: sample.Content, PDF: sample.PDF, OFD: other}.Commit(salt),
		"swapped": copylog.Copy{Content: sample.Content, PDF: sample.OFD, OFD: sample.PDF}.Commit(salt),
		"salt":    sample.Commit(copylog.DeriveSalt([]byte("a key of the service, 32 bytes  "), "01JDB7W8R0T3E5KQ9Z2M4N6P8T")),
		"key":     sample.Commit(copylog.DeriveSalt([]byte("another key of it, of 32 bytes  "), "01JDB7W8R0T3E5KQ9Z2M4N6P8S")),
	} {
		if got == want {
			t.Errorf("another %s has the same commitment", name)
		}
	}
}

func TestAnEntryHasOneEncoding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		second := rapid.Int64Range(0, 253402300799)
		e := copylog.Entry{
			Made: time.Unix(second.Draw(t, "made"), 0).UTC(), Logged: time.Unix(second.Draw(t, "logged"), 0).UTC(),
			Commitment: sha256.Sum256([]byte(rapid.String().Draw(t, "copy"))),
		}
		if got, err := copylog.ParseEntry(e.Bytes()); err != nil || got != e {
			t.Fatalf("%v, %v", got, err)
		}
	})
}

func FuzzParseEntry(f *testing.F) {
	f.Add(copylog.Entry{Made: made, Logged: made, Commitment: sample.Commit(salt)}.Bytes())
	f.Add([]byte{1})
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := copylog.ParseEntry(data)
		if err != nil {
			if !errors.Is(err, copylog.ErrEntry) {
				t.Error(err)
			}
			return
		}
		if !bytes.Equal(e.Bytes(), data) {
			t.Errorf("%x is written as %x", data, e.Bytes())
		}
	})
}

// newLogKey makes a key from a seed.
func newLogKey(name string, seed byte) (note.Signer, string) {
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
	public, err := note.NewEd25519VerifierKey(name, private.Public().(ed25519.PublicKey))
	if err != nil {
		panic(err)
	}
	return ed25519Signer{name, public, private}, public
}

// ed25519Signer signs notes. The library makes signers of its own text only.
type ed25519Signer struct {
	name, public string
	private      ed25519.PrivateKey
}

func (s ed25519Signer) Name() string { return s.name }

func (s ed25519Signer) KeyHash() uint32 {
	v, err := note.NewVerifier(s.public)
	if err != nil {
		panic(err)
	}
	return v.KeyHash()
}

func (s ed25519Signer) Sign(message []byte) ([]byte, error) {
	return ed25519.Sign(s.private, message), nil
}

func newWitness(name string, seed byte) *torchwood.CosignatureSigner {
	s, err := torchwood.NewCosignatureSigner(name, ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize)))
	if err != nil {
		panic(err)
	}
	return s
}

const origin = "log.example.test/copies"

func signCheckpoint(origin string, tree tlog.Tree, extension string, signers ...note.Signer) []byte {
	text := torchwood.Checkpoint{Origin: origin, Tree: tree, Extension: extension}.String()
	signed, err := note.Sign(&note.Note{Text: text}, signers...)
	if err != nil {
		panic(err)
	}
	return signed
}

func TestACheckpointIsBelievedByItsSignatures(t *testing.T) {
	log, logKey := newLogKey(origin, 1)
	stranger, _ := newLogKey(origin, 2)
	namesake, _ := newLogKey("log.example.test/others", 1)
	w1, w2, w3 := newWitness("w1.example.test", 3), newWitness("w2.example.test", 4), newWitness("w3.example.test", 5)
	known := []string{w1.Verifier().String(), w2.Verifier().String()}
	tree := tlog.Tree{N: 7, Hash: tlog.RecordHash([]byte("7"))}
	good := signCheckpoint(origin, tree, "", log, w1, w2)
	for _, test := range []struct {
		name    string
		text    []byte
		quorum  int
		err     error
		witness int
	}{
		{"both witnesses", good, 2, nil, 2},
		{"one of two", signCheckpoint(origin, tree, "", log, w2), 1, nil, 1},
		{"one, and both are required", signCheckpoint(origin, tree, "", log, w2), 2, copylog.ErrQuorum, 0},
		{"none is required", signCheckpoint(origin, tree, "", log), 0, nil, 0},
		{"an unknown witness does not count", signCheckpoint(origin, tree, "", log, w3), 1, copylog.ErrQuorum, 0},
		{"an unknown witness does no harm", signCheckpoint(origin, tree, "", log, w3, w1), 1, nil, 1},
		{"witnesses alone", signCheckpoint(origin, tree, "", w1, w2), 1, copylog.ErrCheckpoint, 0},
		{"nobody known", signCheckpoint(origin, tree, "", w3), 0, copylog.ErrCheckpoint, 0},
		{"another key", signCheckpoint(origin, tree, "", stranger), 0, copylog.ErrCheckpoint, 0},
		{"another log", signCheckpoint("log.example.test/others", tree, "", log), 0, copylog.ErrCheckpoint, 0},
		{"another name of the key", signCheckpoint(origin, tree, "", namesake), 0, copylog.ErrCheckpoint, 0},
		{"with an extension", signCheckpoint(origin, tree, "more\n", log, w1), 1, nil, 1},
		{"one more entry", bytes.Replace(good, []byte("\n7\n"), []byte("\n8\n"), 1), 0, copylog.ErrCheckpoint, 0},
		{"a leading zero", bytes.Replace(good, []byte("\n7\n"), []byte("\n07\n"), 1), 0, copylog.ErrCheckpoint, 0},
		{"not a tree", must(note.Sign(&note.Note{Text: origin + "\nseven\n"}, log)), 0, copylog.ErrCheckpoint, 0},
		{"nothing", nil, 0, copylog.ErrCheckpoint, 0},
		{"too much", append(bytes.Repeat([]byte{'a'}, copylog.MaxCheckpoint), '\n'), 0, copylog.ErrCheckpoint, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			trust, err := copylog.NewTrust(logKey, known, test.quorum)
			if err != nil {
				t.Fatal(err)
			}
			c, err := trust.Open(test.text)
			if !errors.Is(err, test.err) || err == nil && (c.Tree != tree || len(c.Witnessed) != test.witness) {
				t.Errorf("%+v, %v", c, err)
			}
		})
	}
	// Each byte counts.
	trust, err := copylog.NewTrust(logKey, known, 2)
	if err != nil {
		t.Fatal(err)
	}
	want := must(trust.Open(good))
	for i := range good {
		changed := bytes.Clone(good)
		changed[i] ^= 1
		// The last character of base64 has bits that mean nothing.
		if c, err := trust.Open(changed); err == nil && (c.Tree != tree || !slices.Equal(c.Witnessed, want.Witnessed)) {
			t.Errorf("believed with another byte %d: %+v", i, c)
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestTrustRefusesKeysThatAreNone(t *testing.T) {
	_, logKey := newLogKey(origin, 1)
	witness := newWitness("w1.example.test", 3).Verifier().String()
	namesake := newWitness("w2.example.test", 3).Verifier().String()
	for name, test := range map[string]struct {
		log       string
		witnesses []string
		quorum    int
	}{
		"no key":                        {"", nil, 0},
		"a witness's key for the log":   {witness, nil, 0},
		"the log's key for a witness":   {logKey, []string{logKey}, 0},
		"another hash":                  {logKey, []string{strings.Replace(witness, "+", "+0", 1)}, 0},
		"a witness twice":               {logKey, []string{witness, witness}, 0},
		"a key under two names":         {logKey, []string{witness, namesake}, 0},
		"more witnesses than there are": {logKey, []string{witness}, 2},
		"fewer than none":               {logKey, []string{witness}, -1},
	} {
		if _, err := copylog.NewTrust(test.log, test.witnesses, test.quorum); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// newProof returns the proof of the third of five entries, and the trust to check it by.
func newProof(t testing.TB) (copylog.Proof, copylog.Trust) {
	log, logKey := newLogKey(origin, 1)
	trust, err := copylog.NewTrust(logKey, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	p := copylog.Proof{
		Salt: salt, PDF: sample.PDF, OFD: sample.OFD, Index: 2,
		Entry: copylog.Entry{Made: made, Logged: made.Add(time.Minute), Commitment: sample.Commit(salt)},
	}
	var hashes []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		all := make([]tlog.Hash, len(indexes))
		for i, n := range indexes {
			all[i] = hashes[n]
		}
		return all, nil
	})
	for n := range int64(5) {
		data := []byte{byte(n)}
		if n == p.Index {
			data = p.Entry.Bytes()
		}
		hashes = append(hashes, must(tlog.StoredHashes(n, data, reader))...)
	}
	p.Hashes = must(tlog.ProveRecord(5, p.Index, reader))
	p.Checkpoint = signCheckpoint(origin, tlog.Tree{N: 5, Hash: must(tlog.TreeHash(5, reader))}, "", log)
	return p, trust
}

func TestAProofIsOfOneCopy(t *testing.T) {
	good, trust := newProof(t)
	parsed, err := copylog.ParseProof(good.Text())
	if err != nil {
		t.Fatal(err)
	}
	if c, err := parsed.Check(trust, sample.Content); err != nil || c.N != 5 {
		t.Fatalf("%+v, %v", c, err)
	}
	if _, err := parsed.Check(trust, sha256.Sum256([]byte("another copy"))); !errors.Is(err, copylog.ErrOfCopy) {
		t.Errorf("of another copy: %v", err)
	}
	for name, change := range map[string]func(p *copylog.Proof){
		"another index":   func(p *copylog.Proof) { p.Index = 1 },
		"an index beyond": func(p *copylog.Proof) { p.Index = 5 },
		"a time before":   func(p *copylog.Proof) { p.Entry.Made = made.Add(-time.Hour) },
		"logged before":   func(p *copylog.Proof) { p.Entry.Logged = made },
		"a hash less":     func(p *copylog.Proof) { p.Hashes = p.Hashes[1:] },
		"no checkpoint":   func(p *copylog.Proof) { p.Checkpoint = nil },
		"a later checkpoint": func(p *copylog.Proof) {
			p.Checkpoint = bytes.Replace(p.Checkpoint, []byte("\n5\n"), []byte("\n6\n"), 1)
		},
		"another log's": func(p *copylog.Proof) {
			s, _ := newLogKey(origin, 2)
			p.Checkpoint = signCheckpoint(origin, tlog.Tree{N: 5}, "", s)
		},
		"another tree's": func(p *copylog.Proof) {
			s, _ := newLogKey(origin, 1)
			p.Checkpoint = signCheckpoint(origin, tlog.Tree{N: 5}, "", s)
		},
		"another file":       func(p *copylog.Proof) { p.PDF = p.OFD },
		"another salt":       func(p *copylog.Proof) { p.Salt[0] ^= 1 },
		"another hash in it": func(p *copylog.Proof) { p.Hashes = append(tlog.RecordProof{}, p.Hashes...); p.Hashes[0][0] ^= 1 },
		"another commitment": func(p *copylog.Proof) { p.Entry.Commitment[0] ^= 1 },
		"a tree without entry": func(p *copylog.Proof) {
			s, _ := newLogKey(origin, 1)
			p.Checkpoint = signCheckpoint(origin, tlog.Tree{N: 2}, "", s)
		},
	} {
		p := good
		change(&p)
		if _, err := p.Check(trust, sample.Content); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func FuzzParseProof(f *testing.F) {
	good, trust := newProof(f)
	f.Add(good.Text())
	f.Add([]byte("c2sp.org/tlog-proof@v1\nindex 0\n\n"))
	f.Add(bytes.Replace(good.Text(), []byte("index 2"), []byte("index +2"), 1))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := copylog.ParseProof(text)
		if err != nil {
			if !errors.Is(err, copylog.ErrProof) {
				t.Error(err)
			}
			return
		}
		if !bytes.Equal(p.Text(), text) {
			t.Errorf("%q is written as %q", text, p.Text())
		}
		if _, err := p.Check(trust, sample.Content); err == nil && (p.Entry != good.Entry || p.Index != good.Index) {
			t.Errorf("another proof of the same copy: %q", text)
		}
	})
}
