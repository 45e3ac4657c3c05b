package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/jiazhu/jiazhu/client"
)

// pollInterval is how often commands that wait look for something new.
const pollInterval = time.Second

// importFile uploads a file of rows and waits until it is imported.
func (c console) importFile(ctx context.Context, args []string) error {
	f := c.flags("import", "FILE")
	s := c.addServiceFlags(f, "mohurd-registry")
	refused := f.String("refused", "", "`FILE` for the refused rows, one on each line with the reasons; default FILE.refused")
	report := f.String("report", "", "wait for this `REPORT`, whose file was uploaded before, instead of uploading FILE")
	asJSON := f.Bool("json", false, "print the result as JSON, and no progress")
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
	done, err := c.awaitImport(ctx, s, *report, *asJSON)
	if err != nil {
		return fmt.Errorf("%w\n  the service continues by itself; to wait again: jiazhu import -report %s %s", err, *report, names[0])
	}
	if done.Result != nil {
		if err := s.download(ctx, done.Result.URL, *refused); err != nil {
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
		err = fmt.Errorf("the file is %s; jiazhu import -report %s %s shows how far it was imported", done.State, *report, names[0])
	case done.Refused > 0:
		err = fmt.Errorf("%d of %d rows were refused: %s lists them with the reasons; correct them and import them again, the others are imported", done.Refused, done.Rows, *refused)
	}
	return err
}

// uploadFile announces the file and uploads it. It returns the report's id.
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
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("%w: %s is no file", errUsage, name)
	}
	token, err := s.authenticate(ctx, "report")
	if err != nil {
		return "", err
	}
	ask := client.AnnounceDropJSONRequestBody{Bytes: info.Size()}
	drop, err := client.Read[client.Drop](s.AnnounceDrop(ctx, ask, client.Bearer(token)))
	if err != nil {
		return "", s.explain(err)
	}
	bar := c.bar(info.Size(), "uploading", quiet)
	if err := s.PutFile(ctx, drop, io.TeeReader(file, bar), info.Size()); err != nil {
		return "", fmt.Errorf("upload the file: %w", err)
	}
	return drop.Report, bar.Finish()
}

// awaitImport waits until the file is imported.
func (c console) awaitImport(ctx context.Context, s *service, report string, quiet bool) (client.Intake, error) {
	m, err := s.machineClient()
	if err != nil {
		return client.Intake{}, err
	}
	var bar *progressbar.ProgressBar
	done, err := s.FollowReport(ctx, m, report, pollInterval, func(i client.Intake) {
		if bar == nil {
			bar = c.bar(i.Bytes, "importing", quiet)
		}
		_ = bar.Set64(i.Read) // the bar is only shown
	})
	if err != nil {
		return done, s.explain(err)
	}
	return done, bar.Finish()
}

func (c console) bar(bytes int64, what string, quiet bool) *progressbar.ProgressBar {
	return progressbar.NewOptions64(bytes,
		progressbar.OptionSetWriter(c.err), progressbar.OptionSetVisibility(!quiet), progressbar.OptionSetDescription(what),
		progressbar.OptionShowBytes(true), progressbar.OptionThrottle(200*time.Millisecond),
		progressbar.OptionOnCompletion(func() { fmt.Fprintln(c.err) }))
}

// download saves what a presigned link leads to.
func (s *service) download(ctx context.Context, link, name string) error {
	res, err := s.GetFile(ctx, link)
	if err != nil {
		return fmt.Errorf("download the refused rows: %w", err)
	}
	defer res.Body.Close()
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	if _, err := io.Copy(file, res.Body); err != nil {
		_ = file.Close()
		return fmt.Errorf("download the refused rows: %w", err)
	}
	return file.Close()
}
