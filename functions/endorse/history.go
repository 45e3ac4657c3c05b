package main

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"golang.org/x/sync/errgroup"

	"github.com/jiazhu/jiazhu/shared/api"
	"github.com/jiazhu/jiazhu/shared/civil"
	"github.com/jiazhu/jiazhu/shared/endorsement"
	"github.com/jiazhu/jiazhu/shared/problem"
	"github.com/jiazhu/jiazhu/shared/records"
	"github.com/jiazhu/jiazhu/shared/scheme"
)

type pageAnswer struct {
	Items []answer `json:"items"`
	Next  *string  `json:"next"`
}

const usualPage = 20

// history is the certificate's endorsements, newest first (按加注时间搜索).
func (a *app) history(ctx context.Context, r *api.Request) (*api.Response, error) {
	period, err := readPeriod(r.Query)
	if err != nil {
		return nil, err
	}
	var (
		f records.Folder
		s scheme.Scheme
		p records.Page
	)
	group, reading := errgroup.WithContext(ctx)
	group.Go(func() (err error) {
		f, err = a.register.Folder(reading, r.Path["certificate"], r.Session.Holder, r.Session.Portal, records.Want{})
		f, s, err = a.shown(r, f, err)
		return err
	})
	group.Go(func() (err error) {
		p, err = a.register.History(reading, r.Path["certificate"], period)
		return err
	})
	if err := group.Wait(); err != nil {
		return nil, err
	}
	told := pageAnswer{Items: []answer{}}
	for _, e := range p.Items {
		state := endorsement.StateOf(e, f.Certificate, s, f.Latest, r.Time)
		told.Items = append(told.Items, describe(e, state, "", r.Lang))
	}
	if p.Next != "" {
		told.Next = &p.Next
	}
	return api.JSON(http.StatusOK, told), nil
}

func readPeriod(query url.Values) (records.Period, error) {
	p := records.Period{Limit: usualPage, Cursor: query.Get("cursor")}
	var err error
	if p.From, err = dayIn(query, "from"); err != nil {
		return p, err
	}
	if p.To, err = dayIn(query, "to"); err != nil {
		return p, err
	}
	if !p.From.IsZero() && !p.To.IsZero() && p.To.Before(p.From) {
		return p, wrong("to", "period.order", "结束日期早于开始日期。", "The last day is before the first.")
	}
	if limit := query.Get("limit"); limit != "" {
		p.Limit, err = strconv.Atoi(limit)
		if err != nil || p.Limit < 1 || p.Limit > records.HistoryLimit {
			return p, wrong("limit", "limit.range", "应为 1 至 50 的整数。", "The limit is a number from 1 to 50.")
		}
	}
	return p, nil
}

func dayIn(query url.Values, name string) (civil.Date, error) {
	text := query.Get(name)
	if text == "" {
		return civil.Date{}, nil
	}
	day, err := civil.Parse(text)
	if err != nil {
		return day, wrong(name, "day.form", "日期应为 YYYY-MM-DD。", "A day is written YYYY-MM-DD.")
	}
	return day, nil
}

func wrong(name, rule, zh, en string) error {
	return problem.New(problem.InvalidField).WithField(problem.Field{
		Pointer: "/" + name, Rule: rule, Detail: problem.Text{ZH: zh, EN: en},
	})
}
