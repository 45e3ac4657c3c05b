package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/torchwood"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/copylog"
	"github.com/jiazhu/jiazhu/shared/store/sequence/sequencetest"
)

var logStart = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// writeLog makes a log of n entries, of which the last is back-dated where it is said, and returns its directory.
func writeLog(t *testing.T, k sequencetest.Keys, copies []copylog.Commitment, backdated bool) string {
	t.Helper()
	var entries [][]byte
	for i, c := range copies {
		at := logStart.Add(time.Duration(i) * time.Minute)
		e := copylog.Entry{Made: at, Logged: at.Add(time.Minute), Commitment: c}
		if backdated && i == len(copies)-1 {
			e.Made = logStart.AddDate(0, 0, -1)
		}
		entries = append(entries, e.Bytes())
	}
	directory := t.TempDir()
	must.Do(must.Get(sequencetest.Forge(k, entries)).Write(directory))
	return directory
}

// runLog runs log audit so many minutes after the first copy, and returns its exit code and what it printed.
func runLog(t *testing.T, minutes int, args ...string) (code int, report copylog.Report, text string) {
	t.Helper()
	var out, failures bytes.Buffer
	c := console{
		out: &out, err: &failures, getenv: func(string) string { return "" },
		now: func() time.Time { return logStart.Add(time.Duration(minutes) * time.Minute) },
	}
	code = c.run(context.Background(), append([]string{"log", "audit"}, args...))
	if out.Len() > 0 {
		if err := json.Unmarshal(out.Bytes(), &report); err != nil {
			t.Fatalf("%v: %s", err, &out)
		}
	}
	return code, report, failures.String()
}

func TestALogIsAuditedByWhatIsPublished(t *testing.T) {
	keys := sequencetest.NewKeys()
	var copies []copylog.Commitment
	for i := range 300 {
		copies = append(copies, sha256.Sum256([]byte{byte(i), byte(i >> 8)}))
	}
	kept := filepath.Join(t.TempDir(), "kept.json")
	if code, report, text := runLog(t, 201, "-key", keys.Public, "-keep", kept, writeLog(t, keys, copies[:200], false)); code != 0 || report.Read != 200 {
		t.Fatalf("exit code %d: %+v %s", code, report, text)
	}
	grown := writeLog(t, keys, copies, false)
	server := httptest.NewServer(http.FileServer(http.Dir(grown)))
	defer server.Close()
	if code, report, text := runLog(t, 301, "-key", keys.Public, "-keep", kept, server.URL); code != 0 || report.Since != 200 || report.Read != 300 {
		t.Fatalf("exit code %d: %+v %s", code, report, text)
	}
	before := must.Get(os.ReadFile(kept))
	for name, test := range map[string]struct {
		copies    []copylog.Commitment
		backdated bool
		want      copylog.Kind
	}{
		"hidden":     {append(copies[:7:7], copies[8:]...), false, copylog.Rewritten},
		"changed":    {append(append(copies[:7:7], copylog.Commitment{}), copies[8:]...), false, copylog.Rewritten},
		"back-dated": {append(copies[:300:300], copylog.Commitment{}), true, copylog.Late},
	} {
		code, report, text := runLog(t, 301, "-key", keys.Public, "-keep", kept, writeLog(t, keys, test.copies, test.backdated))
		if code != 1 || report.Found != 1 || report.Findings[0].Kind != test.want || !strings.Contains(text, "1 findings") {
			t.Errorf("%s: exit code %d: %+v %s", name, code, report, text)
		}
	}
	if after := must.Get(os.ReadFile(kept)); !bytes.Equal(after, before) {
		t.Errorf("a checkpoint with findings was kept: %s", after)
	}
}

func TestACopyIsInALogByItsProof(t *testing.T) {
	keys := sequencetest.NewKeys()
	pdf := []byte("%PDF-1.7 and so on")
	c := copylog.Copy{Content: sha256.Sum256([]byte("{}")), PDF: sha256.Sum256(pdf), OFD: sha256.Sum256([]byte("PK"))}
	salt := copylog.DeriveSalt([]byte("key"), "01JDB7W8R0T3E5KQ9Z2M4N6P8S")
	copies := []copylog.Commitment{{1}, {2}, c.Commit(salt), {4}, {5}}
	directory := writeLog(t, keys, copies, false)
	checkpoint := must.Get(os.ReadFile(filepath.Join(directory, "checkpoint")))
	tree := must.Get(keys.Trust.Open(checkpoint)).Tree
	data, hashes, err := must.Get(torchwood.NewClient(logDirectory(directory))).Entry(t.Context(), tree, 2)
	if err != nil {
		t.Fatal(err)
	}
	p := copylog.Proof{Salt: salt, PDF: c.PDF, OFD: c.OFD, Index: 2, Entry: must.Get(copylog.ParseEntry(data)), Hashes: hashes, Checkpoint: checkpoint}
	write := func(name string, data []byte) string {
		path := filepath.Join(t.TempDir(), name)
		must.Do(os.WriteFile(path, data, 0o600))
		return path
	}
	proof, file := write("copy.tlog-proof", p.Text()), write("certificate.pdf", pdf)
	content, other := hex.EncodeToString(c.Content[:]), hex.EncodeToString(c.OFD[:])
	grown := writeLog(t, keys, append(copies, copylog.Commitment{6}), false)
	without := writeLog(t, keys, append(copies[:2:2], copies[3:]...), false)
	for name, test := range map[string]struct {
		args []string
		code int
		says string
	}{
		"in the log":             {[]string{"-proof", proof, "-content", content, grown}, 0, ""},
		"with the file":          {[]string{"-proof", proof, "-content", content, "-file", file, grown}, 0, ""},
		"with another file":      {[]string{"-proof", proof, "-content", content, "-file", proof, grown}, 1, "neither file"},
		"of another copy":        {[]string{"-proof", proof, "-content", other, grown}, 1, "of another copy"},
		"in a log without it":    {[]string{"-proof", proof, "-content", content, without}, 1, "1 findings"},
		"no proof":               {[]string{"-proof", file, "-content", content, grown}, 1, "no proof"},
		"no digest":              {[]string{"-proof", proof, "-content", "00", grown}, 2, "no SHA-256"},
		"a proof of nothing":     {[]string{"-proof", proof, grown}, 2, "go together"},
		"neither URL nor one":    {[]string{"nowhere"}, 2, "neither a URL"},
		"a quorum without one":   {[]string{"-quorum", "1", grown}, 2, "0 witnesses"},
		"a file without a proof": {[]string{"-file", file, grown}, 2, "go together"},
	} {
		code, _, text := runLog(t, 301, append([]string{"-key", keys.Public}, test.args...)...)
		if code != test.code || !strings.Contains(text, test.says) {
			t.Errorf("%s: exit code %d: %s", name, code, text)
		}
	}
	if code, _, text := runLog(t, 301, grown); code != 2 || !strings.Contains(text, "-key is required") {
		t.Errorf("without a key: exit code %d: %s", code, text)
	}
}
