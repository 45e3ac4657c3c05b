package main

import (
	"context"
	"errors"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/trials/snapshot"
)

const (
	copies     = 24 // endorsements to read, download and withdraw
	challenges = 4
)

// resources are what the service has, by the name of the dictionary that schemathesis takes them from.
type resources struct {
	owner seed.Holder
	names map[string][]string
}

// makeResources makes resources of every kind.
func makeResources(ctx context.Context, t seed.Target, owner seed.Holder) (r resources, err error) {
	defer must.Catch(&err)
	r = resources{owner: owner, names: map[string][]string{
		"portals": {seed.Ministry, seed.National},
		"numbers": {owner.Number},
		"files":   {"icon.svg", "manifest.json", "sw.js", "clerk.html", "docs.css", "openapi.yaml"},
	}}
	s, certificate := must.Get2(snapshot.LogIn(ctx, t, seed.Ministry, owner))
	if certificate == "" {
		return r, errors.New(owner.Username + " has no certificate")
	}
	r.add("certificates", certificate)
	for range copies {
		e := must.Get(s.Endorse(ctx, certificate, client.EndorsementAsk{}))
		r.add("endorsements", e.Endorsement)
		r.add("tokens", e.Token())
	}
	for range challenges {
		r.add("challenges", must.Get(s.OpenChallenge(ctx)).Challenge)
		r.add("challenges", challengePlaceholder)
	}
	r.add("reports", must.Get(t.Report(ctx, must.Get(owner.Row()))).Report)
	registry := must.Get(t.Machine(seed.Registry))
	r.add("reports", must.Get(registry.Announce(ctx, 1000)).Report)
	return r, nil
}

func (r *resources) add(name, value string) { r.names[name] = append(r.names[name], value) }
