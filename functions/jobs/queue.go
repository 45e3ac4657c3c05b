package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
)

// handleMessage reports whether the message is done and can be deleted.
func (a *app) handleMessage(ctx context.Context, body string) bool {
	jobs, err := parseNotification(body)
	if err != nil {
		a.note(logLine{Cause: err.Error(), Fault: 1})
		return false
	}
	done := true
	for _, id := range jobs {
		if _, err := a.run(ctx, id); err != nil {
			done = false
		}
	}
	return done
}

// parseNotification returns the ids of the jobs whose archives S3's notification names. S3's test
// message, sent when the notification is set up, names none. Keys are URL-encoded.
func parseNotification(body string) (jobs []string, err error) {
	var e struct {
		Records []struct {
			S3 struct {
				Object struct {
					Key string `json:"key"`
				} `json:"object"`
			} `json:"s3"`
		}
	}
	if err := json.Unmarshal([]byte(body), &e); err != nil {
		return nil, fmt.Errorf("reading a notification: %w", err)
	}
	for _, r := range e.Records {
		key, err := url.QueryUnescape(r.S3.Object.Key)
		if err != nil {
			return nil, fmt.Errorf("reading a notification's key: %w", err)
		}
		if id := jobOfArchive(key); id != "" {
			jobs = append(jobs, id)
		}
	}
	return jobs, nil
}
