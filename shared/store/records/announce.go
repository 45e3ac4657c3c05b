package records

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/store/dynamo"
)

// What one client may announce on one day of Asia/Shanghai, and how many files and bytes may be
// waiting or in progress at a time. A file that never arrives counts as waiting until its day ends
// or it is revoked.
const (
	MaxUploads, MaxUploadBytes         = 200, 200 << 30
	MaxOpenUploads, MaxOpenUploadBytes = 20, 50 << 30
)

// EntryLife is how long the register keeps the list of reports that a client made.
const EntryLife = 3 * 365 * 24 * time.Hour

// ReportEntry is one report in a client's list of reports.
type ReportEntry struct {
	Report string    `json:"report"`
	Client string    `json:"client"`
	At     time.Time `json:"at"`              // in Asia/Shanghai
	Rows   int64     `json:"rows,omitempty"`  // of one that came in a request
	Bytes  int64     `json:"bytes,omitempty"` // of a file, as announced
}

// AnnounceUpload records an upload before its file can arrive. Error: *UploadLimitError.
func (s *Store) AnnounceUpload(ctx context.Context, d Upload) error {
	day, dayEnds := uploadDayKey(d), civil.Of(d.At).End()
	count := dynamo.Update(day, "SET v = :v, #ttl = :ttl ADD files :one, #bytes :n, openFiles :one, openBytes :n", dynamo.Values{
		"v": schemaVersion(day.PK), "ttl": civil.Of(d.At).AddDays(15).End().Unix(), "one": 1, "n": d.Bytes,
	}).If("attribute_not_exists(pk) OR "+
		"files < :files AND #bytes <= :bytes AND openFiles < :openFiles AND openBytes <= :openBytes", dynamo.Values{
		"files": MaxUploads, "bytes": MaxUploadBytes - d.Bytes,
		"openFiles": MaxOpenUploads, "openBytes": MaxOpenUploadBytes - d.Bytes,
	}).ShowExisting()
	err := s.table.Transact(ctx, "announcing a file",
		count.WithName(partDay),
		dynamo.Put(newUploadItem(d)).IfAbsent(),
		dynamo.Put(newEntryItem(ReportEntry{Report: d.ID, Client: d.Client, At: d.At, Bytes: d.Bytes})).IfAbsent(),
	)
	refusal := dynamo.AsRefusal(err)
	if refusal == nil {
		return err
	}
	if made := refusal.Existing(partDay); dynamo.Number(made, "files") >= MaxUploads || dynamo.Number(made, "bytes") > MaxUploadBytes-d.Bytes {
		return &UploadLimitError{Daily: true, RetryIn: dayEnds.Sub(d.At)}
	}
	return &UploadLimitError{}
}

// EnterReport adds a report of rows to its client's list, before its rows are stored.
func (s *Store) EnterReport(ctx context.Context, e ReportEntry) error {
	return s.putOnce(ctx, "entering a report", newEntryItem(e))
}

// ReportsOf lists the reports that a client made in [from, until), the oldest first. Reports older
// than EntryLife are no longer listed.
func (s *Store) ReportsOf(ctx context.Context, client string, from, until time.Time) ([]ReportEntry, error) {
	entries := dynamo.QueryAs[entryItem](ctx, s.table, dynamo.Query{
		PK: prefixReporter + client, From: prefixReport + firstID(from), To: prefixReport + firstID(until),
	})
	return dynamo.Collect(entries, func(entry entryItem) (ReportEntry, error) {
		id := strings.TrimPrefix(entry.SK, prefixReport)
		at, err := TimeOf(id)
		return ReportEntry{Report: id, Client: client, At: at, Rows: entry.Rows, Bytes: entry.Bytes}, err
	})
}

// RevokeUpload stops an upload from being taken in, or from being taken in any further, and returns
// it as it is stored. An upload that was taken in completely stays as it is. With a client, only an
// upload of that client is found. Error: ErrReportNotFound.
func (s *Store) RevokeUpload(ctx context.Context, id, client string, now time.Time) (Upload, error) {
	if _, err := TimeOf(id); err != nil {
		return Upload{}, fmt.Errorf("%w: %w", ErrReportNotFound, err)
	}
	condition, values := "attribute_exists(pk)", dynamo.Values{}
	if client != "" {
		condition, values["client"] = "client = :client", client
	}
	revoked, err := s.table.Do(ctx, "revoking a file",
		dynamo.SetPart(uploadKey(id), tagRevoked, dynamo.Values{"revokedAt": dynamo.ToMillis(now)}).
			If(condition+" AND attribute_not_exists(revokedAt) AND attribute_not_exists(ended)", values).ReturnItem().ShowExisting())
	if refusal := dynamo.AsRefusal(err); refusal != nil {
		existing := refusal.Existing("")
		if existing == nil || client != "" && dynamo.Text(existing, "client") != client {
			return Upload{}, ErrReportNotFound
		}
		return s.decodeUpload(id, existing)
	}
	if err != nil {
		return Upload{}, err
	}
	d, err := s.decodeUpload(id, revoked)
	if err != nil {
		return d, err
	}
	return d, s.ReleaseUpload(ctx, d)
}

// ReleaseUpload removes an upload from the counts of those waiting or in progress. It is called
// once, by whoever finishes or revokes the upload. There are no counts for an upload that is older
// than the counts, or so old that they have expired.
func (s *Store) ReleaseUpload(ctx context.Context, d Upload) error {
	_, err := s.table.Do(ctx, "counting a client's files",
		dynamo.Update(uploadDayKey(d), "ADD openFiles :one, openBytes :n", dynamo.Values{"one": -1, "n": -d.Bytes}).IfPresent())
	return dynamo.IgnoreRefusal(err)
}

// entryItem is the item of a report in its client's list.
type entryItem struct {
	dynamo.Header
	Rows  int64 `dynamodbav:"rows,omitempty"`
	Bytes int64 `dynamodbav:"bytes,omitempty"`
}

func newEntryItem(e ReportEntry) entryItem {
	at := dynamo.Key{PK: prefixReporter + e.Client, SK: prefixReport + e.Report}
	return entryItem{newHeader(at).Until(e.At.Add(EntryLife)), e.Rows, e.Bytes}
}

func uploadDayKey(d Upload) dynamo.Key {
	return dynamo.Key{PK: prefixReporter + d.Client, SK: prefixDay + civil.Of(d.At).String()}
}

// firstID is the smallest ULID of its millisecond.
func firstID(at time.Time) string {
	var first ulid.ULID
	_ = first.SetTime(ulid.Timestamp(at)) // fails for years after 10889
	return first.String()
}
