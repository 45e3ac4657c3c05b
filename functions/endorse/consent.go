package main

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/jiazhu/jiazhu/shared/document/credential"
	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

const longestReader = 100

type consentRequest struct {
	Fields []string   `json:"fields"`
	Until  civil.Date `json:"until"`
	To     string     `json:"to"`
}

type consentResponse struct {
	Consent     string   `json:"consent"`
	Endorsement string   `json:"endorsement"`
	Fields      []string `json:"fields"`
	Until       string   `json:"until"`
	To          string   `json:"to"`
	Link        string   `json:"link,omitempty"` // shown only when the consent is given
}

// consent lets one reader of this copy see more than everybody sees, until the end of a day within
// one week. The link is the copy's own link with the consent's secret added. A copy of which
// nothing can be shown now gets no consent, for the same reason that there is no link to its files.
func (a *app) consent(ctx context.Context, r *api.Request) (*api.Response, error) {
	c, err := readConsent(r)
	if err != nil {
		return nil, err
	}
	f, s, err := a.readEndorsement(ctx, r)
	if err != nil {
		return nil, err
	}
	if p := stateOf(f, s, r.Time).Problem(f.Certificate); p != nil {
		return nil, p
	}
	c.Endorsement = f.Endorsement.ID
	held, err := a.certificates.Consents(ctx, f.Certificate.ID, f.Holder, c.Endorsement, r.Time)
	if err != nil {
		return nil, err
	}
	if len(held) >= records.ConsentLimit {
		return nil, problem.New(problem.TooManyConsents)
	}
	secret, err := a.certificates.PutConsent(ctx, f.Record, c)
	if err != nil {
		return nil, err
	}
	told := describeConsent(c)
	told.Link = credential.ConsentLink(f.Endorsement.QR, secret)
	return api.JSON(http.StatusCreated, told), nil
}

// consents lists the consents to this copy that are in force. A copy that is withdrawn or void has
// none, since verification shows nothing of it.
func (a *app) consents(ctx context.Context, r *api.Request) (*api.Response, error) {
	f, s, err := a.readEndorsement(ctx, r)
	if err != nil {
		return nil, err
	}
	if state := stateOf(f, s, r.Time); state == endorsement.VoidHolder || state == endorsement.Withdrawn {
		return api.JSON(http.StatusOK, map[string][]consentResponse{"items": {}}), nil
	}
	held, err := a.certificates.Consents(ctx, f.Certificate.ID, f.Holder, f.Endorsement.ID, r.Time)
	if err != nil {
		return nil, err
	}
	told := struct {
		Items []consentResponse `json:"items"`
	}{[]consentResponse{}}
	for _, c := range held {
		told.Items = append(told.Items, describeConsent(c))
	}
	return api.JSON(http.StatusOK, told), nil
}

// revoke ends a consent immediately.
func (a *app) revoke(ctx context.Context, r *api.Request) (*api.Response, error) {
	f, _, err := a.readEndorsement(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := a.noteRevocation(ctx, r, f); err != nil {
		return nil, err
	}
	if err := a.certificates.RevokeConsent(ctx, f.Certificate.ID, f.Holder, f.Endorsement.ID, r.Path["consent"], r.Time); err != nil {
		return nil, err
	}
	return api.NoContent(), nil
}

// noteRevocation writes the end of a consent to the journal, before it is written to the table. If
// that fails, the consent stays in force. A consent that does not exist or has ended is not
// written.
func (a *app) noteRevocation(ctx context.Context, r *api.Request, f records.CertificateView) error {
	id := r.Path["consent"]
	held, err := a.certificates.Consents(ctx, f.Certificate.ID, f.Holder, f.Endorsement.ID, r.Time)
	if err != nil || !slices.ContainsFunc(held, func(c records.Consent) bool { return c.ID == id }) {
		return err
	}
	return a.journal.Append(ctx, journal.ConsentRevoked, r.Time, journal.Revoked{
		Certificate: f.Certificate.ID, Endorsement: f.Endorsement.ID, Consent: id, Holder: f.Holder,
	})
}

func describeConsent(c records.Consent) consentResponse {
	return consentResponse{Consent: c.ID, Endorsement: c.Endorsement, Fields: c.Fields, Until: c.Until.Format(time.RFC3339), To: c.To}
}

func readConsent(r *api.Request) (records.Consent, error) {
	var b consentRequest
	if err := api.Decode(r, &b); err != nil {
		return records.Consent{}, err
	}
	to, err := certificate.NormalizeText(b.To, longestReader)
	until := b.Until.End()
	switch {
	case len(b.Fields) == 0:
		return records.Consent{}, problem.NewInvalidField("/fields", "required", "请选择授权查看的内容。", "Say what may be seen.")
	case slices.ContainsFunc(b.Fields, func(f string) bool { return !slices.Contains(records.ConsentFields(), f) }):
		return records.Consent{}, problem.NewInvalidField("/fields", "enum", "只能授权查看 name、birth、photo、idNumber。", "What can be seen is name, birth, photo and idNumber.")
	case err != nil:
		return records.Consent{}, api.NewFieldProblem("/to", err)
	case to == "":
		return records.Consent{}, problem.NewInvalidField("/to", "text.length", "请填写授权给谁，不超过 100 个字。", "Say who it is for, in at most 100 characters.")
	case certificate.CheckImpersonal(to) != nil:
		return records.Consent{}, personalProblem("to")
	case b.Until.IsZero() || !until.After(r.Time) || until.After(r.Time.Add(records.ConsentLife)):
		return records.Consent{}, problem.NewInvalidField("/until", "period.range", "截止日期应在今天至六天之内。", "The last day is today or one of the six after it.")
	}
	slices.Sort(b.Fields)
	return records.Consent{ID: records.NewID(r.Time), Fields: slices.Compact(b.Fields), To: to, Until: until}, nil
}
