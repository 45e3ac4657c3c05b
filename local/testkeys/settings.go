package testkeys

import (
	"crypto"
	"encoding/json"
	"fmt"
	"os"

	"github.com/go-jose/go-jose/v4"

	"github.com/jiazhu/jiazhu/shared/document/seal/keys"
)

// client and issuer are members of the settings CLIENTS and ISSUERS.
type client struct {
	ID       string             `json:"id"`
	Name     string             `json:"name,omitempty"`
	Kind     string             `json:"kind"`
	Portal   string             `json:"portal,omitempty"`
	Areas    []string           `json:"areas,omitempty"`
	Schemes  []string           `json:"schemes,omitempty"`
	Scopes   []string           `json:"scopes"`
	Purposes []string           `json:"purposes,omitempty"`
	Keys     jose.JSONWebKeySet `json:"keys"`
}

type issuer struct {
	ID      string             `json:"id"`
	Portals []string           `json:"portals"`
	Keys    jose.JSONWebKeySet `json:"keys"`
}

// ClientsSetting returns the JSON of the setting CLIENTS: both portals, which
// keep accounts, the registry, which reports certificates of every area, that of
// Beijing, and a bidding agency, which verifies.
func (p Paths) ClientsSetting() (string, error) {
	clients := []client{
		{ID: Mohurd, Kind: "portal", Portal: "mohurd", Scopes: []string{"accounts"}},
		{ID: Gjzwfw, Kind: "portal", Portal: "gjzwfw", Scopes: []string{"accounts"}},
		{ID: Registry, Kind: "authority", Areas: []string{"*"}, Schemes: []string{"*"}, Scopes: []string{"report"}},
		{ID: Capital, Kind: "authority", Areas: []string{"110000"}, Schemes: []string{"*"}, Scopes: []string{"report"}},
		{ID: Agency, Name: "示例招标代理有限公司", Kind: "organisation", Scopes: []string{"verify"}, Purposes: []string{"评标", "资格审查"}},
	}
	for i, c := range clients {
		set, err := readPublicKey(p.ClientKey(c.ID))
		if err != nil {
			return "", err
		}
		clients[i].Keys = set
	}
	return text(clients)
}

// IssuersSetting returns the JSON of the setting ISSUERS: the identity app, which vouches on both portals.
func (p Paths) IssuersSetting() (string, error) {
	set, err := readPublicKey(p.AppKey)
	if err != nil {
		return "", err
	}
	return text([]issuer{{ID: App, Portals: []string{"mohurd", "gjzwfw"}, Keys: set}})
}

func text(v any) (string, error) {
	out, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("testkeys: %w", err)
	}
	return string(out), nil
}

// readPublicKey reads a private key and returns its public half.
func readPublicKey(path string) (jose.JSONWebKeySet, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return jose.JSONWebKeySet{}, fmt.Errorf("testkeys: %w", err)
	}
	signer, err := keys.Parse(data, nil)
	if err != nil {
		return jose.JSONWebKeySet{}, fmt.Errorf("testkeys: %s: %w", path, err)
	}
	return publicKeySet(signer.PublicKey())
}

func publicKeySet(pub crypto.PublicKey) (jose.JSONWebKeySet, error) {
	id, err := keys.KeyID(pub)
	if err != nil {
		return jose.JSONWebKeySet{}, fmt.Errorf("testkeys: %w", err)
	}
	return jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: pub, KeyID: id, Algorithm: "ES256", Use: "sig"}}}, nil
}

// NewKey makes a key for a client or an app that no local stack has, in a file, and returns its public half.
func NewKey(path string) (jose.JSONWebKeySet, error) {
	w := &writer{}
	key := w.newKey(path)
	if err := w.result(); err != nil {
		return jose.JSONWebKeySet{}, err
	}
	return publicKeySet(key.PublicKey())
}
