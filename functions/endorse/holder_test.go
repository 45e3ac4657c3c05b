package main

import (
	"context"
	"io"
	"testing"

	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// mismatchedStore is a register whose records have another person's encrypted ID number beside the
// holder's hash.
type mismatchedStore struct {
	*records.Store
	sealed string
}

func (a mismatchedStore) ReadCertificate(ctx context.Context, certID string, who records.Person, want records.ReadOptions) (records.CertificateView, error) {
	f, err := a.Store.ReadCertificate(ctx, certID, who, want)
	f.SealedID = a.sealed
	return f, err
}

// TestNothingIsEndorsedForWhoIsNotTheNumbersHolder: the hash alone, however it came into the
// record, does not give access to a copy.
func TestNothingIsEndorsedForWhoIsNotTheNumbersHolder(t *testing.T) {
	c := newFixture(t, nil)
	id := c.record.Certificate.ID
	sealed, err := c.Sealer.Seal(recordstest.LiSi().IDNumber, "CERT#"+id)
	if err != nil {
		t.Fatal(err)
	}
	app := newApp(deps{
		sessions: c.Sessions, phones: c.Sessions, certificates: mismatchedStore{c.Records, sealed}, journal: c.Journal, sealer: c.Sealer, files: c.Files,
		issuer: c.issuer, tokens: newTestSigner(t), glyphs: c.issuer, schemes: c.Schemes, portals: c.Portals, origin: origin,
	}, api.Server{Now: c.Clock.Now, Log: io.Discard})
	reply := recordstest.Send(t, app, recordstest.Request{
		Route: postRoute, Token: c.signIn(t), Body: "{}", Header: map[string]string{"idempotency-key": "a key of mine"},
		Path: map[string]string{"certificate": id},
	})
	if made := len(c.history(t)); reply.Status != 500 || made > 0 || len(c.Keys(t, c.Bucket)) > 0 {
		t.Errorf("status %d, and %d copies were made", reply.Status, made)
	}
}
