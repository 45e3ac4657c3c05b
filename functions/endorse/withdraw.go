package main

import (
	"context"
	"net/http"

	"github.com/jiazhu/jiazhu/shared/domain/certificate"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/journal"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

const longestReason = 200

type withdrawal struct {
	Reason string `json:"reason"`
}

// get returns one endorsement in its present state.
func (a *app) get(ctx context.Context, r *api.Request) (*api.Response, error) {
	f, s, err := a.readEndorsement(ctx, r)
	if err != nil {
		return nil, err
	}
	return api.JSON(http.StatusOK, describe(*f.Endorsement, s, stateOf(f, s, r.Time), "", r.Lang)), nil
}

// withdraw is 撤回: this copy is void from now on; the certificate and its other copies are not
// affected. Withdrawing it again changes nothing.
func (a *app) withdraw(ctx context.Context, r *api.Request) (*api.Response, error) {
	why, err := readReason(r)
	if err != nil {
		return nil, err
	}
	f, s, err := a.readEndorsement(ctx, r)
	if err != nil {
		return nil, err
	}
	if f.Endorsement.WithdrawnAt == nil {
		if err := a.noteWithdrawal(ctx, r, f, why); err != nil {
			return nil, err
		}
		f.Endorsement, err = a.certificates.Withdraw(ctx, f.Certificate.ID, f.Holder, f.Endorsement.ID, why, r.Time)
		if err != nil {
			return nil, err
		}
	}
	return api.JSON(http.StatusOK, describe(*f.Endorsement, s, stateOf(f, s, r.Time), "", r.Lang)), nil
}

// noteWithdrawal writes a withdrawal to the journal, before it is written to the table. If that
// fails, nothing is withdrawn.
func (a *app) noteWithdrawal(ctx context.Context, r *api.Request, f records.CertificateView, why string) error {
	w := journal.Withdrawn{Certificate: f.Certificate.ID, Endorsement: f.Endorsement.ID, Holder: f.Holder}
	if why != "" {
		var err error
		if w.Why, err = a.sealer.Seal(why, w.Place()); err != nil {
			return err
		}
	}
	return a.journal.Append(ctx, journal.Withdrawal, r.Time, w)
}

func readReason(r *api.Request) (string, error) {
	if r.Sent == "" {
		return "", nil
	}
	var w withdrawal
	if err := api.Decode(r, &w); err != nil {
		return "", err
	}
	reason, err := certificate.NormalizeText(w.Reason, longestReason)
	if err != nil {
		return "", api.NewFieldProblem("/reason", err)
	}
	if certificate.CheckImpersonal(reason) != nil {
		return "", personalProblem("reason")
	}
	return reason, nil
}

// personalProblem returns the problem of a text that contains an ID or phone number. Such a text is
// refused because it is stored unencrypted or shown to others.
func personalProblem(field string) error {
	return problem.NewInvalidField("/"+field, "text.personal", "含有身份证号码或手机号码，请删去。", "The text has an identity number or a mobile number in it; take it out.")
}
