package main

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/testkeys"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/trials/desk/fileset"
)

// runJob has an organisation hand in all files as one archive, and reads the manifest.
func runJob(m *fileset.Maker, keys string) func(context.Context, []fileset.File) ([]finding, error) {
	return func(ctx context.Context, files []fileset.File) (all []finding, err error) {
		defer must.Catch(&err)
		archive := packFiles(files)
		sum := sha256.Sum256(archive)
		ask := client.JobAsk{Bytes: int64(len(archive)), SHA256: hex.EncodeToString(sum[:])}
		asked := m.Question()
		ask.Question.AsOf, ask.Question.Specialty, ask.Question.Purpose = asked.AsOf.String(), asked.Specialty, asked.Purpose
		token := client.Bearer(must.Get(m.Token(ctx, testkeys.Agency, "verify")))
		place := must.Get(client.Read[client.JobPlace](m.Client().AnnounceJob(ctx, &client.AnnounceJobParams{IdempotencyKey: rand.Text()}, ask, token)))
		upload := must.Get(http.NewRequestWithContext(ctx, string(place.Method), place.URL, bytes.NewReader(archive)))
		for name, value := range place.Headers {
			upload.Header.Set(name, value)
		}
		must.Do(client.Check(http.DefaultClient.Do(upload)))
		job := client.JobProgress{}
		for job.Results == nil {
			job = must.Get(client.Read[client.JobProgress](m.Client().GetJob(ctx, place.Job, token)))
			if job.State == "refused" {
				return nil, fmt.Errorf("the archive was refused: %s", job.Refused.Detail)
			}
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-time.After(100 * time.Millisecond):
			}
		}
		answer := must.Get(m.Client().GetFile(ctx, job.Results.Manifest))
		defer answer.Body.Close()
		trust := must.Get(evidence.ParseTrust(must.Get(os.ReadFile(keys))))
		manifest := must.Get(credential.ParseManifest(string(must.Get(io.ReadAll(answer.Body))), trust.Receipts))
		if len(manifest.Entries) != len(files) {
			return nil, fmt.Errorf("the manifest lists %d entries", len(manifest.Entries))
		}
		for _, f := range files {
			i := slices.IndexFunc(manifest.Entries, func(e credential.ManifestEntry) bool { return e.Path == f.Path })
			if digest := sha256.Sum256(f.Data); i < 0 || manifest.Entries[i].SHA256 != hex.EncodeToString(digest[:]) {
				return nil, fmt.Errorf("%s is not in the manifest", f.Path)
			}
			all = append(all, findingOf(manifest.Entries[i]))
		}
		return all, nil
	}
}

func packFiles(files []fileset.File) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range files {
		must.Get(must.Get(z.Create(f.Path)).Write(f.Data))
	}
	must.Do(z.Close())
	return out.Bytes()
}

// findingOf is what the manifest says of a file.
func findingOf(e credential.ManifestEntry) finding {
	f := finding{Verdict: verdict.Overall(e.Verdict), Checks: rowsOf(e.Checks)}
	if e.Scan != nil {
		f.Scan = &foundCodes{}
		for _, c := range e.Scan.Codes {
			f.Scan.Codes = append(f.Scan.Codes, foundCode{c.Page, finding{Verdict: verdict.Overall(c.Verdict), Checks: rowsOf(c.Checks)}})
		}
	}
	return f
}

func rowsOf(checks []credential.ManifestCheck) (rows []checkRow) {
	for _, c := range checks {
		rows = append(rows, checkRow{verdict.Check(c.Check), verdict.Result(c.Result), verdict.Reason(c.Reason)})
	}
	return rows
}
