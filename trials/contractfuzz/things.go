package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
)

// copies is how many endorsements there are to read, to download and to withdraw.
const copies = 24

// resources are what there is in the service, by the name of the dictionary they go into.
type resources struct {
	owner seed.Holder // of all of them
	names map[string][]string
}

// make makes things of every kind.
func (d *fuzzProxy) make(ctx context.Context, owner seed.Holder) (resources, error) {
	t := resources{owner: owner, names: map[string][]string{
		"portals": {seed.Ministry, seed.National},
		"numbers": {owner.Number},
		"files":   {"verify.js", "verify.css", "icon.svg", "manifest.json", "sw.js", "docs.css", "openapi.yaml"},
	}}
	s, err := d.loginAndIdentify(ctx, owner)
	if err != nil {
		return t, err
	}
	items, _, err := s.Certificates(ctx)
	if err != nil || len(items) == 0 {
		return t, fmt.Errorf("%s has no certificate: %w", owner.Username, err)
	}
	t.add("certificates", items[0].Certificate)
	for range copies {
		e, err := s.Endorse(ctx, items[0].Certificate, client.EndorsementAsk{})
		if err != nil {
			return t, err
		}
		t.add("endorsements", e.Endorsement)
		t.add("tokens", e.Token())
	}
	for range 4 {
		c, err := s.OpenChallenge(ctx)
		if err != nil {
			return t, err
		}
		t.add("challenges", c.Challenge)
		t.add("challenges", challengePlaceholder)
	}
	return t, d.report(ctx, &t)
}

// report has the registry announce a file, so that there is a report to read.
func (d *fuzzProxy) report(ctx context.Context, t *resources) error {
	registry, err := d.target.Machine(seed.Registry)
	if err != nil {
		return err
	}
	token, err := registry.Token(ctx, "report")
	if err != nil {
		return err
	}
	row, err := t.owner.Row()
	if err != nil {
		return err
	}
	var done client.Report
	if err := d.api().Do(ctx, seed.Call{Method: http.MethodPost, Path: "/v1/reports", Token: token, JSON: []client.ReportRow{row}}, &done); err != nil {
		return err
	}
	place, err := registry.Announce(ctx, 1000)
	if err != nil {
		return err
	}
	t.add("reports", done.Report)
	t.add("reports", place.Report)
	return nil
}

func (t *resources) add(name, value string) { t.names[name] = append(t.names[name], value) }
