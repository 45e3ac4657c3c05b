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

// fileStore reads stored files, and makes links to them that work for one minute.
type fileStore interface {
	Link(ctx context.Context, key string, d files.Download) (string, error)
	Read(ctx context.Context, key string, most int64) (data []byte, ok bool, err error)
}

// previewDrawer draws the preview of the copy in a sealed OFD.
type previewDrawer interface {
	Draw(ofd []byte) ([]byte, error)
}

// tagger signs the links to previews, and checks them.
type tagger interface {
	Tag(content []byte, place ...string) (string, error)
	Check(tag string, content []byte, place ...string) error
}

// deps holds what the function depends on.
type deps struct {
	sessions     api.SessionReader
	endorsements endorsementReader
	files        fileStore
	previews     previewDrawer
	tags         tagger
	schemes      scheme.Set
	portals      map[string]config.Portal
	origin       string // of the API, PUBLIC_URL
}

type app struct{ deps }

func newApp(d deps, server api.Server) *api.App {
	a := &app{d}
	const one = "/v1/certificates/{certificate}/endorsements/{endorsement}"
	return &api.App{Server: server, Name: "download", Routes: map[string]api.Route{
		"POST " + one + "/links":  {Handler: api.RequireIdentified(d.sessions, a.link)},
		"GET " + one + "/preview": {Handler: a.linkedPreview(api.RequireIdentified(d.sessions, a.preview)), Query: []string{linkParameter}},
	}}
}
