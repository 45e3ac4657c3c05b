package kit

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/conformance/vectors/cases"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
)

// publish is the directory to which `make vectors` writes the bundle.
var publish = flag.String("publish", "", "directory to write the published bundle to; empty = one that is thrown away")

func TestTheBundleHoldsEveryCaseAndNoPrivateKey(t *testing.T) {
	directory := *publish
	if directory == "" {
		directory = t.TempDir()
	}
	New(t).Publish(t, directory)
	var index []Entry
	list, err := os.ReadFile(filepath.Join(directory, indexFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(list, &index); err != nil {
		t.Fatal(err)
	}
	all, err := cases.ReadAll()
	if err != nil || len(index) != len(all) {
		t.Fatalf("%d entries for %d cases: %v", len(index), len(all), err)
	}
	bundle, err := os.ReadFile(filepath.Join(directory, trustFile))
	if err != nil {
		t.Fatal(err)
	}
	trust, err := evidence.ParseTrust(bundle)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(bundle), `"d"`) || strings.Contains(string(bundle), "PRIVATE") {
		t.Error("a private key is published")
	}
	for _, e := range index {
		if e.Input == "" {
			if e.Given != "number" {
				t.Errorf("%s has no input", e.Name)
			}
			continue
		}
		data, err := os.ReadFile(filepath.Join(directory, inputDirectory, e.Input))
		if err != nil {
			t.Fatal(err)
		}
		if e.Given == "pdf" || e.Given == "ofd" {
			want := e.Online.Rows[0].Reason
			if got := evidence.Examine(data, trust).Integrity.Reason; got != want {
				t.Errorf("%s: the published file is %s, want %s", e.Name, got, want)
			}
		}
	}
}

func TestACaseIsMadeOfWhatItSays(t *testing.T) {
	k := New(t)
	for name, want := range map[string]struct {
		input string // begins with
		holds string
	}{
		"token-good":               {"eyJ", "."},
		"token-link":               {"https://jiazhu.example.cn/v#eyJ", "."},
		"pdf-good":                 {"%PDF-", "%%EOF"},
		"ofd-good":                 {"PK\x03\x04", "OFD.xml"},
		"receipt-good":             {"eyJ", "."},
		"receipt-page":             {"%PDF-", "%%EOF"},
		"token-other-address":      {"https://www.example.cn/", ""},
		"token-altered-padded":     {"eyJ", "="},
		"ofd-prefixed":             {"something", "PK"},
		"token-signature-mirrored": {"eyJ", "."},
	} {
		c, err := cases.Read(name)
		if err != nil {
			t.Fatal(err)
		}
		data := k.Make(t, c).Input.Bytes()
		if !bytes.HasPrefix(data, []byte(want.input)) || !bytes.Contains(data, []byte(want.holds)) {
			t.Errorf("%s: got %.60q", name, data)
		}
	}
}
