package records

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/oklog/ulid/v2"

	"github.com/jiazhu/jiazhu/shared/domain/civil"
	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/store/outage"
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

// AnnounceUpload records an upload before its file can arrive. Error: rate-limited, where the
// client has announced as much as it may.
func (s *Store) AnnounceUpload(ctx context.Context, d Upload) error {
	day := uploadDayKey(d)
	refused, err := s.transact(ctx, "announcing a file", []types.TransactWriteItem{
		{Update: &types.Update{
			TableName: &s.table, Key: day.item(),
			UpdateExpression: aws.String("SET v = :v, #ttl = :ttl ADD files :one, #bytes :n, openFiles :one, openBytes :n"),
			ConditionExpression: aws.String("attribute_not_exists(pk) OR " +
				"files < :files AND #bytes <= :bytes AND openFiles < :openFiles AND openBytes <= :openBytes"),
			ExpressionAttributeNames: map[string]string{"#bytes": "bytes", "#ttl": "ttl"},
			ExpressionAttributeValues: item{
				":v": number(day.schema()), ":ttl": number(civil.Of(d.At).AddDays(15).End().Unix()), ":one": number(1), ":n": number(d.Bytes),
				":files": number(MaxUploads), ":bytes": number(MaxUploadBytes - d.Bytes),
				":openFiles": number(MaxOpenUploads), ":openBytes": number(MaxOpenUploadBytes - d.Bytes),
			},
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		}},
		s.putNew(uploadKey(d.ID).with(item{
			"client": text(d.Client), "areas": texts(d.Areas), "schemes": texts(d.Schemes), "lang": text(d.Lang), "bytes": number(d.Bytes),
			"run": number(0), "ttl": number(d.At.Add(ReportLife).Unix()),
		})),
		s.putNew(entryItem(ReportEntry{Report: d.ID, Client: d.Client, At: d.At, Bytes: d.Bytes})),
	})
	if err != nil || refused == nil {
		return err
	}
	if made := refused.conflictingItem(0); num(made, "files") >= MaxUploads || num(made, "bytes") > MaxUploadBytes-d.Bytes {
		return problem.New(problem.RateLimited).WithDetail(
			"该客户端当日登记的文件已达上限（200 个，共 200 GB）。", "The client has announced as many files as it may on one day: 200, of 200 GB together.",
		).RetryIn(civil.Of(d.At).End().Sub(d.At)).WithCause(refused.cause)
	}
	return problem.New(problem.RateLimited).WithDetail(
		"该客户端尚未处理完的文件已达上限（20 个，共 50 GB）；请等待处理完成，或撤回不再上传的文件。",
		"As many files of the client wait or are under way as may: 20, of 50 GB together. Wait, or revoke those that will not come.",
	).WithCause(refused.cause)
}

// EnterReport adds a report of rows to its client's list, before its rows are stored.
func (s *Store) EnterReport(ctx context.Context, e ReportEntry) error {
	return s.putOnce(ctx, entryItem(e))
}

// ReportsOf lists the reports that a client made in [from, until), the oldest first. Reports older
// than EntryLife are no longer listed.
func (s *Store) ReportsOf(ctx context.Context, client string, from, until time.Time) (all []ReportEntry, err error) {
	pages := dynamodb.NewQueryPaginator(s.client, &dynamodb.QueryInput{
		TableName: &s.table, ConsistentRead: aws.Bool(true),
		KeyConditionExpression: aws.String("pk = :pk AND sk BETWEEN :from AND :until"),
		ExpressionAttributeValues: item{
			":pk": text(prefixReporter + client), ":from": text(prefixReport + firstID(from)), ":until": text(prefixReport + firstID(until)),
		},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, outage.Wrap("reading a client's reports", err)
		}
		for _, from := range page.Items {
			if err := checkSchema(from); err != nil {
				return nil, err
			}
			e := ReportEntry{
				Report: strings.TrimPrefix(str(from, "sk"), prefixReport), Client: client, Rows: num(from, "rows"), Bytes: num(from, "bytes"),
			}
			if e.At, err = TimeOf(e.Report); err != nil {
				return nil, err
			}
			all = append(all, e)
		}
	}
	return all, nil
}

// RevokeUpload stops an upload from being taken in, or from being taken in any further, and returns
// it as it is stored. An upload that was taken in completely stays as it is. With a client, only an
// upload of that client is found. Error: report-not-found.
func (s *Store) RevokeUpload(ctx context.Context, id, client string, now time.Time) (Upload, error) {
	if _, err := TimeOf(id); err != nil {
		return Upload{}, problem.New(problem.ReportNotFound).WithCause(err)
	}
	part := uploadKey(id).item()
	part["revokedAt"] = number(now.UnixMilli())
	tag, err := s.client.Part(part, tagRevoked)
	if err != nil {
		return Upload{}, err
	}
	condition, values := "attribute_exists(pk)", item{":at": part["revokedAt"], ":tag": text(tag)}
	if client != "" {
		condition, values[":client"] = "client = :client", text(client)
	}
	out, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: uploadKey(id).item(),
		UpdateExpression:                    aws.String("SET revokedAt = :at, tagRevoked = :tag"),
		ConditionExpression:                 aws.String(condition + " AND attribute_not_exists(revokedAt) AND attribute_not_exists(ended)"),
		ExpressionAttributeValues:           values,
		ReturnValues:                        types.ReturnValueAllNew,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	var refused *types.ConditionalCheckFailedException
	switch {
	case errors.As(err, &refused) && (refused.Item == nil || client != "" && str(refused.Item, "client") != client):
		return Upload{}, problem.New(problem.ReportNotFound)
	case errors.As(err, &refused):
		return readUpload(id, refused.Item)
	case err != nil:
		return Upload{}, outage.Wrap("revoking a file", err)
	}
	d, err := readUpload(id, out.Attributes)
	if err != nil {
		return d, err
	}
	return d, s.ReleaseUpload(ctx, d)
}

// ReleaseUpload removes an upload from the counts of those waiting or in progress. It is called
// once, by whoever finishes or revokes the upload.
func (s *Store) ReleaseUpload(ctx context.Context, d Upload) error {
	_, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: uploadDayKey(d).item(),
		UpdateExpression:          aws.String("ADD openFiles :one, openBytes :n"),
		ConditionExpression:       aws.String("attribute_exists(pk)"),
		ExpressionAttributeValues: item{":one": number(-1), ":n": number(-d.Bytes)},
	})
	var refused *types.ConditionalCheckFailedException
	if err == nil || errors.As(err, &refused) { // the upload is older than the counts, or so old that its counts have expired
		return nil
	}
	return outage.Wrap("counting a client's files", err)
}

func entryItem(e ReportEntry) item {
	made := key{prefixReporter + e.Client, prefixReport + e.Report}.with(item{"ttl": number(e.At.Add(EntryLife).Unix())})
	for name, n := range map[string]int64{"rows": e.Rows, "bytes": e.Bytes} {
		if n > 0 {
			made[name] = number(n)
		}
	}
	return made
}

func uploadDayKey(d Upload) key {
	return key{prefixReporter + d.Client, prefixDay + civil.Of(d.At).String()}
}

// firstID is the smallest ULID of its millisecond.
func firstID(at time.Time) string {
	var first ulid.ULID
	_ = first.SetTime(ulid.Timestamp(at)) // fails for years after 10889
	return first.String()
}
