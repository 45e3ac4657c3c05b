package testkeys

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/font"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/ses"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
)

const origin = "http://127.0.0.1:8080"

func ensure(t *testing.T, dir string) Paths {
	t.Helper()
	if _, err := font.Load(); err != nil {
		t.Skip(err)
	}
	paths, err := Ensure(dir, origin, must.Get(scheme.Load()))
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		data, err := os.ReadFile(path)
		files[path] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// An authority of a version without tags goes on with its keys, and gets the one it has not.
func TestAnAuthorityOfBeforeGetsAnIntegrityKey(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	first := ensure(t, dir)
	if err := os.Remove(first.IntegrityKey); err != nil {
		t.Fatal(err)
	}
	before := snapshot(t, dir)
	ensure(t, dir)
	after := snapshot(t, dir)
	if len(after) != len(before)+1 {
		t.Errorf("%d files became %d", len(before), len(after))
	}
	for name, was := range before {
		if name != "trust/trust.json" && !cmp.Equal(was, after[name]) {
			t.Errorf("%s changed", name)
		}
	}
}

func TestASecondStartFindsTheSameKeys(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data", "keys")
	first := ensure(t, dir)
	before := snapshot(t, dir)
	offices := map[string]bool{}
	for _, s := range must.Get(scheme.Load()).List() {
		offices[s.Issuer.Code] = true
	}
	others := len(offices) - 1 // requiredFiles has the ministry's keys
	if want := len(append(first.requiredFiles(), first.IntegrityKey, filepath.Join(first.Status, "status.key.pem"))) + len(clientIDs()) + len(first.ltvFiles()) + others*len(officeFiles()); len(before) != want {
		t.Errorf("%d files, want %d", len(before), want)
	}
	second := ensure(t, dir)
	if diff := cmp.Diff(first, second); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(before, snapshot(t, dir)); diff != "" {
		t.Error("files changed")
	}
	left, err := os.ReadDir(filepath.Dir(dir))
	if err != nil {
		t.Fatal(err)
	}
	if len(left) != 1 {
		t.Errorf("something is left beside the directory: %v", left)
	}
}

func TestAnIncompleteFolderIsNotTouched(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	paths := ensure(t, dir)
	if err := os.Remove(paths.AppKey); err != nil {
		t.Fatal(err)
	}
	if _, err := Ensure(dir, origin, must.Get(scheme.Load())); !errors.Is(err, ErrIncomplete) {
		t.Errorf("got %v, want %v", err, ErrIncomplete)
	}
}

func TestANewAuthorityComesWithTheKeysOfItsRoots(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	if _, err := font.Load(); err != nil {
		t.Skip(err)
	}
	paths, ca, err := New(dir, origin, must.Get(scheme.Load()))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(readTrust(t, paths).Roots, []string{ca.Root}); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(paths, ensure(t, dir)); diff != "" {
		t.Error(diff)
	}
	if _, _, err := New(dir, origin, must.Get(scheme.Load())); !errors.Is(err, ErrIncomplete) {
		t.Errorf("a second one in its place: %v, want %v", err, ErrIncomplete)
	}
}

func TestAClientMayComeLater(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	paths := ensure(t, dir)
	before := snapshot(t, dir)
	if err := os.Remove(paths.ClientKey(Agency)); err != nil {
		t.Fatal(err)
	}
	ensure(t, dir)
	checkSettings(t, paths)
	after := snapshot(t, dir)
	changed := 0
	for name := range before {
		if !cmp.Equal(before[name], after[name]) {
			changed++
		}
	}
	if changed != 1 || len(after) != len(before) {
		t.Errorf("%d of %d files changed, %d are there now", changed, len(before), len(after))
	}
}

func TestTheKeysWorkTogether(t *testing.T) {
	paths := ensure(t, filepath.Join(t.TempDir(), "keys"))
	bundle := readTrust(t, paths)
	t.Run("the seal's key seals, and the bundle trusts it", func(t *testing.T) {
		signer, err := keys.Open(Location(paths.Office(testca.Ministry)), "seal")
		if err != nil {
			t.Fatal(err)
		}
		seal, err := os.ReadFile(filepath.Join(paths.Office(testca.Ministry), "seal.esl"))
		if err != nil {
			t.Fatal(err)
		}
		value, err := ses.Sign(t.Context(), signer, seal, make([]byte, 32), "/S.xml", time.Now())
		if err != nil {
			t.Fatal(err)
		}
		roots, err := ses.NewRoots(bundle.SealRoots...)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ses.Verify(value, ses.Expected{Roots: roots, DataHash: make([]byte, 32), Seal: seal}); err != nil {
			t.Error(err)
		}
	})
	t.Run("tokens and receipts name keys of the bundle", func(t *testing.T) {
		for name, want := range map[string]string{
			"token":   bundle.TokenKeys.Keys[0].KeyID,
			"receipt": bundle.ReceiptKeys.Keys[0].KeyID,
		} {
			dir := paths.Sign
			if name == "receipt" {
				dir = paths.Verify
			}
			signer, err := keys.Open(Location(dir), name)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, signer.KeyID()); diff != "" {
				t.Error(name, diff)
			}
		}
	})
	t.Run("the service's secrets open a vault", func(t *testing.T) {
		var files fieldcrypto.KeyFiles
		for into, path := range map[*[]byte]string{&files.Names: paths.NamesKey, &files.Limits: paths.LimitsKey, &files.Field: paths.FieldKey, &files.Integrity: paths.IntegrityKey} {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			*into = data
		}
		if _, err := fieldcrypto.New(files); err != nil {
			t.Error(err)
		}
	})
	t.Run("the settings hold public keys only", func(t *testing.T) { checkSettings(t, paths) })
}

func readTrust(t *testing.T, paths Paths) evidence.Bundle {
	t.Helper()
	data, err := os.ReadFile(paths.Trust)
	if err != nil {
		t.Fatal(err)
	}
	var bundle evidence.Bundle
	if err := json.Unmarshal(data, &bundle); err != nil {
		t.Fatal(err)
	}
	return bundle
}

func checkSettings(t *testing.T, paths Paths) {
	t.Helper()
	setting, err := paths.ClientsSetting()
	if err != nil {
		t.Fatal(err)
	}
	var clients []client
	if err := json.Unmarshal([]byte(setting), &clients); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, c := range clients {
		ids = append(ids, c.ID)
		if len(c.Keys.Keys) != 1 || !c.Keys.Keys[0].IsPublic() {
			t.Errorf("%s: want one public key", c.ID)
		}
	}
	if diff := cmp.Diff(clientIDs(), ids); diff != "" {
		t.Error(diff)
	}
	setting, err = paths.IssuersSetting()
	if err != nil {
		t.Fatal(err)
	}
	var issuers []issuer
	if err := json.Unmarshal([]byte(setting), &issuers); err != nil {
		t.Fatal(err)
	}
	if len(issuers) != 1 || issuers[0].ID != App || !issuers[0].Keys.Keys[0].IsPublic() {
		t.Errorf("got %v", issuers)
	}
}
