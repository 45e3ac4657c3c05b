package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/jiazhu/jiazhu/shared/document/archive"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/verifying"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// judge judges one entry as a single file is judged, and adds the verification to the holder's ledger. The
// error is that of a register that cannot be read or written now; the entry is then judged again.
func (a *app) judge(ctx context.Context, job records.Job, c content) (credential.ManifestEntry, error) {
	if c.refused != archive.Accepted {
		return a.passOver(c, c.refused), nil
	}
	now := a.readTime()
	proof, err := a.examine(c.data)
	if err != nil {
		return credential.ManifestEntry{}, err
	}
	question, err := questionOf(job)
	if err != nil {
		return credential.ManifestEntry{}, err
	}
	said, err := a.compare(ctx, job, proof, question, now)
	if err != nil {
		return credential.ManifestEntry{}, err
	}
	if proof.Integrity.Reason == verdict.NotOriginal {
		if said.Scan, err = a.searchFile(ctx, job, c.data, question, now); err != nil {
			return credential.ManifestEntry{}, err
		}
	}
	said.Path, said.Size, said.SHA256, said.CheckedAt = c.Path, int64(len(c.data)), digest(c.data), now
	return said, nil
}

// passOver returns the result of an entry that is not judged.
func (a *app) passOver(c content, why archive.Refusal) credential.ManifestEntry {
	return credential.ManifestEntry{
		Path: c.Path, Size: c.Size, Refused: string(why), Text: textOf(why), CheckedAt: a.readTime(),
		Verdict: string(verdict.Unknown), Name: verdict.Unknown.Name().ZH,
	}
}

// readTime returns the time as a manifest states it.
func (a *app) readTime() time.Time { return a.now().In(civil.Zone()).Truncate(time.Second) }

// questionOf returns what is asked about each entry.
func questionOf(job records.Job) (verdict.Question, error) {
	q := job.Question
	var asOf civil.Date
	if err := asOf.UnmarshalText([]byte(q.AsOf)); err != nil {
		return verdict.Question{}, fmt.Errorf("reading the job's day: %w", err)
	}
	return verdict.Question{AsOf: asOf, Specialty: q.Specialty, Purpose: q.Purpose, Recipient: q.Recipient}, nil
}

// examine returns what an entry proves by itself: a file, or the token or receipt in a text.
func (a *app) examine(data []byte) (verdict.Evidence, error) {
	if text, ok := evidence.ExtractReceipt(data); ok {
		proof, _, err := evidence.ExamineReceiptPage(data, text, a.trust, a.drawer)
		return proof, err
	}
	found, err := evidence.FindContent(data)
	switch {
	case err != nil:
		return evidence.Examine(data, a.trust), nil
	case found.Receipt != "":
		proof, _ := evidence.ExamineAnyReceipt(found.Receipt, a.trust)
		return proof, nil
	}
	return evidence.ExamineToken(found.Token, a.trust), nil
}

// compare compares what an entry proves with the register.
func (a *app) compare(ctx context.Context, job records.Job, proof verdict.Evidence, q verdict.Question, now time.Time) (credential.ManifestEntry, error) {
	found := verifying.Found{Records: verdict.Records{Access: verdict.NotReached}}
	if claim := proof.Claim; claim != nil {
		found = a.register.Read(ctx, records.Presented{Certificate: claim.Certificate, Endorsement: claim.Endorsement})
		if found.Records.Access == verdict.NotReached && found.Failed == nil {
			return credential.ManifestEntry{}, dynamo.NewUnavailable("reading the register for a job")
		}
	}
	v := verdict.Judge(proof, found.Records, q, now)
	if found.Failed != nil {
		a.note(logLine{Job: job.ID, RunRecord: api.RunRecord{Cause: found.Failed.Error()}})
	}
	if err := a.enter(ctx, job, proof, found, v); err != nil {
		return credential.ManifestEntry{}, err
	}
	stated := evidence.Statement(proof, found.Records, v)
	said := credential.ManifestEntry{
		Given: stated.Given.Kind, AsOf: v.AsOf, Claim: stated.Claim, CopyDigest: stated.CopyDigest,
		Verdict: string(v.Overall), Name: v.Name().ZH, Code: int(v.Code), Text: reasonOf(v), Ends: stated.Verdict.Ends, Newer: v.Newer,
	}
	for _, c := range stated.Verdict.Checks {
		said.Checks = append(said.Checks, credential.ManifestCheck{Check: c.Check, Result: c.Result, Reason: c.Reason})
	}
	return said, nil
}

// reasonOf returns the text of the finding that decides a verdict that is not 有效: the first that failed,
// or else the first that could not be made.
func reasonOf(v verdict.Verdict) string {
	for _, decisive := range []verdict.Result{verdict.Fail, verdict.Unsure} {
		for _, f := range v.Findings {
			if f.Result == decisive && v.Overall != verdict.Valid {
				return f.Text.ZH
			}
		}
	}
	return ""
}

// enter adds the verification of a copy to its holder's ledger, once for each job.
func (a *app) enter(ctx context.Context, job records.Job, proof verdict.Evidence, found verifying.Found, v verdict.Verdict) error {
	if found.Records.Access != verdict.Found {
		return nil
	}
	seen := records.VerificationEntry{
		ID: entryID(job, proof.Claim.Endorsement), Holder: found.Record.Holder, Version: found.Record.Certificate.Edition(),
		Endorsement: proof.Claim.Endorsement, Channel: verifying.Channel(proof.Kind), Verdict: string(v.Overall),
		Organisation: job.ClientName, Client: job.Client, Purpose: job.Purpose,
	}
	if e := found.Record.Endorsement; e != nil {
		seen.Holder = e.Holder
	}
	return a.ledger.AddVerification(ctx, found.Record.Certificate.ID, seen)
}

// entryID returns the id of the ledger's entry of a copy in a job: the same in every run, and at the time
// of the first.
func entryID(job records.Job, endorsement string) string {
	var id ulid.ULID
	sum := sha256.Sum256([]byte(job.ID + "\n" + endorsement))
	_ = id.SetTime(ulid.Timestamp(job.StartedAt)) // fails for years after 10889
	_ = id.SetEntropy(sum[:len(id)-6])            // fails for another length
	return id.String()
}
