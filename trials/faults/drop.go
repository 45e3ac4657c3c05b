package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"time"

	"github.com/jiazhu/jiazhu/client"
	"github.com/jiazhu/jiazhu/local/seed"
)

// encodeRows writes rows as a file of them, one a line.
func encodeRows(rows []client.ReportRow) (string, error) {
	var file bytes.Buffer
	encode := json.NewEncoder(&file)
	for _, row := range rows {
		if err := encode.Encode(row); err != nil {
			return "", err
		}
	}
	return file.String(), nil
}

// follow waits until a file is taken in, past the wire. The queue brings what failed again after a
// pause of seconds.
func (l *worker) follow(ctx context.Context, token, report string) (end client.Intake, err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for end.State != "done" || l.harness.hasQueuedMessages() {
		if end, err = l.readProgress(ctx, token, report); err != nil {
			return end, err
		}
		select {
		case <-ctx.Done():
			return end, fmt.Errorf("the file is not taken in: %+v", end)
		case <-time.After(20 * time.Millisecond):
		}
	}
	return end, nil
}

// readProgress reads how far a file is imported, past the wire.
func (l *worker) readProgress(ctx context.Context, token, report string) (client.Intake, error) {
	return client.Read[client.Intake](l.directAPI.Client().GetReport(ctx, report, client.Bearer(token)))
}

// hasQueuedMessages reports whether a message waits for the function or is worked on.
func (w *harness) hasQueuedMessages() bool {
	waiting, err := filepath.Glob(filepath.Join(w.stack.Data, "queues", "*", "*.json"))
	return err != nil || len(waiting) > 0
}

// leftovers reads the refused rows, of which there is one. Removing the file and the parts comes
// after everything that counts and is tried once: what stays, the bucket's lifecycle removes.
func (l *worker) leftovers(ctx context.Context, end client.Intake) error {
	refused, err := seed.Machine{API: l.directAPI}.RefusedRows(ctx, end)
	if err != nil {
		return err
	}
	return expect("the lines of the result", bytes.Count(refused, []byte("\n")), 1)
}
