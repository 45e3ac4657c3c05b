package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jiazhu/jiazhu/shared/store/journal"
)

// readAudit prints the audit log from a given time on, one entry on each line, as each was first
// written. Later versions and delete markers are ignored. Entries that the service did not write
// are listed separately.
func (c console) readAudit(ctx context.Context, args []string) error {
	f := c.flags("audit", "")
	alwaysJSON(f)
	since := f.String("since", "", "print the entries from this `TIME` on, such as 2026-11-23T10:00:00Z; default all")
	if _, err := parse(f, args, 0, 0); err != nil {
		return err
	}
	var from time.Time
	if *since != "" {
		var err error
		if from, err = time.Parse(time.RFC3339, *since); err != nil {
			return fmt.Errorf("%w: -since must be a time such as 2026-11-23T10:00:00Z: %q", errUsage, *since)
		}
	}
	t, err := c.tables(ctx, onThing("since", from.UTC().Format(time.RFC3339)))
	if err != nil {
		return err
	}
	lines, foreign, n := json.NewEncoder(c.out), 0, 0
	lines.SetEscapeHTML(false)
	err = t.journal.Read(ctx, journal.Audit, from, func(e journal.Entry) error {
		n++
		return lines.Encode(e)
	}, func(key string, why error) {
		foreign++
		fmt.Fprintf(c.err, "%s: %v\n", key, why)
	})
	c.audit.noteCounts(map[string]int{"entries": n, "foreign": foreign})
	if err == nil && foreign > 0 {
		err = fmt.Errorf("%d entries were not written by the service: somebody else can write to the journal", foreign)
	}
	return err
}
