package ses

import (
	"bytes"
	"encoding/pem"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/emmansun/gmsm/sm3"
)

var update = flag.Bool("update", false, "make the specimens anew, with new keys")

// specimen is a stored seal and a signature of one structure, with the certificate of
// their authority. Their keys no longer exist.
type specimen struct {
	name            string
	seal, signature []byte
	roots           *Roots
}

func readSpecimens(t testing.TB) []specimen {
	t.Helper()
	var all []specimen
	for _, name := range []string{"v4", "v4-digests", "v1"} {
		root := readSpecimenFile(t, name+".root.pem")
		roots, err := NewRoots(string(root))
		check(t, err)
		all = append(all, specimen{name, readSpecimenFile(t, name+".seal"), readSpecimenFile(t, name+".signature"), roots})
	}
	return all
}

func readSpecimenFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "specimen", name))
	check(t, err)
	return data
}

func TestSpecimensStillVerify(t *testing.T) {
	if *update {
		makeSpecimens(t)
	}
	for _, s := range readSpecimens(t) {
		t.Run(s.name, func(t *testing.T) {
			got, err := Verify(s.signature, s.expectedDocument())
			if err != nil {
				t.Fatal(err)
			}
			if !got.At.Equal(sealed) || got.Property != property {
				t.Errorf("at %v, %q", got.At, got.Property)
			}
		})
	}
}

func TestEveryByteOfASpecimenCounts(t *testing.T) {
	for _, s := range readSpecimens(t) {
		for i := range s.signature {
			changed := bytes.Clone(s.signature)
			changed[i] ^= 1 << (i % 8)
			if _, err := Verify(changed, s.expectedDocument()); err == nil {
				t.Errorf("%s: byte %d of %d changed, and it verifies", s.name, i, len(changed))
			}
			if _, err := Verify(s.signature[:i], s.expectedDocument()); err == nil {
				t.Errorf("%s: cut to %d bytes, and it verifies", s.name, i)
			}
		}
	}
}

func makeSpecimens(t *testing.T) {
	w := newFixture(t)
	keep := func(name string, seal, signature []byte) {
		check(t, os.MkdirAll(filepath.Join("testdata", "specimen"), 0o755))
		for ending, data := range map[string][]byte{
			".seal": seal, ".signature": signature,
			".root.pem": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: w.authority.Raw}),
		} {
			check(t, os.WriteFile(filepath.Join("testdata", "specimen", name+ending), data, 0o644))
		}
	}
	seal := w.seal(t, w.design())
	keep("v4", seal, w.sign(t, seal))
	seal = w.sealWith(t, listOfDigests(sm3Of(w.signer.Chain()[0])))
	keep("v4-digests", seal, w.sign(t, seal))
	seal, signature := w.makeOldSeal(t)
	keep("v1", seal, signature)
}

func sm3Of(data []byte) []byte {
	sum := sm3.Sum(data)
	return sum[:]
}
