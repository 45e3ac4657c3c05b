package evidence_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
)

var update = flag.Bool("update", false, "make the specimen of today's form anew, with new keys")

// today is the number of the current file form: in the second line of the PDF (absent
// in the first form) and in Provider@Version of the OFD's Signature.xml. A change of a
// writer that older readers would refuse gets the next number, and the specimen of the
// old form stays.
const today = "3"

// Each form ever written has a specimen: a PDF, an OFD, the copy in them and the trust
// bundle. They are made with test keys that no longer exist. A change of a writer or
// reader that makes issued files unreadable fails here.
func TestFilesOfEveryFormAreStillJudged(t *testing.T) {
	if *update {
		makeSpecimen(t)
	}
	forms, err := os.ReadDir(filepath.Join("testdata", "specimens"))
	if err != nil {
		t.Fatal(err)
	}
	newest := false
	for _, form := range forms {
		newest = newest || form.Name() == today
		t.Run("form "+form.Name(), func(t *testing.T) {
			trust, err := evidence.ParseTrust(specimen(t, form.Name(), "trust.json"))
			if err != nil {
				t.Fatal(err)
			}
			want := string(specimen(t, form.Name(), "copy.json"))
			for _, name := range []string{"certificate.pdf", "certificate.ofd"} {
				data := specimen(t, form.Name(), name)
				checkGenuine(t, name, evidence.Examine(data, trust), want)
				changed := bytes.Clone(data)
				for at := 0; at < len(data); at += 997 {
					changed[at] ^= 1 << (at % 8)
					if got := evidence.Examine(changed, trust); got.Integrity.Result != verdict.Fail {
						t.Errorf("%s: byte %d changed: %+v", name, at, got.Integrity)
					}
					changed[at] = data[at]
				}
			}
		})
	}
	if !newest {
		t.Errorf("no specimen of form %s: run go test -run %s -update", today, t.Name())
	}
}

func checkGenuine(t *testing.T, name string, got verdict.Evidence, want string) {
	t.Helper()
	if got.Integrity.Result != verdict.Pass || got.Issuer.Result != verdict.Pass || got.Numbers.Result != verdict.Pass || got.Copy == nil {
		t.Fatalf("%s: %+v, %+v, %+v", name, got.Integrity, got.Issuer, got.Numbers)
	}
	text, err := got.Copy.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("%s: %s", name, diff)
	}
}

// Files written now state the current form.
func TestTheWritersNumberTheirForm(t *testing.T) {
	d := newFixture(t)
	line := bytes.Split(d.made.PDF[:64], []byte("\n"))[1]
	if string(line) != "%加注"+today {
		t.Errorf("the PDF says %q", line)
	}
	for _, p := range unzipEntries(t, d.made.OFD) {
		if filepath.Base(p.Name) == "Signature.xml" && !bytes.Contains(p.data, []byte(`ProviderName="Jiazhu" Version="`+today+`"`)) {
			t.Error("the OFD is of another form")
		}
	}
}

// Files of a later form are not reported as forged.
func TestFilesOfALaterFormAreNotJudged(t *testing.T) {
	d := newFixture(t)
	later := bytes.Replace(d.made.PDF, []byte("%加注"+today+"\n"), []byte("%加注4\n"), 1)
	if got := evidence.Examine(later, d.trust); got.Integrity.Result != verdict.Unsure || got.Integrity.Reason != verdict.Unsupported || got.Copy != nil {
		t.Errorf("%+v", got.Integrity)
	}
}

func specimen(t testing.TB, form, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "specimens", form, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func makeSpecimen(t *testing.T) {
	t.Helper()
	d := newFixture(t)
	text, err := d.made.Copy.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join("testdata", "specimens", today)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"certificate.pdf": d.made.PDF, "certificate.ofd": d.made.OFD, "trust.json": d.Trust, "copy.json": text,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
