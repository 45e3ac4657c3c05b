package main

import (
	"net/url"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/shared/store/records/recordstest"
)

func TestVersionsAreReadByPagesAcrossCertificates(t *testing.T) {
	d := newFixture(t)
	other := validRow(t).within("holder", map[string]any{"name": "李四", "birth": "1985-06-15", "idNo": "310101198506150016"})
	rows := []fields{validRow(t), validRow(t).with(fields{"stateNote": "甲"})}
	for range 13 { // one number with this many certificates
		rows = append(rows, other, validRow(t))
	}
	d.report(t, rows...)
	ask := func(cursor string) recordstest.Reply {
		d.Clock.Advance(time.Second)
		query := url.Values{"limit": {"4"}}
		if cursor != "" {
			query.Set("cursor", cursor)
		}
		return recordstest.Send(t, d.app, recordstest.Request{
			Route: "GET /v1/reports/certificates/{number}", Token: d.token, Path: map[string]string{"number": "京1112019202000001"},
			Query: query.Encode(),
		})
	}
	seen, certificates := map[string]bool{}, map[string]bool{}
	cursor := ""
	for {
		var page struct {
			Next         string
			Certificates []struct {
				Certificate string
				Versions    []struct{ Revision int64 }
			}
		}
		ask(cursor).Into(t, 200, &page)
		many := 0
		for _, c := range page.Certificates {
			certificates[c.Certificate] = true
			for _, v := range c.Versions {
				at := c.Certificate + string(rune('0'+v.Revision))
				if many++; seen[at] || many > 4 {
					t.Fatalf("%s is on two pages, or a page is too long", at)
				}
				seen[at] = true
			}
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if len(certificates) != 27 || len(seen) != 27+26+1 {
		t.Errorf("%d certificates with %d versions", len(certificates), len(seen))
	}
	for _, wrong := range []string{"x", "01M838Z2G0STJVENKEYREP0RT1.2", "01M838Z2G0STJVENKEYREP0RT1"} {
		ask(wrong).WantProblem(t, 422, "invalid-field")
	}
}

// A certificate changes state a hundred times a day; suspending and ending it are still accepted.
func TestStatesToAndFroAreLimitedAndEndingIsNot(t *testing.T) {
	d := newFixture(t)
	var rows []fields
	for range 60 {
		rows = append(rows, validRow(t), validRow(t).with(fields{"state": "02"}))
	}
	a := d.report(t, append(rows, validRow(t).with(fields{"state": "04"}))...)
	if last := a.Rows[len(a.Rows)-1]; a.Accepted != 103 || last.Result != "accepted" {
		t.Errorf("%d are accepted, the last is %+v", a.Accepted, last)
	}
}
