package main

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

func TestVersionsAreToldAndABrokenChainFails(t *testing.T) {
	h := recordstest.NewFixture(t)
	r := h.Enter(t, recordstest.Sample(h.Clock.Now(), nil, nil), nil, nil)
	c := records.Change{Before: &r, After: r.Certificate, By: records.Author{Client: "beijing-registry", Report: records.NewID(h.Clock.Now()), Row: 17}}
	c.After.State = certificate.Suspended
	if _, err := h.Records.Put(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	con := console{out: &out, err: &out, now: h.Clock.Now}
	if err := con.versionHistory(context.Background(), tables{certificates: h.Records}, r.Certificate.ID, false); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Split(strings.TrimSpace(out.String()), "\n"); len(lines) != 2 || !strings.HasSuffix(lines[1], "beijing-registry "+c.By.Report+"#17  state") {
		t.Errorf("it says %q", lines)
	}
	ids, err := h.Records.ListCertificatesByReport(t.Context(), c.By.Report)
	if err != nil || len(ids) != 1 || ids[0] != r.Certificate.ID {
		t.Errorf("the report made %v, %v", ids, err)
	}
}

// TestTheVersionsOfANumberGoBackBehindItsHolder: the certificate that ended names who gave the
// number to another person.
func TestTheVersionsOfANumberGoBackBehindItsHolder(t *testing.T) {
	d := newFixture(t)
	first := d.put(t, records.Change{After: recordstest.Sample(d.now, nil, nil), By: recordstest.Registry()})
	d.now = d.now.Add(time.Minute)
	c := records.Change{Before: &first, After: first.Certificate, By: records.Author{Client: "thief", Report: records.NewID(d.now), Row: 1}}
	c.After.Holder.IDNumber = "310101198506150016"
	recordstest.Succeed(&c, d.now)
	now := d.put(t, c)
	out, _ := d.want(t, 0, "", "history", first.Certificate.Number, "-versions")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 3 {
		t.Fatalf("it says %q", lines)
	}
	for i, want := range []struct{ id, by string }{{first.Certificate.ID, recordstest.Registry().Client}, {first.Certificate.ID, "thief"}, {now.Certificate.ID, "thief"}} {
		if !strings.Contains(lines[i], "+08:00  "+want.id+"  ") || !strings.Contains(lines[i], "  "+want.by) {
			t.Errorf("line %d says %q", i, lines[i])
		}
	}
}

// One report gave a certificate to one person and then to another.
func TestUndoCountsOnlyWhatItWrites(t *testing.T) {
	d := newFixture(t)
	now, report := d.now, records.NewID(d.now)
	first := d.put(t, records.Change{After: recordstest.Sample(now, nil, nil), By: recordstest.Registry()})
	last := first
	for _, idNo := range []string{"310101198506150016", "310101199001010016", "310101198506150016"} {
		now = now.Add(time.Minute)
		c := records.Change{Before: &last, After: last.Certificate, By: records.Author{Client: "beijing-registry", Report: report, Row: 1}}
		c.After.Holder.IDNumber = idNo
		recordstest.Succeed(&c, now)
		last = d.put(t, c)
	}
	d.now = now.Add(time.Minute)
	for _, run := range []struct {
		args []string
		want string
	}{
		{[]string{"undo", report}, "would be undone, with -yes: 1 certificates to their earlier content, 1 created by the report and ended, 0 undone earlier\n"},
		{[]string{"undo", "-yes", report}, "undone: 1 certificates to their earlier content, 1 created by the report and ended, 0 undone earlier\n"},
		{[]string{"undo", "-yes", report}, "undone: 0 certificates to their earlier content, 0 created by the report and ended, 4 undone earlier\n"},
	} {
		out, _ := d.want(t, 0, "", run.args...)
		if !strings.Contains(out, run.want) || strings.HasPrefix(out, run.want) != slices.Contains(run.args, "-yes") {
			t.Errorf("%q says %q", run.args, out)
		}
	}
	out, _ := d.want(t, 0, "", "history", first.Certificate.ID, "-versions")
	if !strings.HasSuffix(out, "  operator:undo "+report+"  state stateNote\n") {
		t.Errorf("the versions are %q", out)
	}
}

// TestAPlanOfUndoingNamesEveryCertificate. A report that changed none is refused as mistyped.
func TestAPlanOfUndoingNamesEveryCertificate(t *testing.T) {
	d := newFixture(t)
	c := records.Change{After: recordstest.Sample(d.now, nil, nil), By: records.Author{Client: "beijing-registry", Report: records.NewID(d.now), Row: 1}}
	r := d.put(t, c)
	line := r.Certificate.ID + "  " + r.Certificate.Number + "  would end\n"
	if out, _ := d.want(t, 0, "", "undo", c.By.Report); !strings.HasPrefix(out, line) {
		t.Errorf("it says %q, want %q", out, line)
	}
	for _, sure := range []string{"-yes", "-json"} {
		if _, errOut := d.want(t, 1, "", "undo", r.Certificate.ID, sure); !strings.Contains(errOut, "no certificate was changed by a report "+r.Certificate.ID) {
			t.Error(errOut)
		}
	}
}
