package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/document/evidence"
	"github.com/jiazhu/jiazhu/shared/document/evidence/testtrust"
	"github.com/jiazhu/jiazhu/shared/document/seal/testca"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/domain/statuslist"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// enterCopy enters a copy with the next place in the status lists.
func (d *fixture) enterCopy(t *testing.T, r records.Record, until civil.Date) endorsement.Endorsement {
	t.Helper()
	id := records.NewID(d.now)
	e := endorsement.Endorsement{
		ID: id, CertID: r.Certificate.ID, CertVersion: r.Certificate.Edition(), Scheme: r.Certificate.Scheme, MadeAt: must.Get(records.TimeOf(id)),
		UseFrom: civil.Of(d.now), UseUntil: until, Holder: r.Holder, StatusIndex: must.Get(d.certificates.NextStatusIndex(t.Context())),
	}
	e.Excerpt = endorsement.NewCopy(e, r.Certificate, "", false).Excerpt()
	must.Get(d.certificates.Endorse(t.Context(), records.Entry{Endorsement: e, Revision: r.Revision, Key: id, Fingerprint: "f"}))
	return e
}

// TestTheListsSayWhatTheRegisterDoes, for copies in every state, and for who forgot to write them anew.
func TestTheListsSayWhatTheRegisterDoes(t *testing.T) {
	d := newFixture(t)
	directory, lists := t.TempDir(), filepath.Join(t.TempDir(), "lists")
	key := must.Get(testca.NewKey())
	must.Do(os.WriteFile(filepath.Join(directory, "status.key.pem"), key.KeyPEM, 0o600))
	ca := must.Get(testca.New(d.now))
	bundle := testtrust.NewBundle(ca, must.Get(testtrust.Offices(ca, must.Get(scheme.Load()))), must.Get(testca.NewKey()).Signer, nil)
	testtrust.AddStatusKey(&bundle, ca, key.Signer)
	trustFile := filepath.Join(directory, "trust.json")
	must.Do(os.WriteFile(trustFile, must.Get(json.Marshal(bundle)), 0o600))

	today := civil.Of(d.now)
	first, second := d.certificate(t, "京1112019202000001", numberWithX), d.certificate(t, "京1112019202000002", "310101198506150016")
	live, withdrawn := d.enterCopy(t, first, today.AddDays(100)), d.enterCopy(t, first, today.AddDays(100))
	must.Get(d.certificates.Withdraw(t.Context(), first.Certificate.ID, first.Holder, withdrawn.ID, "", d.now))
	suspended := d.enterCopy(t, second, today.AddDays(100))
	short := d.enterCopy(t, second, today)
	changed := second.Certificate
	changed.State, changed.Holder.IDNumber = certificate.Suspended, "310101198506150016"
	d.put(t, records.Change{Before: &second, After: changed, By: records.Author{Client: "registry"}})

	number := live.StatusIndex.List() // of all, because one program made them
	out, _ := d.want(t, 0, "", "status", "write", lists, "-keys", directory)
	if want := (statusReport{Lists: int(number), Live: 1, Ended: 1, Suspended: 2}); !strings.Contains(out, `"suspended": 2`) || readReport(t, out) != want {
		t.Errorf("%s, not %+v", out, want)
	}
	trust := must.Get(evidence.ParseTrust(must.Get(os.ReadFile(trustFile))))
	list := must.Get(credential.ParseStatusList(string(must.Get(os.ReadFile(statusFile(lists, number)))), trust.Status))
	for e, want := range map[*endorsement.Endorsement]statuslist.State{&live: statuslist.Live, &withdrawn: statuslist.Ended, &suspended: statuslist.Suspended, &short: statuslist.Suspended} {
		if got := list.List.At(e.StatusIndex.Place()); got != want || list.Origin != "https://jiazhu.example.cn" || !list.IssuedAt.Equal(d.now.Truncate(time.Second)) {
			t.Errorf("%d says %d, not %d", e.StatusIndex, got, want)
		}
	}
	if text := string(must.Get(os.ReadFile(filepath.Join(lists, aggregationFile)))); !strings.HasSuffix(text, fmt.Sprintf(`"https://jiazhu.example.cn/v1/status-lists/%d"]}`, number)) {
		t.Error(text)
	}
	d.want(t, 0, "", "status", "check", lists, "-trust", trustFile)
	must.Get(d.certificates.Withdraw(t.Context(), first.Certificate.ID, first.Holder, live.ID, "", d.now))
	if out, _ := d.want(t, 1, "", "status", "check", lists, "-trust", trustFile); readReport(t, out).Different != 1 {
		t.Error(out)
	}
	again := live // somebody put back the number of the next copy
	again.ID, again.WithdrawnAt = records.NewID(d.now.Add(time.Second)), nil
	must.Get(d.certificates.Endorse(t.Context(), records.Entry{Endorsement: again, Revision: first.Revision, Key: again.ID, Fingerprint: "f"}))
	if out, _ := d.want(t, 0, "", "status", "write", lists, "-keys", directory); readReport(t, out).Shared != 1 {
		t.Error(out)
	}
	list = must.Get(credential.ParseStatusList(string(must.Get(os.ReadFile(statusFile(lists, number)))), trust.Status))
	if got := list.List.At(live.StatusIndex.Place()); got != statuslist.Ended {
		t.Errorf("the place of a withdrawn copy and another one says %d", got)
	}
	d.now = d.now.AddDate(0, 0, 1) // the copy of one day has expired, and no list is asked about it
	d.want(t, 0, "", "status", "write", lists, "-keys", directory)
	if out, _ := d.want(t, 0, "", "status", "check", lists, "-trust", trustFile); readReport(t, out) != (statusReport{Lists: int(number), Live: 1, Ended: 2, Suspended: 1, Expired: 1, Shared: 1}) {
		t.Error(out)
	}
	must.Do(os.WriteFile(filepath.Join(directory, "status.key.pem"), must.Get(testca.NewKey()).KeyPEM, 0o600))
	d.want(t, 0, "", "status", "write", lists, "-keys", directory)
	d.want(t, 1, "", "status", "check", lists, "-trust", trustFile) // another key signed it
}

func readReport(t *testing.T, text string) (r statusReport) {
	t.Helper()
	must.Do(json.Unmarshal([]byte(text), &r))
	r.Bytes = 0
	return r
}
