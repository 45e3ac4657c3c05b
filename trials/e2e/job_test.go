package e2e

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
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

// packFiles makes an archive of so many copies of each file.
func packFiles(t *testing.T, files map[string][]byte, each int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for n := range each {
		for name, data := range files {
			entry, err := w.Create(fmt.Sprintf("%03d/%s", n, name))
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
	before, err := d.Ledger(t.Context(), d.certificate)
	if err != nil {
		t.Fatal(err)
	}
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
	after, err := d.Ledger(t.Context(), d.certificate)
	if err != nil || len(after) != len(before)+1 {
		t.Errorf("%d new entries of the ledger, %v", len(after)-len(before), err)
	}
}
