package faults

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
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/testkeys"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
)

// judgeArchive is an archive of three files, which the queue delivers to the function until it is done: a copy twice,
// and a text.
func judgeArchive(ctx context.Context, l *worker) *preparedScenario {
	s, e := l.endorseNewCertificate(ctx)
	l.harness.store.forgetJobs(ctx)
	token := must.Get(l.harness.Token(ctx, testkeys.Agency, "verify"))
	var archive bytes.Buffer
	z, file := zip.NewWriter(&archive), must.Get(s.Download(ctx, e, "pdf"))
	for name, data := range map[string][]byte{"a.pdf": file, "b.pdf": file, "c.txt": []byte("x")} {
		must.Get(must.Get(z.Create(name)).Write(data))
	}
	must.Do(z.Close())
	sum := sha256.Sum256(archive.Bytes())
	var end client.JobProgress
	return &preparedScenario{
		certificate: e.Certificate,
		run: func(ctx context.Context) {
			ask := client.JobAsk{Bytes: int64(archive.Len()), SHA256: hex.EncodeToString(sum[:]), StatedPurpose: "评标"}
			params := &client.AnnounceJobParams{IdempotencyKey: rand.Text()}
			at := must.Get(client.Read[client.JobPlace](l.faultyAPI.Client().AnnounceJob(ctx, params, ask, client.Bearer(token))))
			place := client.Drop{URL: at.URL, Method: client.DropMethod(at.Method), Headers: at.Headers}
			must.Do(l.directAPI.Client().PutFile(ctx, place, bytes.NewReader(archive.Bytes()), int64(archive.Len())))
			end = l.followJob(ctx, token, at.Job)
		},
		check: func(ctx context.Context) {
			expect("the files judged", end.Judged, 3)
			expect("those that are valid", end.Valid, 2)
			manifest := must.Get(l.directAPI.Client().GetFile(ctx, end.Results.Manifest))
			defer manifest.Body.Close()
			trust := must.Get(evidence.ParseTrust(must.Get(client.Read[json.RawMessage](l.directAPI.Client().Trust(ctx)))))
			said := must.Get(credential.ParseManifest(string(must.Get(io.ReadAll(manifest.Body))), trust.Receipts))
			expect("the entries of the manifest", len(said.Entries), 3)
			entries := must.Get(s.Ledger(ctx, e.Certificate))
			expect("the entries of the ledger", len(entries), 1)
			expect("the purpose in the ledger", entries[0].Purpose, "评标")
		},
	}
}

// followJob waits until a job is done, past the proxy. The queue delivers a failed message again after some seconds.
func (l *worker) followJob(ctx context.Context, token, job string) (end client.JobProgress) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for end.State != "done" || l.harness.hasQueuedMessages() {
		end = must.Get(client.Read[client.JobProgress](l.directAPI.Client().GetJob(ctx, job, client.Bearer(token))))
		select {
		case <-ctx.Done():
			must.Do(fmt.Errorf("the archive is not judged: %+v", end))
		case <-time.After(20 * time.Millisecond):
		}
	}
	return end
}
