package main

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/reporting"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

const (
	longestReason = 200 // characters
	// maxDisputes is how many disputes a client may file in 24 hours.
	maxDisputes = 100
	// maxListed is how many of its disputes a client is shown.
	maxListed = 500
)

// disputeStore stores the disputes of authorities.
type disputeStore interface {
	OpenDispute(ctx context.Context, d records.Dispute) error
	DisputesAbout(ctx context.Context, number string) ([]records.Dispute, error)
	DisputesOf(ctx context.Context, client string) ([]records.Dispute, error)
}

// disputeResponse is a dispute as shown to its claimant.
type disputeResponse struct {
	Dispute     string      `json:"dispute"`
	Number      string      `json:"number"`
	Certificate string      `json:"certificate"`
	Reason      string      `json:"reason"`
	State       string      `json:"state"` // open, upheld, dismissed
	At          api.Instant `json:"at"`
	SettledAt   api.Instant `json:"settledAt"`
	Why         string      `json:"why,omitempty"`
}

func describeDispute(d records.Dispute) disputeResponse {
	a := disputeResponse{
		Dispute: d.ID, Number: d.Number, Certificate: d.Certificate, Reason: d.Reason, State: "open", At: api.Instant(d.At),
	}
	if s := d.Settled; s != nil {
		a.State, a.SettledAt, a.Why = "dismissed", api.Instant(s.At), s.Why
		if s.ToClaimant {
			a.State = "upheld"
		}
	}
	return a
}

// dispute files a client's claim that it is the one to report a number which another area reports
// (编号争议). An operator decides. Until then nothing changes for the certificate: its holder uses it,
// and it verifies as before. A client has at most one open dispute about a number; a repeated
// request is answered with that one.
func (a *app) dispute(ctx context.Context, r *api.Request) (*api.Response, error) {
	var ask struct {
		Number string `json:"number"`
		Reason string `json:"reason"`
	}
	if err := api.Decode(r, &ask); err != nil {
		return nil, err
	}
	reason, err := certificate.NormalizeText(ask.Reason, longestReason)
	switch {
	case err != nil:
		return nil, api.NewFieldProblem("/reason", err)
	case reason == "":
		return nil, problem.NewInvalidField("/reason", "text.length", "请写明理由，不超过 200 个字。", "Say why, in at most 200 characters.")
	}
	if err := certificate.CheckImpersonal(reason); err != nil {
		return nil, api.NewFieldProblem("/reason", err)
	}
	n, err := a.schemes.Numbers().Parse(strings.TrimSpace(ask.Number))
	if err != nil {
		return nil, api.NewFieldProblem("/number", err)
	}
	office := reporting.Permission{Areas: r.Client.Areas, Schemes: r.Client.Schemes}
	if !office.MayBegin(n) {
		return nil, problem.NewInvalidField("/number", "number.foreign", "该编号不属于本客户端负责的省份。", "The number is not of a province that this client reports for.")
	}
	number := n.Canonical()
	found, err := a.certificates.ByNumbers(ctx, []string{number})
	if err != nil {
		return nil, err
	}
	kept, ok := found[number]
	switch {
	case !ok:
		return nil, problem.New(problem.CertificateNotFound)
	case !n.HasArea() && !office.Reports(kept.Certificate.Scheme):
		return nil, problem.NewInvalidField("/number", "number.foreign", "该客户端不负责此类证照。", "This client does not report certificates of this kind.")
	case office.Keeps(kept.Certificate):
		return nil, problem.NewInvalidField("/number", "dispute.own", "该编号的证书由本客户端管理，可直接上报。", "This client keeps the certificate, and may report it.")
	}
	about, err := a.disputes.DisputesAbout(ctx, number)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(about, func(d records.Dispute) bool { return d.Client == r.Client.ID && d.Settled == nil }); i >= 0 {
		return api.JSON(http.StatusOK, describeDispute(about[i])), nil
	}
	if err := a.mayDispute(ctx, r); err != nil {
		return nil, err
	}
	d := records.Dispute{
		ID: records.NewID(r.Time), Number: number, Certificate: kept.Certificate.ID, Client: r.Client.ID, Reason: reason, At: r.Time,
	}
	if err := a.disputes.OpenDispute(ctx, d); err != nil {
		return nil, err
	}
	return api.JSON(http.StatusCreated, describeDispute(d)), nil
}

func (a *app) mayDispute(ctx context.Context, r *api.Request) error {
	own, err := a.disputes.DisputesOf(ctx, r.Client.ID)
	if err != nil {
		return err
	}
	entered := 0
	for _, d := range own {
		if d.At.After(r.Time.Add(-24 * time.Hour)) {
			entered++
		}
	}
	if entered >= maxDisputes {
		return problem.New(problem.RateLimited).WithDetail("24 小时内最多提出 100 件编号争议。", "A client enters at most 100 disputes in 24 hours.")
	}
	return nil
}

// ownDisputes lists the client's newest disputes, newest first.
func (a *app) ownDisputes(ctx context.Context, r *api.Request) (*api.Response, error) {
	own, err := a.disputes.DisputesOf(ctx, r.Client.ID)
	if err != nil {
		return nil, err
	}
	items := make([]disputeResponse, 0, len(own))
	for _, d := range slices.Backward(own) {
		if len(items) == maxListed {
			break
		}
		items = append(items, describeDispute(d))
	}
	return api.JSON(http.StatusOK, map[string]any{"items": items}), nil
}
