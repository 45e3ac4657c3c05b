package seed

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/jiazhu/jiazhu/client"
)

// ImportProgress is how far a dropped file has been taken in.
type ImportProgress struct {
	Report, State                      string
	Bytes, Read                        int64
	Rows, Accepted, Unchanged, Refused int64
	Result                             *struct{ URL string }
}

// Upload is where a file of rows is awaited.
type Upload struct {
	Report, URL, Method string
	Headers             map[string]string
}

// Announce announces a file of so many bytes.
func (m Machine) Announce(ctx context.Context, bytes int64) (place Upload, err error) {
	token, err := m.Token(ctx, "report")
	if err != nil {
		return place, err
	}
	res, err := m.API.generatedClient().AnnounceDrop(ctx, client.AnnounceDropJSONRequestBody{Bytes: bytes}, client.Bearer(token))
	return place, read(&place, res, err)
}

// Put puts the file, of as many bytes as were announced.
func (place Upload) Put(ctx context.Context, file io.Reader, bytes int64) error {
	req, err := http.NewRequestWithContext(ctx, place.Method, place.URL, file)
	if err != nil {
		return fmt.Errorf("put the file: %w", err)
	}
	req.ContentLength = bytes
	for name, value := range place.Headers {
		req.Header.Set(name, value)
	}
	reply, err := fetch(&http.Client{}, req)
	if err != nil {
		return fmt.Errorf("put the file: %w", err)
	}
	if reply.Status != http.StatusOK {
		return fmt.Errorf("put the file: %d %.300s", reply.Status, reply.Body)
	}
	return nil
}

// ReadProgress asks how far a dropped file has been taken in.
func (m Machine) ReadProgress(ctx context.Context, token, report string) (i ImportProgress, err error) {
	res, err := m.API.generatedClient().GetReport(ctx, report, client.Bearer(token))
	return i, read(&i, res, err)
}

// Follow asks every so often until the file is taken in or nothing more of it will be, and tells seen what it heard.
func (m Machine) Follow(ctx context.Context, report string, every time.Duration, seen func(ImportProgress)) (ImportProgress, error) {
	var token string
	for asked := 0; ; asked++ {
		if asked%1000 == 0 { // long before it expires
			var err error
			if token, err = m.Token(ctx, "report"); err != nil {
				return ImportProgress{}, err
			}
		}
		i, err := m.ReadProgress(ctx, token, report)
		if err != nil {
			return i, err
		}
		seen(i)
		if i.State != "waiting" && i.State != "running" {
			return i, nil
		}
		select {
		case <-ctx.Done():
			return i, ctx.Err()
		case <-time.After(every):
		}
	}
}

// RefusedRows reads the refused rows of a file that was taken in.
func (m Machine) RefusedRows(ctx context.Context, i ImportProgress) ([]byte, error) {
	if i.Result == nil {
		return nil, nil
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, i.Result.URL, nil)
	if err != nil {
		return nil, err
	}
	reply, err := fetch(&http.Client{}, req)
	if err != nil {
		return nil, err
	}
	if reply.Status != http.StatusOK {
		return nil, fmt.Errorf("get the refused rows: %d %.300s", reply.Status, reply.Body)
	}
	return reply.Body, nil
}
