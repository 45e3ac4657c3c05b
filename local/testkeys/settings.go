package testkeys

import (
	"crypto"
	"encoding/json"
	"os"

	"github.com/go-jose/go-jose/v4"

	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
)

// client and issuer are members of the settings CLIENTS and ISSUERS.
type client struct {
	ID            string             `json:"id"`
	Name          string             `json:"name,omitempty"`
	Kind          string             `json:"kind"`
	Portal        string             `json:"portal,omitempty"`
	Areas         []string           `json:"areas,omitempty"`
	Schemes       []string           `json:"schemes,omitempty"`
	Issuer        string             `json:"issuer,omitempty"`
	Scopes        []string           `json:"scopes"`
	Organisations bool               `json:"organisations,omitempty"`
	Purposes      []string           `json:"purposes,omitempty"`
	Keys          jose.JSONWebKeySet `json:"keys"`
}

type issuer struct {
	ID      string             `json:"id"`
	Portals []string           `json:"portals"`
	Keys    jose.JSONWebKeySet `json:"keys"`
}

// ClientsSetting returns the JSON of the setting CLIENTS: both portals, which
// keep accounts, the registry, which reports certificates of every area, that of
// Beijing, which also changes the states of its seals, and a bidding agency, which verifies.
func (p Paths) ClientsSetting() (setting string, err error) {
	defer must.Catch(&err)
	clients := []client{
		{ID: Mohurd, Kind: "portal", Portal: "mohurd", Scopes: []string{"accounts"}, Organisations: true},
		{ID: Gjzwfw, Kind: "portal", Portal: "gjzwfw", Scopes: []string{"accounts"}, Organisations: true},
		{ID: Registry, Kind: "authority", Areas: []string{"*"}, Schemes: []string{"*"}, Scopes: []string{"report"}},
		{ID: Capital, Kind: "authority", Areas: []string{"110000"}, Schemes: []string{"*"}, Issuer: "11110000000021135M", Scopes: []string{"report", "seals"}},
		{ID: Agency, Name: "示例招标代理有限公司", Kind: "organisation", Scopes: []string{"verify"}, Purposes: []string{"评标", "资格审查"}},
	}
	for i, c := range clients {
		clients[i].Keys = readPublicKey(p.ClientKey(c.ID))
	}
	return string(must.Get(json.Marshal(clients))), nil
}

// IssuersSetting returns the JSON of the setting ISSUERS: the identity app, which vouches on both portals.
func (p Paths) IssuersSetting() (setting string, err error) {
	defer must.Catch(&err)
	app := issuer{ID: App, Portals: []string{"mohurd", "gjzwfw"}, Keys: readPublicKey(p.AppKey)}
	return string(must.Get(json.Marshal([]issuer{app}))), nil
}

// readPublicKey reads a private key and returns its public half.
func readPublicKey(path string) jose.JSONWebKeySet {
	return publicKeySet(must.Get(keys.Parse(must.Get(os.ReadFile(path)), nil)).PublicKey())
}

func publicKeySet(pub crypto.PublicKey) jose.JSONWebKeySet {
	return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: pub, KeyID: must.Get(keys.KeyID(pub)), Algorithm: "ES256", Use: "sig"}}}
}

// NewKey makes a key for a client or an app that no local stack has, in a file, and returns its public half.
func NewKey(path string) (set jose.JSONWebKeySet, err error) {
	defer must.Catch(&err)
	return publicKeySet(writeKey(path).PublicKey()), nil
}
