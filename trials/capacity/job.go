package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
)

// jobFiles is the number of files of a job that is counted.
const jobFiles = 1000

// packJob packs both files of the copy again and again, and with each pair so many bytes that a job passes over.
func (l *life) packJob(passedOver int) *bytes.Buffer {
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	for n := range jobFiles / 2 {
		must.Get(must.Get(z.Create(fmt.Sprintf("%03d.pdf", n))).Write(l.pdf))
		must.Get(must.Get(z.Create(fmt.Sprintf("%03d.ofd", n))).Write(l.ofd))
		must.Get(must.Get(z.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("%03d/.DS_Store", n), Method: zip.Store})).Write(make([]byte, passedOver)))
	}
	must.Do(z.Close())
	return &archive
}

// pairBytes is the size of a pair in that archive. The copies of several holders differ by some bytes; where the files
// are in the archive, and so how often it is read, does not.
const pairBytes = 120_000

// runJob has an organisation hand in an archive, and look once at the result.
func (l *life) runJob(ctx context.Context) {
	archive := l.packJob(pairBytes - l.packJob(0).Len()/(jobFiles/2))
	sum, size := sha256.Sum256(archive.Bytes()), int64(archive.Len())
	api, token := l.api.Client(), client.Bearer(l.agency)
	ask := client.JobAsk{Bytes: size, SHA256: hex.EncodeToString(sum[:]), StatedPurpose: "评标"}
	at := must.Get(client.Read[client.JobPlace](api.AnnounceJob(ctx, &client.AnnounceJobParams{IdempotencyKey: rand.Text()}, ask, token)))
	must.Do(api.PutFile(ctx, client.Drop{URL: at.URL, Method: client.DropMethod(at.Method), Headers: at.Headers}, archive, size))
	started := time.Now()
	for !l.isJudged(ctx, at.Job) {
		time.Sleep(20 * time.Millisecond)
	}
	fmt.Printf("a job of %d files: %.0f a second\n", jobFiles, jobFiles/time.Since(started).Seconds())
	done := must.Get(client.Read[client.JobProgress](api.GetJob(ctx, at.Job, token)))
	must.Do(seed.Expect("the valid files of the job", done.Valid, jobFiles))
}

// isJudged looks past the meter whether a job is done, and the queue with it.
func (c *counter) isJudged(ctx context.Context, job string) bool {
	must.Do(ctx.Err())
	item := must.Get(c.Tables().Get(ctx, "Records", "JOB#"+job, "JOB"))
	waiting := must.Get(filepath.Glob(filepath.Join(c.Data, "queues", "*", "*.json")))
	return item.Map("progress")["doneAt"] != nil && len(waiting) == 0
}
