package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/testkeys"
)

// jobRequest is an archive that the organisation has verified, and what became of it.
type jobRequest struct {
	key    string
	ask    client.JobAsk
	files  []packedFile
	copies []*endorseRequest // that are among the files, each once

	archive []byte // nil once its upload is acknowledged
	job     string // as acknowledged
	ended   bool   // while there were faults
}

// newJobRequest packs an archive of copies.
func newJobRequest(r *rand.Rand, order int, copies []copyFiles) *jobRequest {
	j := &jobRequest{key: fmt.Sprintf("archive-%06d", order)}
	j.archive, j.files = packArchive(r, copies)
	sum := sha256.Sum256(j.archive)
	j.ask = client.JobAsk{Bytes: int64(len(j.archive)), SHA256: hex.EncodeToString(sum[:]), StatedPurpose: "评标"}
	for _, c := range copies {
		j.copies = append(j.copies, c.of)
	}
	return j
}

// organisation is a machine client that verifies, at one address.
type organisation struct {
	harness *harness
	random  *rand.Rand
	machine seed.Machine

	token   string
	renewed time.Time
}

func (p *harness) organisation(order int, r *rand.Rand) (*organisation, error) {
	machine, err := p.Target.Machine(testkeys.Agency)
	machine.API = p.api(order)
	return &organisation{harness: p, random: r, machine: machine}, err
}

func (o *organisation) close() { o.machine.API.HTTP.CloseIdleConnections() }

// tokenUse is how long a token is used. It is valid for ten minutes.
const tokenUse = 5 * time.Minute

// retryAuthorized repeats a request, with a new token where the token has ended.
func (o *organisation) retryAuthorized(ctx context.Context, do func(token client.RequestEditorFn) error) error {
	return o.harness.retryTransient(ctx, o.random, func() error {
		if time.Since(o.renewed) > tokenUse {
			token, err := o.machine.Token(ctx, "verify")
			if err != nil {
				return err
			}
			o.token, o.renewed = token, time.Now()
		}
		return do(client.Bearer(o.token))
	})
}

// announce announces an archive under its key, and returns where to upload it. Every answer names the same job.
func (o *organisation) announce(ctx context.Context, j *jobRequest) (at client.JobPlace, err error) {
	err = o.retryAuthorized(ctx, func(token client.RequestEditorFn) (err error) {
		at, err = client.Read[client.JobPlace](o.machine.API.Client().AnnounceJob(ctx, &client.AnnounceJobParams{IdempotencyKey: j.key}, j.ask, token))
		var p *client.Problem
		if errors.As(err, &p) && p.Status == http.StatusTooManyRequests {
			o.harness.resetJobLimit(ctx)
		}
		return err
	})
	if err != nil {
		return at, fmt.Errorf("announce an archive: %w", err)
	}
	return at, o.harness.outcomes.acknowledgeJob(j, at.Job)
}

// announceTwice announces an archive twice at once.
func (o *organisation) announceTwice(ctx context.Context, j *jobRequest) (at client.JobPlace, err error) {
	other := &organisation{harness: o.harness, random: rand.New(rand.NewPCG(o.random.Uint64(), 0)), machine: o.machine}
	var both sync.WaitGroup
	var second error
	both.Go(func() { _, second = other.announce(ctx, j) })
	at, err = o.announce(ctx, j)
	both.Wait()
	return at, errors.Join(err, second)
}

// upload uploads an archive until that is acknowledged. The link puts no archive over one that is there (412).
func (o *organisation) upload(ctx context.Context, j *jobRequest, at client.JobPlace) error {
	err := o.harness.retryTransient(ctx, o.random, func() error {
		request, err := http.NewRequestWithContext(ctx, string(at.Method), at.URL, bytes.NewReader(j.archive))
		if err != nil {
			return err
		}
		for name, value := range at.Headers {
			request.Header.Set(name, value)
		}
		_, err = o.send(request)
		return err
	})
	var p *client.Problem
	if err != nil && !(errors.As(err, &p) && p.Status == http.StatusPreconditionFailed) {
		return fmt.Errorf("upload an archive: %w", err)
	}
	j.archive = nil
	return nil
}

// send sends a request to storage, and returns the body of the answer.
func (o *organisation) send(r *http.Request) ([]byte, error) {
	answer, err := o.machine.API.HTTP.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, errors.Join(errTruncated, err)
	}
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("storage answers: %w", &client.Problem{Status: answer.StatusCode, Title: fmt.Sprintf("%.200s", data)})
	}
	return data, nil
}

// progress asks how far a job is.
func (o *organisation) progress(ctx context.Context, j *jobRequest) (now client.JobProgress, err error) {
	err = o.retryAuthorized(ctx, func(token client.RequestEditorFn) (err error) {
		now, err = client.Read[client.JobProgress](o.machine.API.Client().GetJob(ctx, j.job, token))
		return err
	})
	return now, err
}

// readManifest reads the manifest of a job that is done, with its progress. A link works for a minute.
func (o *organisation) readManifest(ctx context.Context, j *jobRequest) (end client.JobProgress, manifest string, err error) {
	err = o.harness.retryTransient(ctx, o.random, func() error {
		if end, err = o.progress(ctx, j); err != nil {
			return err
		}
		if end.Results == nil {
			return fmt.Errorf("a job that was done is %s", end.State)
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, end.Results.Manifest, http.NoBody)
		if err != nil {
			return err
		}
		data, err := o.send(request)
		manifest = string(data)
		return err
	})
	return end, manifest, err
}

const (
	looks     = 15 // at the progress of a job, while there are faults
	lookPause = 500 * time.Millisecond
)

// submit announces an archive, one in four twice at once, uploads it, and looks at the progress for a while.
func (o *organisation) submit(ctx context.Context, j *jobRequest) error {
	announce := o.announce
	if o.random.IntN(4) == 0 {
		announce = o.announceTwice
	}
	at, err := announce(ctx, j)
	if err != nil {
		return err
	}
	if err := o.upload(ctx, j, at); err != nil {
		return err
	}
	judged := 0
	for range looks {
		now, err := o.progress(ctx, j)
		switch {
		case err != nil:
			return err
		case now.Judged < judged:
			return fmt.Errorf("%d entries were judged, and now %d", judged, now.Judged)
		case now.State == "done":
			j.ended = true
			return nil
		case now.State == "refused":
			return fmt.Errorf("the archive is refused: %s", now.Refused.Rule)
		}
		judged = now.Judged
		if !wait(ctx, between(o.random, lookPause/2, lookPause)) {
			return ctx.Err()
		}
	}
	return nil
}

// resetJobLimit gives the organisation all its archives again: it stands for many. What fails is tried again after
// the next answer of 429.
func (p *harness) resetJobLimit(ctx context.Context) {
	items, err := p.Tables().ReadAll(ctx, "Sessions")
	if err != nil {
		return
	}
	for _, i := range items {
		if strings.HasPrefix(i.Text("pk"), "LIMIT#verify-jobs#") {
			_, _ = p.Tables().Remove(ctx, "Sessions", i.Key())
		}
	}
}
