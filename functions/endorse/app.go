package main

import (
	"context"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/issue"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
	"github.com/jiazhu/jiazhu/shared/domain/statuslist"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/files"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// certificateStore reads certificates and stores endorsements.
type certificateStore interface {
	ReadCertificate(ctx context.Context, certID string, who records.Person, want records.ReadOptions) (records.CertificateView, error)
	ReadEndorsement(ctx context.Context, certID string, who records.Person, id string) (records.CertificateView, error)
	CheckHolder(r records.Record) error
	NextStatusIndex(ctx context.Context) (statuslist.Index, error)
	Endorse(ctx context.Context, e records.Entry) (*records.IdempotencyRecord, error)
	NumberKeySet(ctx context.Context, k sealhistory.KeySet) (int, error)
	History(ctx context.Context, certID, holder string, p records.Period) (records.HistoryPage, error)
	Withdraw(ctx context.Context, certID, holder, id, why string, at time.Time) (*endorsement.Endorsement, error)
	PutConsent(ctx context.Context, of records.Record, c records.Consent) (secret string, err error)
	Consents(ctx context.Context, certID, holder, endorsementID string, at time.Time) ([]records.Consent, error)
	RevokeConsent(ctx context.Context, certID, holder, endorsementID, id string, at time.Time) error
}

// phoneReader reads the phone that a portal states for a person.
type phoneReader interface {
	PhoneBound(ctx context.Context, holder, portal string) (bool, error)
}

// fileStore keeps files under names derived from their content.
type fileStore interface {
	Put(ctx context.Context, prefix, ending, mime string, data []byte) (files.Stored, error)
}

// issuer makes both files of a copy, with the keys of its issuing authority.
type issuer interface {
	KeySetOf(authority string) (k sealhistory.KeySet, ok bool)
	Make(ctx context.Context, in issue.Input) (issue.Documents, error)
}

// journalWriter writes changes to a journal outside the table, so that restoring the table does not
// undo them.
type journalWriter interface {
	Append(ctx context.Context, kind journal.Kind, at time.Time, what any) error
}

// sealer encrypts a text for the place where it is stored.
type sealer interface {
	Seal(plain, place string) (string, error)
}

// runeChecker reports which characters the fonts of a certificate can print.
type runeChecker interface {
	MissingRunes(text string) []rune
}

// deps holds what the function depends on.
type deps struct {
	sessions     api.SessionReader
	phones       phoneReader
	certificates certificateStore
	journal      journalWriter
	sealer       sealer
	files        fileStore
	issuer       issuer
	tokens       credential.Signer // signs what the QR code says
	glyphs       runeChecker
	schemes      scheme.Set
	portals      map[string]config.Portal
	origin       string // where anyone can verify, PUBLIC_URL
	test         bool   // the seal is a test seal
	daysAfterUse int    // for which files are kept after the last day of use
}

type app struct {
	deps
	keySets keySets
}

func newApp(d deps, server api.Server) *api.App {
	a := &app{deps: d}
	const all = "/v1/certificates/{certificate}/endorsements"
	return &api.App{Server: server, Name: "endorse", Routes: map[string]api.Route{
		"POST " + all:                      {Handler: api.RequireIdentified(d.sessions, a.endorse)},
		"GET " + all:                       {Handler: api.RequireIdentified(d.sessions, a.history), Query: []string{"from", "to", "limit", "cursor"}},
		"GET " + all + "/{endorsement}":    {Handler: api.RequireIdentified(d.sessions, a.get)},
		"DELETE " + all + "/{endorsement}": {Handler: api.RequireIdentified(d.sessions, a.withdraw)},

		"POST " + all + "/{endorsement}/consents":             {Handler: api.RequireIdentified(d.sessions, a.consent)},
		"GET " + all + "/{endorsement}/consents":              {Handler: api.RequireIdentified(d.sessions, a.consents)},
		"DELETE " + all + "/{endorsement}/consents/{consent}": {Handler: api.RequireIdentified(d.sessions, a.revoke)},
	}}
}
