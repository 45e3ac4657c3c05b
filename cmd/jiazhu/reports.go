package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/store/records"
)

// listReports lists the reports of a client, by days in Asia/Shanghai.
func (c console) listReports(ctx context.Context, args []string) error {
	f := c.flags("reports list", "CLIENT")
	from := f.String("from", "", "the first `DAY`, such as 2026-11-23; default 30 days ago")
	to := f.String("to", "", "the last `DAY`; default today")
	asJSON := f.Bool("json", false, "print one JSON object a line")
	names, err := parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	first, last := civil.Of(c.now()).AddDays(-30), civil.Of(c.now())
	for flag, day := range map[*string]*civil.Date{from: &first, to: &last} {
		if *flag == "" {
			continue
		}
		if *day, err = civil.Parse(*flag); err != nil {
			return fmt.Errorf("%w: %w", errUsage, err)
		}
	}
	t, err := c.tables(ctx, onThing("client", names[0]))
	if err != nil {
		return err
	}
	all, err := t.certificates.ReportsOf(ctx, names[0], first.Start(), last.End())
	if err != nil {
		return err
	}
	if len(all) == 0 {
		if err := c.findReporter(ctx, t, names[0]); err != nil {
			return err
		}
		if !*asJSON {
			fmt.Fprintf(c.err, "%s made no report from %s to %s\n", names[0], first, last)
		}
	}
	for _, e := range all {
		if *asJSON {
			err = json.NewEncoder(c.out).Encode(e)
		} else if e.Bytes > 0 {
			_, err = fmt.Fprintf(c.out, "%s  %s  a file of %d bytes\n", formatBeijingTime(e.At), e.Report, e.Bytes)
		} else {
			_, err = fmt.Fprintf(c.out, "%s  %s  %d rows\n", formatBeijingTime(e.At), e.Report, e.Rows)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// findReporter refuses the id of a client that has made no report and has no entry either.
func (c console) findReporter(ctx context.Context, t tables, client string) error {
	if made, err := t.certificates.ReportsOf(ctx, client, c.now().Add(-records.EntryLife), c.now().Add(time.Hour)); err != nil || len(made) > 0 {
		return err
	}
	return c.findClient(client, "it has made no report")
}

// revokeReports revokes one announced file, or all files of a client that are not yet imported.
func (c console) revokeReports(ctx context.Context, args []string) error {
	f := c.flags("reports revoke", "CLIENT|REPORT")
	asJSON := f.Bool("json", false, "print one JSON object a file")
	names, err := parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	reports, kind := names, "report"
	if _, err := records.TimeOf(names[0]); err != nil {
		kind = "client"
	}
	t, err := c.tables(ctx, onThing(kind, names[0]))
	if err != nil {
		return err
	}
	if kind == "client" {
		reports = nil
		all, err := t.certificates.ReportsOf(ctx, names[0], c.now().Add(-records.ReportLife), c.now().Add(time.Hour))
		if err != nil {
			return err
		}
		for _, e := range all {
			if e.Bytes > 0 {
				reports = append(reports, e.Report)
			}
		}
		if len(reports) == 0 {
			if err := c.findReporter(ctx, t, names[0]); err != nil {
				return err
			}
			if !*asJSON {
				fmt.Fprintf(c.out, "%s has announced no file\n", names[0])
			}
		}
	}
	revoked := 0
	var wrong []error
	for _, report := range reports {
		d, err := t.certificates.RevokeUpload(ctx, report, "", c.now())
		if errors.Is(err, records.ErrReportNotFound) && kind == "client" { // deleted in between
			continue
		}
		if err == nil && !d.IsDone() {
			revoked++
		}
		if err == nil {
			err = c.printRevoked(d, *asJSON)
		}
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", report, err))
		}
	}
	c.audit.noteCounts(map[string]int{"revoked": revoked})
	return errors.Join(wrong...)
}

func (c console) printRevoked(d records.Upload, asJSON bool) (err error) {
	switch {
	case asJSON:
		err = json.NewEncoder(c.out).Encode(map[string]any{"report": d.ID, "client": d.Client, "revoked": !d.IsDone(), "landed": d.Accepted})
	case d.IsDone():
		_, err = fmt.Fprintf(c.out, "%s  imported already: jiazhu undo %s undoes it\n", d.ID, d.ID)
	default:
		_, err = fmt.Fprintf(c.out, "%s  revoked; %d rows were imported\n", d.ID, d.Accepted)
	}
	return err
}
