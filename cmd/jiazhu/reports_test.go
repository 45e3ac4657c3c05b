package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// TestAMistypedClientIsNoQuietAnswer: only of an existing client does the command say that it has
// no reports or no waiting files.
func TestAMistypedClientIsNoQuietAnswer(t *testing.T) {
	d := newFixture(t)
	public, _ := d.want(t, 0, "", "keys", "generate", filepath.Join(t.TempDir(), "key.pem"))
	d.settings[config.Clients] = `[{"id":"new-registry","kind":"authority","areas":["110000"],"schemes":["*"],"scopes":["report"],"keys":` + public + `}]`
	if err := d.certificates.EnterReport(t.Context(), records.ReportEntry{Report: records.NewID(d.now), Client: "beijing-registry", At: d.now, Rows: 1}); err != nil {
		t.Fatal(err)
	}
	for _, client := range []string{"beijing-registry", "new-registry"} {
		if out, errOut := d.want(t, 0, "", "reports", "list", client, "-to", "2026-11-01"); out != "" || !strings.Contains(errOut, client+" made no report from 2026-10-24 to 2026-11-01") {
			t.Errorf("%q, %q", out, errOut)
		}
		if out, _ := d.want(t, 0, "", "reports", "revoke", client); out != client+" has announced no file\n" {
			t.Errorf("%q", out)
		}
	}
	for _, command := range []string{"list", "revoke"} {
		if _, errOut := d.want(t, 1, "", "reports", command, "beijing-registri"); !strings.Contains(errOut, `the client "beijing-registri" is unknown: it has made no report, and is not in CLIENTS`) {
			t.Error(errOut)
		}
	}
}

// TestAnOperatorIsToldOfAMissingCertificate in other words than its holder.
func TestAnOperatorIsToldOfAMissingCertificate(t *testing.T) {
	d := newFixture(t)
	for _, name := range []string{"京1112019202000099", records.NewID(d.now)} {
		for _, more := range [][]string{nil, {"-versions"}, {records.NewID(d.now)}} {
			if _, errOut := d.want(t, 1, "", append([]string{"history", name}, more...)...); !strings.Contains(errOut, "there is no certificate "+name) {
				t.Errorf("%v: %s", more, errOut)
			}
		}
	}
}

// TestAnOperatorRevokesTheFilesOfAClient that wait, but not those of another client or those
// already imported. They are found by who announced them and when.
func TestAnOperatorRevokesTheFilesOfAClient(t *testing.T) {
	d := newFixture(t)
	announce := func(client string) records.Upload {
		t.Helper()
		drop := records.Upload{ID: records.NewID(d.now), Client: client, Areas: []string{"110000"}, Schemes: []string{"*"}, Lang: "zh-CN", Bytes: 10, At: d.now}
		if err := d.certificates.AnnounceUpload(t.Context(), drop); err != nil {
			t.Fatal(err)
		}
		return drop
	}
	early := announce("beijing-registry")
	d.now = d.now.Add(24 * time.Hour)
	waiting, landed, other := announce("beijing-registry"), announce("beijing-registry"), announce("shanghai-registry")
	taken, err := d.certificates.BeginUploadRun(t.Context(), landed.ID)
	if err == nil {
		_, err = d.certificates.SaveUploadProgress(t.Context(), landed.ID, taken.Run, records.Progress{DoneAt: d.now})
	}
	if err != nil {
		t.Fatal(err)
	}
	out, _ := d.want(t, 0, "", "reports", "list", "beijing-registry", "-from", "2026-11-24")
	if strings.Count(out, "\n") != 2 || !strings.Contains(out, waiting.ID) || !strings.Contains(out, landed.ID) {
		t.Errorf("it lists %q", out)
	}

	wantRevoked := func(want bool, drop records.Upload) {
		t.Helper()
		got, err := d.certificates.ReadUpload(t.Context(), drop.ID, drop.Client, d.now)
		if err != nil || got.RevokedAt.IsZero() == want {
			t.Errorf("revoked %v, want %t: %v", got.RevokedAt, want, err)
		}
	}
	if out, _ = d.want(t, 0, "", "reports", "revoke", "beijing-registry"); !strings.Contains(out, landed.ID+"  imported already") {
		t.Errorf("it says %q", out)
	}
	wantRevoked(true, early)
	wantRevoked(true, waiting)
	wantRevoked(false, landed)
	wantRevoked(false, other)
	d.want(t, 0, "", "reports", "revoke", other.ID)
	wantRevoked(true, other)
}
