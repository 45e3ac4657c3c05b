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

// numberHistory is who reported what of one 注册编号.
type numberHistory struct {
	Number       string               `json:"number"`
	Certificates []certificateHistory `json:"certificates"`   // the present one first, then the one whose place it took
	Next         string               `json:"next,omitempty"` // the cursor of the next page
}

// certificateHistory is one of a number's certificates: another one begins where the holder was corrected.
type certificateHistory struct {
	Certificate string               `json:"certificate"`
	ReplacedBy  string               `json:"replacedBy,omitempty"`
	Versions    []certificateVersion `json:"versions"` // the newest first
}

// certificateVersion is one change, and who made it.
type certificateVersion struct {
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

// versions tells an authority who changed a certificate that it keeps, and what. No personal data is told,
// only which members changed. One that it does not keep is not found, as one that is not there.
func (a *app) versions(ctx context.Context, r *api.Request) (*api.Response, error) {
	record, err := a.reports.ByNumber(ctx, r.Path["number"])
	if err != nil {
		return nil, err
	}
	office := reporting.Permission{Areas: r.Client.Areas, Schemes: r.Client.Schemes}
	if !office.Keeps(record.Certificate) || !office.Reports(record.Certificate.Scheme) {
		return nil, problem.New(problem.CertificateNotFound)
	}
	p, err := records.ReadPeriod(r.Query)
	if err != nil {
		return nil, err
	}
	told := numberHistory{Number: record.Certificate.Number}
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
			told.Certificates = append(told.Certificates, describeVersions(record, page, after))
			left -= len(page)
		}
		former := record.Certificate.Supersedes
		if after == nil && former == "" {
			return api.JSON(http.StatusOK, told), nil
		}
		if after != nil {
			told.Next = fmt.Sprintf("%s.%d", record.Certificate.ID, page[len(page)-1].Revision)
			return api.JSON(http.StatusOK, told), nil
		}
		if left == 0 {
			told.Next = former + ".0"
			return api.JSON(http.StatusOK, told), nil
		}
		if record, _, err = a.reports.ForVerify(ctx, former, ""); err != nil {
			return nil, err
		}
	}
}

// from finds the certificate that a cursor "certificate.revision" goes on with, among those whose place was taken one
// after the other, and returns the revision. No cursor names another number's.
func (a *app) from(ctx context.Context, record records.Record, cursor string) (records.Record, string, error) {
	if cursor == "" {
		return record, "", nil
	}
	id, revision, _ := strings.Cut(cursor, ".")
	if n, err := strconv.ParseInt(revision, 10, 64); err != nil || n < 0 || n > 9_999_999_999 {
		return record, "", records.WrongCursor()
	}
	for record.Certificate.ID != id {
		former := record.Certificate.Supersedes
		if former == "" {
			return record, "", records.WrongCursor()
		}
		var err error
		if record, _, err = a.reports.ForVerify(ctx, former, ""); err != nil {
			return record, "", err
		}
	}
	return record, revision, nil
}

// describeVersions tells a page of a certificate's versions; after is the one before the oldest of them.
func describeVersions(record records.Record, page []records.Version, after *records.Version) certificateHistory {
	told := certificateHistory{Certificate: record.Certificate.ID, ReplacedBy: record.ReplacedBy}
	for i, v := range page {
		before := after
		if i+1 < len(page) {
			before = &page[i+1]
		}
		told.Versions = append(told.Versions, certificateVersion{
			Revision: v.Revision, Version: v.Certificate.Version, State: v.Certificate.State, Note: v.Certificate.StateNote,
			Client: v.By.Client, Report: v.By.Report, Row: v.By.Row, At: api.Instant(v.At), Changed: v.ChangedFields(before),
		})
	}
	return told
}
