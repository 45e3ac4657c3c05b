package records

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/jiazhu/jiazhu/shared/domain/problem"
	"github.com/jiazhu/jiazhu/shared/store/outage"
)

// Upload is a report that comes as a file (批量上报): who announced it, and how much has been taken
// in.
type Upload struct {
	ID     string // a ULID
	Client string
	Areas  []string // GB/T 2260 codes the client could report for when it announced the file
	// Schemes are the kinds of certificate the client could report then; nil if an older program
	// announced the upload.
	Schemes []string
	Lang    string // language of the messages about refused rows
	Bytes   int64  // of the file, as announced
	At      time.Time
	// RevokedAt is when it was revoked, zero if it was not. A run in progress stops when it next
	// saves its progress.
	RevokedAt time.Time
	// Run counts how often taking in the file was started. Only the latest run may save progress.
	Run int64
	Progress
}

// Progress is how much of an upload has been taken in. What it counts is done; what comes after
// Offset is done again by the next run.
type Progress struct {
	Offset    int64 // bytes read
	Skipping  bool  // Offset is inside a row too long to be read
	Rows      int64
	Accepted  int64
	Unchanged int64
	Refused   int64
	Parts     int    // files of refused rows
	Result    int64  // bytes of those files, and of the one file they become
	Stopped   string // why the rows after those counted were not taken in, see reporting.Stop; "" = nothing stopped it
	DoneAt    time.Time
}

// IsDone reports whether the whole file was taken in.
func (p Progress) IsDone() bool { return !p.DoneAt.IsZero() }

// ErrSuperseded says that a later run has taken over the upload.
var ErrSuperseded = errors.New("another run has taken the drop over")

// ReadUpload reads an upload for the client that announced it. Error: report-not-found, also where
// another client announced it.
func (s *Store) ReadUpload(ctx context.Context, id, client string, now time.Time) (Upload, error) {
	if _, err := TimeOf(id); err != nil {
		return Upload{}, problem.New(problem.ReportNotFound).WithCause(err)
	}
	got, err := s.batch(ctx, []key{uploadKey(id)})
	if err != nil {
		return Upload{}, err
	}
	from, ok := got[uploadKey(id)]
	if !ok || str(from, "client") != client || num(from, "ttl") <= now.Unix() {
		return Upload{}, problem.New(problem.ReportNotFound)
	}
	return readUpload(id, from)
}

// BeginUploadRun starts a run and supersedes every earlier one. Error: report-not-found.
func (s *Store) BeginUploadRun(ctx context.Context, id string) (Upload, error) {
	if _, err := TimeOf(id); err != nil {
		return Upload{}, problem.New(problem.ReportNotFound).WithCause(err)
	}
	out, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: uploadKey(id).item(),
		UpdateExpression:          aws.String("ADD #run :one"),
		ConditionExpression:       aws.String("attribute_exists(pk)"),
		ExpressionAttributeNames:  map[string]string{"#run": "run"},
		ExpressionAttributeValues: item{":one": number(1)},
		ReturnValues:              types.ReturnValueAllNew,
	})
	var refused *types.ConditionalCheckFailedException
	switch {
	case errors.As(err, &refused):
		return Upload{}, problem.New(problem.ReportNotFound)
	case err != nil:
		return Upload{}, outage.Wrap("taking a drop", err)
	}
	return readUpload(id, out.Attributes)
}

// SaveUploadProgress stores how much a run has taken in, and reports whether the upload was
// revoked. Error: ErrSuperseded.
func (s *Store) SaveUploadProgress(ctx context.Context, id string, run int64, p Progress) (revoked bool, err error) {
	part := uploadKey(id).item()
	part["progress"] = progressItem(p)
	tag, err := s.client.Part(part, tagProgress)
	if err != nil {
		return false, err
	}
	set := "SET progress = :progress, tagProgress = :tag"
	values := item{":run": number(run), ":progress": part["progress"], ":tag": text(tag)}
	if p.IsDone() {
		set, values[":yes"] = set+", ended = :yes", trueValue() // the attribute that RevokeUpload reads
	}
	out, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: uploadKey(id).item(),
		UpdateExpression:          aws.String(set),
		ConditionExpression:       aws.String("#run = :run"),
		ExpressionAttributeNames:  map[string]string{"#run": "run"},
		ExpressionAttributeValues: values,
		ReturnValues:              types.ReturnValueAllNew,
	})
	var refused *types.ConditionalCheckFailedException
	if errors.As(err, &refused) {
		return false, ErrSuperseded
	}
	if err != nil {
		return false, outage.Wrap("noting a drop's progress", err)
	}
	return num(out.Attributes, "revokedAt") > 0, nil
}

func progressItem(p Progress) types.AttributeValue {
	made := item{
		"offset": number(p.Offset), "skipping": &types.AttributeValueMemberBOOL{Value: p.Skipping},
		"rows": number(p.Rows), "accepted": number(p.Accepted), "unchanged": number(p.Unchanged),
		"refused": number(p.Refused), "parts": number(int64(p.Parts)), "result": number(p.Result),
	}
	if p.Stopped != "" {
		made["stopped"] = text(p.Stopped)
	}
	if p.IsDone() {
		made["doneAt"] = number(p.DoneAt.UnixMilli())
	}
	return &types.AttributeValueMemberM{Value: made}
}

func readUpload(id string, from item) (Upload, error) {
	if err := checkSchema(from); err != nil {
		return Upload{}, err
	}
	at, err := TimeOf(id)
	if err != nil {
		return Upload{}, fmt.Errorf("reading a drop: %w", err)
	}
	d := Upload{
		ID: id, Client: str(from, "client"), Areas: list(from, "areas"), Schemes: list(from, "schemes"), Lang: str(from, "lang"),
		Bytes: num(from, "bytes"), At: at, Run: num(from, "run"),
	}
	if ms := num(from, "revokedAt"); ms > 0 {
		d.RevokedAt = time.UnixMilli(ms).In(at.Location())
	}
	if m, ok := from["progress"].(*types.AttributeValueMemberM); ok {
		d.Progress = readProgress(m.Value, at.Location())
	}
	return d, nil
}

func readProgress(from item, zone *time.Location) Progress {
	p := Progress{
		Offset: num(from, "offset"), Rows: num(from, "rows"), Accepted: num(from, "accepted"),
		Unchanged: num(from, "unchanged"), Refused: num(from, "refused"),
		Parts: int(num(from, "parts")), Result: num(from, "result"), Stopped: str(from, "stopped"),
	}
	if b, ok := from["skipping"].(*types.AttributeValueMemberBOOL); ok {
		p.Skipping = b.Value
	}
	if ms := num(from, "doneAt"); ms > 0 {
		p.DoneAt = time.UnixMilli(ms).In(zone)
	}
	return p
}

func uploadKey(id string) key { return key{prefixReport + id, skUpload} }
