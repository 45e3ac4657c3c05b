package main

import (
	"context"
	"net/http"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

type detail struct {
	Certificate string               `json:"certificate"`
	Scheme      string               `json:"scheme"`
	Issuer      string               `json:"issuer"`
	TypeName    string               `json:"typeName"`
	Title       string               `json:"title"`
	Holder      string               `json:"holder"`
	Number      string               `json:"number"`
	Identifier  string               `json:"identifier"`
	Version     string               `json:"version"`
	IssuedOn    civil.Date           `json:"issuedOn"`
	Employer    certificate.Employer `json:"employer"`
	Details     []certificate.Detail `json:"details,omitempty"`
	Specialties []specialty          `json:"specialties"`
	State       certificate.State    `json:"state"`
	StateName   string               `json:"stateName"`
	Area        area                 `json:"area"`
	Notice      string               `json:"notice"`
	Notes       []string             `json:"notes"`
	Purposes    []string             `json:"purposes"`
	Dialog      scheme.Dialog        `json:"dialog"`
	Labels      scheme.Labels        `json:"labels"`
	Services    []service            `json:"services"`
}

type specialty struct {
	Name  string     `json:"name"`
	From  civil.Date `json:"from"`
	To    civil.Date `json:"to"`
	Valid bool       `json:"valid"` // today
}

type area struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

type service struct {
	Name string `json:"name"`
}

// services are 证照相关服务 (使用手册 §2.2).
func services() []service {
	return []service{{"证照加注服务"}, {"证照加注操作手册"}, {"证照相关政策"}}
}

// detail is 证照详情. The page's notice and the dialog's notes have the manual's exact words.
func (a *app) detail(ctx context.Context, r *api.Request) (*api.Response, error) {
	f, err := a.open(ctx, r, records.ReadOptions{})
	if err != nil {
		return nil, err
	}
	s, err := a.schemes.SchemeOf(f.Certificate)
	if err != nil {
		return nil, err
	}
	return api.JSON(http.StatusOK, a.describe(f.Certificate, s, civil.Of(r.Time))), nil
}

// open reads the certificate named in the path. Where the portal requires binding, the certificate
// must be bound.
func (a *app) open(ctx context.Context, r *api.Request, want records.ReadOptions) (records.CertificateView, error) {
	f, err := a.certificates.ReadCertificate(ctx, r.Path["certificate"], records.PersonOf(r.Session), want)
	if err != nil {
		return f, err
	}
	return f, a.portals[r.Session.Portal].CheckBound(f.Bound)
}

func specialtiesOf(c certificate.Certificate, today civil.Date) []specialty {
	found := []specialty{}
	for _, s := range c.Specialties {
		found = append(found, specialty{s.Name, s.From, s.To, s.IsValidOn(today)})
	}
	return found
}

func (a *app) describe(c certificate.Certificate, s scheme.Scheme, today civil.Date) detail {
	d := detail{
		Certificate: c.ID, Scheme: c.Scheme, Issuer: a.issuer(c), TypeName: c.TypeName, Title: c.Title,
		Holder: c.Holder.Name, Number: c.Number, Identifier: c.Identifier, Version: c.Version,
		IssuedOn: c.IssuedOn, Employer: c.Employer, Details: c.Details, State: c.State, StateName: c.State.Name(),
		Area:        area{Code: c.AreaCode, Name: certificate.AreaName(c.AreaCode)},
		Specialties: specialtiesOf(c, today), Notes: s.Notes, Services: services(),
		Purposes: s.PurposeKinds(), Dialog: s.Dialog, Labels: s.Labels(),
	}
	if s.Pilot != nil && (s.Pilot.Until.IsZero() || !today.After(s.Pilot.Until)) {
		d.Notice = s.Pilot.Notice
	}
	if d.Notes == nil {
		d.Notes = []string{}
	}
	return d
}
