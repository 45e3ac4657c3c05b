package main

import (
	"context"
	"net/http"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

type entry struct {
	Certificate string            `json:"certificate"`
	Issuer      string            `json:"issuer"`
	TypeName    string            `json:"typeName"`
	IssuedOn    civil.Date        `json:"issuedOn"`
	Number      string            `json:"number"`
	State       certificate.State `json:"state"`
	StateName   string            `json:"stateName"`
	Bound       bool              `json:"bound"`

	// What the detail shows as well, and like it only to a session that is identified.
	Employer    *certificate.Employer `json:"employer,omitempty"`
	Specialties []specialty           `json:"specialties,omitempty"`
	Labels      *scheme.Labels        `json:"labels,omitempty"` // what the kind calls the two
}

type listing struct {
	Items    []entry `json:"items"`
	Bindable []entry `json:"bindable"`
}

// list is 我的证照. One portal requires face identification for the list itself (使用手册 §1.2). The other
// lists the bound certificates, and also those that 绑定证照 can add (§2.2) if the account has
// identified once.
func (a *app) list(ctx context.Context, r *api.Request) (*api.Response, error) {
	portal := a.portals[r.Session.Portal]
	if portal.ListNeedsIdentity && !r.Session.IsIdentified(r.Time) {
		return nil, problem.New(problem.IdentityRequired)
	}
	who := records.PersonOf(r.Session)
	if !portal.BindingNeeded {
		who.Portal = ""
	}
	held, err := a.certificates.ByHolder(ctx, who)
	if err != nil {
		return nil, err
	}
	answer := listing{Items: []entry{}, Bindable: []entry{}}
	for _, h := range held {
		e := a.entry(h, portal.BindingNeeded)
		if r.Session.IsIdentified(r.Time) {
			e.Employer, e.Specialties = &h.Certificate.Employer, specialtiesOf(h.Certificate, civil.Of(r.Time))
			e.Labels = a.labels(h.Certificate)
		}
		if e.Bound {
			answer.Items = append(answer.Items, e)
		} else {
			answer.Bindable = append(answer.Bindable, e)
		}
	}
	return api.JSON(http.StatusOK, answer), nil
}

func (a *app) entry(h records.HeldCertificate, bindingNeeded bool) entry {
	c := h.Certificate
	return entry{
		Certificate: c.ID, Issuer: a.issuer(c), TypeName: c.TypeName, IssuedOn: c.IssuedOn,
		Number: c.Number, State: c.State, StateName: c.State.Name(), Bound: h.Bound || !bindingNeeded,
	}
}

// labels returns what the certificate's kind calls its members, nil where the kind is not known.
func (a *app) labels(c certificate.Certificate) *scheme.Labels {
	s, ok := a.schemes.ByID(c.Scheme)
	if !ok {
		return nil
	}
	labels := s.Labels()
	return &labels
}

// issuer returns the text of the column 证照颁发机构.
func (a *app) issuer(c certificate.Certificate) string {
	if s, ok := a.schemes.ByID(c.Scheme); ok && s.ListIssuer != "" {
		return s.ListIssuer
	}
	return c.Issuer.Name
}
