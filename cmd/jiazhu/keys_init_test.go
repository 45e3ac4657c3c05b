package main

import (
	"archive/zip"
	"crypto/ecdsa"
	"encoding/pem"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/emmansun/gmsm/smx509"
	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
)

const (
	ministryIssuer = testca.Ministry + ",中华人民共和国住房和城乡建设部"
	cityCode       = "11110000000021135M"
	cityIssuer     = cityCode + ",北京市住房和城乡建设委员会"
)

// filesIn lists the files below a directory.
func filesIn(t *testing.T, directory string) (names []string) {
	t.Helper()
	must.Do(filepath.WalkDir(directory, func(name string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			names = append(names, filepath.ToSlash(strings.TrimPrefix(name, directory+"/")))
		}
		return err
	}))
	slices.Sort(names)
	return names
}

func TestTheKeysOfANewDeployment(t *testing.T) {
	defer must.Fatal(t)
	directory := filepath.Join(t.TempDir(), "keys")
	code, out, errs := runCommand("keys", "init", directory, "-issuer", ministryIssuer, "-issuer", cityIssuer)
	if code != 0 {
		t.Fatal(code, errs)
	}
	var want []string
	for _, issuer := range []string{testca.Ministry, cityCode} {
		for _, name := range []string{"pdf.csr.pem", "pdf.key.pem", "seal.csr.pem", "seal.key.pem"} {
			want = append(want, "sign/"+issuer+"/"+name)
		}
		if !strings.Contains(out, "sign/"+issuer+"/seal.esl") {
			t.Errorf("%q does not say that the seal of %s is missing", out, issuer)
		}
	}
	want = append(want, "field.key", "integrity.key", "limits.key", "names.key", "sign/token.key.pem", "status/status.key.pem", "verify/receipt.key.pem")
	slices.Sort(want)
	if diff := cmp.Diff(want, filesIn(t, directory)); diff != "" {
		t.Error(diff)
	}
	for _, name := range []string{"pdf", "seal"} {
		signer := must.Get(keys.Open("file://"+filepath.Join(directory, "sign", cityCode), name))
		block, _ := pem.Decode(must.Get(os.ReadFile(filepath.Join(directory, "sign", cityCode, name+".csr.pem"))))
		request := must.Get(smx509.ParseCertificateRequest(block.Bytes))
		must.Do(request.CheckSignature())
		if own := signer.PublicKey().(*ecdsa.PublicKey); !own.Equal(request.PublicKey) || keys.IsSM2(own) != (name == "seal") {
			t.Errorf("%s: the request is for another key", name)
		}
		if request.Subject.CommonName != "北京市住房和城乡建设委员会" {
			t.Errorf("%s: the request is for %s", name, request.Subject.CommonName)
		}
	}
	before := must.Get(os.ReadFile(filepath.Join(directory, "names.key")))
	if code, _, errs := runCommand("keys", "init", directory, "-issuer", ministryIssuer); code != 1 || !strings.Contains(errs, "exists") {
		t.Errorf("a second time: %d, %s", code, errs)
	}
	if !slices.Equal(before, must.Get(os.ReadFile(filepath.Join(directory, "names.key")))) {
		t.Error("a key was overwritten")
	}
	if code, _, errs := runCommand("keys", "layers", directory, filepath.Join(t.TempDir(), "layers")); code != 2 || !strings.Contains(errs, "trust.json") {
		t.Errorf("layers without certificates: %d, %s", code, errs)
	}
}

func TestKeysOfNobodyAreNotMade(t *testing.T) {
	for name, issuer := range map[string]string{"no name": testca.Ministry, "no code": "住房和城乡建设部,x", "a wrong code": "11100000000013338X,x"} {
		directory := filepath.Join(t.TempDir(), "keys")
		if code, _, _ := runCommand("keys", "init", directory, "-issuer", issuer); code != 2 {
			t.Errorf("%s: %d", name, code)
		}
		if _, err := os.Stat(directory); err == nil {
			t.Errorf("%s: a directory was made", name)
		}
	}
	directory := filepath.Join(t.TempDir(), "keys")
	code, _, errs := runCommand("keys", "init", directory, "-issuer", ministryIssuer, "-issuer", ministryIssuer)
	if _, err := os.Stat(directory); code != 2 || err == nil || !strings.Contains(errs, "is named twice") {
		t.Errorf("one issuer twice: %d, %v, %s", code, err, errs)
	}
	if code, _, _ := runCommand("keys", "init", filepath.Join(t.TempDir(), "keys")); code != 2 {
		t.Errorf("no issuer: %d", code)
	}
}

// A key service keeps the keys that sign; certificates, seal and bundle come from others.
func TestTheLayersOfADeployment(t *testing.T) {
	defer must.Fatal(t)
	d := newTrustFixture(t)
	directory := d.at("keys")
	code, out, errs := runCommand("keys", "init", directory, "-issuer", ministryIssuer, "-kms", "jiazhu")
	if code != 0 {
		t.Fatal(code, errs)
	}
	// The command that is printed, with the days and the key of codes of this test.
	_, printed, _ := strings.Cut(out, "jiazhu trust write ")
	printed, _, _ = strings.Cut(printed, "\n   token.pem")
	printed = strings.NewReplacer("FROM", "2026-01-01", "UNTIL", "2027-01-01", "\\\n", "", " token.pem", " "+d.at("token.pem")).Replace(printed)
	office := filepath.Join(directory, "sign", testca.Ministry)
	if got := string(must.Get(os.ReadFile(filepath.Join(office, "seal.location")))); got != "awskms:///alias/jiazhu-"+testca.Ministry+"-seal\n" {
		t.Errorf("the seal's key is said to be at %q", got)
	}
	for _, name := range []string{"pdf.chain.pem", "seal.chain.pem", "seal.esl"} {
		must.Do(os.WriteFile(filepath.Join(office, name), must.Get(os.ReadFile(d.at(name))), 0o600))
	}
	writeBundle := func(issuer string, more ...string) {
		args := strings.Fields(strings.ReplaceAll(printed, ","+testca.Ministry, ","+issuer))
		if code, _, errs := runCommand(slices.Concat([]string{"trust", "write"}, args, more)...); code != 0 {
			t.Fatal(code, errs)
		}
	}
	layers := d.at("layers")
	writeBundle(testca.Ministry)
	city := filepath.Join(directory, "sign", cityCode)
	must.Do(os.Rename(office, city))
	if code, _, errs := runCommand("keys", "layers", directory, layers); code != 1 || !strings.Contains(errs, "in the directory "+cityCode+" is of 住房和城乡建设部") {
		t.Errorf("keys of another authority: %d, %s", code, errs)
	}
	must.Do(os.Rename(city, office))
	writeBundle(cityCode)
	if code, _, errs := runCommand("keys", "layers", directory, layers); code != 1 || !strings.Contains(errs, "not for that issuing authority") {
		t.Errorf("a bundle for another authority: %d, %s", code, errs)
	}
	writeBundle(testca.Ministry+",timestamps=2026-12-01", "-time-root", d.at("tsa.pem"))
	if code, _, errs := runCommand("keys", "layers", directory, layers); code != 1 || !strings.Contains(errs, `requires timestamps of any algorithms for use "pdf"`) || !strings.Contains(errs, `for use "seal"`) {
		t.Errorf("timestamps of an authority whose roots are missing: %d, %s", code, errs)
	}
	roots := filepath.Join(directory, "sign", "tsa.pem")
	must.Do(os.Rename(d.at("tsa.pem"), roots))
	if code, _, errs := runCommand("keys", "layers", directory, d.at("timed")); code != 0 {
		t.Errorf("with the authority's roots: %d, %s", code, errs)
	}
	must.Do(os.Remove(roots))
	writeBundle(testca.Ministry)
	code, out, errs = runCommand("keys", "layers", directory, layers)
	if code != 0 {
		t.Fatal(code, errs)
	}
	for parameter, want := range map[string][]string{
		"NamesKeyLayer": {"keys/names.key"}, "LimitsKeyLayer": {"keys/limits.key"}, "FieldKeyLayer": {"keys/field.key"},
		"IntegrityKeyLayer": {"keys/integrity.key"}, "VerifyLayer": {"keys/trust/trust.json", "keys/verify/receipt.key.pem"},
		"SigningLayer": {
			"keys/sign/" + testca.Ministry + "/pdf.chain.pem", "keys/sign/" + testca.Ministry + "/pdf.location",
			"keys/sign/" + testca.Ministry + "/seal.chain.pem", "keys/sign/" + testca.Ministry + "/seal.esl",
			"keys/sign/" + testca.Ministry + "/seal.location", "keys/sign/token.location",
		},
	} {
		archive := must.Get(zip.OpenReader(filepath.Join(layers, parameter+".zip")))
		var got []string
		for _, file := range archive.File {
			got = append(got, file.Name)
			if file.Mode().Perm() != 0o644 {
				t.Errorf("%s: %s is not readable by a function", parameter, file.Name)
			}
		}
		must.Do(archive.Close())
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", parameter, diff)
		}
		if !strings.Contains(out, "# "+parameter) {
			t.Errorf("%q does not publish %s", out, parameter)
		}
	}
}
