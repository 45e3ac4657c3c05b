package seed

import (
	"context"
	"net/http"
)

// VerificationEntry is an entry of the holder's ledger: one verification.
type VerificationEntry struct {
	ID, At, Channel, Verdict, Endorsement, Organisation, Asker, Purpose, Consent string

	Shown []string
}

// Ledger is who verified a certificate or a copy of it, newest first.
func (s *Session) Ledger(ctx context.Context, certificate string) ([]VerificationEntry, error) {
	var page struct{ Items []VerificationEntry }
	err := s.API.Do(ctx, Call{Method: http.MethodGet, Path: "/v1/certificates/" + certificate + "/verifications", Token: s.Token}, &page)
	return page.Items, err
}

// Consent lets one reader see more of a copy.
type Consent struct {
	Consent string   `json:"consent,omitempty"`
	Fields  []string `json:"fields"`
	Until   string   `json:"until"`
	To      string   `json:"to"`
	Link    string   `json:"link,omitempty"`
}

// Consent gives a consent for today.
func (s *Session) Consent(ctx context.Context, e Endorsement, to string, fields ...string) (given Consent, err error) {
	err = s.API.Do(ctx, Call{
		Method: http.MethodPost, Path: consents(e), Token: s.Token,
		JSON: Consent{Fields: fields, Until: today().String(), To: to},
	}, &given)
	return given, err
}

// Consents are those to a copy that hold now.
func (s *Session) Consents(ctx context.Context, e Endorsement) ([]Consent, error) {
	var all struct{ Items []Consent }
	err := s.API.Do(ctx, Call{Method: http.MethodGet, Path: consents(e), Token: s.Token}, &all)
	return all.Items, err
}

// Revoke ends a consent.
func (s *Session) Revoke(ctx context.Context, e Endorsement, consent string) error {
	return s.API.Do(ctx, Call{Method: http.MethodDelete, Path: consents(e) + "/" + consent, Token: s.Token}, nil)
}

func consents(e Endorsement) string {
	return "/v1/certificates/" + e.Certificate + "/endorsements/" + e.Endorsement + "/consents"
}
