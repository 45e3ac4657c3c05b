package main

import (
	"context"
	"io"
	"sync"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/evidence/receiptpage"
	"github.com/jiazhu/jiazhu/shared/document/receiptpdf"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/verifying"
	"github.com/jiazhu/jiazhu/shared/store/files"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// jobStore keeps the jobs and their progress.
type jobStore interface {
	FindJob(ctx context.Context, client, key string, now time.Time) (job records.Job, fingerprint string, err error)
	AnnounceJob(ctx context.Context, a records.JobAnnouncement) error
	ReadJob(ctx context.Context, id, client string, now time.Time) (records.Job, error)
	BeginJobRun(ctx context.Context, id string) (records.Job, error)
	SaveJobProgress(ctx context.Context, id string, run int64, p records.JobProgress) error
}

// ledgerStore adds to the ledger that a holder reads.
type ledgerStore interface {
	AddVerification(ctx context.Context, certID string, seen records.VerificationEntry) error
}

// fileStore keeps the archives and the results, and signs links to them.
type fileStore interface {
	UploadLink(ctx context.Context, key, mime string, bytes int64) (url string, headers map[string]string, err error)
	Link(ctx context.Context, key string, d files.Download) (string, error)
	ReadAt(ctx context.Context, key string, offset, n int64) (data []byte, size int64, err error)
	Read(ctx context.Context, key string, most int64) (data []byte, ok bool, err error)
	Write(ctx context.Context, key, mime string, data []byte) error
	Remove(ctx context.Context, key string) error
}

// limitStore keeps the limits.
type limitStore interface {
	Take(ctx context.Context, l identity.Limit, now time.Time) error
}

// app is the function and what it depends on.
type app struct {
	grants   api.GrantReader
	limits   limitStore
	jobs     jobStore
	ledger   ledgerStore
	files    fileStore
	register verifying.Register
	trust    evidence.Trust
	receipts credential.Signer // signs manifests
	drawer   receiptpage.Drawer
	printer  func() (*receiptpdf.Printer, error)
	origin   string        // the service's, in manifests
	test     bool          // the service works with test keys
	pause    time.Duration // before the first repetition
	now      func() time.Time
	log      io.Writer
	scans    sync.Mutex // a picture takes much memory, so one file is searched at a time
}

func (a *app) newAPI(server api.Server) *api.App {
	return &api.App{Server: server, Name: "jobs", Routes: map[string]api.Route{
		"POST /v1/verifications/jobs":      {Handler: api.RequireMachine(a.grants, identity.ScopeVerify, a.announce)},
		"GET /v1/verifications/jobs/{job}": {Handler: api.RequireMachine(a.grants, identity.ScopeVerify, a.progress)},
	}}
}
