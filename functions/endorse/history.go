package main

import (
	"context"
	"net/http"

	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/shared/domain/endorsement"
	"github.com/jiazhu/jiazhu/shared/domain/scheme"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

type historyResponse struct {
	Items []endorsementResponse `json:"items"`
	Next  *string               `json:"next"`
}

// history lists the endorsements that this holder made of the certificate, newest first (按加注时间搜索).
func (a *app) history(ctx context.Context, r *api.Request) (*api.Response, error) {
	period, err := api.ReadPeriod(r.Query)
	if err != nil {
		return nil, err
	}
	var (
		f records.CertificateView
		s scheme.Scheme
		p records.HistoryPage
	)
	group, reading := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		f, err = a.certificates.ReadCertificate(reading, r.Path["certificate"], records.PersonOf(r.Session), records.ReadOptions{})
		f, s, err = a.requireBound(r, f, err)
		return err
	})
	group.Go(func() (err error) {
		p, err = a.certificates.History(reading, r.Path["certificate"], records.PersonOf(r.Session).Holder, period)
		return err
	})
	if err := group.Wait(); err != nil {
		return nil, err
	}
	answer := historyResponse{Items: []endorsementResponse{}}
	for _, e := range p.Items {
		state := endorsement.StateOf(e, f.Certificate, f.Holding(), s, f.Latest, r.Time)
		answer.Items = append(answer.Items, describe(e, s, state, "", r.Lang))
	}
	if p.Next != "" {
		answer.Next = &p.Next
	}
	return api.JSON(http.StatusOK, answer), nil
}
