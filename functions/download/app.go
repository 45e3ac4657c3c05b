package main

import (
	"context"

	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/files"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// endorsementReader reads endorsements.
type endorsementReader interface {
	ReadEndorsement(ctx context.Context, certID string, who records.Person, id string) (records.CertificateView, error)
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
}

type app struct{ deps }

func newApp(d deps, server api.Server) *api.App {
	a := &app{d}
	return &api.App{Server: server, Name: "download", Routes: map[string]api.Route{
		"POST /v1/certificates/{certificate}/endorsements/{endorsement}/links": {Handler: api.RequireIdentified(d.sessions, a.link)},
	}}
}
