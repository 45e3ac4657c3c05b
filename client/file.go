package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// PutFile uploads a file of rows to where the service expects it.
func (c *Client) PutFile(ctx context.Context, d Drop, file io.Reader, bytes int64) error {
	r, err := http.NewRequestWithContext(ctx, string(d.Method), d.URL, file)
	if err != nil {
		return hideQuery(err)
	}
	r.ContentLength = bytes
	for name, value := range d.Headers {
		r.Header.Set(name, value)
	}
	res, err := c.send(r)
	if err != nil {
		return err
	}
	return res.Body.Close()
}

// GetFile opens the file that a presigned link leads to. Close the answer's body.
func (c *Client) GetFile(ctx context.Context, link string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
	if err != nil {
		return nil, hideQuery(err)
	}
	return c.send(r)
}

func (c *Client) send(r *http.Request) (*http.Response, error) {
	res, err := c.Client.Do(r)
	if err != nil {
		return nil, hideQuery(err)
	}
	if res.StatusCode != http.StatusOK {
		defer res.Body.Close()
		why, _ := io.ReadAll(io.LimitReader(res.Body, 500))
		return nil, fmt.Errorf("%s: %s %s", r.Method, res.Status, why)
	}
	return res, nil
}

// hideQuery removes the query from the URL in an error of net/http, because anybody who has a
// presigned link can use it.
func hideQuery(err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		failed.URL, _, _ = strings.Cut(failed.URL, "?")
	}
	return err
}

// HasEnded reports whether nothing more of the file will be imported.
func (i Intake) HasEnded() bool {
	return i.State != IntakeStateWaiting && i.State != IntakeStateRunning
}

// FollowReport asks at intervals how far a file is imported and calls seen with each answer, until
// the import has ended.
func (c *Client) FollowReport(ctx context.Context, m Machine, report string, every time.Duration, seen func(Intake)) (Intake, error) {
	var token string
	var renewed time.Time
	for {
		if time.Since(renewed) > renewAfter {
			var err error
			if token, err = c.Authenticate(ctx, m, "report"); err != nil {
				return Intake{}, err
			}
			renewed = time.Now()
		}
		i, err := Read[Intake](c.GetReport(ctx, report, Bearer(token)))
		if err != nil {
			return i, err
		}
		seen(i)
		if i.HasEnded() {
			return i, nil
		}
		select {
		case <-ctx.Done():
			return i, ctx.Err()
		case <-time.After(every):
		}
	}
}
