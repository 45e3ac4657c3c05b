package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"

	"github.com/jiazhu/jiazhu/shared/document/archive"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/verifying"
	"github.com/jiazhu/jiazhu/shared/store/files"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

const shortestKey, longestKey = 8, 128

var sha256Form = regexp.MustCompile(`^[0-9a-f]{64}$`)

// jobRequest is the request that announces an archive.
type jobRequest struct {
	Bytes         int64       `json:"bytes"`
	SHA256        string      `json:"sha256"`
	Question      jobQuestion `json:"question"`
	StatedPurpose string      `json:"statedPurpose"`
}

type jobQuestion struct {
	AsOf      string `json:"asOf"`
	Specialty string `json:"specialty"`
	Purpose   string `json:"purpose"`
	Recipient string `json:"recipient"`
}

// announcedJob is the answer to an announced archive: where to upload it.
type announcedJob struct {
	Job     string            `json:"job"`
	URL     string            `json:"url"`
	Method  string            `json:"method"`
	Headers map[string]string `json:"headers"`
	Expires api.Instant       `json:"expiresAt"`
}

// announce prepares the upload of an archive. The client uploads it directly to the bucket. A request
// that is repeated with its Idempotency-Key gets the same job, with a new link.
func (a *app) announce(ctx context.Context, r *api.Request) (*api.Response, error) {
	key := r.Header["idempotency-key"]
	if len(key) < shortestKey || len(key) > longestKey {
		return nil, problem.New(problem.IdempotencyKeyRequired)
	}
	ask, err := readJob(r)
	if err != nil {
		return nil, err
	}
	ask.Key = digest([]byte(key))
	switch known, err := a.replay(ctx, r, ask); {
	case err != nil:
		return nil, err
	case known != nil:
		return known, nil
	}
	if err := a.limits.Take(ctx, identity.JobLimit(r.Client.ID), r.Time); err != nil {
		return nil, err
	}
	err = a.jobs.AnnounceJob(ctx, ask)
	if errors.Is(err, records.ErrKeyUsed) {
		return a.replay(ctx, r, ask)
	}
	if err != nil {
		return nil, err
	}
	return a.invite(ctx, r, ask.Job)
}

// replay answers as the first request with the key was answered, nil if there was none. The same key with
// another body is a client error and is reported.
func (a *app) replay(ctx context.Context, r *api.Request, ask records.JobAnnouncement) (*api.Response, error) {
	job, fingerprint, err := a.jobs.FindJob(ctx, r.Client.ID, ask.Key, r.Time)
	switch {
	case errors.Is(err, records.ErrJobNotFound):
		return nil, nil
	case err != nil:
		return nil, err
	case fingerprint != ask.Fingerprint:
		return nil, problem.New(problem.IdempotencyKeyReused)
	}
	answer, err := a.invite(ctx, r, job)
	if err == nil {
		answer.Header = map[string]string{"idempotency-replayed": "true"}
	}
	return answer, err
}

// invite returns where to upload a job's archive.
func (a *app) invite(ctx context.Context, r *api.Request, job records.Job) (*api.Response, error) {
	url, headers, err := a.files.UploadLink(ctx, archiveKey(job.ID), archiveType, job.Bytes)
	if err != nil {
		return nil, err
	}
	return api.JSON(http.StatusCreated, announcedJob{
		Job: job.ID, URL: url, Method: http.MethodPut, Headers: headers, Expires: api.Instant(r.Time.Add(files.UploadLife)),
	}), nil
}

// readJob reads the request.
func readJob(r *api.Request) (a records.JobAnnouncement, err error) {
	var b jobRequest
	if err := api.Decode(r, &b); err != nil {
		return a, err
	}
	wrong := problem.New(problem.InvalidField)
	if b.Bytes < 1 || b.Bytes > archive.MaxArchive {
		wrong = wrong.WithField(problem.Field{Pointer: "/bytes", Rule: "bytes.range", Detail: problem.Text{
			ZH: fmt.Sprintf("压缩包须为 1 字节至 512 MiB，最多 %d 个文件；更多文件请分为多个压缩包。", archive.MaxEntries),
			EN: fmt.Sprintf("An archive has 1 byte to 512 MiB and at most %d files; divide more into several archives.", archive.MaxEntries),
		}})
	}
	if !sha256Form.MatchString(b.SHA256) {
		wrong = wrong.WithField(problem.Field{Pointer: "/sha256", Rule: "sha256.format", Detail: problem.Text{
			ZH: "应为压缩包的 SHA-256，64 位小写十六进制。", EN: "This is the archive's SHA-256 in hexadecimal: 64 digits in lower case.",
		}})
	}
	if len(wrong.Fields) > 0 {
		return a, wrong
	}
	q, err := readQuestion(b.Question, civil.Of(r.Time))
	if err != nil {
		return a, placeIn("/question", err)
	}
	purpose, err := verifying.NormalizeText("/statedPurpose", verifying.TidyText(b.StatedPurpose), verifying.MaxText)
	if err == nil {
		err = verifying.CheckKept("/statedPurpose", purpose)
	}
	if err == nil {
		err = verifying.CheckPurpose(r.Client, purpose)
	}
	if err != nil {
		return a, err
	}
	body, err := json.Marshal(b)
	if err != nil {
		return a, fmt.Errorf("taking the request's fingerprint: %w", err)
	}
	return records.JobAnnouncement{Fingerprint: digest(body), Job: records.Job{
		ID: records.NewID(r.Time), Client: r.Client.ID, ClientName: r.Client.Name, SHA256: b.SHA256, Bytes: b.Bytes,
		Question: q, Purpose: purpose, At: r.Time,
	}}, nil
}

// readQuestion reads what is asked about each file.
func readQuestion(asked jobQuestion, today civil.Date) (records.JobQuestion, error) {
	asOf, err := verifying.ReadDay(asked.AsOf, today)
	if err != nil {
		return records.JobQuestion{}, err
	}
	q := verdict.Question{
		Specialty: verifying.TidyText(asked.Specialty), Purpose: verifying.TidyText(asked.Purpose), Recipient: verifying.TidyText(asked.Recipient),
	}
	if err := verifying.NormalizeQuestion(&q); err != nil {
		return records.JobQuestion{}, err
	}
	return records.JobQuestion{AsOf: asOf.String(), Specialty: q.Specialty, Purpose: q.Purpose, Recipient: q.Recipient}, nil
}

// placeIn moves the fields of a problem below a place in the body.
func placeIn(at string, err error) error {
	found, ok := errors.AsType[*problem.Problem](err)
	if !ok {
		return err
	}
	moved := *found
	moved.Fields = slices.Clone(found.Fields)
	for i := range moved.Fields {
		moved.Fields[i].Pointer = at + moved.Fields[i].Pointer
	}
	return &moved
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
