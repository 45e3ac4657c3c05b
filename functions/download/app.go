package main

import (
	"context"
	"io"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/files"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// endorsementReader reads endorsements.
type endorsementReader interface {
	ReadEndorsement(ctx context.Context, certID, holder, portal, id string) (records.CertificateView, error)
}

// linkSigner makes a link to a stored file that works for one minute.
type linkSigner interface {
	Link(ctx context.Context, key string, d files.Download) (string, error)
}

// deps holds what the function depends on.
type deps struct {
	sessions     api.SessionReader
	endorsements endorsementReader
	links        linkSigner
	schemes      scheme.Set
	portals      map[string]config.Portal
	edge         []string // see api.App
	log          io.Writer
}

type app struct{ deps }

func newApp(d deps, now func() time.Time) *api.App {
	a := &app{d}
	return &api.App{Name: "download", Now: now, Log: d.log, Edge: d.edge, Routes: map[string]api.Route{
		"POST /v1/certificates/{certificate}/endorsements/{endorsement}/links": {Handler: api.RequireIdentified(d.sessions, a.link)},
	}}
}
