// Package ofdrw_test has ofdrw, an OFD library by others, judge what this
// service writes, and has this service read what ofdrw makes. It needs the
// harness beside it: mvn -q package.
package ofdrw_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/render/font"
	"github.com/jiazhu/jiazhu/shared/render/ofd"
	"github.com/jiazhu/jiazhu/shared/render/page"
	"github.com/jiazhu/jiazhu/shared/seal/ses"
	"github.com/jiazhu/jiazhu/shared/seal/testca"
)

// harness runs the Maven project's program and returns what it prints.
func harness(t *testing.T, args ...string) string {
	t.Helper()
	jar := filepath.Join("target", "ofdrw-harness.jar")
	if _, err := os.Stat(jar); err != nil {
		t.Skip("the harness is not built: run mvn -q package in conformance/ofdrw")
	}
	out, err := exec.CommandContext(t.Context(), "java", append([]string{"-Djava.awt.headless=true", "-jar", jar}, args...)...).Output()
	if len(out) == 0 && err != nil {
		t.Fatalf("harness: %v", err)
	}
	return string(out)
}

func write(t *testing.T) []byte {
	t.Helper()
	fonts, err := font.Load()
	if err != nil {
		t.Skip(err)
	}
	ca, err := testca.New(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	esl, err := ca.NewSeal(t.Context(), []byte("picture"))
	if err != nil {
		t.Fatal(err)
	}
	data, err := ofd.NewWriter(fonts).Write(t.Context(), ofd.Document{
		Sheet: page.Sheet{
			Width: 210, Height: 297,
			Base:  &page.Base{Items: []page.Item{&page.Text{X: 30, Y: 50, Size: 8, Body: "注册证书"}}},
			Items: []page.Item{&page.Text{X: 30, Y: 80, Size: 5, Body: "欧阳䶮㛃𬱖𠅤·买买提"}},
			Seal:  page.Rect{X: 140, Y: 220, W: 42, H: 42},
		},
		Title: "注册证书", At: time.Now(), ID: strings.Repeat("0a", 16),
		CustomData: []ofd.Datum{{Name: "ZZMC", Value: "注册证书"}},
		Attachment: &ofd.Attachment{Name: "certificate.json", MIME: "application/json", Data: []byte("{}")},
		Seal: ofd.Seal{ESL: esl, Sign: func(ctx context.Context, dataHash []byte, property string, at time.Time) ([]byte, error) {
			return ses.Sign(ctx, ca.Seal.Signer, esl, dataHash, property, at)
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestOfdrwAcceptsOursAndRefusesEachChangedPart(t *testing.T) {
	dir := t.TempDir()
	good := write(t)
	files := []string{save(t, dir, "good.ofd", good)}
	for i, name := range names(t, good) {
		files = append(files, save(t, dir, fmt.Sprintf("%02d-%s.ofd", i, filepath.Base(name)), changed(t, good, name)))
	}
	lines := strings.Split(strings.TrimSpace(harness(t, append([]string{"validate"}, files...)...)), "\n")
	if len(lines) != len(files) {
		t.Fatalf("%d verdicts on %d files", len(lines), len(files))
	}
	for i, line := range lines {
		t.Log(strings.ReplaceAll(line, dir, ""))
		if valid := strings.HasPrefix(line, "VALID "); valid != (i == 0) {
			t.Error(line)
		}
	}
}

func save(t *testing.T, dir, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func reader(t *testing.T, data []byte) *zip.Reader {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func names(t *testing.T, data []byte) []string {
	t.Helper()
	var all []string
	for _, entry := range reader(t, data).File {
		all = append(all, entry.Name)
	}
	return all
}

// changed packs the file anew, with one byte of one part changed. In XML it is
// the last letter of a word of text or an attribute, so that the part still
// parses; elsewhere a byte in the middle.
func changed(t *testing.T, data []byte, name string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, entry := range reader(t, data).File {
		content := contentOf(t, entry)
		if entry.Name == name {
			content = flip(name, content)
		}
		part, err := w.Create(entry.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func contentOf(t *testing.T, entry *zip.File) []byte {
	t.Helper()
	r, err := entry.Open()
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func flip(name string, content []byte) []byte {
	content = bytes.Clone(content)
	at := len(content) / 2
	switch {
	case strings.HasSuffix(name, "Signature.xml"):
		at = bytes.Index(content, []byte(`Boundary="140`)) + len(`Boundary="14`)
	case strings.HasSuffix(name, ".xml"):
		at = len(content) - 1 // the line end after the root
		content[at] = ' '
		return content
	case strings.HasSuffix(name, "SignedValue.dat"):
		at = len(content) - 1 // of the signature itself
	}
	content[at] ^= 1
	return content
}

func TestWeReadTheSealsOfdrwMakes(t *testing.T) {
	ca, err := testca.New(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	roots, err := ses.NewRoots(ca.SealRoot)
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range []string{"v4", "v1"} {
		t.Run("as "+version, func(t *testing.T) {
			dir := t.TempDir()
			for _, party := range []string{"maker", "signer"} {
				save(t, dir, party+".key.pem", ca.Seal.KeyPEM)
				save(t, dir, party+".chain.pem", ca.Seal.ChainPEM)
			}
			harness(t, "ses", version, dir)
			value, err := os.ReadFile(filepath.Join(dir, "SignedValue.dat"))
			if err != nil {
				t.Fatal(err)
			}
			seal, err := os.ReadFile(filepath.Join(dir, "seal.esl"))
			if err != nil {
				t.Fatal(err)
			}
			expected := ses.Expected{Roots: roots, DataHash: make([]byte, 32), Seal: seal, Property: "/Doc_0/Signs/Sign_0/Signature.xml"}
			if _, err := ses.Verify(value, expected); err != nil {
				t.Fatal(err)
			}
			value[len(value)-1] ^= 1
			if _, err := ses.Verify(value, expected); err == nil {
				t.Error("a changed signature verifies")
			}
		})
	}
}
