package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
)

const (
	pollInterval  = time.Second
	tokenInterval = 5 * time.Minute // a token is valid for ten
)

// uploadTarget is where the service expects a file to be uploaded.
type uploadTarget struct {
	Report, URL, Method string
	Headers             map[string]string
}

// uploadProgress is how far the service has imported a file.
type uploadProgress struct {
	Report    string `json:"report"`
	State     string `json:"state"`
	Bytes     int64  `json:"bytes"`
	Read      int64  `json:"read"`
	Rows      int64  `json:"rows"`
	Accepted  int64  `json:"accepted"`
	Unchanged int64  `json:"unchanged"`
	Refused   int64  `json:"refused"`
	Stopped   *struct {
		Row    int64  `json:"row"`
		Rule   string `json:"rule"`
		Detail string `json:"detail"`
	} `json:"stopped"`
	Result *struct{ URL string } `json:"result"`
}

// hasEnded reports whether nothing more will be imported.
func (i uploadProgress) hasEnded() bool { return i.State != "waiting" && i.State != "running" }

func (c console) imports(ctx context.Context, args []string) error {
	f := c.flags("import", "FILE")
	s := c.addServiceFlags(f, "mohurd-registry")
	refused := f.String("refused", "", "`FILE` to write the refused rows to, one a line with its reasons; default FILE.refused")
	report := f.String("report", "", "wait for this report, whose file was put before, instead of putting FILE")
	asJSON := f.Bool("json", false, "print the outcome as JSON, and no progress")
	names, err := parse(f, args, 1, 1)
	if err != nil {
		return err
	}
	if *refused == "" {
		*refused = names[0] + ".refused"
	}
	if *report == "" {
		if *report, err = c.uploadFile(ctx, s, names[0], *asJSON); err != nil {
			return err
		}
	}
	done, err := c.wait(ctx, s, *report, *asJSON)
	if err != nil {
		return fmt.Errorf("%w\n  the service goes on by itself; to wait again: jiazhu import -report %s %s", err, *report, names[0])
	}
	if done.Result != nil {
		if err := fetch(ctx, done.Result.URL, *refused); err != nil {
			return err
		}
	}
	done.Result = nil // its link expires in a minute
	if *asJSON {
		err = c.print(done)
	} else {
		fmt.Fprintf(c.out, "%d rows: %d accepted, %d unchanged, %d refused\n", done.Rows, done.Accepted, done.Unchanged, done.Refused)
	}
	switch {
	case err != nil:
	case done.Stopped != nil:
		err = fmt.Errorf("the file is %s: %s", done.State, done.Stopped.Detail)
	case done.State != "done":
		err = fmt.Errorf("the file is %s; jiazhu import -report %s %s says how far it came", done.State, *report, names[0])
	case done.Refused > 0:
		err = fmt.Errorf("%d of %d rows were refused: %s says which and why; mend them and import them again, the others are in", done.Refused, done.Rows, *refused)
	}
	return err
}

// uploadFile announces the file and uploads it.
func (c console) uploadFile(ctx context.Context, s *service, name string, quiet bool) (string, error) {
	file, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return "", err
	}
	token, err := s.token(ctx, "report")
	if err != nil {
		return "", err
	}
	ask, err := json.Marshal(map[string]int64{"bytes": info.Size()})
	if err != nil {
		return "", err
	}
	var p uploadTarget
	if err := s.call(ctx, http.MethodPost, "/v1/reports/drops", token, "application/json", ask, &p); err != nil {
		return "", err
	}
	bar := c.bar(info.Size(), "putting the file", quiet)
	r, err := http.NewRequestWithContext(ctx, p.Method, p.URL, io.TeeReader(file, bar))
	if err != nil {
		return "", fmt.Errorf("putting the file: %w", withoutQuery(err))
	}
	r.ContentLength = info.Size()
	for header, value := range p.Headers {
		r.Header.Set(header, value)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", fmt.Errorf("putting the file: %w", withoutQuery(err))
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		why, _ := io.ReadAll(io.LimitReader(answer.Body, 500))
		return "", fmt.Errorf("putting the file: %s %s", answer.Status, why)
	}
	return p.Report, bar.Finish()
}

// wait polls until the file is imported.
func (c console) wait(ctx context.Context, s *service, report string, quiet bool) (uploadProgress, error) {
	var bar *progressbar.ProgressBar
	var token string
	var since time.Time
	for {
		if s.now().Sub(since) > tokenInterval {
			var err error
			if token, err = s.token(ctx, "report"); err != nil {
				return uploadProgress{}, err
			}
			since = s.now()
		}
		var i uploadProgress
		if err := s.call(ctx, http.MethodGet, "/v1/reports/"+report, token, "", nil, &i); err != nil {
			return i, err
		}
		if bar == nil {
			bar = c.bar(i.Bytes, "taking it in", quiet)
		}
		if err := bar.Set64(i.Read); err != nil {
			return i, err
		}
		if i.hasEnded() {
			return i, bar.Finish()
		}
		select {
		case <-ctx.Done():
			return i, ctx.Err()
		case <-time.After(pollInterval):
		}
	}
}

func (c console) bar(bytes int64, what string, quiet bool) *progressbar.ProgressBar {
	return progressbar.NewOptions64(bytes,
		progressbar.OptionSetWriter(c.err), progressbar.OptionSetVisibility(!quiet), progressbar.OptionSetDescription(what),
		progressbar.OptionShowBytes(true), progressbar.OptionThrottle(200*time.Millisecond),
		progressbar.OptionOnCompletion(func() { fmt.Fprintln(c.err) }))
}

// withoutQuery removes the query from the URL in an error of net/http, because anybody who reads a
// presigned link can use it.
func withoutQuery(err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		failed.URL, _, _ = strings.Cut(failed.URL, "?")
	}
	return err
}

// fetch downloads a URL to a file.
func fetch(ctx context.Context, address, name string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return fmt.Errorf("getting the refused rows: %w", withoutQuery(err))
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("getting the refused rows: %w", withoutQuery(err))
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("getting the refused rows: %s", answer.Status)
	}
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	if _, err := io.Copy(file, answer.Body); err != nil {
		_ = file.Close()
		return fmt.Errorf("getting the refused rows: %w", withoutQuery(err))
	}
	return file.Close()
}
