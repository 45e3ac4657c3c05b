package config

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/identity"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
)

// Portal is one of the two portals that holders use (使用手册 一, 二).
type Portal struct {
	Name              string `json:"name"`              // 住房和城乡建设部政务服务门户
	BindingNeeded     bool   `json:"bindingNeeded"`     // certificates must be bound before they can be opened (§2.2)
	ListNeedsIdentity bool   `json:"listNeedsIdentity"` // 我的证照 itself requires identification (§1.2)
	ScanPrompt        string `json:"scanPrompt"`        // the text above the QR code
	StatesPhone       bool   `json:"statesPhone"`       // endorsing requires this portal to state a phone (§3.2); only one portal has this set
}

// CheckBound returns the problem not-bound if the portal shows only bound certificates (绑定证照) and
// this one is not bound.
func (p Portal) CheckBound(bound bool) error {
	if p.BindingNeeded && !bound {
		return problem.New(problem.NotBound)
	}
	return nil
}

// PhonePortal returns the portal whose statement of a phone endorsing requires.
func PhonePortal(portals map[string]Portal) string {
	for id, p := range portals {
		if p.StatesPhone {
			return id
		}
	}
	return ""
}

// Issuer is an identity app whose assertions are accepted on its portals.
type Issuer struct {
	ID      string             `json:"id"`      // the iss claim, "https://app.gjzwfw.gov.cn"
	Portals []string           `json:"portals"` // ids of the portals on which its assertions are accepted
	Keys    jose.JSONWebKeySet `json:"keys"`
}

// Serves reports whether the app's assertions are accepted on the portal.
func (i Issuer) Serves(portal string) bool { return slices.Contains(i.Portals, portal) }

// Messages is the gateway that sends short messages to phones.
type Messages struct {
	URL, Secret string
}

func (cfg *Config) readPortals(value string) error {
	if err := decodeStrictJSON(value, &cfg.Portals); err != nil {
		return err
	}
	asked := 0
	for id, p := range cfg.Portals {
		if id == "" || p.Name == "" || p.ScanPrompt == "" {
			return fmt.Errorf("portal %q wants a name and a scanPrompt", id)
		}
		if p.StatesPhone {
			asked++
		}
	}
	if asked != 1 {
		return fmt.Errorf("%d portals have statesPhone; exactly one does, the national platform", asked)
	}
	return nil
}

func (cfg *Config) readClients(value string) error {
	if err := decodeStrictJSON(value, &cfg.Clients); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, c := range cfg.Clients {
		if c.ID == "" || seen[c.ID] {
			return fmt.Errorf("client %q: an id is wanted, once", c.ID)
		}
		seen[c.ID] = true
		if err := checkClient(c); err != nil {
			return fmt.Errorf("client %q: %w", c.ID, err)
		}
	}
	return nil
}

func checkClient(c identity.Client) error {
	switch {
	case !slices.Contains([]string{"portal", "authority", "organisation"}, c.Kind):
		return fmt.Errorf("kind %q is not portal, authority or organisation", c.Kind)
	case (c.Kind == "portal") != (c.Portal != ""):
		return errors.New("a portal, and nothing else, names its portal")
	case c.May(identity.ScopeAccounts) && c.Kind != "portal":
		return errors.New("only a portal may hold the scope accounts")
	case c.May(identity.ScopeReport) && (c.Kind != "authority" || len(c.Areas) == 0):
		return errors.New("only an authority with areas may hold the scope report")
	case c.May(identity.ScopeReport) && len(c.Schemes) == 0:
		return errors.New(`an authority names the kinds of certificate it reports in "schemes", such as ["constructor-1"], or ["*"] for all`)
	case c.May(identity.ScopeSeals) && c.Kind != "authority" || c.May(identity.ScopeSeals) == (c.Issuer == ""):
		return errors.New(`an authority with the scope seals, and nobody else, names itself in "issuer"`)
	case c.Issuer != "" && certificate.CheckUSCC(c.Issuer) != nil:
		return fmt.Errorf("issuer %q is no code of GB 32100", c.Issuer)
	case c.Kind != "authority" && len(c.Schemes) > 0:
		return errors.New("only an authority has schemes")
	case c.May(identity.ScopeVerify) && (c.Kind != "organisation" || c.Name == ""):
		return errors.New("only an organisation with a name may hold the scope verify")
	case c.May(identity.ScopeVerify) == (len(c.Purposes) == 0):
		return errors.New("who holds the scope verify, and nobody else, lists the purposes it may state")
	case c.NamesPerDay < 0 || c.NamesPerDay > identity.MaxNamesPerDay || c.NamesPerDay > 0 && !c.May(identity.ScopeVerify):
		return fmt.Errorf("namesPerDay is from 1 to %d, of an organisation with the scope verify", identity.MaxNamesPerDay)
	}
	if c.Organisations && !c.May(identity.ScopeAccounts) {
		return errors.New("only a portal with the scope accounts states organisations")
	}
	if c.AccountsPerDay < 0 || c.AccountsPerDay > identity.MaxAccountsPerDay || c.AccountsPerDay > 0 && !c.May(identity.ScopeAccounts) {
		return fmt.Errorf("accountsPerDay is from 1 to %d, of a portal with the scope accounts", identity.MaxAccountsPerDay)
	}
	for _, area := range c.Areas {
		if area != "*" && (!areaForm.MatchString(area) || certificate.AreaName(area) == "") {
			return fmt.Errorf(`area %q is not six digits of GB/T 2260, such as 110000, or "*" for all`, area)
		}
	}
	if err := normalizePurposes(c.Purposes); err != nil {
		return err
	}
	return checkKeys(c.Keys)
}

var areaForm = regexp.MustCompile(`^[0-9]{6}$`)

// CheckClients returns what is probably a mistake in the clients, though each of them can be read: a kind of
// certificate that is not among kinds, unless these are nil because they are not known, and a key of two clients,
// of which either could then speak for the other.
func CheckClients(clients []identity.Client, kinds *scheme.Set) (errs []error) {
	owners := map[string]string{} // of keys
	for _, c := range clients {
		for _, id := range c.Schemes {
			if kinds == nil || id == "*" {
				continue
			}
			if _, ok := kinds.ByID(id); !ok {
				errs = append(errs, fmt.Errorf("%s: client %q: there is no kind of certificate %q in \"schemes\"", Clients, c.ID, id))
			}
		}
		for _, k := range c.Keys.Keys {
			sum, err := k.Thumbprint(crypto.SHA256)
			if err != nil {
				continue // checkKeys refuses it
			}
			if other, taken := owners[string(sum)]; taken && other != c.ID {
				errs = append(errs, fmt.Errorf("%s: clients %q and %q have the same key %q; each makes a key of its own", Clients, other, c.ID, k.KeyID))
			}
			owners[string(sum)] = c.ID
		}
	}
	return errs
}

// maxPurpose is the longest purpose in characters, as in a verification request.
const maxPurpose = 200

// normalizePurposes brings texts into the form in which requests state them (certificate.NormalizeText).
// It accepts what a request can state: visible, without blanks around it, and without duplicates.
func normalizePurposes(purposes []string) error {
	for n, p := range purposes {
		normal, err := certificate.NormalizeText(p, maxPurpose)
		switch {
		case err != nil || normal == "" || p != strings.TrimSpace(p):
			return fmt.Errorf("purpose %q: at most %d visible characters are wanted, without blanks around them", p, maxPurpose)
		case slices.Contains(purposes[:n], normal):
			return fmt.Errorf("purpose %q is listed twice", p)
		}
		purposes[n] = normal
	}
	return nil
}

func (cfg *Config) readIssuers(value string) error {
	if err := decodeStrictJSON(value, &cfg.Issuers); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, i := range cfg.Issuers {
		if i.ID == "" || seen[i.ID] {
			return fmt.Errorf("issuer %q: an id is wanted, once", i.ID)
		}
		seen[i.ID] = true
		if len(i.Portals) == 0 || slices.Contains(i.Portals, "") {
			return fmt.Errorf("issuer %q wants the portals it vouches for people on", i.ID)
		}
		if err := checkKeys(i.Keys); err != nil {
			return fmt.Errorf("issuer %q: %w", i.ID, err)
		}
	}
	return nil
}

// checkIssuers refuses an app for an unknown portal, if the portals are set.
func (cfg *Config) checkIssuers() error {
	if cfg.Portals == nil {
		return nil
	}
	for _, i := range cfg.Issuers {
		for _, portal := range i.Portals {
			if _, ok := cfg.Portals[portal]; !ok {
				return fmt.Errorf("%s: issuer %q: there is no portal %q", Issuers, i.ID, portal)
			}
		}
	}
	return nil
}

// checkKeys accepts a set of at least one public P-256 key with distinct key ids. A private key in
// a setting is a leak, and ES256 is the only algorithm.
func checkKeys(set jose.JSONWebKeySet) error {
	seen := map[string]bool{}
	for _, k := range set.Keys {
		public, ok := k.Key.(*ecdsa.PublicKey)
		if !ok || public.Curve != elliptic.P256() {
			return fmt.Errorf("key %q is not a public P-256 key", k.KeyID)
		}
		if k.KeyID == "" || seen[k.KeyID] {
			return fmt.Errorf("key %q: a kid is wanted, once", k.KeyID)
		}
		seen[k.KeyID] = true
	}
	if len(seen) == 0 {
		return errors.New("no keys")
	}
	return nil
}

func decodeStrictJSON(value string, into any) error {
	dec := json.NewDecoder(bytes.NewReader([]byte(value)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return fmt.Errorf("not the JSON expected: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return errors.New("text after the JSON value")
	}
	return nil
}
