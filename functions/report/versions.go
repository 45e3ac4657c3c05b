package main

import (
	"context"
	"net/http"

	"github.com/jiazhu/jiazhu/shared/api"
	"github.com/jiazhu/jiazhu/shared/certificate"
	"github.com/jiazhu/jiazhu/shared/problem"
	"github.com/jiazhu/jiazhu/shared/records"
	"github.com/jiazhu/jiazhu/shared/reporting"
)

// past is who reported what of one 注册编号.
type past struct {
	Number       string            `json:"number"`
	Certificates []pastCertificate `json:"certificates"` // the present one first, then the one whose place it took
}

// pastCertificate is one of a number's certificates: another one begins where the holder was corrected.
type pastCertificate struct {
	Certificate string        `json:"certificate"`
	ReplacedBy  string        `json:"replacedBy,omitempty"`
	Versions    []pastVersion `json:"versions"` // the newest first
}

// pastVersion is one change, and who made it.
type pastVersion struct {
	Revision int64             `json:"revision"`
	Version  string            `json:"version"`
	State    certificate.State `json:"state"`
	Note     string            `json:"stateNote,omitempty"`
	Client   string            `json:"client"` // empty where nobody noted it
	Report   string            `json:"report,omitempty"`
	Row      int64             `json:"row,omitempty"`
	At       api.Instant       `json:"at"`
	Changed  []string          `json:"changed"` // members of a row, without their values
}

// mostCertificates bounds how many certificates of one number are told.
const mostCertificates = 10

// versions tells an authority who changed a certificate that it keeps, and what. No personal data is told,
// only which members changed. One that it does not keep is not found, as one that is not there.
func (a *app) versions(ctx context.Context, r *api.Request) (*api.Response, error) {
	record, err := a.reports.ByNumber(ctx, r.Path["number"])
	if err != nil {
		return nil, err
	}
	office := reporting.Office{Areas: r.Client.Areas, Schemes: r.Client.Schemes}
	if !office.Keeps(record.Certificate) || !office.Reports(record.Certificate.Scheme) {
		return nil, problem.New(problem.CertificateNotFound)
	}
	told := past{Number: record.Certificate.Number}
	for id := record.Certificate.ID; id != "" && len(told.Certificates) < mostCertificates; {
		all, err := a.reports.Versions(ctx, id)
		if err != nil {
			return nil, err
		}
		told.Certificates = append(told.Certificates, pastOf(id, all))
		if id = ""; len(all) > 0 {
			id = all[0].Certificate.Supersedes
		}
	}
	return api.JSON(http.StatusOK, told), nil
}

func pastOf(id string, all []records.Version) pastCertificate {
	told := pastCertificate{Certificate: id, Versions: make([]pastVersion, len(all))}
	var before *records.Version
	for i := range all {
		v := &all[i]
		told.Versions[len(all)-1-i] = pastVersion{
			Revision: v.Revision, Version: v.Certificate.Version, State: v.Certificate.State, Note: v.Certificate.StateNote,
			Client: v.By.Client, Report: v.By.Report, Row: v.By.Row, At: api.Instant(v.At), Changed: v.Changed(before),
		}
		before, told.ReplacedBy = v, v.ReplacedBy
	}
	return told
}
