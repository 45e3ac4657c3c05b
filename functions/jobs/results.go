package main

import (
	"context"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// writeResults writes the signed manifest of all entries, and beside it the same as a table
// and as pages for people.
func (a *app) writeResults(ctx context.Context, job records.Job, entries []credential.ManifestEntry, passedOver int) error {
	question, err := questionOf(job)
	if err != nil {
		return err
	}
	m := credential.Manifest{
		Job: job.ID, At: findLast(entries), Service: a.origin, Asker: credential.Asker{Client: job.Client, ClientName: job.ClientName},
		Question: credential.ReceiptQuestion{
			AsOf: question.AsOf, Specialty: question.Specialty, Purpose: question.Purpose, Recipient: question.Recipient,
		},
		Archive: credential.ManifestArchive{SHA256: job.SHA256, Size: job.Bytes}, Entries: entries, PassedOver: passedOver, Test: a.test,
	}
	signed, err := credential.IssueManifest(ctx, a.receipts, m)
	if err != nil {
		return err
	}
	m.Count = len(entries)
	pages, err := a.drawPages(m, signed)
	if err != nil {
		return err
	}
	for file, data := range map[resultFile][]byte{manifestFile: []byte(signed), tableFile: writeTable(entries, m.Question), pageFile: pages} {
		if err := a.files.Write(ctx, file.key(job.ID), file.mime, data); err != nil {
			return err
		}
	}
	return nil
}

// findLast returns when the last entry was judged.
func findLast(entries []credential.ManifestEntry) (last time.Time) {
	for _, e := range entries {
		if e.CheckedAt.After(last) {
			last = e.CheckedAt
		}
	}
	return last
}
