package main

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/sealhistory"
	"github.com/jiazhu/jiazhu/shared/service/config"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

const sealIssuer, sealNumber = "11100000000013338W", "11010200000001"

// changeSeal runs the command that changes the state of the seal above.
func (d *fixture) changeSeal(t *testing.T, code int, state string, more ...string) (sealStatus, string) {
	t.Helper()
	args := append([]string{"seals", "state", sealIssuer, sealNumber, state, "-why", "印章遗失", "-foreign"}, more...)
	out, errOut := d.want(t, code, "", args...)
	var s sealStatus
	if code == 0 {
		must.Do(json.Unmarshal([]byte(out), &s))
	}
	return s, errOut
}

// countStopped counts the entries of the journal that stopped a seal.
func (d *fixture) countStopped(t *testing.T) (many int) {
	t.Helper()
	must.Do(d.log.Read(t.Context(), journal.SealStopped, time.Time{}, func(journal.Entry) error {
		many++
		return nil
	}, func(key string, why error) { t.Errorf("%s: %v", key, why) }))
	return many
}

func (d *fixture) sealState(t *testing.T) sealhistory.State {
	t.Helper()
	return must.Get(d.certificates.ReadSeals(t.Context())).Of[sealhistory.Name{Issuer: sealIssuer, ID: sealNumber}].Current()
}

func TestAnOperatorChangesTheStateOfASeal(t *testing.T) {
	d := newFixture(t)
	if s, _ := d.changeSeal(t, 0, "suspended"); s.State != sealhistory.Suspended || d.sealState(t) != sealhistory.Active {
		t.Fatalf("without -yes: %+v", s)
	}
	if many := d.countStopped(t); many != 0 {
		t.Errorf("without -yes the journal has %d entries", many)
	}
	s, _ := d.changeSeal(t, 0, "suspended", "-yes")
	if c := s.Changes; len(c) != 1 || !c[0].At.Equal(d.now) || !strings.HasPrefix(c[0].By, "operator:") || c[0].Why != "印章遗失" || d.sealState(t) != sealhistory.Suspended {
		t.Fatalf("with -yes: %+v", s)
	}
	d.finds(t, "")
	if _, errOut := d.changeSeal(t, 1, "suspended", "-yes"); !strings.Contains(errOut, "it is suspended") {
		t.Error(errOut)
	}
	d.now = d.now.Add(time.Hour)
	d.changeSeal(t, 0, "active", "-yes")
	if many := d.countStopped(t); many != 1 {
		t.Errorf("the journal has %d entries: what allows a seal again is not in it", many)
	}
	d.now = d.now.Add(time.Hour)
	s, _ = d.changeSeal(t, 0, "revoked", "-yes", "-at", d.now.Add(-90*time.Minute).Format(time.RFC3339))
	if c := s.Changes; len(c) != 3 || !c[2].At.Equal(d.now.Add(-90*time.Minute)) || !c[2].Recorded.Equal(d.now) {
		t.Errorf("revoked from an earlier time: %+v", s)
	}
	d.changeSeal(t, 1, "active", "-yes")
	d.finds(t, "")
	out, _ := d.want(t, 0, "", "seals", "list")
	var all []sealStatus
	must.Do(json.Unmarshal([]byte(out), &all))
	if len(all) != 1 || all[0].State != sealhistory.Revoked || len(all[0].Changes) != 3 {
		t.Errorf("listed: %s", out)
	}
}

func TestAChangeOfASealIsRefused(t *testing.T) {
	d := newFixture(t)
	for name, args := range map[string][]string{
		"a wrong code":          {"11100000000013338X", sealNumber, "suspended", "-why", "x", "-foreign"},
		"no number":             {sealIssuer, " ", "suspended", "-why", "x", "-foreign"},
		"no reason":             {sealIssuer, sealNumber, "suspended", "-foreign"},
		"a number of a person":  {sealIssuer, sealNumber, "suspended", "-foreign", "-why", "持证人 110101 1980 0101 0010"},
		"a day for a time":      {sealIssuer, sealNumber, "revoked", "-foreign", "-why", "x", "-at", "2026-11-23"},
		"a seal that is unseen": {sealIssuer, sealNumber, "suspended", "-why", "x"},
		"no directory":          {sealIssuer, sealNumber, "suspended", "-why", "x", "-keys", t.TempDir() + "/none"},
	} {
		if _, errOut := d.want(t, 2, "", append([]string{"seals", "state", "-yes"}, args...)...); errOut == "" {
			t.Errorf("%s: nothing is said", name)
		}
	}
	d.changeSeal(t, 1, "lost", "-yes")
	d.changeSeal(t, 1, "suspended", "-yes", "-at", d.now.Add(-time.Hour).Format(time.RFC3339))
	d.changeSeal(t, 1, "revoked", "-yes", "-at", d.now.Add(time.Hour).Format(time.RFC3339))
	if s := d.sealState(t); s != sealhistory.Active {
		t.Errorf("it is %s", s)
	}
}

// TestASealThatWasTakenBackIsFound: the table is as it was before the seal was stopped.
func TestASealThatWasTakenBackIsFound(t *testing.T) {
	p := newReplayFixture(t)
	p.now = p.now.Add(time.Hour)
	name := sealhistory.Name{Issuer: sealIssuer, ID: sealNumber}
	h := must.Get(sealhistory.History(nil).Add(sealhistory.Change{State: sealhistory.Suspended, Recorded: p.now, By: "operator:test", Why: "印章遗失"}))
	p.note(t, journal.SealStopped, journal.StoppedSeal{Issuer: name.Issuer, Seal: name.ID, Change: h[0]})
	p.finds(t, "the seal "+sealNumber+" of "+sealIssuer+" was suspended")
	if dry, _ := p.replay(t, 0); dry.Entries[journal.SealStopped].Applied != 1 || p.sealState(t) != sealhistory.Active {
		t.Errorf("without -yes: %+v", dry.Entries[journal.SealStopped])
	}
	if done, _ := p.replay(t, 0, "-yes"); done.Entries[journal.SealStopped].Applied != 1 || p.sealState(t) != sealhistory.Suspended {
		t.Errorf("%+v", done.Entries[journal.SealStopped])
	}
	p.finds(t, "")
	if again, _ := p.replay(t, 0, "-yes"); again.Entries[journal.SealStopped].Already != 1 {
		t.Errorf("repeated: %+v", again.Entries[journal.SealStopped])
	}
}

func TestWhatWasSealedOnADayIsReported(t *testing.T) {
	p := newReplayFixture(t) // two copies of 23 November
	p.now = time.Date(2026, 11, 23, 23, 59, 59, 999e6, civil.Zone())
	last := p.endorse(t)
	p.now = p.now.Add(time.Millisecond)
	next := p.endorse(t)
	report := func(day string, more ...string) (r sealReport) {
		t.Helper()
		out, _ := p.want(t, 0, "", append([]string{"seals", "report", "-day", day}, more...)...)
		must.Do(json.Unmarshal([]byte(out), &r))
		return r
	}
	r := report("2026-11-23")
	var ids []string
	for _, s := range r.Sealings {
		ids = append(ids, s.Endorsement)
		if s.Holder != p.record.Holder || s.Certificate != p.record.Certificate.ID || s.Issuer != sealIssuer || s.Seal != sealNumber || len(s.PDF) != 64 || s.OFD == "" {
			t.Errorf("%+v", s)
		}
	}
	if len(ids) != 3 || ids[2] != last || ids[0] >= ids[1] {
		t.Errorf("listed are %q", ids)
	}
	if diff := cmp.Diff([]sealTotal{{sealIssuer, sealNumber, 3}}, r.Totals); diff != "" {
		t.Error(diff)
	}
	if r := report("2026-11-24", "-parts", "1"); len(r.Sealings) != 1 || r.Sealings[0].Endorsement != next || r.Totals[0].Copies != 1 {
		t.Errorf("the next day: %+v", r)
	}
	if r := report("2026-11-22"); len(r.Sealings)+len(r.Totals) != 0 {
		t.Errorf("the day before: %+v", r)
	}
	if r := report("2026-11-23", "-issuer", "11110000000021151M"); len(r.Sealings) != 0 {
		t.Errorf("another authority's: %+v", r)
	}
	out, _ := p.want(t, 0, "", "seals", "report", "-day", "2026-11-23", "-csv")
	if rows := must.Get(csv.NewReader(strings.NewReader(out)).ReadAll()); len(rows) != 4 || rows[3][4] != last || len(rows[3]) != len(rows[0]) {
		t.Errorf("as a table: %s", out)
	}
	all := 0
	for _, day := range []string{"2026-11-23", "2026-11-24"} {
		all += len(report(day).Sealings)
	}
	page := must.Get(p.certificates.History(t.Context(), p.record.Certificate.ID, p.record.Holder, records.Period{Limit: 50}))
	if len(page.Items) != all {
		t.Errorf("the register has %d copies, the reports %d", len(page.Items), all)
	}
	p.want(t, 2, "", "seals", "report")
}

// TestAReplicaThatIsPutBackIsFoundAndMended: one of the sixteen equal items is as it was before the seal was stopped.
func TestAReplicaThatIsPutBackIsFoundAndMended(t *testing.T) {
	p := newReplayFixture(t)
	p.changeSeal(t, 0, "suspended", "-yes")
	table := p.settings[config.RecordsTable]
	var former map[string]types.AttributeValue
	for _, item := range p.cloud.Items(t, table) {
		if textOf(item, "pk") == "SEALS#07" {
			former = item
		}
	}
	p.now = p.now.Add(time.Hour)
	p.changeSeal(t, 0, "revoked", "-yes")
	p.finds(t, "")
	must.Get(p.cloud.Tables().PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: former}))
	p.finds(t, "the sixteen items of the histories of seals are not equal")
	if s := p.sealState(t); s != sealhistory.Revoked {
		t.Errorf("the newest says %s", s)
	}
	p.replay(t, 0, "-yes")
	p.finds(t, "")
}
