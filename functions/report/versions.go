package main

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/reporting"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// numberHistory is who reported which change of one 注册编号.
type numberHistory struct {
	Number       string               `json:"number"`
	Certificates []certificateHistory `json:"certificates"`   // the present one first, then the one it replaced
	Next         string               `json:"next,omitempty"` // the cursor of the next page
}

// certificateHistory is the history of one of a number's certificates. A correction of the holder
// begins another certificate.
type certificateHistory struct {
	Certificate string               `json:"certificate"`
	ReplacedBy  string               `json:"replacedBy,omitempty"`
	Versions    []certificateVersion `json:"versions"` // newest first
}

// certificateVersion is one change and the client that made it.
type certificateVersion struct {
	Revision int64             `json:"revision"`
	Version  string            `json:"version"`
	State    certificate.State `json:"state"`
	Note     string            `json:"stateNote,omitempty"`
	Client   string            `json:"client"` // empty if not recorded
	Report   string            `json:"report,omitempty"`
	Row      int64             `json:"row,omitempty"`
	At       api.Instant       `json:"at"`
	Changed  []string          `json:"changed"` // members of a row, without their values
}

// versions shows an authority the changes of a certificate that it reports: who made them, and
// which members changed. Values are left out, so it shows no personal data. A certificate that
// another authority reports is not found, like one that does not exist.
func (a *app) versions(ctx context.Context, r *api.Request) (*api.Response, error) {
	if _, err := a.schemes.Numbers().Parse(r.Path["number"]); err != nil {
		return nil, problem.New(problem.CertificateNotFound)
	}
	record, err := a.reports.ByNumber(ctx, r.Path["number"])
	if err != nil {
		return nil, err
	}
	office := reporting.Permission{Areas: r.Client.Areas, Schemes: r.Client.Schemes}
	if !office.Keeps(record.Certificate) || !office.Reports(record.Certificate.Scheme) {
		return nil, problem.New(problem.CertificateNotFound)
	}
	p, err := api.ReadPeriod(r.Query)
	if err != nil {
		return nil, err
	}
	history := numberHistory{Number: record.Certificate.Number}
	if record, p.Cursor, err = a.from(ctx, record, p.Cursor); err != nil {
		return nil, err
	}
	below, _ := strconv.ParseInt(p.Cursor, 10, 64) // "" begins with the newest
	for left := p.Limit; ; below = 0 {
		page, after, err := a.reports.VersionsBelow(ctx, record, below, left)
		if err != nil {
			return nil, err
		}
		if len(page) > 0 {
			history.Certificates = append(history.Certificates, describeVersions(record, page, after))
			left -= len(page)
		}
		former := record.Certificate.Supersedes
		if after == nil && former == "" {
			return api.JSON(http.StatusOK, history), nil
		}
		if after != nil {
			history.Next = fmt.Sprintf("%s.%d", record.Certificate.ID, page[len(page)-1].Revision)
			return api.JSON(http.StatusOK, history), nil
		}
		if left == 0 {
			history.Next = former + ".0"
			return api.JSON(http.StatusOK, history), nil
		}
		if record, _, err = a.reports.ForVerify(ctx, former, ""); err != nil {
			return nil, err
		}
	}
}

// from resolves a cursor "certificate.revision": it finds the certificate in the chain of replaced
// ones, and returns the revision. A cursor cannot name a certificate of another number.
func (a *app) from(ctx context.Context, record records.Record, cursor string) (records.Record, string, error) {
	if cursor == "" {
		return record, "", nil
	}
	id, revision, _ := strings.Cut(cursor, ".")
	if n, err := strconv.ParseInt(revision, 10, 64); err != nil || n < 0 || n > 9_999_999_999 {
		return record, "", records.ErrCursor
	}
	for record.Certificate.ID != id {
		former := record.Certificate.Supersedes
		if former == "" {
			return record, "", records.ErrCursor
		}
		var err error
		if record, _, err = a.reports.ForVerify(ctx, former, ""); err != nil {
			return record, "", err
		}
	}
	return record, revision, nil
}

// describeVersions describes a page of a certificate's versions. After is the version before the
// oldest of them.
func describeVersions(record records.Record, page []records.Version, after *records.Version) certificateHistory {
	history := certificateHistory{Certificate: record.Certificate.ID, ReplacedBy: record.ReplacedBy}
	for i, v := range page {
		before := after
		if i+1 < len(page) {
			before = &page[i+1]
		}
		history.Versions = append(history.Versions, certificateVersion{
			Revision: v.Revision, Version: v.Certificate.Version, State: v.Certificate.State, Note: v.Certificate.StateNote,
			Client: v.By.Client, Report: v.By.Report, Row: v.By.Row, At: api.Instant(v.At), Changed: v.ChangedFields(before),
		})
	}
	return history
}
