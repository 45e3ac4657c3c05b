package main

import (
	"os"
	"slices"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/local/seed"
	"github.com/jiazhu/jiazhu/local/testkeys"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/store/fieldcrypto"
	"github.com/jiazhu/jiazhu/shared/store/records"
	"github.com/jiazhu/jiazhu/trials/capacity/model"
)

// owners of keys, as accesses name them.
const (
	byCertificate       = "certificate"
	byHolder            = "holder"
	byNumber            = "number"
	byAccount           = "account"
	bySession           = "session"
	byClient            = "client"
	byNetwork           = "network"
	byAccountAndNetwork = "account and network"
	byPhone             = "phone"
)

// identities are what the keys of one life are made of.
type identities struct {
	certificate, idNumber, number, username, phone string
	session                                        string   // token
	clients                                        []string // tokens
	clientIDs                                      []string
	day                                            string // of Asia/Shanghai
	networks                                       []string
}

func (l *lifecycle) identities() identities {
	return identities{
		certificate: l.certificate, idNumber: l.holder.IDNumber(), number: l.holder.Number,
		username: l.holder.Username, phone: l.holder.Phone, session: l.session.Token,
		clients: []string{l.agency, l.registry, l.portal}, networks: []string{l.network, l.otherNetwork},
		clientIDs: []string{agency, seed.Registry, seed.Ministry + "-portal"}, day: civil.Of(time.Now()).String(),
	}
}

// keyMaker makes keys by the functions by which the service makes them.
type keyMaker struct {
	sealer *fieldcrypto.Sealer
	store  *records.Store
}

func openKeyMaker(p testkeys.Paths) (*keyMaker, error) {
	var files fieldcrypto.KeyFiles
	for into, path := range map[*[]byte]string{&files.Names: p.NamesKey, &files.Limits: p.LimitsKey} {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		*into = data
	}
	return newKeyMaker(files)
}

func newKeyMaker(files fieldcrypto.KeyFiles) (*keyMaker, error) {
	v, err := fieldcrypto.New(files)
	if err != nil {
		return nil, err
	}
	return &keyMaker{v, records.New(nil, "", v)}, nil
}

// owner says of a partition key what kind it is, the part before whose it is, and whose of these identities. What
// is none of theirs is fresh where such keys are drawn at random, and not known otherwise.
func (n *keyMaker) owner(key string, i identities) (kind, whose string, known bool) {
	kind, rest, _ := strings.Cut(key, "#")
	if kind == "LIMIT" {
		name, hash, _ := strings.Cut(rest, "#")
		whose = n.limitOwner(name, hash, i)
		if whose == "" && strings.HasPrefix(name, "verify-number-") { // of a number that nobody has
			whose = model.Fresh
		}
		return kind + "#" + name, whose, whose != ""
	}
	for owner, values := range n.values(i) {
		if slices.Contains(values, rest) {
			return kind, owner, true
		}
	}
	return kind, model.Fresh, mayHaveOwnKey(kind)
}

// values are how keys of each owner go on behind the first #.
func (n *keyMaker) values(i identities) map[string][]string {
	all := map[string][]string{
		byCertificate: {i.certificate},
		byHolder:      {n.store.HolderKey("111", i.idNumber)},
		byNumber:      {records.CanonicalNumber(i.number)},
		byAccount:     {seed.Ministry + "#" + i.username},
		bySession:     {identity.HashToken(i.session)},
	}
	all[byClient] = slices.Clone(i.clientIDs)
	for _, token := range i.clients {
		all[byClient] = append(all[byClient], identity.HashToken(token))
	}
	return all
}

// limitOwner is whose limit it is, or "" when it is nobody's known.
func (n *keyMaker) limitOwner(name, hash string, i identities) string {
	candidates := map[string][][]string{
		byAccount: {{seed.Ministry, i.username}},
		bySession: {{identity.HashToken(i.session)}},
		byPhone:   {{i.phone}, {seed.Ministry, i.phone}, {n.store.HolderKey("111", i.idNumber), i.phone}},
		byNumber:  {{records.CanonicalNumber(i.number)}},
	}
	for _, address := range i.networks {
		candidates[byNetwork] = append(candidates[byNetwork], []string{identity.Neighbourhood(address)})
		candidates[byAccountAndNetwork] = append(candidates[byAccountAndNetwork], []string{seed.Ministry, i.username, identity.Neighbourhood(address)})
		candidates[byNumber] = append(candidates[byNumber], []string{records.CanonicalNumber(i.number), identity.Neighbourhood(address)})
	}
	for _, id := range i.clientIDs {
		candidates[byClient] = append(candidates[byClient], []string{id, i.day})
	}
	for whose, keys := range candidates {
		for _, parts := range keys {
			if n.sealer.HashPassing("limit/"+name, parts...) == hash {
				return whose
			}
		}
	}
	return ""
}

// mayHaveOwnKey tells whether items of the kind may have a key of their own each time: one drawn at random, or one
// that a stranger made up. If two lives share it, it is everybody's all the same.
func mayHaveOwnKey(kind string) bool {
	switch kind {
	case "CHALLENGE", "JTI", "LINK", "REPORT", "TOKEN", "CERT", "COPY", "SEEN", "NUMBER":
		return true
	}
	return false
}
