package main

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/jiazhu/jiazhu/shared/certificate"
	"github.com/jiazhu/jiazhu/shared/records"
	"github.com/jiazhu/jiazhu/shared/records/recordstest"
)

func TestVersionsAreToldAndABrokenChainFails(t *testing.T) {
	h := recordstest.NewHouse(t)
	r := h.Enter(t, recordstest.Sample(h.Clock.Now(), nil, nil), nil, nil)
	c := records.Change{Before: &r, After: r.Certificate, By: records.Author{Client: "beijing-registry", Report: records.NewID(h.Clock.Now()), Row: 17}}
	c.After.State = certificate.Suspended
	if _, err := h.Register.Put(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	con := console{out: &out, err: &out, now: h.Clock.Now}
	if err := con.versionHistory(context.Background(), tables{register: h.Register}, r.Certificate.ID, false); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Split(strings.TrimSpace(out.String()), "\n"); len(lines) != 2 || !strings.HasSuffix(lines[1], "beijing-registry "+c.By.Report+"#17  state") {
		t.Errorf("it says %q", lines)
	}
	ids, err := h.Register.MadeBy(t.Context(), c.By.Report)
	if err != nil || len(ids) != 1 || ids[0] != r.Certificate.ID {
		t.Errorf("the report made %v, %v", ids, err)
	}
}
