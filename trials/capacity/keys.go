package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/trials/capacity/model"
)

// owners are the values of a life by which keys have an owner.
type owners struct {
	sealer *fieldcrypto.Sealer
	values map[string]string     // owner by the key behind its kind
	limits map[string][][]string // by owner: the parts that a limit's key is made of
}

func (c *counter) owners(l *life) owners {
	number, session := must.Get(scheme.Load()).Numbers().Canonical(l.holder.Number), identity.HashToken(l.session.Token)
	holderKey := records.New(nil, records.Tables{}, c.sealer, nil).HolderKey("111", l.holder.IDNumber())
	o := owners{c.sealer, map[string]string{
		l.certificate: "certificate", holderKey: "holder", number: "number", seed.Ministry + "#" + l.holder.Username: "account", session: "session",
	}, map[string][][]string{
		"account": {{seed.Ministry, l.holder.Username}}, "session": {{session}}, "number": {{number}},
		"phone": {{l.holder.Phone}, {seed.Ministry, l.holder.Phone}, {holderKey, l.holder.Phone}},
	}}
	for client, token := range map[string]string{agency: l.agency, seed.Registry: l.registry, seed.Ministry + "-portal": l.portal} {
		o.values[client], o.values[identity.HashToken(token)] = "client", "client"
		o.limits["client"] = append(o.limits["client"], []string{client, civil.Of(time.Now()).String()}, []string{client})
	}
	for _, address := range l.addresses {
		network := identity.Neighbourhood(address)
		for owner, parts := range map[string][]string{
			"network": {network}, "account and network": {seed.Ministry, l.holder.Username, network}, "number": {number, network},
		} {
			o.limits[owner] = append(o.limits[owner], parts)
		}
	}
	return o
}

// identify sets the kind and the owner of an access. A key without an owner is an error unless such keys may be
// drawn at random, or made up by a stranger.
func (o owners) identify(a *countedAccess) error {
	kind, rest, _ := strings.Cut(a.key, "#")
	if kind == "LIMIT" {
		name, hash, _ := strings.Cut(rest, "#")
		a.Kind, a.Owner = kind+"#"+name, o.limitOwner(name, hash)
		if a.Owner == "" && !strings.HasPrefix(name, "verify-number-") {
			return fmt.Errorf("the owner of the key %s is unknown", a.key)
		}
		return nil
	}
	a.Kind, a.Owner = kind, o.values[rest]
	if a.Owner != "" {
		return nil
	}
	switch kind {
	case "SEALS":
		a.Owner = model.Replica
		return nil
	case "KEYSETS": // a process reads them once
		a.Owner = model.Everybody
		return nil
	case "STATUS":
		a.Owner = "counter" // one of a few, whichever comes
		return nil
	case "CHALLENGE", "JTI", "JOB", "LINK", "REPORT", "TOKEN", "CERT", "COPY", "SEEN", "NUMBER":
		return nil
	}
	return fmt.Errorf("the owner of the key %s is unknown", a.key)
}

func (o owners) limitOwner(name, hash string) string {
	for owner, all := range o.limits {
		for _, parts := range all {
			if o.sealer.HashPassing("limit/"+name, parts...) == hash {
				return owner
			}
		}
	}
	return ""
}
