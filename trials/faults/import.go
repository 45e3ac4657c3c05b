package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/internal/must"
	"github.com/jiazhu/jiazhu/local/seed"
)

// reporter is the registry, with a token; the uploads that it announced before are not counted.
func (l *worker) reporter(ctx context.Context) string {
	l.harness.store.forgetAnnounced(ctx, seed.Registry)
	return must.Get(l.harness.Token(ctx, seed.Registry, "report"))
}

// announceUpload announces a file of so many bytes, by the proxy.
func (l *worker) announceUpload(ctx context.Context, token string, bytes int) client.Drop {
	file := client.AnnounceDropJSONRequestBody{Bytes: int64(bytes)}
	res, err := l.faultyAPI.Client().AnnounceDrop(ctx, file, client.Bearer(token))
	return must.Get(client.Read[client.Drop](res, err))
}

// announce asks for a place for a file. A try whose answer was lost leaves a place that nobody has.
func announce(ctx context.Context, l *worker) *preparedScenario {
	token := l.reporter(ctx)
	var place client.Drop
	return &preparedScenario{
		run: func(ctx context.Context) { place = l.announceUpload(ctx, token, 1000) },
		check: func(ctx context.Context) {
			now := l.readProgress(ctx, token, place.Report)
			expect("its state", now.State, "waiting")
			expect("the bytes announced", now.Bytes, 1000)
		},
	}
}

// importFile is a file of three rows, one of them wrong, which the queue delivers to the function until it is done.
func importFile(ctx context.Context, l *worker) *preparedScenario {
	token := l.reporter(ctx)
	rows := []client.ReportRow{l.row(), l.row(), l.row()}
	rows[1].Holder.IDNo = "110101198001011234"
	var file bytes.Buffer
	for _, row := range rows {
		must.Do(json.NewEncoder(&file).Encode(row))
	}
	var end client.Intake
	return &preparedScenario{
		run: func(ctx context.Context) {
			place := l.announceUpload(ctx, token, file.Len())
			must.Do(l.directAPI.Client().PutFile(ctx, place, bytes.NewReader(file.Bytes()), int64(file.Len())))
			end = l.followImport(ctx, token, place.Report)
		},
		check: func(ctx context.Context) {
			expect("the rows", end.Rows, 3)
			expect("those accepted", end.Accepted, 2)
			expect("those refused", end.Refused, 1)
			// Removing the file and the parts comes after everything that counts and is tried once: what stays, the
			// bucket's lifecycle removes.
			refused := must.Get(seed.Machine{API: l.directAPI}.RefusedRows(ctx, end))
			expect("the lines of the result", bytes.Count(refused, []byte("\n")), 1)
			for _, row := range []client.ReportRow{rows[0], rows[2]} {
				at := l.harness.store.get(ctx, "Records", "NUMBER#"+row.Number, "CERT")
				l.harness.store.checkCertificate(ctx, at.Text("id"), row.Number, 0)
			}
		},
	}
}

// followImport waits until a file is imported, past the proxy. The queue delivers a failed message again after some
// seconds.
func (l *worker) followImport(ctx context.Context, token, report string) (end client.Intake) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for end.State != "done" || l.harness.hasQueuedMessages() {
		end = l.readProgress(ctx, token, report)
		select {
		case <-ctx.Done():
			must.Do(fmt.Errorf("the file is not imported: %+v", end))
		case <-time.After(20 * time.Millisecond):
		}
	}
	return end
}

func (l *worker) readProgress(ctx context.Context, token, report string) client.Intake {
	res, err := l.directAPI.Client().GetReport(ctx, report, client.Bearer(token))
	return must.Get(client.Read[client.Intake](res, err))
}

// hasQueuedMessages reports whether a message waits for the function or is worked on.
func (w *harness) hasQueuedMessages() bool {
	waiting, err := filepath.Glob(filepath.Join(w.Data, "queues", "*", "*.json"))
	return err != nil || len(waiting) > 0
}
