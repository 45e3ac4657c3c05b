package main

import (
	"context"
	"io"
	"testing"

	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

// anothers is a register whose records have another's sealed ID number beside the holder's hash.
type anothers struct {
	*records.Store
	sealed string
}

func (a anothers) ReadCertificate(ctx context.Context, certID, holder, portal string, want records.Want) (records.Folder, error) {
	f, err := a.Store.ReadCertificate(ctx, certID, holder, portal, want)
	f.SealedID = a.sealed
	return f, err
}

// TestNothingIsEndorsedForWhoIsNotTheNumbersHolder: the hash alone, however it came into the record, gives nobody a copy.
func TestNothingIsEndorsedForWhoIsNotTheNumbersHolder(t *testing.T) {
	c := newCounter(t, nil)
	id := c.of.Certificate.ID
	sealed, err := c.Vault.Seal(recordstest.LiSi().IDNumber, "CERT#"+id)
	if err != nil {
		t.Fatal(err)
	}
	app := newApp(deps{
		sessions: c.People, phones: c.People, register: anothers{c.Register, sealed}, journal: c.Journal, vault: c.Vault, shelf: c.Shelf,
		maker: c.scribe, tokens: newPen(t), glyphs: c.scribe, schemes: c.Schemes, portals: c.Portals, origin: origin, log: io.Discard,
	}, c.Clock.Now)
	reply := recordstest.Send(t, app, recordstest.Ask{
		Route: postRoute, Token: c.signIn(t), Body: "{}", Header: map[string]string{"idempotency-key": "a key of mine"},
		Path: map[string]string{"certificate": id},
	})
	if made := len(c.history(t)); reply.Status != 500 || made > 0 || len(c.Keys(t, c.Bucket)) > 0 {
		t.Errorf("status %d, and %d copies were made", reply.Status, made)
	}
}
