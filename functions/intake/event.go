package main

import (
	"context"
	"io"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/reporting"
	"github.com/jiazhu/jiazhu/shared/store/files"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// app is the function and what it depends on.
type app struct {
	certificates reporting.CertificateStore
	journal      reporting.Journal
	uploads      uploadStore
	files        fileStore
	schemes      scheme.Set
	clients      []identity.Client // who may report now
	now          func() time.Time
	pause        time.Duration // before the first repetition of a block
	log          io.Writer
}

// handleMessage reports whether the message is done and can be deleted.
func (a *app) handleMessage(ctx context.Context, body string) bool {
	keys, err := files.ParseNotification(body)
	if err != nil {
		a.note(logLine{RunRecord: api.RunRecord{Cause: err.Error(), Fault: 1}})
		return false
	}
	done := true
	for _, key := range keys {
		if id := reporting.ReportOfUpload(key); id != "" {
			if _, err := a.run(ctx, id); err != nil {
				done = false
			}
		}
	}
	return done
}

// uploadStore stores the progress of each file.
type uploadStore interface {
	BeginUploadRun(ctx context.Context, id string) (records.Upload, error)
	SaveUploadProgress(ctx context.Context, id string, run int64, p records.Progress) (revoked bool, err error)
	ReleaseUpload(ctx context.Context, d records.Upload) error
}

// fileStore reads and removes the uploaded files.
type fileStore interface {
	ReadAt(ctx context.Context, key string, offset, n int64) (data []byte, size int64, err error)
	Write(ctx context.Context, key, mime string, data []byte) error
	Join(ctx context.Context, to, mime string, keys []string) (int64, error)
	Remove(ctx context.Context, key string) error
}
