package main

import (
	"github.com/jiazhu/jiazhu/shared/document/photo"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/verdict"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// The grounds for a disclosure.
const (
	byConsent      = "consent"
	byOrganisation = "organisation"
)

// disclosure is what is shown beyond what everybody may see.
type disclosure struct {
	By       string   `json:"by"` // byConsent or byOrganisation
	Name     string   `json:"name,omitempty"`
	Birth    string   `json:"birth,omitempty"`
	Photo    *picture `json:"photo,omitempty"`
	IDType   string   `json:"idType,omitempty"` // GB/T 36903, appendix A
	IDNumber string   `json:"idNumber,omitempty"`

	fields  []string
	consent string
}

type picture struct {
	MIME string `json:"mime"`
	Data []byte `json:"data"`
}

// disclose adds what may be shown beyond what everybody may see: what the holder consented to, or
// the whole name to an organisation that states its purpose. Both require a document with our
// signature whose verdict rests on a registered copy that has not ended, or a number given with its
// holder's name. A receipt has no subject, so it discloses nothing to anybody.
func disclose(q verification, r *api.Request) verification {
	if !wantsPaper(r) {
		q.disclosure = chooseDisclosure(q, r)
	}
	return q
}

func chooseDisclosure(q verification, r *api.Request) *disclosure {
	if q.records.Access != verdict.Found || q.verdict.Subject == nil || q.verdict.Result(verdict.Issuer) == verdict.Fail {
		return nil
	}
	if q.verdict.Result(verdict.Certificate) == verdict.NotAsked {
		return nil
	}
	switch c := q.found.Consent; {
	case c != nil && c.Holds(r.Time):
		return reveal(q.found, disclosure{By: byConsent, fields: c.Fields, consent: c.ID})
	case r.Client != nil && q.request.purpose != "":
		return reveal(q.found, disclosure{By: byOrganisation, fields: []string{records.ShowName}})
	}
	return nil
}

func reveal(found records.PresentedRecord, d disclosure) *disclosure {
	holder := found.Certificate.Holder
	for _, field := range d.fields {
		switch field {
		case records.ShowName:
			d.Name = holder.Name
		case records.ShowBirth:
			d.Birth = holder.Birth.String()
		case records.ShowPhoto:
			if described := found.Certificate.Photo; described != nil && found.Photo != nil {
				if data, err := photo.Strip(found.Photo); err == nil {
					d.Photo = &picture{described.MIME, data}
				}
			}
		case records.ShowIDNumber:
			if c := found.Consent; c != nil && c.IDNumber != "" {
				d.IDType, d.IDNumber = holder.IDType, c.IDNumber
			}
		}
	}
	return &d
}

// consentFinding returns the row about the consent that was given, and whether there is one. There is
// none where the content cannot be trusted, because it may name any copy.
func (q verification) consentFinding() (verdict.Finding, bool) {
	if q.request.consent == "" || q.evidence.Claim == nil && q.evidence.Kind != verdict.Number {
		return verdict.Finding{}, false
	}
	c, now := q.found.Consent, q.verdict.CheckedAt
	switch {
	case !records.IsConsentSecret(q.request.consent):
		return verdict.ConsentCut(), true
	case q.records.Access == verdict.NotReached:
		return verdict.ConsentUnreachable(), true
	case q.verdict.Result(verdict.Certificate) == verdict.NotAsked, q.verdict.Result(verdict.Issuer) == verdict.Fail:
		return verdict.ConsentToDeadCopy(), true
	case c == nil:
		return verdict.ConsentUnknown(), true
	case c.RevokedAt != nil:
		return verdict.ConsentRevoked(civil.Of(*c.RevokedAt)), true
	case !c.Holds(now):
		return verdict.ConsentEnded(lastDayOf(*c)), true
	}
	return verdict.ConsentHolds(lastDayOf(*c)), true
}

// lastDayOf returns the last day of a consent, which lasts until a midnight or a moment.
func lastDayOf(c records.Consent) civil.Date { return civil.Of(c.Until.Add(-1)) }
