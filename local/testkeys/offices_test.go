package testkeys

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// beijing is the code of an issuing authority that is not the ministry.
const beijing = "11110000000021135M"

// signersFor returns how many signers of each use the bundle names for an issuing authority.
func signersFor(t *testing.T, paths Paths, code string) map[evidence.Use]int {
	t.Helper()
	b := readTrust(t, paths)
	if _, err := b.Trust(); err != nil {
		t.Fatal(err)
	}
	count := map[evidence.Use]int{}
	for _, s := range b.Signers {
		for _, issuer := range s.Issuers {
			if issuer == code {
				count[s.Use]++
			}
		}
	}
	return count
}

func TestEachIssuingAuthorityHasItsOwnKeysAndSeal(t *testing.T) {
	paths := ensure(t, filepath.Join(t.TempDir(), "keys"))
	schemes, err := scheme.Load()
	if err != nil {
		t.Fatal(err)
	}
	seals := map[string]string{}
	for _, s := range schemes.List() {
		code := s.Issuer.Code
		esl, err := os.ReadFile(filepath.Join(paths.Office(code), "seal.esl"))
		if err != nil {
			t.Fatal(err)
		}
		if other, same := seals[string(esl)]; same && other != code {
			t.Errorf("%s and %s have one seal", code, other)
		}
		seals[string(esl)] = code
		if diff := cmp.Diff(map[evidence.Use]int{evidence.SignsPDF: 1, evidence.SignsOFD: 1}, signersFor(t, paths, code)); diff != "" {
			t.Errorf("%s: %s", code, diff)
		}
	}
}

func TestAnIssuingAuthorityMayComeLater(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	paths := ensure(t, dir)
	if err := os.RemoveAll(paths.Office(beijing)); err != nil {
		t.Fatal(err)
	}
	ensure(t, dir)
	if diff := cmp.Diff(map[evidence.Use]int{evidence.SignsPDF: 2, evidence.SignsOFD: 2}, signersFor(t, paths, beijing)); diff != "" {
		t.Error(diff)
	}
	after := snapshot(t, dir)
	ensure(t, dir)
	if diff := cmp.Diff(after, snapshot(t, dir)); diff != "" {
		t.Error(diff)
	}
}

// Earlier versions had one set of keys, the ministry's, which the bundle named for every authority.
func TestKeysOfEarlierVersionsAreTheMinistrys(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	paths := ensure(t, dir)
	b := readTrust(t, paths)
	for i, s := range b.Signers {
		if s.Issuers != nil && s.Issuers[0] == testca.Ministry {
			b.Signers[i].Issuers = append(s.Issuers, beijing)
		}
	}
	writeJSON(t, paths.Trust, b)
	for _, name := range officeFiles() {
		if err := os.Rename(filepath.Join(paths.Office(testca.Ministry), name), filepath.Join(paths.Sign, name)); err != nil {
			t.Fatal(err)
		}
	}
	for _, code := range []string{testca.Ministry, beijing} {
		if err := os.RemoveAll(paths.Office(code)); err != nil {
			t.Fatal(err)
		}
	}
	ensure(t, dir)
	for _, name := range officeFiles() {
		ours, err := os.ReadFile(filepath.Join(paths.Office(testca.Ministry), name))
		if err != nil {
			t.Fatal(err)
		}
		theirs, err := os.ReadFile(filepath.Join(paths.Office(beijing), name))
		if err != nil || string(theirs) == string(ours) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(filepath.Join(paths.Sign, name)); err == nil {
			t.Errorf("%s is still where it was", name)
		}
	}
}

func writeJSON(t *testing.T, path string, b evidence.Bundle) {
	t.Helper()
	data, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
