package main

import (
	"context"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/reporting"
	"github.com/jiazhu/jiazhu/shared/store/files"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// reportStore stores the answers to reports.
type reportStore interface {
	PutReport(ctx context.Context, r records.Report) error
	Report(ctx context.Context, id, client string, now time.Time) (records.Report, error)
	AnnounceUpload(ctx context.Context, d records.Upload) error
	ReadUpload(ctx context.Context, id, client string, now time.Time) (records.Upload, error)
	EnterReport(ctx context.Context, e records.ReportEntry) error
	RevokeUpload(ctx context.Context, id, client string, now time.Time) (records.Upload, error)
	ByNumber(ctx context.Context, number string) (records.Record, error)
	ForVerify(ctx context.Context, certID, endorsementID string) (records.Record, *endorsement.Endorsement, error)
	VersionsBelow(ctx context.Context, record records.Record, below int64, limit int) (page []records.Version, after *records.Version, err error)
}

// linkSigner signs links to files.
type linkSigner interface {
	UploadLink(ctx context.Context, key, mime string, bytes int64) (url string, headers map[string]string, err error)
	Link(ctx context.Context, key string, d files.Download) (string, error)
}

// deps holds what the function depends on.
type deps struct {
	grants       api.GrantReader
	certificates reporting.CertificateStore
	journal      reporting.Journal
	reports      reportStore
	disputes     disputeStore
	seals        sealStore
	files        linkSigner
	schemes      scheme.Set
}

type app struct{ deps }

func newApp(d deps, server api.Server) *api.App {
	a := &app{d}
	return &api.App{Server: server, Name: "report", Routes: map[string]api.Route{
		"POST /v1/reports":                      {Handler: api.RequireMachine(d.grants, identity.ScopeReport, a.report), Query: []string{"dryRun"}},
		"POST /v1/reports/drops":                {Handler: api.RequireMachine(d.grants, identity.ScopeReport, a.announce)},
		"GET /v1/reports/{report}":              {Handler: api.RequireMachine(d.grants, identity.ScopeReport, a.resendAnswer)},
		"DELETE /v1/reports/{report}":           {Handler: api.RequireMachine(d.grants, identity.ScopeReport, a.revoke)},
		"GET /v1/reports/certificates/{number}": {Handler: api.RequireMachine(d.grants, identity.ScopeReport, a.versions), Query: []string{"limit", "cursor"}},
		"POST /v1/disputes":                     {Handler: api.RequireMachine(d.grants, identity.ScopeReport, a.dispute)},
		"POST /v1/seals/{seal}/state":           {Handler: api.RequireMachine(d.grants, identity.ScopeSeals, a.changeSeal)},
		"GET /v1/disputes":                      {Handler: api.RequireMachine(d.grants, identity.ScopeReport, a.ownDisputes)},
	}}
}
