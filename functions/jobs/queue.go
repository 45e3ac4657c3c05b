package main

import (
	"context"

	"github.com/jiazhu/jiazhu/shared/service/api"
	"github.com/jiazhu/jiazhu/shared/store/files"
)

// handleMessage reports whether the message is done and can be deleted.
func (a *app) handleMessage(ctx context.Context, body string) bool {
	keys, err := files.ParseNotification(body)
	if err != nil {
		a.note(logLine{RunRecord: api.RunRecord{Cause: err.Error(), Fault: 1}})
		return false
	}
	done := true
	for _, key := range keys {
		if id := jobOfArchive(key); id != "" {
			if _, err := a.run(ctx, id); err != nil {
				done = false
			}
		}
	}
	return done
}
