package api

import (
	"net/url"
	"strconv"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// defaultPageSize is how many entries a page holds unless the query asks for another number.
const defaultPageSize = 20

// ReadPeriod reads a period from a query: the days from and to, limit, and cursor. Problem:
// invalid-field.
func ReadPeriod(query url.Values) (records.Period, error) {
	p := records.Period{Limit: defaultPageSize, Cursor: query.Get("cursor")}
	var err error
	if p.From, err = dayIn(query, "from"); err != nil {
		return p, err
	}
	if p.To, err = dayIn(query, "to"); err != nil {
		return p, err
	}
	if !p.From.IsZero() && !p.To.IsZero() && p.To.Before(p.From) {
		return p, invalidParameter("to", "period.order", "结束日期早于开始日期。", "The last day is before the first.")
	}
	if query.Has("limit") {
		p.Limit, err = strconv.Atoi(query.Get("limit"))
		if err != nil || p.Limit < 1 || p.Limit > records.HistoryLimit {
			return p, invalidParameter("limit", "limit.range", "应为 1 至 50 的整数。", "The limit is a number from 1 to 50.")
		}
	}
	return p, nil
}

func dayIn(query url.Values, name string) (civil.Date, error) {
	if !query.Has(name) {
		return civil.Date{}, nil
	}
	day, err := civil.Parse(query.Get(name))
	if err != nil {
		return day, invalidParameter(name, "day.form", "日期应为 YYYY-MM-DD。", "A day is written YYYY-MM-DD.")
	}
	return day, nil
}

// cursorProblem is the problem of a cursor outside the requested period.
func cursorProblem() *problem.Problem {
	return invalidParameter("cursor", "cursor", "翻页标记无效，请从第一页重新查询。", "The cursor is not one of this search; start from the first page.")
}

func invalidParameter(name, rule, zh, en string) *problem.Problem {
	return problem.New(problem.InvalidField).WithField(problem.Field{
		Pointer: "/" + name, Rule: rule, Detail: problem.Text{ZH: zh, EN: en},
	})
}
