package e2e

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
)

// token is a machine client's access token.
func token(t *testing.T, client, scope string) string {
	t.Helper()
	m, err := service.target().Machine(client)
	if err != nil {
		t.Fatal(err)
	}
	token, err := m.Token(t.Context(), scope)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// rows are the demo's rows with one ID number broken.
func rows(t *testing.T) (all []client.ReportRow, broken int) {
	t.Helper()
	for _, meaning := range []string{"ready", "photo missing", "outside the pilot"} {
		row, err := holder(t, meaning).Row()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, row)
	}
	id := all[1].Holder.IDNo
	last := "1"
	if id[17:] == last {
		last = "2"
	}
	all[1].Holder.IDNo = id[:17] + last
	return all, 1
}

func TestARowWithABadChecksumDoesNotStopTheOthers(t *testing.T) {
	all, broken := rows(t)
	var done client.Report
	if err := service.api().Do(t.Context(), seed.Call{
		Method: http.MethodPost, Path: "/v1/reports", Token: token(t, seed.Registry, "report"), JSON: all,
	}, &done); err != nil {
		t.Fatal(err)
	}
	if done.Refused != 1 || done.Accepted+done.Unchanged != len(all)-1 {
		t.Errorf("got %+v", done)
	}
	for i, row := range done.Rows {
		if row.Row != i+1 || row.Number != all[i].Number {
			t.Errorf("row %d is %+v", i+1, row)
		}
		if (row.Result == "refused") != (i == broken) {
			t.Errorf("row %d is %s", row.Row, row.Result)
		}
	}
	flaws := done.Rows[broken].Errors
	if len(flaws) == 0 || flaws[0].Field != "/holder/idNo" || flaws[0].Rule != "id.checksum" {
		t.Errorf("the row is refused for %+v", flaws)
	}

	t.Run("and the report can be read again", func(t *testing.T) {
		var again client.Report
		if err := service.api().Do(t.Context(), seed.Call{
			Method: http.MethodGet, Path: "/v1/reports/" + done.Report, Token: token(t, seed.Registry, "report"),
		}, &again); err != nil {
			t.Fatal(err)
		}
		if again.Report != done.Report || again.Refused != 1 || len(again.Rows) != len(all) {
			t.Errorf("got %+v", again)
		}
	})
}

func TestAReportMayComeAsLines(t *testing.T) {
	all, _ := rows(t)
	var lines bytes.Buffer
	for _, row := range all {
		if err := json.NewEncoder(&lines).Encode(row); err != nil {
			t.Fatal(err)
		}
	}
	lines.WriteString("{half a line\n")
	var done client.Report
	if err := service.api().Do(t.Context(), seed.Call{
		Method: http.MethodPost, Path: "/v1/reports", Token: token(t, seed.Registry, "report"),
		Body: lines.Bytes(), Type: "application/x-ndjson",
	}, &done); err != nil {
		t.Fatal(err)
	}
	if done.Refused != 2 || len(done.Rows) != len(all)+1 {
		t.Errorf("got %+v", done)
	}
}

func TestWhoMayNotReport(t *testing.T) {
	all, _ := rows(t)
	report := seed.Call{Method: http.MethodPost, Path: "/v1/reports", JSON: all}
	t.Run("nobody in particular", func(t *testing.T) { wantReply(t, report, 401, "session-required") })
	t.Run("a portal", func(t *testing.T) {
		report.Token = token(t, seed.Ministry+"-portal", "accounts")
		wantReply(t, report, 403, "forbidden")
	})
	t.Run("a holder", func(t *testing.T) {
		report.Token = login(t, holder(t, "ready")).Token
		wantReply(t, report, 401, "session-expired")
	})
	t.Run("an authority may not open accounts", func(t *testing.T) {
		wantReply(t, seed.Call{
			Method: http.MethodPut, Path: "/v1/accounts/somebody", Token: token(t, seed.Registry, "report"), JSON: struct{}{},
		}, 403, "forbidden")
	})
}

func TestAClientsAssertionIsTakenOnceAndInTime(t *testing.T) {
	m, err := service.target().Machine(seed.Registry)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		at    time.Time
		times int
		want  int
		rule  string
	}{
		"in time, once":   {time.Now(), 1, 200, ""},
		"in time, twice":  {time.Now(), 2, 401, "replay"},
		"too late":        {time.Now().Add(-time.Hour), 1, 401, "time"},
		"from the future": {time.Now().Add(time.Hour), 1, 401, "time"},
	} {
		t.Run(name, func(t *testing.T) {
			assertion, err := m.Assertion(c.at, rand.Text())
			if err != nil {
				t.Fatal(err)
			}
			var reply *seed.Reply
			for range c.times {
				if reply, err = service.api().Send(t.Context(), seed.Call{
					Method: http.MethodPost, Path: "/v1/token", Type: "application/x-www-form-urlencoded",
					Body: []byte("grant_type=client_credentials&scope=report" +
						"&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer" +
						"&client_assertion=" + assertion),
				}); err != nil {
					t.Fatal(err)
				}
			}
			if reply.Status != c.want || !bytes.Contains(reply.Body, []byte(c.rule)) {
				t.Errorf("got %d, want %d %s: %s", reply.Status, c.want, c.rule, reply.Body)
			}
		})
	}
}

// TestACorrectedNumberIsTakenInByReportAndByFile: the certificate goes to another person, without the
// first one's pictures, and back.
func TestACorrectedNumberIsTakenInByReportAndByFile(t *testing.T) {
	pictures, err := holder(t, "ready").Row()
	if err != nil {
		t.Fatal(err)
	}
	const order = 54321 // nobody else's row
	first, second := seed.GenerateRow(order), seed.GenerateRow(order+1)
	second.Number = first.Number
	first.Photo, first.SignatureImage = pictures.Photo, pictures.SignatureImage
	report := func(row client.ReportRow) (accepted int) {
		var done client.Report
		if err := service.api().Do(t.Context(), seed.Call{
			Method: http.MethodPost, Path: "/v1/reports", Token: token(t, seed.Registry, "report"), JSON: []client.ReportRow{row},
		}, &done); err != nil {
			t.Fatal(err)
		}
		return done.Accepted
	}
	file := func(row client.ReportRow) (accepted int) {
		line, err := json.Marshal(row)
		if err != nil {
			t.Fatal(err)
		}
		return int(uploadReport(t, line).Accepted)
	}
	for step, accepted := range []func() int{
		func() int { return report(first) }, func() int { return report(second) }, func() int { return report(first) },
		func() int { return file(second) }, func() int { return file(first) },
	} {
		if n := accepted(); n != 1 {
			t.Errorf("step %d: %d rows were accepted", step, n)
		}
	}
}
