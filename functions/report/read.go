package main

import (
	"bytes"
	"encoding/json"
	"mime"
	"unicode/utf8"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/service/reporting"
)

const (
	longestBody = 4 << 20
	maxRows     = 1000
)

// split splits a report into its rows without parsing them: a JSON array, or one row on each line
// (application/x-ndjson, in which empty lines are ignored).
func split(r *api.Request) ([]json.RawMessage, error) {
	body, err := r.Body()
	if err != nil {
		return nil, err
	}
	if len(body) > longestBody {
		return nil, problem.New(problem.BodyTooLarge)
	}
	media, _, err := mime.ParseMediaType(r.Header["content-type"])
	if err != nil {
		return nil, problem.New(problem.UnsupportedMediaType)
	}
	var rows []json.RawMessage
	switch media {
	case "application/json":
		rows, err = elements(api.TrimMark(body))
	case "application/x-ndjson":
		rows, err = lines(body)
	default:
		err = problem.New(problem.UnsupportedMediaType)
	}
	if err != nil {
		return nil, err
	}
	return rows, checkCount(len(rows))
}

func checkCount(rows int) error {
	switch {
	case rows == 0:
		return problem.New(problem.InvalidField).WithField(problem.Field{Rule: "rows.none", Detail: problem.Text{
			ZH: "没有要上报的记录。", EN: "There is nothing to report.",
		}})
	case rows > maxRows:
		return problem.New(problem.BodyTooLarge).WithDetail(
			"一次最多上报 1000 条记录。", "One report holds at most 1000 rows.")
	}
	return nil
}

func elements(body []byte) ([]json.RawMessage, error) {
	var rows []json.RawMessage
	if form := reporting.FindWrongForm(body); form == reporting.FileCompressed || form == reporting.FileEncoding || !utf8.Valid(body) {
		return nil, wrongForm(body)
	}
	if err := api.CheckSyntax(body); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(body, &rows); err != nil {
		return nil, problem.New(problem.InvalidField).WithField(problem.Field{
			Rule: "type", Detail: problem.Text{ZH: "应为数组。", EN: "A report is an array of rows."},
		})
	}
	return rows, nil
}

func lines(body []byte) ([]json.RawMessage, error) {
	if reporting.FindWrongForm(body) != "" {
		return nil, wrongForm(body)
	}
	var rows []json.RawMessage
	for line := range bytes.Lines(body) {
		if line = bytes.TrimSpace(api.TrimMark(line)); len(line) > 0 {
			rows = append(rows, line)
		}
	}
	return rows, nil
}

// wrongForm says once what a body is that holds no rows, instead of refusing it row by row.
func wrongForm(body []byte) error {
	form := reporting.FindWrongForm(body)
	if form == "" {
		form = reporting.FileEncoding
	}
	return problem.New(problem.InvalidField).WithField(problem.Field{Rule: string(form), Detail: form.Text(1)})
}
