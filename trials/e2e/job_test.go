package e2e

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/testkeys"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
)

// jobCall announces an archive.
func jobCall(key string, size int, sha256 string) seed.Call {
	return seed.Call{
		Method: http.MethodPost, Path: "/v1/verifications/jobs", Header: map[string]string{"Idempotency-Key": key},
		JSON: client.JobAsk{Bytes: int64(size), SHA256: sha256},
	}
}

func progressCall(job string) seed.Call {
	return seed.Call{Method: http.MethodGet, Path: "/v1/verifications/jobs/" + job}
}

// callAsAgency sends a call as the organisation that verifies, and reads its answer.
func callAsAgency[T any](t *testing.T, call seed.Call, status int) (answer T) {
	t.Helper()
	call.Token = token(t, testkeys.Agency, "verify")
	reply, err := service.api().Send(t.Context(), call)
	if err != nil || reply.Status != status {
		t.Fatalf("%+v, %v", reply, err)
	}
	if err := json.Unmarshal(reply.Body, &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

// announceJob announces an archive that does not come.
func announceJob(t *testing.T) (job string) {
	t.Helper()
	forget(t, "LIMIT#verify-jobs")
	return callAsAgency[client.JobPlace](t, jobCall(rand.Text(), 100, strings.Repeat("0", 64)), http.StatusCreated).Job
}

// uploadArchive announces and uploads an archive.
func uploadArchive(t *testing.T, archive []byte) (job string) {
	t.Helper()
	forget(t, "LIMIT#verify-jobs")
	sum := sha256.Sum256(archive)
	at := callAsAgency[client.JobPlace](t, jobCall(rand.Text(), len(archive), hex.EncodeToString(sum[:])), http.StatusCreated)
	r, err := http.NewRequestWithContext(t.Context(), string(at.Method), at.URL, bytes.NewReader(archive))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range at.Headers {
		r.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("the upload is answered %s", answer.Status)
	}
	return at.Job
}

// followJob waits until a job is done. The test's own time limit is the only one.
func followJob(t *testing.T, job string) client.JobProgress {
	t.Helper()
	for {
		p := callAsAgency[client.JobProgress](t, progressCall(job), http.StatusOK)
		if p.State == "done" || p.State == "refused" {
			return p
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// packFiles makes an archive of so many copies of each file. The names of every second copy are not said to be
// in UTF-8.
func packFiles(t *testing.T, files map[string][]byte, each int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for n := range each {
		for name, data := range files {
			entry, err := w.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("%03d/%s", n, name), Method: zip.Deflate, NonUTF8: n%2 == 1})
			if err == nil {
				_, err = entry.Write(data)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func fetchResult(ctx context.Context, t *testing.T, url string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %v", answer.Status, err)
	}
	return string(data)
}

func TestAJobJudgesEveryFileAlthoughItsFunctionIsKilled(t *testing.T) {
	skipUnlessLinux(t)
	d := newEndorsedHolder(t)
	const each = 15 // of three files: three groups
	archive := packFiles(t, map[string][]byte{"a.pdf": d.pdf, "b.ofd": d.ofd, "c.txt": []byte("说明")}, each)
	killed := make(chan struct{})
	left := 2
	var strike func(pass func())
	strike = func(pass func()) { // the results of a group are stored, and their count is not
		kill(t, "jobs")
		if left--; left == 0 {
			close(killed)
			return
		}
		service.proxy.CutAt("UpdateItem", func(pass func()) { // the next run begins
			pass()
			service.proxy.CutAt("UpdateItem", strike)
		})
	}
	service.proxy.CutAt("UpdateItem", func(pass func()) { // the first run begins
		pass()
		service.proxy.CutAt("UpdateItem", strike)
	})
	job := uploadArchive(t, archive)
	<-killed
	done := followJob(t, job)
	if done.State != "done" || done.Entries != 3*each || done.Judged != 3*each || done.Valid != 2*each || done.Unknown != each || done.Results == nil {
		t.Fatalf("%+v", done)
	}
	trust, err := evidence.ParseTrust(fetchPublic(t, "/.well-known/jiazhu-trust.json"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := credential.ParseManifest(fetchResult(t.Context(), t, done.Results.Manifest), trust.Receipts)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(archive)
	paths := map[string]bool{}
	for _, e := range m.Entries {
		paths[e.Path] = true
	}
	if m.Count != 3*each || len(paths) != 3*each || m.Archive.SHA256 != hex.EncodeToString(sum[:]) || m.Asker.Client != testkeys.Agency {
		t.Errorf("the manifest: %d entries of %d paths, %+v, %+v", m.Count, len(paths), m.Archive, m.Asker)
	}
	if rows := strings.Count(fetchResult(t.Context(), t, done.Results.Csv), "\r\n"); rows != 3*each+1 {
		t.Errorf("the table has %d rows", rows)
	}
	seen, err := d.Ledger(t.Context(), d.certificate)
	seen = slices.DeleteFunc(seen, func(s client.Sighting) bool { return s.Endorsement != d.endorsement.Endorsement })
	if err != nil || len(seen) != 1 {
		t.Errorf("%d entries of the copy in the ledger, %v", len(seen), err)
	}
}

// TestAManifestIsCheckedByAScript: conformance/jobs/check.py, with a library of others, and with what was tampered with.
func TestAManifestIsCheckedByAScript(t *testing.T) {
	install := exec.CommandContext(t.Context(), filepath.Join(service.root, "tools", "python"), "conformance/jobs/requirements.txt")
	bin, err := install.Output()
	if err != nil && os.Getenv("CI") == "" { // without Python or a network; what CI checks it has
		t.Skipf("the script's library cannot be installed: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(service.root, "conformance", "jobs", "check.py")
	if text, err := os.ReadFile(script); err != nil || bytes.Count(text, []byte("\n")) > 50 {
		t.Errorf("the script has more than fifty lines, %v", err)
	}
	d := newEndorsedHolder(t)
	archive := packFiles(t, map[string][]byte{"甲.pdf": d.pdf, "乙.txt": []byte("说明"), "../丙.pdf": d.pdf, "\xb6\xa1.txt": []byte("GB 18030"), "戊\n有效\t己\r\x1b[2K\u202e\u3164.txt": []byte("说明"), "__MACOSX/._甲.pdf": nil, ".DS_Store": nil, "空/": nil}, 2)
	done := followJob(t, uploadArchive(t, archive))
	if done.Results == nil {
		t.Fatalf("%+v", done)
	}
	manifest := fetchResult(t.Context(), t, done.Results.Manifest)
	check := func(manifest string, archive []byte) (string, error) {
		dir := t.TempDir()
		for name, data := range map[string][]byte{"jwks.json": fetchPublic(t, "/.well-known/jwks.json"), "manifest.jws": []byte(manifest), "archive.zip": archive} {
			if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		cmd := exec.CommandContext(t.Context(), filepath.Join(strings.TrimSpace(string(bin)), "python"), script, "jwks.json", "manifest.jws", "archive.zip")
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	out, err := check(manifest, archive)
	if err != nil || strings.Count(out, "有效\t000/甲.pdf") != 1 || strings.Count(out, "/丁.txt\t") != 2 || strings.Count(out, "\n") != 10 || strings.Count("\n"+out, "\n无法确认\t") != 8 ||
		strings.Count(out, `/戊\n有效\t己\r\x1b[2K\u202e\u3164.txt`) != 2 || strings.ContainsAny(out, "\r\x1b\u202e\u3164") {
		t.Fatalf("%v\n%s", err, out)
	}
	for name, change := range map[string]func(m map[string]any, entries []any){
		"a row removed": func(m map[string]any, entries []any) { m["entries"], m["count"] = entries[1:], len(entries)-1 },
		"a row added": func(m map[string]any, entries []any) {
			m["entries"], m["count"] = append(entries, entries[0]), len(entries)+1
		},
		"files passed over": func(m map[string]any, _ []any) { m["passedOver"] = 3 },
		"a row changed":     func(_ map[string]any, entries []any) { entries[0].(map[string]any)["verdict"] = "valid" },
	} {
		parts := strings.Split(manifest, ".")
		payload, err := base64.RawURLEncoding.DecodeString(parts[1])
		if err != nil {
			t.Fatal(err)
		}
		var said map[string]any
		if err := json.Unmarshal(payload, &said); err != nil {
			t.Fatal(err)
		}
		change(said, said["entries"].([]any))
		if payload, err = json.Marshal(said); err != nil {
			t.Fatal(err)
		}
		parts[1] = base64.RawURLEncoding.EncodeToString(payload)
		if out, err := check(strings.Join(parts, "."), archive); err == nil {
			t.Errorf("%s is not noticed:\n%s", name, out)
		}
	}
	if out, err := check(manifest, packFiles(t, map[string][]byte{"甲.pdf": d.pdf}, 1)); err == nil {
		t.Errorf("another archive is not noticed:\n%s", out)
	}
}
