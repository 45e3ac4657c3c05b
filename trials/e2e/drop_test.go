package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
)

// uploadReport puts rows as a file and waits until they are taken in.
func uploadReport(t *testing.T, file []byte) client.Intake {
	t.Helper()
	m, err := service.target().Machine(seed.Registry)
	if err != nil {
		t.Fatal(err)
	}
	place, err := m.Announce(t.Context(), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Put(t.Context(), place, bytes.NewReader(file), int64(len(file))); err != nil {
		t.Fatal(err)
	}
	return follow(t, m, place.Report)
}

// TestAFilePutAgainIsRemoved: its place stays open for a quarter of an hour, and what is put there once the file is
// done has ID numbers, too.
func TestAFilePutAgainIsRemoved(t *testing.T) {
	m, err := service.target().Machine(seed.Registry)
	if err != nil {
		t.Fatal(err)
	}
	file := []byte("{}\n")
	place, err := m.Announce(t.Context(), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	for again := range 2 {
		if err := m.Put(t.Context(), place, bytes.NewReader(file), int64(len(file))); err != nil {
			t.Fatal(err)
		}
		follow(t, m, place.Report)
		left := func() bool {
			for key := range objects(t, "drops/", false) {
				if strings.Contains(key, place.Report) {
					return true
				}
			}
			return false
		}
		for end := time.Now().Add(30 * time.Second); left(); time.Sleep(100 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("put for time %d, it still lies there", again)
			}
		}
	}
}

// announce announces a file that does not come yet.
func announce(t *testing.T, bytes int64) (report string) {
	t.Helper()
	m, err := service.target().Machine(seed.Registry)
	if err != nil {
		t.Fatal(err)
	}
	place, err := m.Announce(t.Context(), bytes)
	if err != nil {
		t.Fatal(err)
	}
	return place.Report
}

// revokeWaiting revokes the registry's files that were announced and did not come: few may wait at a time.
func revokeWaiting(t *testing.T) {
	t.Helper()
	registry := token(t, seed.Registry, "report")
	for key, drop := range items(t, "Records") {
		id, ok := strings.CutPrefix(strings.TrimSuffix(key, " DROP"), "Records REPORT#")
		if !ok || !strings.HasSuffix(key, " DROP") || strings.Contains(drop, `"ended":`) || strings.Contains(drop, `"revokedAt":`) {
			continue
		}
		call := revocationCall(id)
		call.Token = registry
		if reply, err := service.api().Send(t.Context(), call); err != nil || reply.Status != http.StatusOK {
			t.Errorf("revoke %s: %+v, %v", id, reply, err)
		}
	}
}

// follow waits until the file is taken in. The test's own time limit is the only one.
func follow(t *testing.T, m seed.Machine, report string) client.Intake {
	t.Helper()
	done, err := m.Follow(t.Context(), report, 20*time.Millisecond, func(client.Intake) {})
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func TestADroppedFileIsTakenInAlthoughItsFunctionIsKilled(t *testing.T) {
	skipUnlessLinux(t)
	const rows, badEvery = 2000, 400
	var file bytes.Buffer
	if err := seed.WriteRows(&file, 0, rows, badEvery); err != nil {
		t.Fatal(err)
	}
	m, err := service.target().Machine(seed.Registry)
	if err != nil {
		t.Fatal(err)
	}
	place, err := m.Announce(t.Context(), int64(file.Len()))
	if err != nil {
		t.Fatal(err)
	}
	killed := make(chan struct{})
	left := 3
	var strike func(pass func())
	strike = func(pass func()) { // in the middle of a block, some of its rows have landed
		pass()
		kill(t, "intake")
		if left--; left == 0 {
			close(killed)
			return
		}
		service.proxy.CutAt("UpdateItem", func(pass func()) { // the next run begins, and does not hear that it did
			pass()
			service.proxy.CutAt("TransactWriteItems", strike)
		})
	}
	service.proxy.CutAt("TransactWriteItems", strike)
	if err := m.Put(t.Context(), place, bytes.NewReader(file.Bytes()), int64(file.Len())); err != nil {
		t.Fatal(err)
	}
	<-killed
	done := follow(t, m, place.Report)
	want := client.Intake{
		Report: done.Report, State: "done", Bytes: int64(file.Len()), Read: int64(file.Len()),
		Rows: rows + rows/badEvery, Accepted: rows, Refused: rows / badEvery, Result: done.Result, DoneAt: done.DoneAt,
	}
	if diff := cmp.Diff(want, done); diff != "" {
		t.Error(diff)
	}
	refused, err := m.RefusedRows(t.Context(), done)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSpace(refused), []byte("\n"))
	if len(lines) != rows/badEvery {
		t.Fatalf("%d refused rows in the result", len(lines))
	}
	var first struct {
		Row            int
		Number, Result string
		Errors         []struct{ Field, Rule string }
	}
	if err := json.Unmarshal(lines[0], &first); err != nil {
		t.Fatal(err)
	}
	if first.Row != badEvery+1 || first.Result != "refused" || len(first.Errors) != 1 ||
		first.Errors[0].Field != "/holder/idNo" || first.Errors[0].Rule != "id.checksum" {
		t.Errorf("the first refused row is %+v", first)
	}

	again := uploadReport(t, file.Bytes())
	if again.Unchanged != rows || again.Accepted != 0 || again.Refused != rows/badEvery {
		t.Errorf("the same file again: %+v", again)
	}
}

func TestWhatAFileBringsClearsARefusalForNotBeingReported(t *testing.T) {
	h := holder(t, "not yet reported to the ministry")
	s, certificate := loginAndIdentify(t, h)
	_, err := s.Endorse(t.Context(), certificate, client.EndorsementAsk{})
	wantProblem(t, err, "not-reported")
	row, err := h.Row()
	if err != nil {
		t.Fatal(err)
	}
	row.ReportedToMinistry = nil // it has arrived
	line, err := json.Marshal(row)
	if err != nil {
		t.Fatal(err)
	}
	if done := uploadReport(t, line); done.Accepted != 1 {
		t.Fatalf("%+v", done)
	}
	ahead, err := s.Preflight(t.Context(), certificate)
	if err != nil || len(ahead.Blockers) != 0 {
		t.Errorf("%+v, %v", ahead, err)
	}
	h.Unreported = true // as the other tests expect them
	if row, err = h.Row(); err != nil {
		t.Fatal(err)
	}
	if line, err = json.Marshal(row); err != nil {
		t.Fatal(err)
	}
	uploadReport(t, line)
}
